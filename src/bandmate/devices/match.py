"""Which sensor an advertisement may come from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from bandmate.devices.profile import IdentifyRule, Profile


@dataclass(frozen=True, slots=True)
class Match:
    """A profile that fits an advertisement.

    Attributes:
        profile: The profile.
        confidence: `likely` where only a name speaks for it, or where other devices look the same
            and a person should confirm the address; `sure` otherwise.
    """

    profile: Profile
    confidence: Literal["sure", "likely"]


def match(
    profiles: Iterable[Profile],
    *,
    name: str,
    service_uuids: Iterable[str],
    manufacturer: Mapping[int, bytes],
) -> list[Match]:
    """The profiles that fit an advertisement, the surest first.

    Args:
        profiles: What is known.
        name: Local name, empty where none.
        service_uuids: Advertised services, 128 bit.
        manufacturer: Payload by company id.
    """
    services = frozenset(uuid.lower() for uuid in service_uuids)
    found: list[Match] = []
    for profile in profiles:
        rules = [r for r in profile.identify.any if _holds(r, name, services, manufacturer)]
        if rules:
            telling = any(rule.service or rule.mfr_prefix for rule in rules)
            sure = telling and not profile.identify.confirm
            found.append(Match(profile, "sure" if sure else "likely"))
    return sorted(found, key=lambda match: match.confidence != "sure")


def _holds(
    rule: IdentifyRule, name: str, services: frozenset[str], manufacturer: Mapping[int, bytes]
) -> bool:
    payload = manufacturer.get(rule.company) if rule.company is not None else None
    prefix = bytes.fromhex(rule.mfr_prefix or "")
    return (
        rule.name in {None, name}
        and name.startswith(rule.name_prefix or "")
        and (rule.service is None or rule.service in services)
        and (rule.company is None or (payload is not None and payload.startswith(prefix)))
    )


def could_clash(one: IdentifyRule, other: IdentifyRule) -> bool:
    """Whether a single sign could fit both rules, so that they cannot tell two sensors apart."""
    names_one, names_other = _name_prefix(one), _name_prefix(other)
    return (
        (one.service is not None and one.service == other.service)
        or (bool(names_one and names_other) and _nested(names_one, names_other))
        or (
            one.company is not None
            and one.company == other.company
            and _nested(one.mfr_prefix or "", other.mfr_prefix or "")
        )
    )


def _name_prefix(rule: IdentifyRule) -> str:
    return rule.name or rule.name_prefix or ""


def _nested(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)

"""Which sensor an advertisement may come from."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bandmate.devices.profile import Profile
from bandmate.devices.traits import IdentifyRule

_SHORT_UUIDS: Final = "-0000-1000-8000-00805f9b34fb"
"""How a UUID ends that is written in 16 bits on the air: standard services, and what makers took
for themselves without asking (`ffe0`, `fff0`), so that many devices show it."""


@dataclass(frozen=True, slots=True)
class Match:
    """A profile that fits an advertisement.

    Attributes:
        profile: The profile.
        confidence: `sure` where a service that no other profile knows, or the manufacturer data,
            speaks for it; `likely` where it is a name or a common service, or where other devices
            look the same and a person should confirm the address.
    """

    profile: Profile
    confidence: Literal["sure", "likely"]


class Matcher:
    """The signs of many profiles, compiled: what is none of theirs is turned away at once.

    Args:
        profiles: What is known. A service that two of them know is a sign of neither.
    """

    def __init__(self, profiles: Iterable[Profile]) -> None:
        profiles = tuple(profiles)
        own = _own_services(profiles)
        by_service: defaultdict[str, list[_Sign]] = defaultdict(list)
        by_company: defaultdict[int, list[_Sign]] = defaultdict(list)
        self._by_name: list[_Sign] = []
        for place, profile in enumerate(profiles):
            for rule in profile.identify.any:
                sign = _Sign(place, profile, rule, is_own=rule.service in own)
                if rule.service is not None:
                    by_service[rule.service].append(sign)
                elif rule.company is not None:
                    by_company[rule.company].append(sign)
                else:
                    self._by_name.append(sign)
        self._by_service = dict(by_service)
        self._by_company = dict(by_company)
        self._services = frozenset(by_service)
        self._companies = frozenset(by_company)
        rules = [sign.rule for sign in self._by_name]
        self._beginnings = tuple(
            text for rule in rules for text in (rule.name, rule.name_prefix) if text
        )
        self._insides = tuple(
            rule.name_contains
            for rule in rules
            if rule.name_contains and not (rule.name or rule.name_prefix)
        )

    def match(
        self, *, name: str, service_uuids: Iterable[str], manufacturer: Mapping[int, bytes]
    ) -> list[Match]:
        """The profiles that fit an advertisement: the surest first, then those it says most for.

        Args:
            name: Local name, empty where none.
            service_uuids: Advertised services, 128 bit.
            manufacturer: Payload by company id.
        """
        services = [uuid.lower() for uuid in service_uuids]
        signs: list[_Sign] = []
        if name and (
            name.startswith(self._beginnings) or any(text in name for text in self._insides)
        ):
            signs += self._by_name
        if not self._services.isdisjoint(services):
            signs += (sign for uuid in services for sign in self._by_service.get(uuid, ()))
        if not self._companies.isdisjoint(manufacturer):
            signs += (
                sign for company in manufacturer for sign in self._by_company.get(company, ())
            )
        if not signs:
            return []
        return _ranked([sign for sign in signs if sign.fits(name, services, manufacturer)])


class _Sign:
    """One rule of one profile."""

    def __init__(self, place: int, profile: Profile, rule: IdentifyRule, *, is_own: bool) -> None:
        self.place = place
        self.profile = profile
        self.rule = rule
        self.is_sure = (is_own or rule.mfr_prefix is not None) and not profile.identify.confirm
        self.rank = (self.is_sure, *_says(rule, is_own=is_own))
        self._prefix = bytes.fromhex(rule.mfr_prefix or "")

    def fits(self, name: str, services: Sequence[str], manufacturer: Mapping[int, bytes]) -> bool:
        rule = self.rule
        payload = b"" if rule.company is None else manufacturer.get(rule.company)
        return (
            _fits_name(rule, name)
            and (rule.service is None or rule.service in services)
            and payload is not None
            and payload.startswith(self._prefix)
        )


def could_clash(one: IdentifyRule, other: IdentifyRule) -> bool:
    """Whether a single sign could fit both rules, so that they cannot tell two sensors apart.

    A key that one of them alone has does not: what fits the rule that asks for more fits both.
    """
    names = bool(_names_of(one) and _names_of(other))
    services = one.service is not None and other.service is not None
    companies = one.company is not None and other.company is not None
    if names and not _share_a_name(one, other):
        return False
    if services and one.service != other.service:
        return False
    if companies and not _share_a_payload(one, other):
        return False
    return names or services or companies


def _ranked(signs: Iterable[_Sign]) -> list[Match]:
    """One match a profile, by its best sign; of equals the profile that is known first is first."""
    best: dict[int, _Sign] = {}
    for sign in sorted(signs, key=lambda sign: sign.place):
        before = best.get(sign.place)
        if before is None or sign.rank > before.rank:
            best[sign.place] = sign
    ranked = sorted(best.values(), key=lambda sign: sign.rank, reverse=True)
    return [Match(sign.profile, "sure" if sign.is_sure else "likely") for sign in ranked]


def _says(rule: IdentifyRule, *, is_own: bool) -> tuple[int, int]:
    """How much a rule says: its keys by their weight, then the letters of the name it asks for."""
    weights = (
        (rule.name, 4),
        (rule.name_prefix, 3),
        (rule.name_contains, 2),
        (rule.service, 4 if is_own else 1),
        (rule.mfr_prefix, 3),
        (rule.company, 1),
    )
    letters = max(map(len, _names_of(rule)), default=0)
    return sum(weight for key, weight in weights if key is not None), letters


def _own_services(profiles: Sequence[Profile]) -> frozenset[str]:
    """The services that speak for one profile alone."""
    known = Counter(
        service
        for profile in profiles
        for service in {
            *(rule.service for rule in profile.identify.any if rule.service is not None),
            *(place.service for place in profile.gatt.values()),
        }
    )
    return frozenset(
        service
        for service, profiles_n in known.items()
        if profiles_n == 1 and not service.endswith(_SHORT_UUIDS)
    )


def _fits_name(rule: IdentifyRule, name: str) -> bool:
    return (
        (rule.name is None or rule.name == name)
        and name.startswith(rule.name_prefix or "")
        and (rule.name_contains or "") in name
    )


def _names_of(rule: IdentifyRule) -> list[str]:
    """What a rule says of the name; put together, a name that fits."""
    return [text for text in (rule.name, rule.name_prefix, rule.name_contains) if text]


def _share_a_name(one: IdentifyRule, other: IdentifyRule) -> bool:
    """Whether what one of them asks for fits both."""
    candidates = ("".join(_names_of(rule)) for rule in (one, other))
    return any(_fits_name(one, name) and _fits_name(other, name) for name in candidates)


def _share_a_payload(one: IdentifyRule, other: IdentifyRule) -> bool:
    shorter, longer = sorted((one.mfr_prefix or "", other.mfr_prefix or ""), key=len)
    return one.company == other.company and longer.startswith(shorter)

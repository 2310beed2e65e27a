"""How quickly advertisements of devices that no profile fits are turned away."""

from collections.abc import Sequence

from bandmate.app.bench_rows import Row, median_s
from bandmate.devices.match import Matcher
from bandmate.devices.registry import load_profiles
from bandmate.link.base import Sighting

ADVERTS_N = 2000
"""Advertisements a round."""


def match_rows(rounds_n: int) -> list[Row]:
    """Unknown advertisements rejected a second, by all shipped profiles at once."""
    profiles = list(load_profiles())
    everyone = Matcher(profiles)
    each_alone = [Matcher([profile]) for profile in profiles]
    adverts = strangers()
    taken_s = median_s(
        {
            "ours": lambda: [_matches(everyone, seen) for seen in adverts],
            "every profile asked in turn": lambda: [
                [_matches(one, seen) for one in each_alone] for seen in adverts
            ],
        },
        rounds_n,
    )
    ours_s = taken_s.pop("ours")
    return [
        Row(
            what="unknown advertisements rejected",
            unit="adverts/s",
            figure=len(adverts) / ours_s,
            reference=reference,
            reference_figure=len(adverts) / reference_s,
        )
        for reference, reference_s in taken_s.items()
    ]


def strangers() -> Sequence[Sighting]:
    """A living room: phones, beacons and headphones."""
    kinds: tuple[tuple[str, list[str], dict[int, bytes]], ...] = (
        ("", [], {0x004C: bytes.fromhex("1005031c8e2f9a")}),
        ("Headphones", ["0000110b-0000-1000-8000-00805f9b34fb"], {0x0075: bytes(20)}),
        ("LE_Speaker", ["0000febe-0000-1000-8000-00805f9b34fb"], {}),
        ("", ["0000fe9f-0000-1000-8000-00805f9b34fb"], {0x00E0: bytes(18)}),
        ("Mi Band 7", ["0000fee0-0000-1000-8000-00805f9b34fb"], {0x0157: bytes(26)}),
    )
    sightings = [
        Sighting(f"F0:00:00:00:00:{i:02X}", name, -70, services, manufacturer)
        for i, (name, services, manufacturer) in enumerate(kinds)
    ]
    return sightings * (ADVERTS_N // len(sightings))


def _matches(matcher: Matcher, seen: Sighting) -> object:
    return matcher.match(
        name=seen.name, service_uuids=seen.service_uuids, manufacturer=seen.manufacturer
    )

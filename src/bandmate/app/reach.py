"""Which sensors are in reach: what was heard of each, put together, and what each may be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bandmate.devices.match import Match, Matcher
from bandmate.devices.profile import Profile
from bandmate.domain.setting_up import Signal
from bandmate.errors import DeviceNotFoundError, UsageError
from bandmate.link.base import Sighting
from bandmate.link.radio import Radio
from bandmate.link.scan import scan
from bandmate.link.sought import IF_UNHEARD

LOOK_S = 2.0
"""How long to listen at a time: longer than sensors pause between two advertisements."""
LOOKS_N = 5
"""How often to listen for a sensor before it counts as out of reach."""


_STRONG_DBM = -65
_FAIR_DBM = -80
"""From these on a signal is called so: in the same room, and with something in between."""


@dataclass(frozen=True, slots=True)
class Sensor:
    """A sensor in reach.

    Attributes:
        seen: What it advertises.
        match: What it may be; the surest, where several profiles fit.
        also: What else it may be.
    """

    seen: Sighting
    match: Match
    also: Sequence[Match] = ()

    @property
    def signal(self) -> Signal:
        """How well it is heard."""
        if self.seen.rssi_dbm >= _STRONG_DBM:
            return "strong"
        return "fair" if self.seen.rssi_dbm >= _FAIR_DBM else "weak"


class Reach:
    """Puts together what was heard.

    Args:
        profiles: The sensors that are known.
    """

    def __init__(self, profiles: Iterable[Profile]) -> None:
        self._matcher = Matcher(profiles)
        self._seen: dict[str, Sighting] = {}

    @property
    def sensors(self) -> Sequence[Sensor]:
        """The devices that a profile fits, the strongest signal first."""
        heard = ((seen, self._fits(seen)) for seen in self._seen.values())
        found = [Sensor(seen, fits[0], fits[1:]) for seen, fits in heard if fits]
        return sorted(found, key=lambda sensor: -sensor.seen.rssi_dbm)

    @property
    def others_n(self) -> int:
        """How many devices were heard that no profile fits."""
        return len(self._seen) - len(self.sensors)

    def hear(self, seen: Sighting) -> None:
        """Take one advertisement. Name, services and battery may come in different ones."""
        before = self._seen.get(seen.address, seen)
        battery_pct = before.battery_pct if seen.battery_pct is None else seen.battery_pct
        self._seen[seen.address] = replace(
            seen,
            name=seen.name or before.name,
            service_uuids=sorted({*before.service_uuids, *seen.service_uuids}),
            manufacturer=before.manufacturer | seen.manufacturer,
            battery_pct=battery_pct,
        )

    def _fits(self, seen: Sighting) -> list[Match]:
        return self._matcher.match(
            name=seen.name,
            service_uuids=seen.service_uuids,
            manufacturer=seen.manufacturer,
        )


async def sensors_in_reach(
    radio: Radio, profiles: Iterable[Profile], address: str | None
) -> Sequence[Sensor]:
    """The sensors that are heard first, at least one.

    Args:
        radio: The host's Bluetooth.
        profiles: What they may be.
        address: Where the one is that is meant; `None`: any.

    Raises:
        DeviceNotFoundError: Nothing that fits was heard.
        LinkError: The radio cannot be used.
    """
    reach = Reach(profiles)
    for _ in range(LOOKS_N):
        await scan(radio, LOOK_S, reach.hear)
        if found := [sensor for sensor in reach.sensors if _is_at(sensor, address)]:
            return found
    raise DeviceNotFoundError(
        "no sensor is in reach" if address is None else f"no sensor is in reach at {address}",
        hint=IF_UNHEARD,
    )


async def find_sensor(radio: Radio, profiles: Iterable[Profile], address: str | None) -> Sensor:
    """The one sensor in reach that is meant.

    Args:
        radio: The host's Bluetooth.
        profiles: What it may be.
        address: Where it is; `None` where there is only one to choose from.

    Raises:
        DeviceNotFoundError: Nothing that fits was heard.
        UsageError: Several fit, so that one must be named.
        LinkError: The radio cannot be used.
    """
    found = await sensors_in_reach(radio, profiles, address)
    if len(found) > 1:
        known = ", ".join(f"{s.seen.address} ({s.match.profile.device.id})" for s in found)
        raise UsageError(
            f"{len(found)} sensors are in reach: {known}", hint="Name one: --address ADDRESS."
        )
    return found[0]


def _is_at(sensor: Sensor, address: str | None) -> bool:
    return address is None or sensor.seen.address.lower() == address.lower()

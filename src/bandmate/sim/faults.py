"""What may go wrong with a virtual sensor."""

import random
from collections.abc import Iterator
from typing import Annotated, Final

from msgspec import Meta, Struct

from bandmate.devices.layout import Guard
from bandmate.devices.profile import Profile
from bandmate.errors import UsageError

AWAY_S: Final = 5.0
"""How long a sensor stays away that falls silent or goes out of reach."""


Share = Annotated[float, Meta(ge=0, le=1)]
Seconds = Annotated[float, Meta(ge=0)]


class Faults(Struct, frozen=True, forbid_unknown_fields=True):
    """What goes wrong; by default nothing does.

    Attributes:
        loss: The share of packets that is lost, 0 to 1.
        duplicate: The share of packets that is sent twice.
        garbage: The share of packets behind which random bytes are sent.
        frozen_s: So long after its stream began it repeats one reading.
        held_s: So long after its stream began its display is held.
        drop_s: So long after its stream began the connection ends.
        silence_s: So long after its stream began it sends nothing for a while.
        vanish_s: So long after its stream began it is out of reach for a while.
        low_battery: Its battery is nearly empty.
    """

    loss: Share = 0.0
    duplicate: Share = 0.0
    garbage: Share = 0.0
    frozen_s: Seconds | None = None
    held_s: Seconds | None = None
    drop_s: Seconds | None = None
    silence_s: Seconds | None = None
    vanish_s: Seconds | None = None
    low_battery: bool = False


class Mishaps:
    """Does to the packets of one sensor what `faults` says.

    Args:
        faults: See there.
        profile: What the sensor is.
        seed: Which packets it happens to.

    Raises:
        UsageError: It has no display that can be held.
    """

    def __init__(self, faults: Faults, profile: Profile, seed: int = 1) -> None:
        self._faults = faults
        self._draw = random.Random(seed)  # noqa: S311 - mishaps that can be repeated, no secret
        self._guard = next(_held_guards(profile), None)
        if faults.held_s is not None and self._guard is None:
            raise UsageError(f"{profile.device.id} has no display that can be held")

    def is_frozen(self, since_s: float) -> bool:
        """Whether readings repeat that are due so long after the stream began."""
        return self._faults.frozen_s is not None and since_s >= self._faults.frozen_s

    def befall(self, packet: bytes, since_s: float) -> Iterator[bytes]:
        """What becomes of a packet that is due so long after the stream began."""
        if self._guard and self._faults.held_s is not None and since_s >= self._faults.held_s:
            packet = _held(packet, self._guard)
        if not self._strikes(self._faults.loss):
            yield packet
            if self._strikes(self._faults.duplicate):
                yield packet
        if self._strikes(self._faults.garbage):
            yield self._draw.randbytes(len(packet))

    def _strikes(self, share: float) -> bool:
        return share > 0.0 and self._draw.random() < share


def _held_guards(profile: Profile) -> Iterator[Guard]:
    for layout in profile.stream[profile.main_role].frames:
        yield from (guard for guard in layout.guards if guard.error == "held_value")


def _held(packet: bytes, guard: Guard) -> bytes:
    """The packet with a status that tells of a held display."""
    status = packet[guard.at] & ~guard.mask | (guard.mask ^ guard.allowed[0])
    return packet[: guard.at] + bytes([status]) + packet[guard.at + 1 :]

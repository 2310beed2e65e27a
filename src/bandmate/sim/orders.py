"""Which command it is that is written to a virtual sensor."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bandmate.devices.profile import Profile
from bandmate.devices.traits import Characteristic

Written = tuple[Characteristic, bytes]
"""What was written where."""


@dataclass(frozen=True, slots=True)
class Order:
    """A command, with what its bytes choose.

    Attributes:
        command: Its name in the profile.
        chosen: The values of parameters, by name, that were chosen with it.
        writes: All that must be written for it, in this order.
    """

    command: str
    chosen: Mapping[str, str]
    writes: Sequence[Written]


class Orders:
    """Knows commands by what is written: the last write of a command gives it.

    Where several end the same way, what was written before decides.

    Args:
        profile: Whose commands they are.
    """

    def __init__(self, profile: Profile) -> None:
        self._known = list(_orders(profile))
        longest = max((len(order.writes) for order in self._known), default=1)
        self._heard: deque[Written] = deque(maxlen=longest)

    def hear(self, place: Characteristic, value: bytes) -> list[Order]:
        """The commands that this write gives: none for bytes that no command ends with."""
        self._heard.append((place, value))
        ending = [order for order in self._known if order.writes[-1] == (place, value)]
        whole = [order for order in ending if self._has_heard(order.writes)]
        most = max((len(order.writes) for order in whole), default=0)
        fitting = [order for order in whole if len(order.writes) == most]
        if not whole and len(ending) == 1:
            # Others than bandmate may leave the writes before it out.
            fitting = ending
        by_command = {order.command: order for order in reversed(fitting)}
        return list(by_command.values())

    def knows(self, place: Characteristic, value: bytes) -> bool:
        """Whether a write is part of any command."""
        return any((place, value) in order.writes for order in self._known)

    def forget(self) -> None:
        """Somebody else writes from now on."""
        self._heard.clear()

    def _has_heard(self, writes: Sequence[Written]) -> bool:
        return list(self._heard)[-len(writes) :] == list(writes)


def _orders(profile: Profile) -> Iterator[Order]:
    for name, command in profile.commands.given().items():
        sequences = {"": command.steps} if command.steps else command.choices
        for key, steps in sequences.items():
            values = key.split(",") if key else []
            writes = [(profile.gatt[step.to], bytes.fromhex(step.hex)) for step in steps]
            yield Order(name, dict(zip(command.by, values, strict=False)), writes)

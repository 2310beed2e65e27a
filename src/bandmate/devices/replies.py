"""Replies to commands on a channel whose reply frames do not say which command they answer."""

from collections.abc import Mapping

from bandmate.devices.bodies import Body
from bandmate.devices.command import Command
from bandmate.devices.params import Parameters
from bandmate.devices.walk import Walk
from bandmate.domain.samples import Decoded


class Replies(Body):
    """Reads a reply as the pending command's answer; with none pending, by its form.

    By form: the first command, in the order of the slots, whose answer reads without a fault. A
    reply that fits none is of no interest.
    """

    def __init__(self, commands: Mapping[str, Command], role: str, params: Parameters) -> None:
        self._bodies: dict[str, Body] = {
            name: Walk([command.reply.field], 0, params, exact=True)
            for name, command in commands.items()
            if command.reply and command.reply.field and command.reply.on == role
        }
        self._pending: Body | None = None

    def expect(self, command: str) -> None:
        """The next reply answers `command`; without a known answer it is taken by its form."""
        self._pending = self._bodies.get(command)

    def forget(self) -> None:
        """No command is pending any more."""
        self._pending = None

    def read(self, data: bytes, start: int, size: int) -> Decoded:
        """The fact that the reply holds."""
        pending, self._pending = self._pending, None
        if pending:
            return pending.read(data, start, size)
        candidates = (body.read(data, start, size) for body in self._bodies.values())
        fitting = (decoded for decoded in candidates if decoded.error is None)
        return next(fitting, Decoded())

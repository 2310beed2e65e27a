"""What comes in on `<base>/cmd`, and what is answered: each command once, and not too many.

A `ref` names one command: who sends it again within `REF_KEPT_S`, because no answer came, is
answered as before, and nothing is done twice. A `stop` is always obeyed.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bandmate.errors import BandmateError, UsageError
from bandmate.sinks.json_commands import Command, find_ref, parse_command
from bandmate.sinks.service import Service, obey

REF_KEPT_S: Final = 60.0
"""For so long a command that is sent again is known."""
_REFS_MOST: Final = 256
_BURST: Final = 20
_PER_S: Final = 10.0


class RateLimit:
    """A bucket of tokens: `burst` at once, and `per_s` of them again each second."""

    def __init__(self, burst: int, per_s: float) -> None:
        self._burst = burst
        self._per_s = per_s
        self._left = float(burst)
        self._at_s = float("-inf")

    def take(self, now_s: float) -> bool:
        """Take one; whether there was one."""
        refilled = self._left + (now_s - self._at_s) * self._per_s
        self._left, self._at_s = min(refilled, self._burst), now_s
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True


@dataclass(slots=True)
class _Asked:
    payload: bytes
    at_s: float
    answered: asyncio.Future[str]


class CommandDesk:
    """Obeys commands, and remembers those that had a `ref`.

    Args:
        service: What is commanded.
        now_s: Any clock that never goes back, seconds.
    """

    def __init__(self, service: Service, now_s: Callable[[], float] = time.monotonic) -> None:
        self._service = service
        self._now_s = now_s
        self._limit = RateLimit(_BURST, _PER_S)
        self._asked: dict[str, _Asked] = {}

    async def obey(self, payload: bytes, *, retained: bool) -> str:
        """Do what is asked; what was wrong with it, empty where it was done."""
        try:
            if retained:
                raise UsageError("a retained command is not obeyed; send it without `retain`")
            command = parse_command(payload)
            if command.do == "setup":  # a conversation needs who sees it
                raise UsageError("bands are set up on the coach page")
            if command.do == "stop":
                await obey(self._service, command)
                return ""
            return await self._once(command, payload)
        except BandmateError as refused:
            return str(refused)

    async def _once(self, command: Command, payload: bytes) -> str:
        ref = find_ref(payload)
        self._forget_old()
        before = None if ref is None else self._asked.get(ref)
        if before is not None:
            if before.payload != payload:
                raise UsageError(f"`ref` {ref!r} is of another command; give each its own")
            return await asyncio.shield(before.answered)
        # What comes too soon is not remembered: it may be sent again.
        if not self._limit.take(self._now_s()):
            raise UsageError("too many commands at once; wait a second")
        asked = _Asked(payload, self._now_s(), asyncio.get_running_loop().create_future())
        if ref is not None:
            self._asked[ref] = asked
        return await self._remembered(command, asked)

    async def _remembered(self, command: Command, asked: _Asked) -> str:
        error = "it was interrupted; send it again with another `ref`"
        try:
            await obey(self._service, command)
            error = ""
        except BandmateError as refused:
            error = str(refused)
        finally:
            asked.answered.set_result(error)
        return error

    def _forget_old(self) -> None:
        oldest_s = self._now_s() - REF_KEPT_S
        over = [ref for ref, asked in self._asked.items() if asked.at_s < oldest_s]
        for ref in over or list(self._asked)[: max(len(self._asked) - _REFS_MOST + 1, 0)]:
            del self._asked[ref]

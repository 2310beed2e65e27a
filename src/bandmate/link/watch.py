"""Noticing that nothing comes any more. Times are on the session clock."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

from bandmate.domain.clock import Clock

LOOKS: Final = 5
"""Silence is called after so many looks in a row, each one `lost_s` of the profile after the last:
well after the alert, for reconnecting costs seconds too."""

_NUDGED: Final = (1, 3)
"""After so many quiet looks it is tried to bring the stream back."""


class Watchdog:
    """Looks now and then whether anything came.

    It counts looks, not seconds: a process that was held up for a while finds one quiet look and
    the data right behind it, not a silent sensor.

    Args:
        clock: The session clock.
        look_s: Seconds from look to look.
    """

    def __init__(self, clock: Clock, look_s: float) -> None:
        self._clock = clock
        self._look_s = look_s
        self._count = 0

    @property
    def fed(self) -> bool:
        """Whether anything ever came."""
        return self._count > 0

    def feed(self) -> None:
        """Something came."""
        self._count += 1

    async def starved(self, nudge: Callable[[], Awaitable[None]] | None = None) -> None:
        """Return when nothing came for `LOOKS` looks in a row.

        Args:
            nudge: What may bring it back, tried twice on the way there.
        """
        quiet = 0
        while quiet < LOOKS:
            seen = self._count
            await self._clock.sleep(self._look_s)
            quiet = quiet + 1 if self._count == seen else 0
            if nudge and quiet in _NUDGED:
                await nudge()


async def happens_before(event: asyncio.Event, end: Coroutine[Any, Any, None]) -> bool:
    """Whether `event` is set before `end` is over; waits for either."""
    tasks: list[asyncio.Task[Any]] = [
        asyncio.create_task(event.wait(), name="link: waits for it"),
        asyncio.create_task(end, name="link: waits for its end"),
    ]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
        return event.is_set()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)

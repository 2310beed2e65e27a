"""A session clock that goes on as soon as everybody has done what was due, until the present."""

import asyncio
import heapq
import itertools
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from bandmate.app.clock import SessionClock

_TURNS = 5
"""Turns of the event loop in which everything that is due now gets done."""
_IDLE_STEP_S = 0.25
_AT_PRESENT_S = 0.01


class SteppedClock(SessionClock):
    """Time goes by in steps, from one sleeper to the next; a busy machine changes nothing.

    It begins in the past and stops at the present, so that nothing on it lies in the future.

    Args:
        ago_s: So long ago it begins.
    """

    def __init__(self, ago_s: float) -> None:
        super().__init__(speed=1e9)  # who waits by `speed` and not by `sleep` asks at every turn
        self._start_utc_ns -= round(ago_s * 1e9)
        self._now_s = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []
        self._numbers = itertools.count()

    def now(self) -> float:
        return self._now_s

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        at_s = self._now_s + max(seconds, 0.0)
        heapq.heappush(self._sleepers, (at_s, next(self._numbers), woken))
        await woken.wait()

    @property
    def is_at_present(self) -> bool:
        return self.utc_ns(self._now_s) >= time.time_ns() - round(_IDLE_STEP_S * 1e9)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Let time go by while the context is open."""
        going = asyncio.create_task(self._run(), name="stepped clock")
        try:
            yield
        finally:
            going.cancel()
            await asyncio.wait([going])

    async def _run(self) -> None:
        while not self.is_at_present:
            for _ in range(_TURNS):
                await asyncio.sleep(0)
            self._step()
        self.speed = 1.0
        while True:
            await asyncio.sleep(_AT_PRESENT_S)
            if not self.is_at_present:
                self._step()

    def _step(self) -> None:
        next_s = self._sleepers[0][0] if self._sleepers else self._now_s + _IDLE_STEP_S
        self._now_s = max(self._now_s, min(next_s, self._now_s + _IDLE_STEP_S))
        while self._sleepers and self._sleepers[0][0] <= self._now_s:
            heapq.heappop(self._sleepers)[2].set()

"""How long a notification takes to become an alert, beside waking a task that does nothing."""

import asyncio
from time import perf_counter

from bandmate.app.bench_alerting import Alerting
from bandmate.app.bench_rows import Row, percentile_rows
from bandmate.app.bench_tasks import beside

ALERTS_N = 200
"""Alerts a round."""


def decision_rows(rounds_n: int) -> list[Row]:
    """From the link's call to the alert leaving the hub: decoding, deciding and one wake-up."""
    return asyncio.run(_measured(rounds_n))


async def _measured(rounds_n: int) -> list[Row]:
    alerting, wakeup = Alerting(store=lambda _record: None), _Wakeup()
    ours_s: list[list[float]] = []
    theirs_s: list[list[float]] = []
    async with beside(alerting.band.run(), wakeup.run()):
        for _ in range(rounds_n):
            ours_s.append([await _decided(alerting) for _ in range(ALERTS_N)])
            theirs_s.append([await wakeup.once() for _ in range(ALERTS_N)])
    return percentile_rows("notification to alert", "an empty asyncio wake-up", ours_s, theirs_s)


async def _decided(alerting: Alerting) -> float:
    """Seconds from the packet that is too hard to its alert."""
    await alerting.calm()
    begun_s = perf_counter()
    await alerting.pull_too_hard()
    return await alerting.raised_at() - begun_s


class _Wakeup:
    """The least that a decision in a task of its own can take: one event that wakes it."""

    def __init__(self) -> None:
        self._arrived = asyncio.Event()
        self._awake = asyncio.Event()
        self._awake_s = 0.0

    async def run(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            self._awake_s = perf_counter()
            self._awake.set()

    async def once(self) -> float:
        """Seconds from the event to the task that waited for it."""
        self._awake.clear()
        begun_s = perf_counter()
        self._arrived.set()
        await self._awake.wait()
        return self._awake_s - begun_s

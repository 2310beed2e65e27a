"""The InfluxDB sink. One batch is under way at a time; what is not delivered stays in the outbox.

How the service stands is written beside the batches. Writing a point twice changes nothing, so a
batch may be repeated. A line that the database refuses for good is found by halving its batch, put
into quarantine in the local store, and told.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Final

from bandmate.sinks.base import Feed, Report
from bandmate.sinks.influx_points import encode, greeting
from bandmate.sinks.influx_server import InfluxSettings, LinesRefusedError, Server, connected

_log = logging.getLogger(__name__)

_BATCH_MOST: Final = 50
"""Records that are written at a time: at 100 Hz some 5 000 lines."""

_AT_A_TIME: Final = 5
"""Records whose lines are made in one go: at 100 Hz half a millisecond."""

_Batches = asyncio.Queue[tuple[int, Sequence[str]]]
"""How many records, and their lines."""

Quarantine = Callable[[str, Sequence[tuple[str, str]]], Awaitable[None]]
"""Keeps what a sink refused for good: the sink's name; the reason, and the line, of each."""


Health = Callable[[], AsyncIterator[Sequence[str]]]
"""The lines that tell how the service stands, again and again."""


async def _no_health() -> AsyncIterator[Sequence[str]]:
    for lines in ():
        yield lines


class InfluxSink:
    """Writes samples and events as points.

    Args:
        settings: How to reach the database.
        site: The tag `site` of every point.
        quarantine: Keeps the lines that are refused for good.
        health: How the service stands; it is written while the database can be reached.
    """

    name = "influx"

    def __init__(
        self,
        settings: InfluxSettings,
        site: str,
        quarantine: Quarantine,
        health: Health = _no_health,
    ) -> None:
        self._health = health
        self._settings = settings
        self._site = site
        self._quarantine = quarantine
        self._has_told_refusal = False

    async def session(self, feed: Feed, report: Report) -> None:
        """One connected life (see `Sink`).

        Raises:
            SinkUnavailableError: The database cannot be reached, or does not let us write.
            ExceptionGroup: The same, from one of its tasks.
        """
        async with connected(self._settings) as server:
            await server.greet(greeting(self._site, time.time_ns()))
            report.up(f"writing to {server.where}")
            batches: _Batches = asyncio.Queue(1)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._encode(feed, batches), name="influx encode")
                tasks.create_task(self._deliver(server, batches, feed, report), name="influx write")
                tasks.create_task(self._tell_health(server, report), name="influx health")

    async def _encode(self, feed: Feed, batches: _Batches) -> None:
        """Make the next lines ready while those before are under way."""
        while True:
            records = await feed.take(_BATCH_MOST)
            lines: list[str] = []
            for number, record in enumerate(records):
                lines += encode(record, self._site, with_samples=self._settings.samples)
                if number % _AT_A_TIME == 0:
                    await asyncio.sleep(0)  # what is under way goes on
            await batches.put((len(records), lines))

    async def _deliver(
        self,
        server: Server,
        batches: _Batches,
        feed: Feed,
        report: Report,
    ) -> None:
        while True:
            count, lines = await batches.get()
            await self._write(server, lines, report)
            feed.done(count)
            report.delivered += count

    async def _tell_health(self, server: Server, report: Report) -> None:
        async for lines in self._health():
            await self._write(server, lines, report)

    async def _write(self, server: Server, lines: Sequence[str], report: Report) -> None:
        refused = await write_good(server, lines)
        if refused:
            await self._quarantine(self.name, refused)
            report.refused += len(refused)
            self._tell_refusal(*refused[0])

    def _tell_refusal(self, reason: str, line: str) -> None:
        if not self._has_told_refusal:
            self._has_told_refusal = True
            _log.warning(
                "InfluxDB refused a line for good; it is kept in the local store "
                "(`bandmate store check`): %s\n%s\nfurther ones are counted in health",
                reason,
                line,
            )


async def write_good(server: Server, lines: Sequence[str]) -> list[tuple[str, str]]:
    """Write all of `lines` that can be; the reason of each that was refused for good, and itself.

    Raises:
        SinkUnavailableError: Not now.
    """
    if not lines:
        return []
    try:
        await server.write(lines)
    except LinesRefusedError as refused:
        if refused.dropped == len(lines) or len(lines) == 1:
            return [(str(refused), line) for line in lines]
        # The good lines of a refused batch may or may not be stored: write them again, in halves,
        # until the bad ones stand alone. Often all of one measurement are bad: side by side they
        # are soon found.
        lines = sorted(lines, key=_measurement)
        half = len(lines) // 2
        return [*await write_good(server, lines[:half]), *await write_good(server, lines[half:])]
    return []


def _measurement(line: str) -> str:
    return line.partition(",")[0]


async def probe(settings: InfluxSettings, site: str) -> str:
    """Write one line, as at every start; where that was.

    Raises:
        SinkUnavailableError: It does not work, and why.
    """
    async with connected(settings) as server:
        await server.greet(greeting(site, time.time_ns()))
        return server.where

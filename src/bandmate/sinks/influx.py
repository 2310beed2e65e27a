"""The InfluxDB sink. One batch is under way at a time; what is not delivered stays in the outbox.

Writing a point twice changes nothing, so a batch may be repeated. A line that the database refuses
for good is found by halving its batch, put into quarantine in the local store, and told.
"""

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from bandmate.domain.records import Record
from bandmate.sinks.base import Feed, Report
from bandmate.sinks.influx_points import encode, greeting
from bandmate.sinks.influx_server import InfluxSettings, LinesRefusedError, Server, connected

_log = logging.getLogger(__name__)

_TAKE_MOST: Final = 50
"""Records a batch: at 100 Hz some 5 000 lines."""

Quarantine = Callable[[str, Sequence[tuple[str, str]]], Awaitable[None]]
"""Keeps what a sink refused for good: the sink's name; the reason, and the line, of each."""


class InfluxSink:
    """Writes samples and events as points.

    Args:
        settings: How to reach the database.
        site: The tag `site` of every point.
        quarantine: Keeps the lines that are refused for good.
    """

    name = "influx"

    def __init__(self, settings: InfluxSettings, site: str, quarantine: Quarantine) -> None:
        self._settings = settings
        self._site = site
        self._quarantine = quarantine
        self._has_told_refusal = False

    async def session(self, feed: Feed, report: Report) -> None:
        """One connected life (see `Sink`).

        Raises:
            SinkUnavailableError: The database cannot be reached, or does not let us write.
        """
        async with connected(self._settings) as server:
            await server.greet(greeting(self._site, time.time_ns()))
            report.up(f"writing to {server.where}")
            while True:
                records = await feed.take(_TAKE_MOST)
                lines = [line for record in records for line in self._encode(record)]
                report.refused += await self._deliver(server, lines)
                feed.done(len(records))
                report.delivered += len(records)

    def _encode(self, record: Record) -> Sequence[str]:
        return encode(record, self._site, with_samples=self._settings.samples)

    async def _deliver(self, server: Server, lines: Sequence[str]) -> int:
        """Write `lines`; the number of those that went into quarantine."""
        refused = await _write(server, lines)
        if refused:
            await self._quarantine(self.name, refused)
            self._tell_refusal(*refused[0])
        return len(refused)

    def _tell_refusal(self, reason: str, line: str) -> None:
        if not self._has_told_refusal:
            self._has_told_refusal = True
            _log.warning(
                "InfluxDB refused a line for good; it is kept in the local store "
                "(`bandmate store check`): %s\n%s\nfurther ones are counted in health",
                reason,
                line,
            )


async def _write(server: Server, lines: Sequence[str]) -> list[tuple[str, str]]:
    """Write `lines`; those that the database refused for good, each with the reason."""
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
        return [*await _write(server, lines[:half]), *await _write(server, lines[half:])]
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

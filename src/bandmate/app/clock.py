"""The session clock: monotonic inside, and the one converter to UTC."""

import asyncio
import time
from datetime import UTC, datetime

_NS = 1_000_000_000


class SessionClock:
    """Seconds since the session began; it may run faster than real time (`speed`).

    UTC comes from one offset, taken when the session begins: a step of the host's wall clock in
    the middle changes no duration and no order of what is stored.
    """

    def __init__(self, speed: float = 1.0) -> None:
        self.speed = speed
        self._start_monotonic_s = time.monotonic()
        self._start_utc_ns = time.time_ns()

    @property
    def started(self) -> datetime:
        """When the session began, UTC."""
        return datetime.fromtimestamp(self._start_utc_ns / _NS, UTC)

    @property
    def stamp(self) -> str:
        """The same as ids and folders are named by it, such as `20260131t080000`."""
        return f"{self.started:%Y%m%dt%H%M%S}"

    def now(self) -> float:
        """Seconds of session time since it began."""
        return (time.monotonic() - self._start_monotonic_s) * self.speed

    async def sleep(self, seconds: float) -> None:
        """Wait `seconds` of session time."""
        await asyncio.sleep(max(seconds, 0.0) / self.speed)

    def utc_ns(self, t_s: float) -> int:
        """A session time as UTC nanoseconds since the epoch."""
        return self._start_utc_ns + round(t_s * _NS)

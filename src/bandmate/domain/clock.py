"""The session clock, as links and the simulator ask it. The core asks none: it is told the time."""

from typing import Protocol


class Clock(Protocol):
    """The session clock. It may run faster than real time (demo), so nobody reads another one."""

    def now(self) -> float:
        """Seconds since the session began, monotonic."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait `seconds` of session time."""
        ...

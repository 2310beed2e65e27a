"""What waits to be sent to one page."""

import asyncio
from collections import deque
from collections.abc import Callable

MOST_WAITING = 256
"""Events a page may be behind before it is given up."""


class Outbound:
    """Alerts overtake events, events the state, that the levels, and those the curves.

    Of state, levels and curves only the newest is kept: a slow page's curve has a gap.

    A page that falls too far behind is given up as a whole rather than shown half of the events:
    it comes back by itself and is told how everything stands.

    Attributes:
        under_way_n: How much the page asked for that is not answered yet.
    """

    def __init__(self, give_up: Callable[[], None], most: int = MOST_WAITING) -> None:
        self._urgent: deque[str] = deque()
        self._events: deque[str] = deque()
        self._state: str | None = None
        self._levels: str | None = None
        self._trace: str | None = None
        self._filled = asyncio.Event()
        self.under_way_n = 0
        self._give_up = give_up
        self._most = most

    def put_urgent(self, text: str) -> None:
        """Add an alert, before everything that is none; never waits."""
        self._put(self._urgent, text)

    def put_event(self, text: str) -> None:
        """Add an event; never waits."""
        self._put(self._events, text)

    def put_state(self, text: str) -> None:
        """Replace the state, and with it the levels; never waits."""
        self._state, self._levels = text, None
        self._filled.set()

    def put_levels(self, text: str) -> None:
        """Replace the levels; never waits."""
        self._levels = text
        self._filled.set()

    def put_trace(self, text: str) -> None:
        """Replace the newest piece of the curves; never waits."""
        self._trace = text
        self._filled.set()

    async def next(self) -> str:
        """The next text to send; waits for it."""
        while True:
            if self._urgent:
                return self._urgent.popleft()
            if self._events:
                return self._events.popleft()
            if self._state is not None:
                text, self._state = self._state, None
                return text
            if self._levels is not None:
                text, self._levels = self._levels, None
                return text
            if self._trace is not None:
                text, self._trace = self._trace, None
                return text
            self._filled.clear()
            await self._filled.wait()

    def _put(self, queue: deque[str], text: str) -> None:
        if len(self._urgent) + len(self._events) >= self._most:
            self._give_up()
            return
        queue.append(text)
        self._filled.set()

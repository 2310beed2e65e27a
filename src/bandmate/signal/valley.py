"""The lowest recent level of the rep signal, from which a rise is measured."""

from collections import deque


class Valley:
    """Sliding minimum of the rep signal, and the fast signal since it was reached.

    The minimum is kept by a monotonic queue: each reading enters and leaves once.

    Args:
        window_s: How far back the minimum is looked for.
    """

    __slots__ = ("_lows", "_window_s", "since")

    def __init__(self, window_s: float) -> None:
        self._window_s = window_s
        self._lows: deque[tuple[float, float]] = deque()
        self.since: deque[tuple[float, float]] = deque()
        """(time, fast signal) since the valley was reached, oldest first."""

    def reset(self) -> None:
        """Start anew."""
        self._lows.clear()
        self.since.clear()

    def step(self, t_s: float, tm_s: float, m: float, g: float) -> float:
        """Take one reading's signals, return the level of the valley."""
        lows = self._lows
        while lows and lows[-1][1] >= g:
            lows.pop()
        lows.append((t_s, g))
        while lows[0][0] < t_s - self._window_s:
            lows.popleft()
        since = self.since
        since.append((tm_s, m))
        reached_s = lows[0][0]
        while len(since) > 1 and since[1][0] < reached_s:
            since.popleft()
        return lows[0][1]

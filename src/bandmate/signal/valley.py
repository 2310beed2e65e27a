"""The lowest recent level of the rep signal, from which a rise is measured."""

from collections import deque

from bandmate.signal.trace import Trace

_Point = tuple[float, float, float, float]
"""Time and level of the rep signal, time and level of the fast signal."""


class Valley:
    """Sliding minimum of the rep signal, and the fast signal since it was reached.

    A level at or below the minimum is the new one, and all before it is forgotten. Only when the
    minimum leaves the window are those after it put in order, by a monotonic queue: each reading
    enters and leaves it once at most.

    Args:
        window_s: How far back the minimum is looked for.
    """

    __slots__ = ("_low", "_low_s", "_lows", "_points", "_queued_n", "_window_s")

    def __init__(self, window_s: float) -> None:
        self._window_s = window_s
        self.reset()

    def reset(self) -> None:
        """Start anew."""
        self._low, self._low_s = float("inf"), 0.0
        self._points: list[_Point] = []
        self._lows: deque[_Point] = deque()
        self._queued_n = 0

    def step(self, t_s: float, tm_s: float, m: float, g: float) -> float:
        """Take one reading's signals, return the level of the valley."""
        if g <= self._low:
            self._low, self._low_s = g, t_s
            self._points = [(t_s, g, tm_s, m)]
            if self._queued_n:
                self._lows.clear()
                self._queued_n = 0
            return g
        self._points.append((t_s, g, tm_s, m))
        if self._low_s < t_s - self._window_s:
            self._go_on(t_s - self._window_s)
        return self._low

    @property
    def low_s(self) -> float:
        """When the valley was reached."""
        return self._low_s

    def drop(self, from_s: float, to_s: float) -> float:
        """Forget what was taken from one time until before another, return the valley of the rest.

        Infinity where nothing is left.
        """
        kept = [point for point in self._points if not from_s <= point[0] < to_s]
        self.reset()
        for point in kept:
            t_s, g, tm_s, m = point
            self.step(t_s, tm_s, m, g)
        return self._low

    def trace(self) -> Trace:
        """The fast signal since the valley was reached, to be recorded on."""
        return Trace([tm_s for _, _, tm_s, _ in self._points], [m for _, _, _, m in self._points])

    def _go_on(self, from_s: float) -> None:
        """The minimum left the window: the lowest level since then takes its place."""
        points, lows = self._points, self._lows
        for point in points[self._queued_n :]:
            while lows and lows[-1][1] >= point[1]:
                lows.pop()
            lows.append(point)
        while lows[0][0] < from_s:
            lows.popleft()
        self._low_s, self._low, _, _ = lows[0]
        del points[: points.index(lows[0])]
        self._queued_n = len(points)

"""A bounded record of one movement or hold, from which its edges and measures are taken."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

_CAPACITY = 8192


class Trace:
    """Times and levels since a start. When full it keeps every other one and halves its rate.

    So a movement of any length has its measures in bounded memory; at 80 readings a second the
    first 100 s are kept whole.
    """

    __slots__ = ("_skip", "_stride", "_whole_n", "level", "t_s")

    def __init__(self, t_s: Iterable[float] = (), level: Iterable[float] = ()) -> None:
        self.t_s = list(t_s)
        self.level = list(level)
        self._whole_n = _CAPACITY  # so many are taken as they come; none once it was full
        self._stride = 1
        self._skip = 0

    def add(self, t_s: float, level: float) -> None:
        """Record one point; times never decrease."""
        times = self.t_s
        if len(times) < self._whole_n:
            times.append(t_s)
            self.level.append(level)
        else:
            self._add_thinned(t_s, level)

    def between(self, from_s: float, to_s: float) -> "Trace":
        """The part of the record between two times, to be recorded on."""
        within = self._within(from_s, to_s)
        part = Trace(self.t_s[within], self.level[within])
        part._whole_n, part._stride = self._whole_n, self._stride
        return part

    def first_rise_through(self, level: float, after_s: float) -> float | None:
        """Time of the first upward crossing of `level` that ends after `after_s`, or `None`."""
        first = max(bisect_left(self.t_s, after_s), 1)
        for i, x in enumerate(self.level[first:], first):
            if x >= level > self.level[i - 1]:
                return self._crossing(i - 1, level)
        return None

    def last_rise_through(self, level: float, before_s: float) -> float | None:
        """Time of the last upward crossing of `level` that begins before `before_s`, or `None`."""
        levels = self.level
        last = min(bisect_left(self.t_s, before_s), len(levels) - 1)
        for i in range(last - 1, -1, -1):
            if levels[i] <= level < levels[i + 1]:
                return self._crossing(i, level)
        return None

    def first_fall_through(self, level: float, after_s: float) -> float | None:
        """Time of the first downward crossing of `level` that ends after `after_s`, or `None`."""
        first = max(bisect_left(self.t_s, after_s), 1)
        for i, x in enumerate(self.level[first:], first):
            if x <= level < self.level[i - 1]:
                return self._crossing(i - 1, level)
        return None

    def last_fall_through(self, level: float) -> float | None:
        """Time of the last downward crossing of `level`, or `None`."""
        levels = self.level
        for i in range(len(levels) - 2, -1, -1):
            if levels[i] > level >= levels[i + 1]:
                return self._crossing(i, level)
        return None

    def time_above(self, level: float, from_s: float, to_s: float) -> float:
        """Seconds at or above `level` between two times, crossings interpolated."""
        first = max(bisect_right(self.t_s, from_s), 1)
        last = min(bisect_left(self.t_s, to_s), len(self.t_s) - 1)
        if last < first:
            return 0.0
        is_over = [x >= level for x in self.level[first - 1 : last + 1]]
        crossings_s = [self._crossing(first - 1 + i, level) for i in _changes(is_over)]
        if is_over[0]:
            crossings_s.insert(0, self.t_s[first - 1])
        if is_over[-1]:
            crossings_s.append(self.t_s[last])
        return sum(crossings_s[1::2]) - sum(crossings_s[::2])  # it rises and falls in turn

    def levels_between(self, from_s: float, to_s: float) -> list[float]:
        """Levels recorded between two times."""
        return self.level[self._within(from_s, to_s)]

    def _add_thinned(self, t_s: float, level: float) -> None:
        if self._skip:
            self._skip -= 1
            return
        if len(self.t_s) >= _CAPACITY:
            del self.t_s[1::2], self.level[1::2]
            self._stride *= 2
            self._whole_n = 0
        self.t_s.append(t_s)
        self.level.append(level)
        self._skip = self._stride - 1

    def _within(self, from_s: float, to_s: float) -> slice:
        return slice(bisect_left(self.t_s, from_s), bisect_right(self.t_s, to_s))

    def _crossing(self, i: int, level: float) -> float:
        t0, t1 = self.t_s[i], self.t_s[i + 1]
        x0, x1 = self.level[i], self.level[i + 1]
        return t0 + (t1 - t0) * (level - x0) / (x1 - x0)


def _changes(is_over: list[bool]) -> Iterator[int]:
    """Where the next one is another."""
    i = 0
    while (not is_over[i]) in is_over[i:]:
        i = is_over.index(not is_over[i], i)
        yield i - 1

"""A bounded record of one movement or hold, from which its edges and measures are taken."""

from itertools import pairwise

_CAPACITY = 8192


class Trace:
    """Times and levels since a start. When full it keeps every other one and halves its rate.

    So a movement of any length has its measures in bounded memory; at 80 readings a second the
    first 100 s are kept whole.
    """

    __slots__ = ("_skip", "_stride", "level", "t_s")

    def __init__(self) -> None:
        self.t_s: list[float] = []
        self.level: list[float] = []
        self._stride = 1
        self._skip = 0

    def add(self, t_s: float, level: float) -> None:
        """Record one point; times never decrease."""
        if self._skip:
            self._skip -= 1
            return
        self.t_s.append(t_s)
        self.level.append(level)
        self._skip = self._stride - 1
        if len(self.t_s) >= _CAPACITY:
            del self.t_s[1::2]
            del self.level[1::2]
            self._stride *= 2

    def between(self, from_s: float, to_s: float) -> "Trace":
        """The part of the record between two times, to be recorded on."""
        part = Trace()
        part._stride = self._stride
        for t_s, level in zip(self.t_s, self.level, strict=True):
            if from_s <= t_s <= to_s:
                part.t_s.append(t_s)
                part.level.append(level)
        return part

    def first_rise_through(self, level: float, after_s: float) -> float | None:
        """Time of the first upward crossing of `level` that ends after `after_s`, or `None`."""
        for i, (t1, x0, x1) in enumerate(
            zip(self.t_s[1:], self.level, self.level[1:], strict=False)
        ):
            if x0 < level <= x1 and t1 >= after_s:
                return self._crossing(i, level)
        return None

    def last_rise_through(self, level: float, before_s: float) -> float | None:
        """Time of the last upward crossing of `level` that begins before `before_s`, or `None`."""
        for i in range(len(self.t_s) - 2, -1, -1):
            if self.t_s[i] < before_s and self.level[i] <= level < self.level[i + 1]:
                return self._crossing(i, level)
        return None

    def first_fall_through(self, level: float, after_s: float) -> float | None:
        """Time of the first downward crossing of `level` that ends after `after_s`, or `None`."""
        for i, (t1, x0, x1) in enumerate(
            zip(self.t_s[1:], self.level, self.level[1:], strict=False)
        ):
            if x0 > level >= x1 and t1 >= after_s:
                return self._crossing(i, level)
        return None

    def last_fall_through(self, level: float) -> float | None:
        """Time of the last downward crossing of `level`, or `None`."""
        for i in range(len(self.t_s) - 2, -1, -1):
            if self.level[i] > level >= self.level[i + 1]:
                return self._crossing(i, level)
        return None

    def time_above(self, level: float, from_s: float, to_s: float) -> float:
        """Seconds at or above `level` between two times, crossings interpolated."""
        total = 0.0
        for (t0, x0), (t1, x1) in pairwise(zip(self.t_s, self.level, strict=True)):
            if t1 <= from_s or t0 >= to_s:
                continue
            if x0 >= level and x1 >= level:
                total += t1 - t0
            elif x0 >= level or x1 >= level:
                total += (t1 - t0) * (max(x0, x1) - level) / abs(x1 - x0)
        return total

    def integral_above(self, base: float, from_s: float, to_s: float) -> float:
        """Area above `base` between two times, by the trapezoidal rule (level unit x seconds)."""
        return sum(
            (t1 - t0) * ((x0 + x1) / 2 - base)
            for (t0, x0), (t1, x1) in pairwise(zip(self.t_s, self.level, strict=True))
            if t0 >= from_s and t1 <= to_s
        )

    def levels_between(self, from_s: float, to_s: float) -> list[float]:
        """Levels recorded between two times."""
        return [
            level for t_s, level in zip(self.t_s, self.level, strict=True) if from_s <= t_s <= to_s
        ]

    def _crossing(self, i: int, level: float) -> float:
        t0, t1 = self.t_s[i], self.t_s[i + 1]
        x0, x1 = self.level[i], self.level[i + 1]
        return t0 + (t1 - t0) * (level - x0) / (x1 - x0)

"""The newest readings of one band, kept for the other bands' movements to be held against."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

KEPT_S: Final = 120.0
"""A movement that was learnt from is counted up to three of the longest movements late."""
LONGEST_STEP_S: Final = 0.5
"""Over a longer step between two readings nothing is known of what was between them."""


class ReadingHistory:
    """Readings of one band, oldest first; of a motion sensor degrees from its pose of rest.

    Attributes:
        newest_s: Time of the newest one, session clock.
    """

    def __init__(self) -> None:
        self._t_s: list[float] = []
        self._values: list[float] = []
        self.newest_s = -float("inf")

    def add(self, readings: Iterable[tuple[float, float]]) -> None:
        """Take readings, (time, value), none older than those before."""
        for t_s, value in readings:
            self._t_s.append(t_s)
            self._values.append(value)
        if not self._t_s:
            return
        self.newest_s = self._t_s[-1]
        if self._t_s[0] < self.newest_s - 2 * KEPT_S:  # rarely, and then half of it
            old = bisect_left(self._t_s, self.newest_s - KEPT_S)
            del self._t_s[:old]
            del self._values[:old]

    def between(self, from_s: float, to_s: float) -> tuple[Numbers, Numbers]:
        """Times and values between two times, both included."""
        within = slice(bisect_left(self._t_s, from_s), bisect_right(self._t_s, to_s))
        return np.array(self._t_s[within]), np.array(self._values[within])

    def covers(self, from_s: float, to_s: float) -> bool:
        """Whether nothing longer than half a second is missing between two times."""
        t_s, _ = self.between(from_s, to_s)
        steps_s = np.diff(np.concatenate([[from_s], t_s, [to_s]]))
        return float(steps_s.max()) <= LONGEST_STEP_S

    def at(self, t_s: Numbers) -> Numbers:
        """The values at some times, interpolated; at the ends the nearest."""
        first, last = bisect_left(self._t_s, t_s[0]) - 1, bisect_right(self._t_s, t_s[-1]) + 1
        within = slice(max(first, 0), last)
        return np.interp(t_s, self._t_s[within], self._values[within])

"""The newest readings of a band, for the curve on the page."""

from collections import deque
from itertools import islice
from math import inf
from typing import Final

from bandmate.domain.records import Trace

KEPT_S: Final = 20.0
STEP_S: Final = 0.05
"""Of readings closer together than this the highest is kept: peaks show, and no page drowns."""


class RecentReadings:
    """The newest readings of one band.

    Args:
        band: Its name.
    """

    def __init__(self, band: str) -> None:
        self._band = band
        self._step_s = -inf
        self._readings: deque[tuple[float, float]] = deque()

    def add(self, t_s: float, value: float) -> None:
        """Add a reading, newer than all before."""
        readings = self._readings
        if t_s - self._step_s < STEP_S:
            # At its own time: whoever was given the lower one is given this too.
            if value > readings[-1][1]:
                readings[-1] = t_s, value
            return
        self._step_s = t_s
        readings.append((t_s, value))
        while readings[0][0] < t_s - KEPT_S:
            readings.popleft()

    def since(self, t_s: float) -> Trace:
        """Those measured after `t_s`, session clock."""
        count = 0
        for at_s, _ in reversed(self._readings):
            if at_s <= t_s:
                break
            count += 1
        newest = islice(self._readings, len(self._readings) - count, None)
        times, values = zip(*newest, strict=True) if count else ((), ())
        return Trace(self._band, times, values)

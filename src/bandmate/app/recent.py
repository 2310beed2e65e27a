"""The newest readings of a band, for the curve on the page."""

from collections import deque
from itertools import islice
from typing import Final

from bandmate.domain.records import Trace

KEPT_S: Final = 20.0
STEP_S: Final = 0.01
"""Of readings closer together than this the highest is kept: peaks show, and no page drowns."""


class RecentReadings:
    """The newest readings of one band.

    Args:
        band: Its name.
    """

    def __init__(self, band: str) -> None:
        self._band = band
        self._readings: deque[tuple[float, float]] = deque()

    def add(self, t_s: float, value: float) -> None:
        """Add a reading, newer than all before."""
        readings = self._readings
        if readings and t_s - readings[-1][0] < STEP_S:
            if value > readings[-1][1]:
                readings[-1] = readings[-1][0], value
            return
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

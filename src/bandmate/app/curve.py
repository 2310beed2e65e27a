"""A movement as it goes, thinned out to what a picture of it shows."""

from collections import deque
from typing import Final, Literal

from bandmate.domain.setting_up import CurveState

MOST_N: Final = 600
STEP_S: Final = 0.075
"""Readings this far apart are kept: the newest 45 s of them."""


class Curve:
    """Readings and the repetitions found in them, bounded whatever comes.

    Args:
        unit: Of the readings.
    """

    def __init__(self, unit: Literal["N", "°"]) -> None:
        self._unit: Literal["N", "°"] = unit
        self._points: deque[tuple[float, float]] = deque(maxlen=MOST_N)
        self._found: deque[tuple[float, float]] = deque(maxlen=MOST_N)
        self._began_s: float | None = None

    def add(self, t_s: float, value: float) -> None:
        """Take one finite reading; times never decrease."""
        if self._began_s is None:
            self._began_s = t_s
        if not self._points or t_s - self._points[-1][0] >= STEP_S:
            self._points.append((t_s, value))

    def mark(self, t_s: float, value: float) -> None:
        """A repetition was found: when its peak was, and how high."""
        self._found.append((t_s, value))

    def state(self) -> CurveState:
        """What there is to be drawn."""
        began_s = self._began_s or 0.0
        shown = [(round(t_s - began_s, 2), round(value, 2)) for t_s, value in self._points]
        first_s = shown[0][0] if shown else 0.0
        found = [(round(t_s - began_s, 2), round(value, 2)) for t_s, value in self._found]
        return CurveState(
            unit=self._unit,
            t_s=tuple(t_s for t_s, _ in shown),
            values=tuple(value for _, value in shown),
            found=tuple(one for one in found if one[0] >= first_s),
        )

"""Band release: the band slipped off or snapped."""

from collections import deque
from dataclasses import dataclass

FROM_N = 15.0
FALL_S = 0.150
WINDOW_S = 0.200
TOP_FRACTION = 0.9
FALL_FRACTION = 0.8


@dataclass(frozen=True, slots=True)
class Release:
    """The pull fell from `level` to slack too quickly for a hand to have let it down."""

    onset_s: float
    level: float


class ReleaseWatch:
    """Finds falls of 80 % or more, from 15 N or more to slack, in 150 ms or less.

    Works on the fast signal, so that one bad reading is no release. Fires again only after the
    band was tensioned again.
    """

    def __init__(self, slack: float) -> None:
        self._slack = slack
        self._recent: deque[tuple[float, float]] = deque()
        self._armed = False

    def step(self, t_s: float, m: float) -> Release | None:
        """Take one reading of the fast signal."""
        recent = self._recent
        recent.append((t_s, m))
        while recent[0][0] < t_s - WINDOW_S:
            recent.popleft()
        if m >= FROM_N:
            self._armed = True
            return None
        if not self._armed or m >= self._slack:
            return None
        level = max(x for _, x in recent)
        if level < FROM_N:
            self._armed = False  # it came down to slack slowly
            return None
        if m > (1 - FALL_FRACTION) * level:
            return None
        left_s = max(t for t, x in recent if x >= TOP_FRACTION * level)
        if t_s - left_s > FALL_S:
            return None
        self._armed = False
        return Release(left_s, level)

    def gap(self) -> None:
        """Readings are missing: what happened meanwhile is unknown."""
        self._recent.clear()
        self._armed = False

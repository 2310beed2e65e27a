"""Band release: the band slipped off or snapped."""

from collections import deque
from dataclasses import dataclass
from math import inf

from bandmate.signal.trace import Trace

FROM_N = 15.0
FALL_S = 0.150
WINDOW_S = 0.300
TOP_FRACTION = 0.9
FALL_FRACTION = 0.8
OPEN_FRACTION = 0.6
"""Of the level: what is still over this does not fall as a release does."""


@dataclass(frozen=True, slots=True)
class Release:
    """The pull fell from `level` to slack too quickly for a hand to have let it down."""

    onset_s: float
    level: float


class Fall:
    """The fall that a record of the fast signal ends with, so far.

    It is timed by the lines through the readings, so that it is as long at any rate.

    Args:
        trace: The record, which may go on.
        top: The level that it falls from; `None`: the highest lately.

    Attributes:
        top: The level that it falls from.
    """

    def __init__(self, trace: Trace, top: float | None = None) -> None:
        self._trace = trace
        if top is None:
            top = max(trace.levels_between(trace.t_s[-2:][0] - WINDOW_S, inf))
        self.top = top

    def release(self, slack: float) -> Release | None:
        """What it is, if it is a release and has come to slack."""
        now = self._trace.level[-1]
        if now >= slack or self.top <= slack:
            return None
        if not self._is_quick() and not self._is_steep(slack):
            return None
        return Release(self._trace.t_s[-1] - self._ago_s(TOP_FRACTION * self.top), self.top)

    def is_open(self) -> bool:
        """Whether it may still become one."""
        if self._trace.level[-1] >= OPEN_FRACTION * self.top:
            return False
        if self._is_quick():
            return self._ago_s(TOP_FRACTION * self.top) <= WINDOW_S
        return self._ago_s(FALL_FRACTION * self.top) <= FALL_S

    def _is_quick(self) -> bool:
        left_s = self._trace.last_fall_through(TOP_FRACTION * self.top)
        if left_s is None:
            return False
        down_s = self._trace.first_fall_through((1 - TOP_FRACTION) * self.top, left_s)
        return down_s is not None and down_s - left_s <= FALL_S

    def _is_steep(self, slack: float) -> bool:
        """Whether any of what is slack fell so far so quickly, whenever it is asked.

        A slack band may be off zero by more than is left of a release.
        """
        for t_s, level in zip(reversed(self._trace.t_s), reversed(self._trace.level), strict=True):
            if level >= slack:
                return False
            if self._ago_s(level + FALL_FRACTION * self.top, t_s) <= FALL_S:
                return True
        return False

    def _ago_s(self, level: float, now_s: float | None = None) -> float:
        """How long before a time, by default the last one, it fell through a level."""
        fell_s = self._trace.last_fall_through(level)
        now_s = self._trace.t_s[-1] if now_s is None else now_s
        return inf if fell_s is None else now_s - fell_s


class ReleaseWatch:
    """Finds falls by 80 % or more, from 15 N or more to slack, in 150 ms or less.

    Works on the fast signal, so that one bad reading is no release. Fires again only after the
    band was tensioned again.
    """

    def __init__(self, slack: float) -> None:
        self._slack = slack
        self._recent: deque[tuple[float, float]] = deque()
        self._armed = False
        self._top: float | None = None

    def step(self, t_s: float, m: float) -> Release | None:
        """Take one reading of the fast signal."""
        recent = self._recent
        while recent and recent[0][0] < recent[-1][0] - WINDOW_S:
            recent.popleft()
        recent.append((t_s, m))
        if m >= FROM_N:
            self._armed, self._top = True, None
            return None
        if not self._armed or m >= self._slack:
            return None
        fall = Fall(Trace(*zip(*recent, strict=True)), self._top)
        release = fall.release(self._slack) if fall.top >= FROM_N else None
        if release or fall.top < FROM_N or not fall.is_open():
            self._armed, self._top = False, None
        else:
            self._top = fall.top
        return release

    def gap(self) -> None:
        """Readings are missing: what happened meanwhile is unknown."""
        self._recent.clear()
        self._armed, self._top = False, None

"""A movement is learnt where it repeats: three times the same way, at much the same tempo.

Turning points of several sizes are followed. Where the last of one size are rest, top, rest, top …
each time in the same pose, and the ways between agree too, they are one movement's: it has a
course. Handling and walking about turn too, but not thrice alike.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Final

from bandmate.signal.course import Course, course_of
from bandmate.signal.pose import Pose, angle_deg, angle_rad, dot, mean
from bandmate.signal.pose_history import PoseHistory
from bandmate.signal.turning import TurningPoints

SCALES_DEG: Final = (6.0, 9.0, 13.5, 20.0, 30.0, 45.0)
"""Sizes of turning points: half a step from any movement's amplitude to the next."""
REPEATS: Final = 3
"""So many tops make a movement."""
LEAST_DEG: Final = 8.0
"""What is smaller is breathing and fidgeting, however it repeats."""
_TURNS: Final = 2 * REPEATS - 1
"""Turning points of these: the tops, and the rests between."""
ALIKE_SHARE: Final = 0.35
"""Of the amplitude: poses nearer than this are the same."""
SHAPE_SHARE: Final = 0.09
SHAPE_DEG: Final = 1.6
"""How far two ways may be apart on average: a share of the amplitude, and what tremor adds."""
TEMPO_RATIO: Final = 2.0
"""Between the slowest and the quickest repetition. Who repeats a movement may vary its tempo or its
shape; what differs nearly as much as it may in both is chance."""
PERIOD_S: Final = (1.2, 20.0)
"""Shorter is trembling or walking, longer is no set."""
DWELL_RATIO: Final = 1.15
"""By how much longer it must dwell at the one end for that to be its rest."""
LEAD_PERIODS: Final = 0.75
"""Where it dwelt so long before the first top tells too."""
DWELL_SHARE: Final = 0.3
"""Of the amplitude: so near an end it dwells there."""
SOON_S: Final = 3.0
SOON_PERIODS: Final = 2.0
"""A movement whose first top comes within both after the beginning set out from its rest."""
START_SHARE: Final = 0.5
"""Of the amplitude: so near an end the set began there."""
SAME_SHARE: Final = 0.25
"""Of the amplitude: both ends so near a course known before are that movement's."""
_WAY_POSES: Final = 16
_LATE: Final = 1
"""So many of these one repetition may be late against another: who pauses goes the same way."""
_RISE_POSES: Final = 24

_Turn = tuple[float, Pose]


@dataclass(frozen=True, slots=True)
class Repeats:
    """A movement that repeats. `since_s`: its first top."""

    course: Course
    since_s: float


@dataclass(frozen=True, slots=True)
class _Swing:
    """Rest and top as they were found; which of them is which is not sure yet.

    Attributes:
        rest: The mean pose between the tops.
        top: The mean pose of the tops.
        size_deg: The angle between them.
        first_s: When the first top was.
        period_s: From top to top.
    """

    rest: Pose
    top: Pose
    size_deg: float
    first_s: float
    period_s: float


class _Scale:
    """The newest turning points of one size."""

    __slots__ = ("_cos_back", "_rest", "_turning", "_turns")

    def __init__(self, scale_deg: float) -> None:
        self._turning = TurningPoints(scale_deg)
        self._turns: list[_Turn] = []
        self._rest: Pose | None = None
        """Where it is waited for; `None`: the newest turning points have been looked at."""
        self._cos_back = 1.0

    def step(self, t_s: float, pose: Pose) -> Sequence[_Turn]:
        """Take one pose; the newest turning points, once each time it is back at rest after them.

        Rest is where the turning points between the tops were.
        """
        turn = self._turning.step(t_s, pose)
        if turn is not None:
            self._turns = [*self._turns[1 - _TURNS :], turn]
            if len(self._turns) == _TURNS:
                self._rest, top = _ends(self._turns)
                self._cos_back = math.cos(ALIKE_SHARE * angle_rad(self._rest, top))
        if self._rest is None or dot(pose, self._rest) < self._cos_back:
            return ()
        self._rest = None
        return self._turns


class RepeatFinder:
    """Finds movements that repeat.

    Attributes:
        history: What it has seen; poses are added by who asks it to look.
    """

    def __init__(self) -> None:
        self.history = PoseHistory()
        self.clear()

    def clear(self) -> None:
        """A set begins, or nothing was seen for long: begin anew."""
        self.history.clear()
        self.skip(-math.inf)

    def skip(self, to_s: float) -> None:
        """What was before a time is counted: begin anew there."""
        self._scales = [_Scale(scale_deg) for scale_deg in SCALES_DEG]
        self._seen_s = to_s

    def look(self, known: Course | None) -> Sequence[Repeats]:
        """Look at the poses since the last time; the movements that have repeated with them.

        Args:
            known: The course that is followed now: the same movement keeps its rest.
        """
        history = self.history
        begin = bisect_right(history.t_s, self._seen_s)
        self._seen_s = history.t_s[-1]
        return [
            repeats
            for t_s, pose in zip(history.t_s[begin:], history.poses[begin:], strict=True)
            for scale in self._scales
            if (turns := scale.step(t_s, pose)) and (repeats := self._repeats(turns, known))
        ]

    def _repeats(self, turns: Sequence[_Turn], known: Course | None) -> Repeats | None:
        rest, top = _ends(turns)
        size_deg = angle_deg(rest, top)
        if size_deg < LEAST_DEG:
            return None
        times_s = [t_s for t_s, _ in turns]
        periods_s = [to_s - from_s for from_s, to_s in zip(times_s, times_s[2:], strict=False)]
        uneven = _unevenness(periods_s)
        if uneven > 1.0 or not _same_poses(turns, rest, top, size_deg):
            return None
        ways = [
            self.history.sampled(from_s, to_s, _WAY_POSES)
            for from_s, to_s in zip(times_s[::2], times_s[2::2], strict=False)
        ]
        if math.hypot(uneven, _unlikeness(ways, size_deg)) > 1.0:
            return None
        period_s = median(periods_s)
        turned = self._is_turned(_Swing(rest, top, size_deg, times_s[0], period_s), known)
        # The newest way from rest to top: of the tops and rests found, or of them turned round.
        from_s, to_s = times_s[-3:-1] if turned else times_s[-2:]
        ends = (top, rest) if turned else (rest, top)
        rise = self.history.sampled(from_s, to_s, _RISE_POSES)
        course = course_of([ends[0], *rise[1:-1], ends[1]], ways, period_s)
        return None if course is None else Repeats(course, times_s[1] if turned else times_s[0])

    def _is_turned(self, swing: _Swing, known: Course | None) -> bool:
        """Are the tops that were found its rests?

        A set that soon begins to move set out from its rest. A movement known before keeps its.
        Otherwise rest is where it dwells.
        """
        history, rest, top, size_deg = self.history, swing.rest, swing.top, swing.size_deg
        begin_s, begin = history.t_s[0], history.poses[min(4, len(history.poses) - 1)]
        if swing.first_s - begin_s <= SOON_S + SOON_PERIODS * swing.period_s:
            to_rest, to_top = angle_deg(begin, rest), angle_deg(begin, top)
            if min(to_rest, to_top) <= START_SHARE * size_deg:
                return to_top < to_rest
        if known is not None and _is_same(known, rest, top, size_deg):
            return angle_deg(known.rest, top) < angle_deg(known.rest, rest)
        near = math.cos(math.radians(DWELL_SHARE * size_deg))
        poses = history.poses[history.index(swing.first_s - LEAD_PERIODS * swing.period_s) :]
        at_rest = sum(dot(pose, rest) >= near for pose in poses)
        at_top = sum(dot(pose, top) >= near for pose in poses)
        return at_top > DWELL_RATIO * at_rest


def _ends(turns: Sequence[_Turn]) -> tuple[Pose, Pose]:
    """Rest and top, of turning points that are top, rest, top and so on."""
    return mean(pose for _, pose in turns[1::2]), mean(pose for _, pose in turns[::2])


def _unevenness(periods_s: Sequence[float]) -> float:
    """How uneven the tempo is: 0 when even, 1 at most for a movement."""
    least_s, most_s = PERIOD_S
    shortest_s, longest_s = min(periods_s), max(periods_s)
    if shortest_s < least_s or longest_s > most_s:
        return math.inf
    return math.log(longest_s / shortest_s) / math.log(TEMPO_RATIO)


def _unlikeness(ways: Sequence[Sequence[Pose]], size_deg: float) -> float:
    """How unlike each other ways are: 0 when the same, 1 at most for a movement."""
    apart_deg = max(_apart_deg(a, b) for a, b in pairwise(ways))
    return apart_deg / (SHAPE_SHARE * size_deg + SHAPE_DEG)


def _same_poses(turns: Sequence[_Turn], rest: Pose, top: Pose, size_deg: float) -> bool:
    return all(
        angle_deg(pose, rest if n % 2 else top) <= ALIKE_SHARE * size_deg
        for n, (_, pose) in enumerate(turns)
    )


def _apart_deg(a: Sequence[Pose], b: Sequence[Pose]) -> float:
    """How far two ways are apart on average, each pose from the other's at about the same time."""
    apart_deg = [
        min(angle_deg(pose, other[k]) for k in range(max(n - _LATE, 0), n + _LATE + 1))
        for one, other in ((a, [*b, b[-1]]), (b, [*a, a[-1]]))
        for n, pose in enumerate(one)
    ]
    return sum(apart_deg) / len(apart_deg)


def _is_same(known: Course, rest: Pose, top: Pose, size_deg: float) -> bool:
    apart_deg = max(known.away_deg([rest, top]))
    return apart_deg <= SAME_SHARE * size_deg and (
        min(angle_deg(known.rest, rest), angle_deg(known.rest, top)) <= ALIKE_SHARE * size_deg
    )

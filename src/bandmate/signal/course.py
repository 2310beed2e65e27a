"""The course of a movement: the way that its pose takes from rest to the top and back.

Its main part lies on a great circle of all poses, or near one. Along it a pose is one signed angle,
0 at rest and the amplitude at the top, for arcs up to 360 degrees: polarity and axis in one.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from bandmate.signal.pose import Pose, cross, dot, plus, unit

_STRAIGHT = 1e-9
"""A sum of turns shorter than this has no direction."""


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """One movement's course.

    Attributes:
        rest: The pose it begins and ends in.
        top: The pose it turns back in.
        amplitude_deg: The arc between them.
        period_s: How long one repetition takes, from top to top.
        path: Poses all along it, there and back, one a column.
        middle: The pose half way, on the great circle.
        ahead: The direction of the movement there.
        axis: What it turns about.
        zero_deg: Where rest is, seen from the middle.
        inner_deg: How far it rises a second time within one repetition; 0 where it does not.
    """

    rest: Pose
    top: Pose
    amplitude_deg: float
    period_s: float
    path: NDArray[np.float64]
    middle: Pose
    ahead: Pose
    axis: Pose
    zero_deg: float = 0.0
    inner_deg: float = 0.0

    def along_deg(self, pose: Pose) -> float:
        """How far a pose is along the course: 0 at rest, `amplitude_deg` at the top."""
        x, y, z = pose
        ahead_x, ahead_y, ahead_z = self.ahead
        middle_x, middle_y, middle_z = self.middle
        angle = math.atan2(
            x * ahead_x + y * ahead_y + z * ahead_z, x * middle_x + y * middle_y + z * middle_z
        )
        return math.degrees(angle) - self.zero_deg

    def away_deg(self, poses: Sequence[Pose]) -> list[float]:
        """How far each pose is from the nearest one of the path."""
        nearest = (np.array(poses) @ self.path).max(axis=1)
        return np.degrees(np.arccos(np.minimum(nearest, 1.0))).tolist()


def course_of(
    rise: Sequence[Pose], cycles: Sequence[Sequence[Pose]], period_s: float
) -> Course | None:
    """The course of a movement; `None` where it has no direction.

    Args:
        rise: Poses from rest to the top, in order.
        cycles: Poses of whole repetitions, evenly spaced in time, from whatever place in it.
        period_s: From top to top.
    """
    turns: Pose = (0.0, 0.0, 0.0)
    for before, after in pairwise(rise):
        turns = plus(turns, cross(before, after))
    if math.hypot(*turns) < _STRAIGHT:
        return None
    axis = unit(turns)
    half_way = rise[_half_way(rise)]
    middle = unit(plus(half_way, axis, -dot(half_way, axis)))
    ahead = cross(axis, middle)
    path = np.concatenate([np.array(cycle) for cycle in cycles]).T
    course = Course(rise[0], rise[-1], 0.0, period_s, path, middle, ahead, axis)
    rest_deg, top_deg = course.along_deg(rise[0]), course.along_deg(rise[-1])
    inner_deg = min(_inner(list(map(course.along_deg, cycle))) for cycle in cycles)
    return replace(course, amplitude_deg=top_deg - rest_deg, zero_deg=rest_deg, inner_deg=inner_deg)


def _inner(cycle: Sequence[float]) -> float:
    """The largest rise from low to low within a cycle, beside the one to its top."""
    top = max(range(len(cycle)), key=cycle.__getitem__)
    levels = [*cycle[top:], *cycle[: top + 1]]
    before, after = accumulate(levels, min), list(accumulate(reversed(levels), min))
    return max(
        level - max(low, next_low)
        for level, low, next_low in zip(levels, before, reversed(after), strict=True)
    )


def _half_way(rise: Sequence[Pose]) -> int:
    """Index of the pose in the middle of the way."""
    ways = list(accumulate(math.dist(before, after) for before, after in pairwise(rise)))
    return next(i for i, way in enumerate(ways) if way >= ways[-1] / 2)

"""Which movements along a course count: those like it, and like each other.

A pull on a band leaves little doubt. A limb goes many ways, and passes along a course by chance
too: so a movement is held against the course and against those before, and one that stands alone
waits until more like it follow.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bandmate.signal.course import Course
from bandmate.signal.movement import Movement, Settled
from bandmate.signal.pose import Pose, angle_deg

_LOOKED_AT = 12
"""So many poses of a movement are held against the course."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like the course a movement must be. Shares are of its amplitude.

    Attributes:
        away_share: How far its poses may be from the course on average …
        top_share: … how far its top …
        slack_deg: … beside what any pose may be off.
        rest_share: How far from rest it may begin.
        most_share: What is larger is another movement.
        quick_share: Of the period; what is quicker, and small, is a bounce.
        slow_share: Of the period; what is slower is another movement.
        size_ratio: Least ratio of the sizes of two movements that are alike.
        time_ratio: The same for how long they took.
        floor_deg: The smallest rise worth looking at.
        below_share: Angles are followed so far below rest.
        beside_share: Farther beside the course than this, and `BESIDE_DEG`, the limb does something
            else.
        confirmed_by: A movement after a break counts once so many are alike; 1: at once.
    """

    away_share: float
    top_share: float
    slack_deg: float
    rest_share: float
    most_share: float
    quick_share: float
    slow_share: float
    floor_deg: float
    below_share: float
    beside_share: float
    size_ratio: float = 0.0
    time_ratio: float = 0.0
    confirmed_by: int = 1


LEARNT = Likeness(
    away_share=0.13,
    top_share=0.12,
    slack_deg=3.6,
    rest_share=0.45,
    most_share=1.55,
    quick_share=0.38,
    slow_share=1.4,
    floor_deg=4.0,
    below_share=0.1,
    beside_share=0.65,
    size_ratio=0.7,
    time_ratio=0.6,
    confirmed_by=3,
)
"""For a course that was only seen to repeat."""
CALIBRATED = Likeness(
    away_share=0.5,
    top_share=0.6,
    slack_deg=3.0,
    rest_share=0.9,
    most_share=2.0,
    quick_share=0.05,
    slow_share=float("inf"),
    floor_deg=3.0,
    below_share=0.5,
    beside_share=1.0,
)
"""For a course that a person has shown: each movement along it is meant."""
SMALL_SHARE = 0.7
"""Of the amplitude: a quick movement smaller than this is a bounce."""
BESIDE_DEG = 10.0


@dataclass(slots=True)
class Candidate:
    """A movement that may count.

    Attributes:
        movement: The movement.
        width_s: From half way up to its count: how long it took, whatever it did at rest.
        settled: How it came to rest, once it has.
    """

    movement: Movement
    width_s: float
    settled: Settled | None = None


def is_like(
    candidate: Candidate, poses: Sequence[Pose], top: Pose, course: Course, likeness: Likeness
) -> bool:
    """Is it a movement along this course?

    Args:
        candidate: What the counting machine found, in degrees along the course.
        poses: Its poses, from its start to its count.
        top: The pose of its peak.
        course: The course.
        likeness: How like it must be.
    """
    size_deg, rise_deg = course.amplitude_deg, candidate.movement.excursion
    if rise_deg > likeness.most_share * size_deg:
        return False
    if candidate.width_s > likeness.slow_share * course.period_s:
        return False
    small = rise_deg < SMALL_SHARE * size_deg
    if small and candidate.width_s < likeness.quick_share * course.period_s:
        return False
    looked_at = poses[:: max(1, len(poses) // _LOOKED_AT)]
    *away_deg, top_away_deg = course.away_deg([*looked_at, top])
    return (
        sum(away_deg) <= len(looked_at) * (likeness.away_share * size_deg + likeness.slack_deg)
        and top_away_deg <= likeness.top_share * size_deg + likeness.slack_deg
        and angle_deg(poses[0], course.rest) <= likeness.rest_share * size_deg
    )

"""The course of a movement that a person has shown once: from rest to the top and back."""

from bandmate.signal.course import Course, course_of
from bandmate.signal.pose import angle_deg, mean
from bandmate.signal.pose_history import PoseHistory

REST_S = 0.25
"""So long before and after its beginning the pose is that of rest."""
LEFT_SHARE = 0.10
"""Of the farthest pose: nearer than this it is still at rest."""
REACHED_SHARE = 0.95
"""… and from here on at the top."""
_CYCLE_POSES = 48


def shown_course(history: PoseHistory, from_s: float, to_s: float) -> Course | None:
    """The course of one repetition; `None` where nothing moves.

    Args:
        history: The poses of the demonstration.
        from_s: When the repetition begins, at rest.
        to_s: When it has come back.
    """
    begin, end = history.index(from_s), history.index(to_s)
    poses = history.poses[begin:end]
    if not poses:
        return None
    around = slice(history.index(from_s - REST_S), history.index(from_s + REST_S) + 1)
    rest = mean(history.poses[around])
    away_deg = [angle_deg(pose, rest) for pose in poses]
    farthest_deg = max(away_deg)
    top = next(n for n, away in enumerate(away_deg) if away >= REACHED_SHARE * farthest_deg)
    left = max((n for n in range(top) if away_deg[n] <= LEFT_SHARE * farthest_deg), default=0)
    cycle = history.sampled(from_s, to_s, _CYCLE_POSES)
    return course_of([rest, *poses[left : top + 1]], [cycle], to_s - from_s)

"""Poses of a worn sensor: the direction against gravity in the sensor's own axes, a unit vector.

All poses lie on a sphere; how far apart two are is an angle. Turning about the vertical is no
change of pose.
"""

import math
from collections.abc import Iterable

Pose = tuple[float, float, float]


def dot(a: Pose, b: Pose) -> float:
    """Scalar product; of two poses the cosine of the angle between them."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Pose, b: Pose) -> Pose:
    """Vector product; of two poses the axis that turns one into the other."""
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def plus(a: Pose, b: Pose, share: float = 1.0) -> Pose:
    """`a` and a share of `b`."""
    return a[0] + share * b[0], a[1] + share * b[1], a[2] + share * b[2]


def unit(a: Pose) -> Pose:
    """The same direction with length 1; what has no length stays as it is."""
    length = math.hypot(*a)
    return (a[0] / length, a[1] / length, a[2] / length) if length else a


def mean(poses: Iterable[Pose]) -> Pose:
    """The pose in the middle of several."""
    total: Pose = (0.0, 0.0, 0.0)
    for pose in poses:
        total = plus(total, pose)
    return unit(total)


def angle_rad(a: Pose, b: Pose) -> float:
    """The angle between two directions, radians; exact for small ones too."""
    return math.atan2(math.hypot(*cross(a, b)), dot(a, b))


def angle_deg(a: Pose, b: Pose) -> float:
    """The angle between two directions, 0 to 180 degrees."""
    return math.degrees(angle_rad(a, b))

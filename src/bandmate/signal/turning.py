"""Where a movement turns back: the turning points of a pose, without any axis known.

A pose goes away from where it last turned. Once it has come back from the farthest pose by a set
angle, that pose was a turning point. Of a repeated movement they are alike, again and again.
"""

import math

from bandmate.signal.pose import Pose, dot, plus, unit


class TurningPoints:
    """Finds the turning points of at least one size.

    Args:
        scale_deg: What is smaller is no turning back.
    """

    __slots__ = ("_cos_back", "_cos_far", "_far", "_far_s", "_from")

    def __init__(self, scale_deg: float) -> None:
        self._cos_back = math.cos(math.radians(scale_deg))
        self._from: Pose | None = None
        self._far: Pose = (0.0, 0.0, 0.0)
        self._far_s = 0.0
        self._cos_far = 1.0

    def step(self, t_s: float, pose: Pose) -> tuple[float, Pose] | None:
        """Take one pose; the time and pose of a turning point, where it turned back from one."""
        origin = self._from
        if origin is None:
            self._from = self._far = pose
            self._far_s = t_s
            return None
        x, y, z = pose
        cos = x * origin[0] + y * origin[1] + z * origin[2]
        if cos < 0.0:
            # Beyond 90 degrees the origin is drawn along behind: past its opposite pole the pose
            # would come nearer again without turning back.
            self._from = unit(plus(origin, pose, -cos))
            cos = 0.0
        if cos <= self._cos_far:
            self._far, self._far_s, self._cos_far = pose, t_s, cos
            return None
        far = self._far
        if x * far[0] + y * far[1] + z * far[2] > self._cos_back:
            return None
        turned = (self._far_s, self._far)
        self._from, self._far, self._far_s = self._far, pose, t_s
        self._cos_far = dot(pose, self._from)
        return turned

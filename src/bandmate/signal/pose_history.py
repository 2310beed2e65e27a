"""The poses of the last minute or so, smoothed and thinned: enough to learn a movement from."""

from bisect import bisect_left

from bandmate.signal.pose import Pose, unit

STEP_S = 0.08
"""Poses nearer together are joined to their mean: the quickest limb shows no more."""
_LEAST_STEP_S = 0.99 * STEP_S
"""The same for times that were rounded."""
KEPT_S = 90.0


class PoseHistory:
    """Poses and their times, oldest first.

    Args:
        kept_s: For how long poses are kept; up to twice as long.

    Attributes:
        t_s: Times, seconds.
        poses: The poses then.
    """

    __slots__ = ("_count", "_from_s", "_kept_s", "_sum_s", "_x", "_y", "_z", "poses", "t_s")

    def __init__(self, kept_s: float = KEPT_S) -> None:
        self._kept_s = kept_s
        self.t_s: list[float] = []
        self.poses: list[Pose] = []
        self.clear()

    def clear(self) -> None:
        """Forget all of it."""
        self.t_s.clear()
        self.poses.clear()
        self._x = self._y = self._z = self._sum_s = 0.0
        self._count = 0
        self._from_s: float | None = None

    def step(self, t_s: float, pose: Pose) -> bool:
        """Take one pose, not older than the one before; was one added to the history by it?"""
        from_s = self._from_s
        if from_s is None:
            self._from_s = from_s = t_s - STEP_S
        x, y, z = pose
        self._x += x
        self._y += y
        self._z += z
        self._sum_s += t_s
        self._count += 1
        if t_s - from_s < _LEAST_STEP_S:
            return False
        self.t_s.append(self._sum_s / self._count)
        self.poses.append(unit((self._x, self._y, self._z)))
        self._x = self._y = self._z = self._sum_s = 0.0
        self._count, self._from_s = 0, t_s
        if self.t_s[0] < t_s - 2 * self._kept_s:  # rarely, and then half of it
            kept = self.index(t_s - self._kept_s)
            del self.t_s[:kept]
            del self.poses[:kept]
        return True

    def index(self, t_s: float) -> int:
        """Index of the first pose at or after a time."""
        return bisect_left(self.t_s, t_s)

    def at(self, t_s: float) -> Pose:
        """The pose at a time: the first one not before it, or the newest."""
        return self.poses[min(self.index(t_s), len(self.poses) - 1)]

    def sampled(self, from_s: float, to_s: float, count: int) -> list[Pose]:
        """So many poses, evenly spaced over a time."""
        step_s = (to_s - from_s) / count
        return [self.at(from_s + (k + 0.5) * step_s) for k in range(count)]

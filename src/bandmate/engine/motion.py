"""From the readings of a motion sensor to the angle that its movements are counted in."""

import math
from collections.abc import Iterator

from bandmate.domain.samples import MotionBlock, Vector
from bandmate.signal.pose import Pose
from bandmate.signal.tilt import Tilt

_IMPOSSIBLE = 1e9
"""No sensor reads this much in any unit: such a value is as good as a NaN."""


class Motion:
    """One sensor's pose, and its angle to the pose of rest.

    Attributes:
        pose: The newest pose; `None` while none is known.
    """

    pose: Pose | None

    def __init__(self) -> None:
        self._tilt = Tilt()
        self._last_s = -math.inf
        self.pose = None

    def rest(self) -> None:
        """The pose of the next half second is the pose of rest."""
        self._tilt.rest()

    def readings(self, block: MotionBlock) -> Iterator[tuple[float, float | None]]:
        """The same readings as times and angles in degrees; `pose` goes along with them."""
        tilt = self._tilt
        for t_s, acc_ms2, gyro_rads in zip(block.t_s, block.acc_ms2, block.gyro_rads, strict=True):
            if t_s < self._last_s:
                yield t_s, 0.0  # it is late, and dropped for that: its value means nothing
                continue
            self._last_s = t_s
            if not _is_possible(acc_ms2):
                yield t_s, math.nan
                continue
            known = gyro_rads is not None and _is_possible(gyro_rads)
            angle_deg = tilt.step(t_s, acc_ms2, gyro_rads if known else None)
            self.pose = tilt.pose
            yield t_s, angle_deg


def _is_possible(vector: Vector) -> bool:
    x, y, z = vector
    return abs(x) + abs(y) + abs(z) < _IMPOSSIBLE

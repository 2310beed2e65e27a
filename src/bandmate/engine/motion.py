"""From the readings of a motion sensor to the angle that its movements are counted in."""

import math
from collections.abc import Sequence

from bandmate.domain.samples import Block, MotionBlock, Vector
from bandmate.signal.tilt import Tilt

_IMPOSSIBLE = 1e9
"""No sensor reads this much in any unit: such a value is as good as a NaN."""


class Motion:
    """One sensor's angle to its pose of rest."""

    def __init__(self) -> None:
        self._tilt = Tilt()
        self._last_s = -math.inf

    def rest(self) -> None:
        """The pose of the next half second is the pose of rest."""
        self._tilt.rest()

    def angles(self, block: MotionBlock) -> Block:
        """The same readings as angles in degrees."""
        readings = zip(block.t_s, block.acc_ms2, block.gyro_rads, strict=True)
        return Block(block.arrival_s, block.t_s, [self._angle(*reading) for reading in readings])

    def _angle(self, t_s: float, acc_ms2: Vector, gyro_rads: Vector | None) -> float | None:
        if t_s < self._last_s:
            return 0.0  # it is late, and dropped for that: its value means nothing
        self._last_s = t_s
        if not _is_possible(acc_ms2):
            return math.nan
        if gyro_rads is not None and not _is_possible(gyro_rads):
            gyro_rads = None
        return self._tilt.step(t_s, acc_ms2, gyro_rads)


def _is_possible(vector: Sequence[float]) -> bool:
    return all(abs(x) < _IMPOSSIBLE for x in vector)

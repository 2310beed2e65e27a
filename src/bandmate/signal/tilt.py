"""How far a worn motion sensor leans from its pose of rest: the angle of a movement.

At rest an accelerometer shows the direction of gravity, but each jerk adds to it. Where there is a
gyroscope the direction is turned along by it and only pulled toward the accelerometer; where there
is none, the accelerometer is smoothed. Turning about the vertical changes no direction of gravity,
so it is not seen.
"""

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from math import acos, cos, degrees, hypot, inf, nan, pi, sin, sqrt
from typing import Final

from bandmate.domain.samples import MotionBlock, Vector
from bandmate.signal.pose import Pose, cross, dot, plus, unit
from bandmate.units import STANDARD_GRAVITY_MS2

_SQUARES: Final = tuple((STANDARD_GRAVITY_MS2 * size) ** 2 for size in (0.2, 0.7, 0.9, 1.1, 1.3))
"""Of sizes of an acceleration. Free fall shows no direction; near gravity's own it is seen best."""
_WITH_GYRO: Final = (0.0, 0.05, 0.3, 1.0, 0.3, 0.05)
"""How much an acceleration counts: below the first of these sizes, between them, above the last."""
_WITHOUT_GYRO: Final = (0.0, 0.15, 1.0, 1.0, 1.0, 0.15)
"""The same where nothing else is known: quick movements must not starve, so jerks are seen more."""
_IMPOSSIBLE: Final = 1e18
"""The square of an acceleration that no sensor reads in any unit: as good as a NaN."""
_STILL: Final = (_SQUARES[2], _SQUARES[3])
_SMALL: Final = 0.01
"""The square of a small turn, radians: along its tangent it is 0.02 degrees off at most."""
_MOST: Final = pi**2
"""The square of the largest turn from reading to reading that can be followed."""
_GAP_S: Final = 0.5
"""Over a longer step no turning can be followed: the direction is begun anew."""


@dataclass(frozen=True, slots=True)
class TiltSettings:
    """How the direction of gravity is followed.

    Attributes:
        pull_s: Time constant of the pull toward the accelerometer, where there is a gyroscope.
        smooth_s: Time constant of the smoothing, where there is none.
        rest_s: The pose of rest is the mean direction over so long.
    """

    pull_s: float = 1.5
    smooth_s: float = 0.15
    rest_s: float = 0.5


class Tilt:
    """Follows the direction of gravity in one sensor's own axes, at any rate from 5 Hz on.

    It runs for every reading of every motion sensor: all in one method, on plain numbers.

    Args:
        settings: See `TiltSettings`.

    Attributes:
        pose: The direction against gravity, a unit vector; `None` while it is not known.
    """

    pose: Pose | None

    __slots__ = (
        "_known_s",
        "_learning",
        "_pull_s",
        "_rate",
        "_rest",
        "_rest_from_s",
        "_rest_s",
        "_rest_sum",
        "_smooth_s",
        "_t_s",
        "_weight",
        "pose",
    )

    def __init__(self, settings: TiltSettings | None = None) -> None:
        settings = settings or TiltSettings()
        self._pull_s, self._smooth_s = settings.pull_s, settings.smooth_s
        self._rest_s = settings.rest_s
        self.pose = None
        self._weight = 0.0
        """How much the newest acceleration counts."""
        self._known_s = 0.0
        """How long the direction has been followed, weighted: at first all readings are alike."""
        self._rate: Vector | None = None
        self._t_s = -inf
        self.rest()

    def rest(self) -> None:
        """The pose from the next reading on is the pose of rest."""
        self._rest: Pose = (0.0, 0.0, 0.0)
        self._rest_sum: Pose = (0.0, 0.0, 0.0)
        self._rest_from_s: float | None = None
        self._learning = True

    def readings(self, block: MotionBlock) -> Iterator[tuple[float, float | None]]:
        """The readings of a packet as times and angles, see `step`; `pose` goes along with them."""
        angles_deg = map(self.step, block.t_s, block.acc_ms2, block.gyro_rads)
        return zip(block.t_s, angles_deg, strict=True)

    def step(self, t_s: float, acc_ms2: Vector, gyro_rads: Vector | None = None) -> float | None:
        """Take one reading.

        Args:
            t_s: When it was measured.
            acc_ms2: The acceleration by axis, m/s².
            gyro_rads: The turn rate by axis, rad/s; `None` where it is not known. An impossible one
                is not known.

        Returns:
            The angle to the pose of rest, 0 to 180 degrees. While that pose is being learnt it is
            the mean so far. `None` as long as no direction is known; NaN for an acceleration that
            is not possible; 0, which means nothing, for a reading older than the one before.
        """
        step_s = t_s - self._t_s
        if step_s < 0.0:
            return 0.0
        acc_x, acc_y, acc_z = acc_ms2
        square = acc_x * acc_x + acc_y * acc_y + acc_z * acc_z
        if not square < _IMPOSSIBLE:
            return nan
        self._t_s = t_s
        pose = self.pose
        if pose is None or step_s > _GAP_S:
            return self._begin(acc_ms2, square, gyro_rads)

        before, self._rate = self._rate, gyro_rads
        x, y, z = pose
        if gyro_rads is not None:
            # The sensor turns one way, so what stands still turns the other.
            rate_x, rate_y, rate_z = gyro_rads
            was_x, was_y, was_z = before or gyro_rads
            half_s = -0.5 * step_s
            turn_x = half_s * (rate_x + was_x)
            turn_y = half_s * (rate_y + was_y)
            turn_z = half_s * (rate_z + was_z)
            turned = turn_x * turn_x + turn_y * turn_y + turn_z * turn_z
            if turned < _SMALL:
                x, y, z = (
                    x + turn_y * z - turn_z * y,
                    y + turn_z * x - turn_x * z,
                    z + turn_x * y - turn_y * x,
                )
            elif turned < _MOST:
                x, y, z = _turned(pose, (turn_x, turn_y, turn_z))
            else:
                self._rate = None
        settle_s = self._smooth_s if self._rate is None else self._pull_s

        first = self._weight
        is_still = _STILL[0] < square < _STILL[1]
        self._weight = weight = 1.0 if is_still else self._weight_of(square)
        new_s = weight * step_s
        if new_s:
            known_s = self._known_s
            if known_s < settle_s:  # at first the mean of what there was
                self._known_s = whole_s = (known_s or first * step_s) + new_s
            else:  # then one implicit step of a low-pass
                whole_s = settle_s + new_s
            share = new_s / whole_s
            size = STANDARD_GRAVITY_MS2 if is_still else sqrt(square)
            kept, share = 1.0 - share, share / size
            x, y, z = kept * x + share * acc_x, kept * y + share * acc_y, kept * z + share * acc_z
        size = sqrt(x * x + y * y + z * z)
        if size:
            self.pose = pose = (x / size, y / size, z / size)
        return self._angle_deg(pose)

    def _begin(self, acc_ms2: Vector, square: float, gyro_rads: Vector | None) -> float | None:
        """Take the first reading of a run."""
        self._rate = gyro_rads
        self._known_s = 0.0
        self._weight = self._weight_of(square)
        x, y, z = acc_ms2
        self.pose = pose = unit((x, y, z)) if self._weight else None
        return None if pose is None else self._angle_deg(pose)

    def _weight_of(self, square: float) -> float:
        """How much an acceleration counts, by its squared size."""
        weights = _WITHOUT_GYRO if self._rate is None else _WITH_GYRO
        return weights[bisect(_SQUARES, square)]

    def _angle_deg(self, pose: Pose) -> float:
        """The angle to the pose of rest, which is learnt at first."""
        if self._learning:
            self._learn_rest(self._t_s, pose)
        x, y, z = pose
        rest_x, rest_y, rest_z = self._rest
        near = x * rest_x + y * rest_y + z * rest_z
        if not -1.0 < near < 1.0:  # they are the same or opposite, but for a rounding
            return 0.0 if near > 0.0 else 180.0
        return degrees(acos(near))

    def _learn_rest(self, t_s: float, pose: Pose) -> None:
        if self._rest_from_s is None:
            self._rest_from_s = t_s
        self._learning = t_s - self._rest_from_s <= self._rest_s
        if self._learning:
            self._rest_sum = plus(self._rest_sum, pose, self._weight)
            self._rest = unit(self._rest_sum) if any(self._rest_sum) else pose


def _turned(pose: Pose, turn: Pose) -> Pose:
    """The pose turned, radians by axis: Rodrigues' formula."""
    angle, axis = hypot(*turn), unit(turn)
    along: Pose = plus((0.0, 0.0, 0.0), axis, dot(axis, pose))
    beside = plus(pose, along, -1.0)
    return plus(plus(along, beside, cos(angle)), cross(axis, pose), sin(angle))

"""How far a worn motion sensor leans from its pose of rest: the angle of a movement.

At rest an accelerometer shows the direction of gravity, but each jerk adds to it. Where there is a
gyroscope the direction is turned along by it and only pulled toward the accelerometer; where there
is none, the accelerometer is smoothed. Turning about the vertical changes no direction of gravity,
so it is not seen.
"""

from bisect import bisect
from dataclasses import dataclass
from math import asin, degrees, sqrt
from typing import Final

from bandmate.domain.samples import Vector
from bandmate.signal.pose import Pose, plus, unit
from bandmate.units import STANDARD_GRAVITY_MS2

_SIZES_MS2: Final = tuple(STANDARD_GRAVITY_MS2 * size_g for size_g in (0.2, 0.7, 0.9, 1.1, 1.3))
"""Sizes of an acceleration. Free fall shows no direction; near gravity's own it is seen best."""
_WITH_GYRO: Final = (0.0, 0.05, 0.3, 1.0, 0.3, 0.05)
"""How much an acceleration counts: below the first of these sizes, between them, above the last."""
_WITHOUT_GYRO: Final = (0.0, 0.15, 1.0, 1.0, 1.0, 0.15)
"""The same where nothing else is known: quick movements must not starve, so jerks are seen more."""
_LARGE_RAD: Final = 0.5
"""A larger turn is followed in two halves."""
_GAP_S = 0.5
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

    It runs for every reading of every motion sensor: its few methods work on plain numbers.

    Args:
        settings: See `TiltSettings`.

    Attributes:
        pose: The direction against gravity, a unit vector; `None` while it is not known.
    """

    pose: Pose | None

    __slots__ = (
        "_known_s",
        "_learning",
        "_rest",
        "_rest_from_s",
        "_rest_sum",
        "_settings",
        "_t_s",
        "_turn",
        "_weight",
        "pose",
    )

    def __init__(self, settings: TiltSettings | None = None) -> None:
        self._settings = settings or TiltSettings()
        self.pose = None
        self._weight = 0.0
        """How much the newest acceleration counts."""
        self._known_s = 0.0
        """How long the direction has been followed, weighted: at first all readings are alike."""
        self._turn: Vector | None = None
        self._t_s = 0.0
        self.rest()

    def rest(self) -> None:
        """The pose from the next reading on is the pose of rest."""
        self._rest: Pose = (0.0, 0.0, 0.0)
        self._rest_sum: Pose = (0.0, 0.0, 0.0)
        self._rest_from_s: float | None = None
        self._learning = True

    def step(self, t_s: float, acc_ms2: Vector, gyro_rads: Vector | None = None) -> float | None:
        """Take one reading, finite and not older than the one before.

        Args:
            t_s: When it was measured.
            acc_ms2: The acceleration by axis, m/s².
            gyro_rads: The turn rate by axis, rad/s; `None` where it is not known.

        Returns:
            The angle to the pose of rest, 0 to 180 degrees. While that pose is being learnt it is
            the mean so far. `None` as long as no direction is known.
        """
        step_s, self._t_s = t_s - self._t_s, t_s
        acc_x, acc_y, acc_z = acc_ms2
        size = sqrt(acc_x * acc_x + acc_y * acc_y + acc_z * acc_z)
        weights = _WITHOUT_GYRO if gyro_rads is None else _WITH_GYRO
        weight = weights[bisect(_SIZES_MS2, size)]
        first, self._weight = self._weight, weight
        before, self._turn = self._turn, gyro_rads
        pose = self.pose
        if pose is None or step_s > _GAP_S:
            self._known_s = 0.0
            self.pose = pose = (acc_x / size, acc_y / size, acc_z / size) if weight else None
            return None if pose is None else self._angle_deg(t_s, pose)

        settle_s = self._settings.smooth_s
        if gyro_rads is not None:
            settle_s = self._settings.pull_s
            pose = _turned(pose, before or gyro_rads, gyro_rads, step_s)
        if weight and step_s > 0.0:
            new_s = weight * step_s
            self._known_s = known_s = (self._known_s or first * step_s) + new_s
            # One implicit step of a low-pass; at first the mean of what there was.
            share = max(new_s / (settle_s + new_s), new_s / known_s)
            kept, share = 1.0 - share, share / size
            x, y, z = pose
            x, y, z = kept * x + share * acc_x, kept * y + share * acc_y, kept * z + share * acc_z
            size = sqrt(x * x + y * y + z * z)
            if size:
                pose = (x / size, y / size, z / size)
        self.pose = pose
        return self._angle_deg(t_s, pose)

    def _angle_deg(self, t_s: float, pose: Pose) -> float:
        """The angle to the pose of rest, which is learnt at first."""
        if self._learning:
            self._learn_rest(t_s, pose)
        x, y, z = pose
        rest_x, rest_y, rest_z = self._rest
        x, y, z = x - rest_x, y - rest_y, z - rest_z
        # Half of the angle spans half of the chord: exact for small angles too.
        half = sqrt(x * x + y * y + z * z) / 2.0
        return 2.0 * degrees(asin(half)) if half < 1.0 else 180.0

    def _learn_rest(self, t_s: float, pose: Pose) -> None:
        if self._rest_from_s is None:
            self._rest_from_s = t_s
        self._learning = t_s - self._rest_from_s <= self._settings.rest_s
        if self._learning:
            self._rest_sum = plus(self._rest_sum, pose, self._weight)
            self._rest = unit(self._rest_sum) if any(self._rest_sum) else pose


def _turned(pose: Pose, before: Vector, rate: Vector, step_s: float) -> Pose:
    """The pose as a sensor sees it that turned, rad/s by axis, for a time.

    The sensor turns one way, so what stands still turns the other. The turn is small: Rodrigues'
    formula to its third order, which is within 0.01 degrees for 10 degrees a step.
    """
    by = -0.5 * step_s
    x, y, z = by * (rate[0] + before[0]), by * (rate[1] + before[1]), by * (rate[2] + before[2])
    square = x * x + y * y + z * z
    if square > _LARGE_RAD**2:
        half = _turned(pose, before, rate, step_s / 2.0)
        return _turned(half, before, rate, step_s / 2.0)
    sine, rest = 1.0 - square / 6.0, 0.5 - square / 24.0
    pose_x, pose_y, pose_z = pose
    ahead_x, ahead_y, ahead_z = (
        y * pose_z - z * pose_y,
        z * pose_x - x * pose_z,
        x * pose_y - y * pose_x,
    )
    return (
        pose_x + sine * ahead_x + rest * (y * ahead_z - z * ahead_y),
        pose_y + sine * ahead_y + rest * (z * ahead_x - x * ahead_z),
        pose_z + sine * ahead_z + rest * (x * ahead_y - y * ahead_x),
    )

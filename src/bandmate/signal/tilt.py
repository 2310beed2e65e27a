"""How far a worn motion sensor leans from its pose of rest: the angle of a movement.

At rest an accelerometer shows the direction of gravity, but each jerk adds to it. Where there is a
gyroscope the direction is turned along by it and only pulled toward the accelerometer; where there
is none, the accelerometer is smoothed. Turning about the vertical changes no direction of gravity,
so it is not seen.
"""

import math
from dataclasses import dataclass
from typing import Final

from bandmate.domain.samples import Vector
from bandmate.units import STANDARD_GRAVITY_MS2

_Weights = tuple[tuple[float, float], ...]

_WITH_GYRO: Final[_Weights] = ((0.1, 1.0), (0.3, 0.3), (math.inf, 0.05))
"""How much an acceleration counts whose size is at most so far from gravity's, in g."""
_WITHOUT_GYRO: Final[_Weights] = ((0.3, 1.0), (math.inf, 0.15))
"""The same where nothing else is known: quick movements must not starve, so jerks are seen more."""
_FALLING_G = 0.2
"""A sensor that falls freely shows no direction at all."""
_GAP_S = 0.5
"""Over a longer step no turning can be followed: the direction is begun anew."""

_Axes = tuple[float, float, float]


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

    Args:
        settings: See `TiltSettings`.
    """

    __slots__ = (
        "_known_s",
        "_rest",
        "_rest_from_s",
        "_settings",
        "_t_s",
        "_turn",
        "_up",
        "_weight",
    )

    def __init__(self, settings: TiltSettings | None = None) -> None:
        self._settings = settings or TiltSettings()
        self._up: _Axes | None = None
        """Unit vector against gravity; `None` while it is not known."""
        self._weight = 0.0
        """How much the newest acceleration counts."""
        self._known_s = 0.0
        """How long the direction has been followed, weighted: at first all readings are alike."""
        self._turn: _Axes | None = None
        self._t_s = 0.0
        self.rest()

    def rest(self) -> None:
        """The pose from the next reading on is the pose of rest."""
        self._rest: _Axes = (0.0, 0.0, 0.0)
        self._rest_from_s: float | None = None

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
        up = self._follow(t_s, _axes(acc_ms2), None if gyro_rads is None else _axes(gyro_rads))
        if up is None:
            return None
        if self._rest_from_s is None:
            self._rest_from_s = t_s
        if t_s - self._rest_from_s <= self._settings.rest_s:
            self._rest = _plus(self._rest, up, self._weight)
        return math.degrees(_angle(self._rest, up))

    def _follow(self, t_s: float, acc: _Axes, turn: _Axes | None) -> _Axes | None:
        step_s, self._t_s = t_s - self._t_s, t_s
        before, self._turn = self._turn, turn
        weights = _WITHOUT_GYRO if turn is None else _WITH_GYRO
        weight = _weight(math.hypot(*acc) / STANDARD_GRAVITY_MS2, weights)
        first, self._weight = self._weight, weight
        up = self._up
        if up is None or step_s > _GAP_S:
            self._known_s = 0.0
            self._up = _unit(acc) if weight else None
            return self._up
        settle_s = self._settings.smooth_s
        if turn is not None:
            settle_s = self._settings.pull_s
            up = _turned(up, _mean(before or turn, turn), -step_s)
        if weight and step_s > 0:
            self._known_s = (self._known_s or first * step_s) + weight * step_s
            lasting = -math.expm1(-weight * step_s / settle_s)
            share = max(lasting, weight * step_s / self._known_s)
            mixed = _plus(_scaled(up, 1.0 - share), _unit(acc), share)
            up = _unit(mixed) if any(mixed) else up
        self._up = up
        return up


def _weight(size_g: float, weights: _Weights) -> float:
    """How much an acceleration of this size says about the direction of gravity, 0 to 1."""
    if size_g < _FALLING_G:
        return 0.0
    off_g = abs(size_g - 1.0)
    return next(weight for within_g, weight in weights if off_g <= within_g)


def _axes(vector: Vector) -> _Axes:
    x, y, z = vector
    return x, y, z


def _plus(a: _Axes, b: _Axes, share: float) -> _Axes:
    return a[0] + share * b[0], a[1] + share * b[1], a[2] + share * b[2]


def _scaled(a: _Axes, by: float) -> _Axes:
    return a[0] * by, a[1] * by, a[2] * by


def _mean(a: _Axes, b: _Axes) -> _Axes:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2


def _dot(a: _Axes, b: _Axes) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def _cross(a: _Axes, b: _Axes) -> _Axes:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def _unit(a: _Axes) -> _Axes:
    return _scaled(a, 1.0 / math.hypot(*a))


def _angle(a: _Axes, b: _Axes) -> float:
    """The angle between two directions, radians; exact for small ones too."""
    return math.atan2(math.hypot(*_cross(a, b)), _dot(a, b))


def _turned(a: _Axes, rate: _Axes, step_s: float) -> _Axes:
    """A vector turned at `rate`, rad/s by axis, for `step_s` (Rodrigues' formula)."""
    size = math.hypot(*rate)
    angle = size * step_s
    if angle == 0.0:
        return a
    axis = _scaled(rate, 1.0 / size)
    across = _plus(_scaled(a, math.cos(angle)), _cross(axis, a), math.sin(angle))
    return _plus(across, axis, _dot(axis, a) * (1.0 - math.cos(angle)))

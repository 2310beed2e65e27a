"""What a motion sensor shows that is worn on a limb: the limb's angle decides all of it.

The limb turns about the sensor's own x axis, which lies level; at 0 degrees the z axis points up.
Like the movements of `person`, this is the noise-free truth; noise is added last, by `shaky`.
"""

import math
import random
from collections.abc import Callable, Mapping
from typing import Final

from bandmate.domain.samples import Vector
from bandmate.units import STANDARD_GRAVITY_MS2

AngleAt = Callable[[float], float]
"""Degrees at a time in seconds since the script began."""

Motion = Mapping[str, Vector]
"""What is shown at one time, by the public names of quantities."""

MotionAt = Callable[[float], Motion]

FIELD_UT: Final = (0.0, 20.0, -44.0)
"""The earth's magnetic field in middle Europe: north along y, and down."""

SENSOR_NOISE: Final[Mapping[str, float]] = {"acc_ms2": 0.05, "gyro_rads": 0.005}
"""Standard deviation of a motion sensor's noise, by quantity and axis."""

_RATE_STEP_S: Final = 1e-3
"""Over twice this time the turn rate is taken."""


def worn(angle_deg: AngleAt) -> MotionAt:
    """What a sensor shows on a limb that does this."""

    def motion(t_s: float) -> Motion:
        degrees = angle_deg(t_s)
        turned_deg = angle_deg(t_s + _RATE_STEP_S) - angle_deg(t_s - _RATE_STEP_S)
        half = math.radians(degrees) / 2.0
        return {
            "acc_ms2": _seen((0.0, 0.0, STANDARD_GRAVITY_MS2), degrees),
            "gyro_rads": (math.radians(turned_deg) / (2.0 * _RATE_STEP_S), 0.0, 0.0),
            "mag_ut": _seen(FIELD_UT, degrees),
            "quat": (math.cos(half), math.sin(half), 0.0, 0.0),
            "angle_deg": (degrees, 0.0, 0.0),
        }

    return motion


def shaky(motion: MotionAt, seed: int = 1) -> MotionAt:
    """The same motion with a sensor's noise on it; asked in the same order it says the same.

    Args:
        motion: The truth.
        seed: Which noise.
    """
    draw = random.Random(seed)  # noqa: S311 - noise that can be repeated, no secret

    def shaken(t_s: float) -> Motion:
        shown = dict(motion(t_s))
        for quantity, sigma in SENSOR_NOISE.items():
            shown[quantity] = tuple(x + draw.gauss(0.0, sigma) for x in shown[quantity])
        return shown

    return shaken


def _seen(vector: tuple[float, float, float], degrees: float) -> Vector:
    """A vector of the room as the turned sensor sees it."""
    x, y, z = vector
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return (x, y * cosine + z * sine, z * cosine - y * sine)

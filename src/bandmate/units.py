"""Conversions to the units used inside: newton, metre per second squared, radian per second.

Everything inside bandmate is in newtons, seconds and degrees; other units exist only at the edges
and are converted here, once.
"""

import math
from types import MappingProxyType
from typing import Final

STANDARD_GRAVITY_MS2: Final = 9.80665
"""Standard acceleration of gravity, exact by definition (3rd CGPM, 1901)."""

POUND_KG: Final = 0.45359237
"""Avoirdupois pound, exact by definition (international yard and pound agreement, 1959)."""

NEWTON_PER: Final = MappingProxyType(
    {
        "N": 1.0,
        "kN": 1000.0,
        "kg": STANDARD_GRAVITY_MS2,
        "kgf": STANDARD_GRAVITY_MS2,
        "lb": POUND_KG * STANDARD_GRAVITY_MS2,
        "lbf": POUND_KG * STANDARD_GRAVITY_MS2,
    }
)
"""Newtons per unit of force, by the unit's name as profiles and recordings write it."""

MOTION_PER: Final = MappingProxyType(
    {
        "ms2": 1.0,
        "g": STANDARD_GRAVITY_MS2,
        "mg": STANDARD_GRAVITY_MS2 / 1000.0,
        "rads": 1.0,
        "dps": math.pi / 180.0,
        "ut": 1.0,
        "deg": 1.0,
    }
)
"""m/s², rad/s, microtesla or degrees per unit, by the unit's name as profiles write it."""

PER_UNIT: Final = MappingProxyType({**NEWTON_PER, **MOTION_PER})
"""What every unit is worth in ours."""

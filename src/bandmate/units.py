"""Conversions to the units used inside: newton, metre per second squared, radian per second.

Everything inside bandmate is in newtons, seconds and degrees; other units exist only at the edges
and are converted here, once.
"""

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

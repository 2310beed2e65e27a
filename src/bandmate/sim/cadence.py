"""When a virtual sensor measures: seconds since its stream began, without end."""

import itertools
from collections.abc import Iterator
from typing import Final

EXPORT_STEP_S: Final = 0.01136
EXPORT_MISSING_EVERY_N: Final = 11


def even(rate_hz: float) -> Iterator[float]:
    """As the data sheet says: one reading every 1 / `rate_hz` seconds."""
    return (number / rate_hz for number in itertools.count())


def as_exported() -> Iterator[float]:
    """As a Progressor exports it: 11.36 ms apart with every eleventh missing, 80 Hz overall."""
    return (
        number * EXPORT_STEP_S
        for number in itertools.count()
        if (number + 1) % EXPORT_MISSING_EVERY_N
    )

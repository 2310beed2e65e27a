"""Can a sensor watch an exercise at all? Asked wherever a set is planned or begun."""

from dataclasses import replace
from typing import Final

from bandmate.domain.exercises import MOTION_RECOGNISERS, Exercise
from bandmate.domain.samples import Quantity
from bandmate.domain.zones import ZoneLimits
from bandmate.errors import UsageError

STEPS_IN_ZONE: Final = 5
"""A zone has room for so many steps of the sensor, or its edges cannot be told from its middle."""


def is_too_coarse(zone: ZoneLimits | None, step_n: float | None) -> bool:
    """Whether a zone is narrower than five steps of the sensor.

    Args:
        zone: The levels; `None` where no level means anything.
        step_n: The sensor's smallest step, newton at the limb; `None` where it is not known.
    """
    if zone is None or step_n is None:
        return False
    return zone.high_n - zone.low_n < STEPS_IN_ZONE * step_n


def fitted(exercise: Exercise, quantity: Quantity, step_n: float | None) -> Exercise:
    """The exercise as a sensor can watch it: its newtons are left out where it shows none.

    Args:
        exercise: As it was asked for.
        quantity: What the sensor shows.
        step_n: Its smallest step, newton at the limb; `None` where it is not known.

    Raises:
        UsageError: It sees no movement, or is too coarse for the zone.
    """
    if not exercise.measured:
        raise UsageError(
            f"{exercise.slug} is timed: no sensor sees it",
            hint="Do it in a session, which prompts it and asks whether it was done.",
        )
    if quantity == "none":
        raise UsageError(
            f"this sensor shows no movement, so {exercise.slug} cannot be done with it",
            hint="Begin it on a band whose sensor measures force or motion.",
        )
    if exercise.recogniser in MOTION_RECOGNISERS and quantity != "angle":
        raise UsageError(
            f"{exercise.slug} is seen in motion alone, and this sensor shows a pull",
            hint="Begin it on a band whose sensor measures motion.",
        )
    if quantity == "angle":
        return replace(exercise, zone=None)
    if quantity == "arbitrary":
        return replace(exercise, zone=None)
    zone = exercise.zone
    if zone is not None and step_n is not None and is_too_coarse(zone, step_n):
        raise UsageError(
            f"this sensor shows steps of {step_n:.3g} N: too coarse for the zone {zone.low_n:g} "
            f"to {zone.high_n:g} N ({zone.high_n - zone.low_n:.3g} N wide, at least five steps "
            f"are needed: {STEPS_IN_ZONE * step_n:.3g} N)",
            hint="Use a finer sensor, or set this one to a finer unit.",
        )
    return exercise

"""What a call may change about an exercise or a sensor, checked."""

from dataclasses import replace

from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.exercises import Exercise
from bandmate.domain.samples import SensorTraits
from bandmate.domain.zones import ZoneLimits
from bandmate.engine.alert_path import DEFAULT_SLACK_N
from bandmate.errors import UsageError

_TRAITS = ("full_scale_n", "resolution_n", "nominal_hz")


def with_zone(exercise: Exercise, text: str) -> Exercise:
    """The exercise under another zone, `LOW:HIGH:LIMIT:CEILING` in newton.

    Raises:
        UsageError: It has not that form or order, or goes over the caps of the exercise's zone.
    """
    try:
        low_n, high_n, limit_n, ceiling_n = (float(part) for part in text.split(":"))
    except ValueError as error:
        raise UsageError(
            f"--zone {text!r} is not LOW:HIGH:LIMIT:CEILING", hint="For example --zone 5:25:35:60."
        ) from error
    slack_n = DEFAULT_SLACK_N if exercise.zone is None else exercise.zone.slack_n
    try:
        zone = ZoneLimits(min(slack_n, low_n), low_n, high_n, limit_n, ceiling_n)
    except UsageError as error:
        raise UsageError(f"--zone {text!r}: {error}") from error
    load_catalogue().check_caps(exercise, zone)
    return replace(exercise, zone=zone)


def with_traits(settings: tuple[str, ...]) -> SensorTraits:
    """What is known of a recording's sensor, from `KEY=VALUE` texts.

    Raises:
        UsageError: An unknown key, or a value that is no positive number.
    """
    traits = SensorTraits()
    for setting in settings:
        key, _, value = setting.partition("=")
        if key not in _TRAITS:
            raise UsageError(
                f"--set {setting!r}: unknown key", hint=f"Known: {', '.join(_TRAITS)}."
            )
        try:
            number = float(value)
        except ValueError as error:
            raise UsageError(f"--set {setting!r}: {value!r} is not a number") from error
        if not 0 < number < float("inf"):
            raise UsageError(f"--set {setting!r}: the value must be over zero")
        traits = replace(traits, **{key: number})
    return traits

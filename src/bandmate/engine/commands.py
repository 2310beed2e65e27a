"""What a person can ask for, as recordings, MQTT and the page write it."""

import re
from dataclasses import asdict, dataclass, replace

from bandmate.domain.exercises import Exercise
from bandmate.domain.zones import ZoneLimits
from bandmate.errors import UsageError

KNOWN = "ack, count:N, next, start:EXERCISE, stop, stop:tingle, stop:pain, stop:pain:0-10, tare"
_AMPLITUDES = ("amplitude_n", "amplitude_deg")
_FORM = re.compile(
    r"(ack|next|tare)|(start):([a-z0-9_-]+)((?:;[a-z_]+=[0-9.:]+)*)"
    r"|(stop)(?::(tingle)|:(pain)(?::(?:\d|10))?)?|(count):(\d{1,3})"
)


@dataclass(frozen=True, slots=True)
class Command:
    """A parsed command: `ack`, `count`, `next`, `start`, `stop` or `tare`.

    Attributes:
        verb: What to do.
        subject: The exercise to start, the reason to stop (`tingle`, `pain`, or empty), or the
            repetitions of the last set as the person counted them.
        changes: What a plan has changed about the exercise, as `start_text` writes it.
    """

    verb: str
    subject: str = ""
    changes: str = ""


def parse_command(text: str) -> Command:
    """Parse a command.

    Raises:
        UsageError: It has not the form of one; the message tells the known ones.
    """
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"unknown command {text!r}", hint=f"Known are: {KNOWN}.")
    plain, start, slug, changes, _, tingle, pain, count, counted = found.groups()
    if plain:
        return Command(plain)
    if start:
        return Command("start", slug, changes)
    if count:
        return Command("count", counted)
    return Command("stop", tingle or pain or "")


def start_text(exercise: Exercise) -> str:
    """The command that starts an exercise with its dose and zone, whatever the catalogue has."""
    dose, zone = exercise.dose, exercise.zone
    text = f"start:{exercise.slug};reps={dose.reps};hold_s={dose.hold_s:g}"
    for name in _AMPLITUDES:
        if amplitude := getattr(exercise, name):
            text = f"{text};{name}={amplitude:g}"
    if zone is None:
        return text
    return f"{text};zone={':'.join(f'{level:g}' for level in asdict(zone).values())}"


def changed(exercise: Exercise, changes: str) -> Exercise:
    """An exercise of the catalogue with the changes of a command.

    Raises:
        UsageError: They are malformed.
    """
    dose, zone = exercise.dose, exercise.zone
    amplitudes: dict[str, float] = {}
    for change in filter(None, changes.split(";")):
        key, _, value = change.partition("=")
        try:
            match key:
                case "reps":
                    dose = replace(dose, reps=int(value))
                case "hold_s":
                    dose = replace(dose, hold_s=float(value))
                case "amplitude_n" | "amplitude_deg":
                    amplitudes[key] = float(value)
                case "zone":
                    slack_n, low_n, high_n, limit_n, ceiling_n = map(float, value.split(":"))
                    zone = ZoneLimits(slack_n, low_n, high_n, limit_n, ceiling_n)
                case _:
                    raise UsageError(f"start:{exercise.slug}: unknown change {key!r}")
        except ValueError as error:
            raise UsageError(f"start:{exercise.slug}: {change!r} is malformed") from error
    return replace(exercise, dose=dose, zone=zone, **amplitudes)

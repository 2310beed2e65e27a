"""`bandmate exercises`: the catalogue, in plain words."""

from dataclasses import asdict

import click
import msgspec

from bandmate.catalog.catalogue import load_catalogue
from bandmate.cli.table import print_aligned
from bandmate.domain.exercises import HOLD_RECOGNISERS, BandUse, Exercise, Recogniser, Sides

_RECOGNISED_AS = {
    Recogniser.REPS: "pulls",
    Recogniser.REPS_WITH_HOLD: "pulls, held at the top",
    Recogniser.STEPS: "steps",
    Recogniser.HOLD: "holds in the zone",
    Recogniser.MOTION_REPS: "movements of the limb",
    Recogniser.MOTION_REPS_WITH_HOLD: "movements of the limb, held at the top",
    Recogniser.MOTION_HOLD: "holds of the limb",
    Recogniser.TIMER: "nothing: it is timed, not measured",
    Recogniser.FREE_REPS: "any pulls",
    Recogniser.FREE_HOLDS: "any holds",
}

_PHASES = {
    "warm_up": "Warm-up",
    "cool_down": "Cool-down",
    "calm": "Phase 1: calm",
    "release": "Phase 2: release",
    "stabilise": "Phase 3: stabilise",
    "": "any",
}


_SIDES = {
    Sides.EACH: "one after the other",
    Sides.PAINFUL: "the painful one",
    Sides.BOTH: "both together",
    Sides.ALTERNATING: "in turn",
    Sides.DIRECTIONS: "one way, then the other",
    Sides.NONE: "any",
}


@click.group("exercises")
def command() -> None:
    """The catalogue: what can be done, and how it is recognised."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_(*, as_json: bool) -> None:
    """The exercises, one a line."""
    catalogue = load_catalogue()
    if as_json:
        for exercise in catalogue:
            _print_json(exercise)
        return
    rows = [("ID", "TITLE", "PHASE", "COUNTS", "DOSE")]
    rows += [
        (
            exercise.slug,
            exercise.title,
            _PHASES[exercise.phase],
            _RECOGNISED_AS[exercise.recogniser],
            _dose(exercise),
        )
        for exercise in catalogue
    ]
    print_aligned(rows)


@command.command()
@click.argument("slug", metavar="EXERCISE")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(slug: str, *, as_json: bool) -> None:
    """How one exercise is done, its dose, its zone and when to stop."""
    exercise = load_catalogue().find(slug)
    if as_json:
        _print_json(exercise)
        return
    click.echo(f"{exercise.title} ({exercise.slug})\n\n{exercise.summary}\n")
    for number, step in enumerate(exercise.steps, start=1):
        click.echo(f"  {number}. {step}")
    if exercise.steps:
        click.echo()
    print_aligned(_facts(exercise))


def _facts(exercise: Exercise) -> list[tuple[str, str]]:
    facts = [
        ("Phase", _PHASES[exercise.phase]),
        ("Position", exercise.position),
        ("Side", _SIDES[exercise.sides]),
        ("Band", _band(exercise.band)),
        ("Sensor", _sensor(exercise)),
        ("Dose", _dose(exercise)),
        ("Counts", f"{_RECOGNISED_AS[exercise.recogniser]} ({exercise.recogniser})"),
    ]
    if exercise.amplitude_n:
        facts.append(("Full from", f"60 % of {exercise.amplitude_n:g} N, then of your own pulls"))
    if exercise.recogniser is Recogniser.MOTION_HOLD:
        facts.append(("Held from", f"{exercise.amplitude_deg:g} degrees"))
    elif exercise.amplitude_deg:
        facts.append(("Full from", f"60 % of {exercise.amplitude_deg:g} degrees"))
    if exercise.rep_window is not None:
        window = exercise.rep_window
        facts.append(("One takes", f"{window.min_s:g} to {window.max_s:g} s"))
    if exercise.zone is not None:
        zone = exercise.zone
        facts += [
            ("Zone", f"{zone.low_n:g} to {zone.high_n:g} N ({exercise.zone_name})"),
            ("Slack", f"under {zone.slack_n:g} N"),
            ("Ease off", f"over {zone.limit_n:g} N"),
            ("Stop", f"over {zone.ceiling_n:g} N"),
        ]
    return [*facts, ("Stop rule", exercise.stop_rule)]


def _band(band: BandUse | None) -> str:
    return "none" if band is None else f"{band.strength}, {band.place}, {band.anchor}"


def _sensor(exercise: Exercise) -> str:
    """Where a sensor sees it."""
    band = exercise.band
    seen: list[str] = []
    if band is not None:
        strands = "one strand" if band.strands == 1 else "one of two strands: strands = 2"
        seen.append(f"in the band ({strands})")
    if exercise.motion_site:
        seen.append(f"for motion on the {exercise.motion_site}")
    if not exercise.measured:
        return "none"
    return " or ".join(seen) or "any"


def _dose(exercise: Exercise) -> str:
    dose = exercise.dose
    if not dose.reps:
        return "free"
    if not exercise.measured and dose.reps == 1:
        return f"{dose.hold_s:g} s"
    held = f" of {dose.hold_s:g} s" if dose.hold_s else ""
    unit = "hold" if exercise.recogniser in HOLD_RECOGNISERS else "rep"
    return f"{dose.sets} x {dose.reps} {unit}{'s' if dose.reps > 1 else ''}{held}"


def _print_json(exercise: Exercise) -> None:
    click.echo(msgspec.json.encode(asdict(exercise)))

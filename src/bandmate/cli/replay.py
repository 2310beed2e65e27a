"""`bandmate replay`: a recording through the same code as the live service."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import msgspec

from bandmate.app.calibrate import Calibration, calibrated
from bandmate.app.overrides import with_traits, with_zone
from bandmate.app.replay import ReplayOptions
from bandmate.app.replay import replay as replay_recording
from bandmate.catalog.catalogue import load_catalogue
from bandmate.cli.log import log_to_terminal
from bandmate.cli.show import as_json, printer
from bandmate.domain.events import Summary
from bandmate.domain.exercises import Exercise
from bandmate.errors import CheckFailedError, InputError, UsageError

Json = dict[str, "Json"] | list["Json"] | str | float | bool | None
"""A decoded JSON value."""


@click.command("replay")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--exercise", metavar="ID", help="What was done, such as free_reps or free_holds.")
@click.option("--json", "as_ndjson", is_flag=True, help="One JSON object a line.")
@click.option(
    "--packet",
    type=click.IntRange(1, 10_000),
    default=10,
    show_default=True,
    metavar="N",
    help="Readings a packet of a plain recording.",
)
@click.option("--zone", metavar="LOW:HIGH:LIMIT:CEILING", help="Another zone, newton.")
@click.option(
    "--amplitude",
    type=float,
    metavar="A",
    help="Expected rise of a full movement, newton; of a motion sensor, degrees.",
)
@click.option(
    "--calibrate",
    type=click.Path(path_type=Path),
    metavar="CALFILE",
    help="Learn amplitude, tempo and course from a recording of known repetitions.",
)
@click.option("--span", metavar="A:B", help="Where one of them is in CALFILE, seconds.")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help="A fact of a plain recording's sensor: full_scale_n, resolution_n or nominal_hz.",
)
@click.option(
    "--expect",
    type=click.Path(path_type=Path),
    metavar="EXPECTED.json",
    help='Check the summary; a number may be {"value": V, "tol": T}.',
)
def command(
    file: Path,
    exercise: str | None,
    as_ndjson: bool,
    packet: int,
    zone: str | None,
    amplitude: float | None,
    calibrate: Path | None,
    span: str | None,
    settings: tuple[str, ...],
    expect: Path | None,
) -> None:
    """Replay a recording and print its events.

    FILE is a plain recording (.csv or .csv.gz) or a raw one, as record and run keep them. The set
    is active from the first to the last sample, unless the recording holds commands.
    """
    calibration = Calibration()
    if calibrate is not None:
        if amplitude is not None:
            raise UsageError("--amplitude and --calibrate say the same", hint="Give one of them.")
        calibration = calibrated(calibrate, span)
        amplitude = calibration.amplitude
    elif span is not None:
        raise UsageError("--span is for --calibrate", hint="Add --calibrate CALFILE.")
    log_to_terminal()
    chosen = _chosen(exercise, zone, amplitude)
    expected = None if expect is None else _read_expected(expect)
    show = printer(click.echo, as_ndjson=as_ndjson)
    summaries: list[Summary] = []
    options = ReplayOptions(chosen, packet, with_traits(settings), calibration.courses)
    for event in replay_recording(file, options):
        if isinstance(event, Summary):
            summaries.append(event)
        show(event)
    if expected is not None:
        _check(expected, summaries)


def _chosen(slug: str | None, zone: str | None, amplitude: float | None) -> Exercise | None:
    if slug is None:
        if zone is not None or amplitude is not None:
            raise UsageError("--zone and --amplitude change an exercise", hint="Add --exercise ID.")
        return None
    exercise = load_catalogue().find(slug)
    if zone is not None:
        exercise = with_zone(exercise, zone)
    if amplitude is None:
        return exercise
    if not 0 < amplitude < math.inf:
        raise UsageError(f"--amplitude {amplitude:g}: the amplitude must be over zero")
    return replace(exercise, amplitude_n=amplitude, amplitude_deg=amplitude)


def _read_expected(path: Path) -> dict[str, Json]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    except msgspec.DecodeError as error:
        raise InputError(f"{path}: not a JSON object: {error}") from error


def _check(expected: dict[str, Json], summaries: list[Summary]) -> None:
    wrong = [
        f"{summary.band}: {fault}"
        for summary in summaries
        for fault in _differences(expected, msgspec.json.decode(as_json(summary)), "summary")
    ]
    if wrong:
        raise CheckFailedError("the summary is not as expected:\n  " + "\n  ".join(wrong))


def _differences(expected: Json, found: Json, path: str) -> list[str]:
    """Where `found` does not hold what `expected` asks for; other fields may be anything."""
    if not isinstance(expected, dict):
        return [] if expected == found else [f"{path} is {found}, expected {expected}"]
    if set(expected) == {"value", "tol"}:
        value, tol = expected["value"], expected["tol"]
        numbers = (found, value, tol)
        if all(isinstance(n, int | float) for n in numbers) and _within(*numbers):
            return []
        return [f"{path} is {found}, expected {value} within {tol}"]
    if not isinstance(found, dict):
        return [f"{path} is {found}, expected an object"]
    return [
        fault
        for key, value in expected.items()
        for fault in (
            _differences(value, found[key], f"{path}.{key}")
            if key in found
            else [f"{path}.{key} is missing"]
        )
    ]


def _within(found: Json, value: Json, tol: Json) -> bool:
    return abs(float(str(found)) - float(str(value))) <= float(str(tol))

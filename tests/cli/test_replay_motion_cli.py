"""`bandmate replay` of worn sensors, and of several sensors in one recording."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bandmate.cli import bandmate
from bandmate.errors import InputError, UsageError
from engine.limb import Sensor, lifts, mounting
from recordings.motion_csv import Row, pulled, worn, written
from scenarios.scenario import cycles, sampled

COARSE = ("--set", "resolution_n=4.45")
"""Too coarse for the zone of the exercise below."""


def replayed(path: Path, *options: str, exercise: str = "supine_sciatic_floss") -> Result:
    call = ["replay", str(path), "--exercise", exercise, "--json", *options]
    return CliRunner().invoke(bandmate, call)


def summaries(result: Result) -> dict[str, dict[str, Any]]:
    events = [json.loads(line) for line in result.stdout.splitlines()]
    return {event["band"]: event for event in events if event["event"] == "summary"}


def a_pull(band: str) -> list[Row]:
    times, forces = sampled(cycles(3, 4, 14, 6), 24, 80, seed=1)
    return pulled(times.tolist(), forces.tolist(), band)


def a_limb(band: str) -> list[Row]:
    return worn(Sensor(25, mounting(4)), lifts(3, 40.0, 6.0), 24.0, band)


def test_a_worn_sensor_has_degrees_and_no_zone(tmp_path: Path):
    result = replayed(written(tmp_path / "limb.csv", a_limb("thigh")))
    summary = summaries(result)["thigh"]
    assert (result.exit_code, result.stderr) == (0, "")
    assert (summary["reps"], summary["zone_s"], summary["peak_n"]) == (3, None, None)
    assert summary["peak_deg"] == pytest.approx(40.0, abs=3.0)


def test_a_pull_and_a_limb_are_each_in_their_own_quantity(tmp_path: Path):
    path = written(tmp_path / "both.csv", [*a_pull("left"), *a_limb("shank")])
    result = replayed(path)
    pull, limb = summaries(result)["left"], summaries(result)["shank"]
    assert (pull["reps"], limb["reps"]) == (3, 3)
    assert pull["peak_n"] == pytest.approx(18.0, abs=1.0)
    assert pull["zone_s"] is not None
    assert (limb["peak_n"], limb["zone_s"]) == (None, None)


def test_a_sensor_that_cannot_watch_the_exercise_is_told_and_the_others_go_on(tmp_path: Path):
    path = written(tmp_path / "both.csv", [*a_pull("left"), *a_limb("shank")])
    result = replayed(path, *COARSE)
    assert result.exit_code == 0
    assert result.stderr.count("left: supine_sciatic_floss was not begun: this sensor shows") == 1
    assert "shank: " not in result.stderr
    assert {band: s["reps"] for band, s in summaries(result).items()} == {"left": 0, "shank": 3}
    assert summaries(result)["left"]["quality"]["samples"] == 24 * 80 + 1


@pytest.mark.parametrize("bands", [("left",), ("left", "right")])
def test_where_no_sensor_can_watch_it_the_call_is_wrong(tmp_path: Path, bands: tuple[str, ...]):
    rows = [row for band in bands for row in a_pull(band)]
    result = replayed(written(tmp_path / "pulls.csv", rows), *COARSE)
    assert isinstance(result.exception, UsageError)
    assert "too coarse" in str(result.exception)
    assert (result.exception.exit_status, result.stdout) == (2, "")


def test_a_sensor_that_shows_force_and_motion_is_refused(tmp_path: Path):
    path = written(tmp_path / "both.csv", [*a_pull("left"), *a_limb("left")])
    result = replayed(path)
    assert isinstance(result.exception, InputError)
    assert str(result.exception).startswith(f"{path}:3: band left holds both force and motion")
    assert (result.exception.exit_status, result.stdout) == (1, "")

"""`bandmate replay` as a person runs it: what is printed where, and how it ends."""

import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bandmate.cli import main
from scenarios.scenario import NOISE_N, cycles, sampled

Replay = Callable[..., tuple[int, str, str]]


@pytest.fixture
def replay(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Replay:
    def replay(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["bandmate", "replay", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        assert isinstance(ended.value.code, int)
        return ended.value.code, out, err

    return replay


@pytest.fixture
def floss(tmp_path: Path) -> Path:
    """S01 with three movements."""
    t, x = sampled(cycles(3, 4, 14, 6), 24, 80, seed=1, noise_n=NOISE_N)
    path = tmp_path / "floss.csv"
    rows = [f"{t_s:.4f},{n:.3f}" for t_s, n in zip(t.tolist(), x.tolist(), strict=True)]
    path.write_text("\n".join(["t_s,force_n", *rows]) + "\n")
    return path


@pytest.fixture
def trembling(tmp_path: Path) -> Path:
    """Ten seconds of swings that are too small to be counted."""
    rows = [f"{k / 50},{10 + 1.5 * math.sin(2 * math.pi * 2 * k / 50):.3f}" for k in range(500)]
    path = tmp_path / "trembling.csv"
    path.write_text("\n".join(["t_s,force_n", *rows]) + "\n")
    return path


def ndjson(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_json_is_one_event_a_line_and_nothing_else(replay: Replay, floss: Path):
    status, out, err = replay(floss, "--exercise", "supine_sciatic_floss", "--json")
    events = ndjson(out)
    assert (status, err) == (0, "")
    assert [e["event"] for e in events if e["event"] != "zone_changed"] == [
        "set_started",
        *["rep", "rep_final"] * 3,
        "set_ended",
        "quality",
        "summary",
    ]
    assert events[-1]["reps"] == 3
    common = {"event", "id", "band", "exercise", "set", "t_s", "emitted_s"}
    assert all(common <= set(event) for event in events)


def test_plain_output_is_for_people(replay: Replay, floss: Path):
    status, out, err = replay(floss, "--exercise", "supine_sciatic_floss")
    assert (status, err) == (0, "")
    assert "summary: 3 reps" in out
    assert "\x1b[" not in out, "colour only on a terminal"


def test_the_packet_size_changes_only_when_it_was_decided(replay: Replay, floss: Path):
    def facts(packet: int) -> list[dict[str, Any]]:
        _, out, _ = replay(
            floss, "--exercise", "supine_sciatic_floss", "--json", "--packet", packet
        )
        return [{k: v for k, v in e.items() if k != "emitted_s"} for e in ndjson(out)]

    assert facts(1) == facts(10) == facts(997)


def test_commands_of_the_recording_rule(replay: Replay, tmp_path: Path):
    path = tmp_path / "commands.csv"
    rows = ["t_s,force_n,command", "0,4,start:banded_clamshell", "1,4,", "2,4,start:free_holds"]
    path.write_text("\n".join([*rows, "3,4,stop:tingle", "4,4,", "5,4,ack"]) + "\n")
    status, out, _ = replay(path, "--json")
    events = ndjson(out)
    assert status == 0
    started = [e["exercise"] for e in events if e["event"] == "set_started"]
    assert started == ["banded_clamshell", "free_holds"]
    ended = [(e["t_s"], e["status"]) for e in events if e["event"] == "set_ended"]
    assert ended == [(2.0, "incomplete"), (3.0, "stopped")]
    assert events[-1]["alerts"]["tingle_stop"] == 1


def test_a_recorded_command_that_cannot_be_done_is_told_and_passed_over(
    replay: Replay, tmp_path: Path
):
    path = tmp_path / "refused.csv"
    rows = ["0,4,", "1,4,stop:tingle", "2,4,next", "3,4,ack", "4,4,next"]
    path.write_text("\n".join(["t_s,force_n,command", *rows]) + "\n")
    status, out, err = replay(path, "--exercise", "free_reps", "--json")
    events = ndjson(out)
    assert status == 0
    assert err.count("left: at 2 s the recorded command next was not done: stopped") == 1
    assert [e["t_s"] for e in events if e["event"] == "set_started"] == [0.0, 4.0]
    assert events[-1]["event"] == "summary"


def test_two_bands_have_a_summary_each(replay: Replay, tmp_path: Path):
    t, x = sampled(cycles(2, 6, 24, 4), 14, 40, seed=2)
    rows = ["t_s,force_n,band"]
    for t_s, n in zip(t.tolist(), x.tolist(), strict=True):
        rows += [f"{t_s},{n},left", f"{t_s},{0.75 * n},right"]
    path = tmp_path / "row.csv"
    path.write_text("\n".join(rows) + "\n")
    _, out, _ = replay(path, "--exercise", "free_reps", "--json")
    summaries = [e for e in ndjson(out) if e["event"] == "summary"]
    assert [(e["band"], e["reps"]) for e in summaries] == [("left", 2), ("right", 2)]
    assert summaries[1]["peak_n"] == pytest.approx(0.75 * summaries[0]["peak_n"], rel=0.05)


def test_an_arbitrary_unit_has_no_zones(replay: Replay, floss: Path):
    floss.write_text(floss.read_text().replace("force_n", "force_au"))
    _, out, _ = replay(floss, "--exercise", "supine_sciatic_floss", "--json")
    events = ndjson(out)
    assert not [e for e in events if e["event"] in {"zone_changed", "alert_raised"}]
    assert events[-1]["zone_s"] is None
    assert events[-1]["reps"] == 3


def test_another_zone_and_amplitude(replay: Replay, floss: Path):
    call = (floss, "--exercise", "supine_sciatic_floss", "--json")
    _, out, _ = replay(*call, "--zone", "5:10:15:60", "--amplitude", "60")
    summary = ndjson(out)[-1]
    assert (summary["reps"], summary["partial"]) == (0, 0)
    assert summary["alerts"]["tension_limit"] == 3


def test_facts_of_the_sensor(replay: Replay, floss: Path):
    _, out, _ = replay(
        floss,
        "--exercise",
        "free_reps",
        "--json",
        "--set",
        "full_scale_n=15",
        "--set",
        "nominal_hz=80",
    )
    summary = ndjson(out)[-1]
    assert set(summary["alerts"]) == {"sensor_saturated"}
    assert summary["flags"] == ["saturated"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no such file"),
        ("time,force\n0,1\n", "unknown column 'time'"),
        ("t_s,force_n\n0,1\n-1,1\n", "t_s goes back"),
        ('{"bandmate_recording":9}\n', "recording format 9"),
        ("t_s,force_n,command\n0,1,jump\n", "at 0 s: unknown command 'jump'"),
        ("t_s,force_n,command\n0,1,start:skipping\n", "unknown exercise 'skipping'"),
    ],
)
def test_input_that_cannot_be_replayed(
    replay: Replay, tmp_path: Path, content: str | None, message: str
):
    path = tmp_path / "bad.csv"
    if content is not None:
        path.write_text(content)
    status, out, err = replay(path, "--exercise", "free_reps", "--json")
    assert (status, out) == (1, "")
    assert message in err
    assert str(path) in err


def test_a_folder_is_no_recording(replay: Replay, tmp_path: Path):
    status, out, err = replay(tmp_path, "--exercise", "free_reps")
    assert (status, out) == (1, "")
    assert "Is a directory" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "which exercise?"),
        (("--exercise", "supine_siatic_floss"), "Did you mean supine_sciatic_floss?"),
        (("--exercise", "free_reps", "--zone", "5:4:35:60"), "--zone '5:4:35:60'"),
        (("--exercise", "free_reps", "--zone", "5:25"), "LOW:HIGH:LIMIT:CEILING"),
        (("--exercise", "free_reps", "--zone", "5:25:nan:60"), "finite"),
        (("--exercise", "supine_sciatic_floss", "--zone", "5:25:55:60"), "over the caps"),
        (("--zone", "5:25:35:60"), "--exercise"),
        (("--exercise", "free_reps", "--amplitude", "-1"), "--amplitude"),
        (("--exercise", "free_reps", "--packet", "0"), "--packet"),
        (("--exercise", "free_reps", "--set", "speed=1"), "full_scale_n"),
        (("--exercise", "free_reps", "--set", "nominal_hz"), "not a number"),
        (("--exercise", "free_reps", "--set", "nominal_hz=0"), "over zero"),
        (
            ("--exercise", "supine_sciatic_floss", "--set", "resolution_n=4.45"),
            "too coarse for the zone 5 to 25 N",
        ),
        (("--exercise", "free_reps", "--loud"), "--loud"),
    ],
)
def test_a_wrong_call(replay: Replay, floss: Path, arguments: tuple[str, ...], message: str):
    status, out, err = replay(floss, *arguments)
    assert (status, out) == (2, "")
    assert message in err


def test_a_coarse_sensor_will_do_where_there_is_no_zone(replay: Replay, floss: Path):
    assert replay(floss, "--exercise", "free_reps", "--set", "resolution_n=4.45")[0] == 0


def test_caps_do_not_bind_free_exercises(replay: Replay, floss: Path):
    assert replay(floss, "--exercise", "free_reps", "--zone", "5:25:900:999")[0] == 0


@pytest.mark.parametrize(
    ("expected", "status", "message"),
    [
        ({"reps": 3, "partial": 0}, 0, ""),
        ({"peak_n": {"value": 18, "tol": 1}, "quality": {"nan": 0}}, 0, ""),
        ({"reps": 4}, 3, "summary.reps is 3, expected 4"),
        ({"peak_n": {"value": 30, "tol": 1}}, 3, "expected 30 within 1"),
        ({"quality": {"nan": 1}}, 3, "summary.quality.nan is 0, expected 1"),
        ({"zone_s": {"sky": 1}}, 3, "summary.zone_s.sky is missing"),
    ],
)
def test_expectations(
    replay: Replay, floss: Path, expected: dict[str, Any], status: int, message: str
):
    path = floss.with_name("expected.json")
    path.write_text(json.dumps(expected))
    ended, out, err = replay(
        floss, "--exercise", "supine_sciatic_floss", "--expect", path, "--json"
    )
    assert ended == status
    assert message in err
    assert ndjson(out)[-1]["event"] == "summary"


@pytest.mark.parametrize("content", [None, "[1]", "{"])
def test_expectations_that_cannot_be_read(replay: Replay, floss: Path, content: str | None):
    path = floss.with_name("expected.json")
    if content is not None:
        path.write_text(content)
    status, out, err = replay(floss, "--exercise", "free_reps", "--expect", path)
    assert (status, out) == (1, "")
    assert str(path) in err


def test_a_hint_is_printed_in_words(replay: Replay, trembling: Path):
    _, out, _ = replay(trembling, "--exercise", "supine_sciatic_floss")
    assert out.count("These movements are too small to be counted.") == 1

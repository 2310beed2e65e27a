"""What the service records of itself says the same again, to the letter."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from app.rig import Playing, playing, write_csv
from bandmate.cli import bandmate
from bandmate.cli.show import as_json
from bandmate.errors import UsageError
from bandmate.sim.person import Movement, hold, reps, script
from parts.waiting import until

OVERPULL = script(reps(2, 4.0, 14.0, 3.0, start_s=1.0), hold(45.0, 1.0, start_s=0.5, ramp_s=0.5))


def replayed(run: Playing) -> str:
    (recording,) = (run.folder / "recordings").iterdir()
    result = CliRunner().invoke(bandmate, ["replay", str(recording), "--json"])
    assert result.exit_code == 0, result.output
    return result.stdout


def told(run: Playing) -> str:
    return "".join(f"{as_json(event)}\n" for event in run.events)


async def test_a_recording_replays_to_the_letter(tmp_path: Path):
    recording = write_csv(
        tmp_path / "over.csv",
        OVERPULL,
        15.0,
        commands={2.0: "tare", 9.2: "ack", 12.0: "stop:tingle", 13.0: "ack"},
    )

    async with playing(recording, tmp_path / "kept", "supine_sciatic_floss") as run:
        await until(run.over)

    assert {"tared", "acknowledged", "alert_raised", "set_ended"} <= {e.name for e in run.events}
    assert replayed(run) == told(run)


async def test_what_fell_due_in_silence_replays_to_the_letter(tmp_path: Path):
    recording = tmp_path / "gap.csv"
    readings = [f"{t / 50:.2f},8.{t % 7}" for t in range(400) if not 100 <= t < 250]
    recording.write_text("t_s,force_n\n" + "\n".join(readings) + "\n")

    async with playing(recording, tmp_path / "kept", "supine_sciatic_floss") as run:
        await until(lambda: run.named("alert_raised"))
        await run.running.service.command("ack")
        await until(run.over)

    assert [event.to_dict()["code"] for event in run.named("alert_raised")] == [
        "signal_degraded",
        "signal_lost",
    ]
    assert replayed(run) == told(run)


async def test_a_session_that_is_ended_early_replays_to_the_letter(tmp_path: Path):
    recording = write_csv(tmp_path / "long.csv", Movement(60.0, lambda _: 12.0), 60.0)

    async with playing(recording, tmp_path / "kept", "banded_leg_traction") as run:
        await until(lambda: run.named("zone_changed"))

    assert run.events[-1].name == "summary"
    assert replayed(run) == told(run)


async def test_arbitrary_units_replay_to_the_letter(tmp_path: Path):
    recording = write_csv(tmp_path / "au.csv", OVERPULL, 15.0)
    recording.write_text(recording.read_text().replace("force_n", "force_au"))

    async with playing(recording, tmp_path / "kept", "free_holds") as run:
        await until(run.over)

    assert replayed(run) == told(run)


async def test_a_command_takes_effect_at_its_own_time(tmp_path: Path):
    recording = write_csv(
        tmp_path / "stop.csv", OVERPULL, 4.0, commands={2.12: "stop", 3.08: "next"}
    )

    async with playing(recording, tmp_path / "kept", "free_reps") as run:
        await until(run.over)

    first, second = run.named("set_started")
    assert run.named("set_ended")[0].t_s - first.t_s == pytest.approx(2.12)
    assert second.t_s - first.t_s == pytest.approx(3.08)


async def test_a_recorded_command_that_cannot_be_done_is_told_and_passed_over(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    recording = write_csv(
        tmp_path / "x.csv", OVERPULL, 4.0, commands={1.0: "stop:tingle", 2.0: "next"}
    )

    async with playing(recording, tmp_path / "kept", "free_reps") as run:
        await until(run.over)

    assert "left: the recorded command next was not done: stopped for a symptom" in caplog.text


async def test_what_is_over_takes_no_commands(tmp_path: Path):
    recording = write_csv(tmp_path / "short.csv", OVERPULL, 1.0)

    async with playing(recording, tmp_path / "kept", "free_reps") as run:
        await until(run.over)
        with pytest.raises(UsageError, match="left has ended"):
            await run.running.service.command("start:free_reps")

    assert [event.name for event in run.events].count("summary") == 1


async def test_a_stop_reaches_every_band_though_one_has_ended(tmp_path: Path):
    recording = tmp_path / "two.csv"
    rows = [f"{t / 10:.1f},8,{band}" for t in range(3000) for band in ("left", "right")]
    left_ends = [row for row in rows if float(row.split(",")[0]) < 1 or row.endswith("right")]
    recording.write_text("t_s,force_n,band\n" + "\n".join(left_ends) + "\n")
    bands = ("left", "right")

    async with playing(recording, tmp_path / "kept", "free_reps", bands=bands) as run:
        await until(run.over)
        with pytest.raises(UsageError, match="left has ended"):
            await run.running.service.command("stop:tingle")
        assert run.running.service.bands["right"].state().phase == "stopped"


async def test_two_bands_replay_to_the_letter(tmp_path: Path):
    recording = tmp_path / "two.csv"
    rows = [
        f"{t / 20:.2f},{pull},{band}"
        for t in range(160)
        for band, pull in (("left", 8 + t % 5), ("right", 30 + t % 7))
        if band == "left" or not 40 <= t < 100
    ]
    recording.write_text("t_s,force_n,band\n" + "\n".join(rows) + "\n")
    bands = ("left", "right")

    async with playing(recording, tmp_path / "kept", "free_reps", bands=bands) as run:
        await until(lambda: len(run.named("summary")) == len(bands))

    assert {event.band for event in run.named("alert_raised")} == {"right"}
    assert replayed(run) == told(run)

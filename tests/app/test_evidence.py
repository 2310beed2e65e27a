"""The raw signal around a stop is kept, whatever else is kept of the session."""

import json
import math
import struct
import threading
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from weakref import WeakSet

import msgspec
import pytest
from click.testing import CliRunner

from app.guided import guided
from app.rig import QUIET, Playing, playing, write_csv
from bandmate.app.clock import SessionClock
from bandmate.app.config import Config, StoreConfig
from bandmate.app.evidence import Evidence
from bandmate.app.replay import ReplayOptions, replay
from bandmate.app.runner import BandPlan, running_service
from bandmate.catalog.catalogue import load_catalogue
from bandmate.cli import bandmate
from bandmate.devices.registry import load_profiles
from bandmate.domain.events import AlertRaised, Rep
from bandmate.domain.samples import Block, Frame
from bandmate.domain.session_events import Symptom
from bandmate.link.base import Receiver
from bandmate.link.recording import Entry, Recorder, new_header
from bandmate.link.recording_raw import RawRecording, read_raw
from bandmate.sim.person import Movement, reps
from parts import waiting

until = partial(waiting.until, within_s=50.0)
ALONE = msgspec.structs.replace(QUIET, store=StoreConfig(recordings=False))
"""No session is recorded."""
PACKET_S = 0.2
LEARNING_S = 0.02
"""From one count of the learning sensor to the next."""
ZERO = 1000
"""Its count without a load."""
PULL = Movement(60.0, lambda t_s: 8.0 + t_s % 2)


def files(folder: Path) -> list[Path]:
    """What was kept of stops, the first one first."""
    return sorted((folder / "evidence").glob("*.jsonl"))


def kept(folder: Path) -> RawRecording:
    """What was kept of the only stop."""
    (file,) = files(folder)
    return read_raw(file)


def measured(recording: RawRecording) -> list[float]:
    """When each of its readings was measured."""
    return [t_s for entry in recording.entries for t_s in entry.t_s]


def stopped_s(run: Playing) -> list[float]:
    """When its band was stopped."""
    codes = {"tingle_stop", "pain_stop"}
    return [e.t_s for e in run.named("alert_raised") if e.to_dict()["code"] in codes]


@pytest.mark.parametrize("config", [QUIET, ALONE], ids=["recordings", "none"])
@pytest.mark.parametrize("symptom", ["tingle", "pain"])
async def test_a_stop_of_a_band_keeps_ten_seconds_before_and_five_after(
    tmp_path: Path, config: Config, symptom: str
):
    recording = write_csv(tmp_path / "x.csv", PULL, 24.0, commands={14.0: f"stop:{symptom}"})

    async with playing(recording, tmp_path, "free_reps", config=config, speed=8.0) as run:
        await until(run.over)
        (stop_s,) = stopped_s(run)
        assert run.running.service.session in files(tmp_path)[0].name

    times = measured(kept(tmp_path))
    assert times[0] == pytest.approx(stop_s - 10.0, abs=PACKET_S)
    assert times[-1] == pytest.approx(stop_s + 5.0, abs=PACKET_S)
    assert max(b - a for a, b in pairwise(times)) < 0.05
    assert (tmp_path / "recordings").exists() == config.store.recordings


async def test_a_guided_stop_is_one_file_of_what_the_recording_holds(tmp_path: Path):
    async with guided(tmp_path, speed=40.0) as run:
        await run.begin("calm")
        await until(lambda: run.now.state == "ready")
        await run.lead("go")
        await until(lambda: len(run.told(Rep)) >= 2)
        await run.lead("stop", reason="tingle")
        await until(lambda: files(tmp_path))
        file_s = run.clock.now()
        await until(lambda: run.clock.now() > file_s + 10.0)

    (symptom,) = run.told(Symptom)
    (stop_s,) = [alert.t_s for alert in run.told(AlertRaised) if alert.code == "tingle_stop"]
    from_s, to_s = symptom.keep_from_s, stop_s + 5.0
    assert to_s == pytest.approx(symptom.keep_to_s, abs=1.0)

    (whole,) = (tmp_path / "recordings").iterdir()
    evidence = kept(tmp_path)
    span = [e for e in read_raw(whole).entries if from_s <= e.t <= to_s]
    assert any(entry.command == "stop:tingle" for entry in span)
    assert evidence.header == read_raw(whole).header
    assert evidence.entries == (
        Entry(t=from_s, band="left", stream=True),
        *span,
        Entry(t=to_s, end=True),
    )


async def test_it_replays(tmp_path: Path):
    pull = reps(7, 4.0, 14.0, 3.0, start_s=1.0)
    recording = write_csv(tmp_path / "x.csv", pull, 24.0, commands={20.0: "stop:tingle"})

    async with playing(recording, tmp_path, "free_reps", config=ALONE) as run:
        await until(run.over)
    (file,) = files(tmp_path)
    asked = ["replay", str(file), "--exercise", "free_reps", "--json"]
    result = CliRunner().invoke(bandmate, asked)

    assert result.exit_code == 0, result.output
    told = [json.loads(line) for line in result.stdout.splitlines()]
    (stop_s,) = stopped_s(run)
    assert [event["t_s"] for event in told if event.get("code") == "tingle_stop"] == [stop_s]
    there = [event.t_s for event in run.named("rep") if event.t_s > stop_s - 6.0]
    assert there
    assert [event["t_s"] for event in told if event["event"] == "rep"][-len(there) :] == there


async def test_stops_within_five_seconds_are_one_file_and_later_ones_another(tmp_path: Path):
    commands = {
        12.0: "stop:tingle",
        13.0: "ack",
        15.0: "stop:pain",
        16.0: "ack",
        20.52: "stop:pain",
    }
    recording = write_csv(tmp_path / "x.csv", PULL, 28.0, commands=commands)

    async with playing(recording, tmp_path, "free_reps", config=ALONE, speed=8.0) as run:
        await until(run.over)
        first_s, second_s, third_s = stopped_s(run)

    spans = [measured(read_raw(file)) for file in files(tmp_path)]
    assert [(times[0], times[-1]) for times in spans] == [
        pytest.approx((first_s - 10.0, second_s + 5.0), abs=PACKET_S),
        pytest.approx((third_s - 10.0, third_s + 5.0), abs=PACKET_S),
    ]


async def test_where_the_service_ends_first_what_there_is_is_kept(tmp_path: Path):
    recording = write_csv(tmp_path / "x.csv", PULL, 60.0, commands={3.0: "stop:pain"})

    async with playing(recording, tmp_path, "free_reps", config=ALONE, speed=5.0) as run:
        await until(lambda: stopped_s(run))
        assert not files(tmp_path)

    times = measured(kept(tmp_path))
    assert times[0] == pytest.approx(stopped_s(run)[0] - 3.0, abs=PACKET_S)
    assert stopped_s(run)[0] - PACKET_S <= times[-1] < stopped_s(run)[0] + 5.0


async def test_what_stops_nothing_keeps_nothing(tmp_path: Path):
    async with guided(tmp_path, config=ALONE) as run:
        await run.begin("calm")
        await until(lambda: run.now.state == "ready")
        await run.lead("go")
        await until(lambda: run.now.state == "active")
        await run.lead("pain", pain=2)
        await run.running.service.command("stop")
        assert [symptom.stops for symptom in run.told(Symptom)] == [False]

    assert not files(tmp_path)


async def test_a_folder_that_takes_nothing_is_told_once_and_harms_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    (tmp_path / "evidence").touch()
    recording = write_csv(tmp_path / "x.csv", PULL, 24.0, commands={14.0: "stop:tingle"})

    async with playing(recording, tmp_path, "free_reps") as run:
        await until(run.over)

    assert caplog.text.count("is not kept: File exists; all else goes on") == 1
    assert run.named("set_ended")
    (whole,) = (tmp_path / "recordings").iterdir()
    assert read_raw(whole).entries[-1].end


async def test_a_disk_that_hangs_holds_up_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    answers = threading.Event()

    def hanging(_recorder: Recorder, _band: str, _block: Block) -> None:
        answers.wait()

    monkeypatch.setattr(Recorder, "block", hanging)
    monkeypatch.setattr("bandmate.app.evidence._CLOSE_S", 0.05)
    commands = {2.0: "stop:tingle", 3.0: "ack", 10.0: "stop:pain"}
    recording = write_csv(tmp_path / "x.csv", PULL, 20.0, commands=commands)
    try:
        async with playing(recording, tmp_path, "free_reps", config=ALONE) as run:
            await until(run.over)
            assert len(stopped_s(run)) == 2
            assert not answers.is_set()
        assert caplog.text.count("the disk does not answer; all else goes on") == 1
    finally:
        answers.set()


class Learning:
    """A link whose sensor tells counts; its zero is learnt from the first of them.

    Args:
        clock: The session clock.
        role: Its channel.
    """

    def __init__(self, clock: SessionClock, role: str) -> None:
        self._clock = clock
        self._role = role

    async def run(self, receiver: Receiver) -> None:
        receiver.on_state("streaming", "sending")
        receiver.on_stream()
        sent = 0
        while True:
            await self._clock.sleep(PACKET_S)
            now_s = self._clock.now()
            while (sent + 9) * LEARNING_S < now_s:
                rows = b"".join(map(counted, range(sent, sent + 9)))
                sent += 9
                frame = Frame(sent * LEARNING_S, self._role, b"\x01\x00" + rows)
                receiver.on_frame(frame)

    async def tare(self) -> None:
        """It has no zero of its own."""

    async def put_away(self) -> None:
        """It is never put away."""

    async def wake(self) -> None:
        """It is always awake."""


def counted(number: int) -> bytes:
    """A reading: nothing for its first 4 s, then pulls from 2 kg up to 6 kg and back."""
    t_s = number * LEARNING_S
    kg = 0.0 if t_s < 4.0 else 4.0 - 2.0 * math.cos(math.pi * (t_s - 4.0))
    return struct.pack("<iI", ZERO + round(kg * 100), round(t_s * 1000))


async def test_what_was_learnt_of_a_sensor_is_known_to_it(tmp_path: Path):
    profile, clock = load_profiles().get("frez-dyno"), SessionClock(20.0)
    link = Learning(clock, profile.main_role)
    band = BandPlan(link, profile, "free_reps", params=profile.parameters({"coefficient": 0.01}))

    async with running_service(QUIET, clock, {"left": band}, tmp_path, with_page=False) as running:
        await until(lambda: clock.now() > 20.0)
        await running.service.command("stop:pain")

    (whole,) = (tmp_path / "recordings").iterdir()
    assert "tare_adc" not in read_raw(whole).header.bands[0].params
    assert kept(tmp_path).header.bands[0].params["tare_adc"] == ZERO
    exercise = load_catalogue().find("free_reps")
    told = [e for e in replay(files(tmp_path)[0], ReplayOptions(exercise)) if isinstance(e, Rep)]
    assert len(told) >= 3
    assert [rep.peak_n for rep in told] == pytest.approx([6 * 9.80665] * len(told), rel=0.02)


class Line:
    """A line that is told apart from others."""

    def __call__(self, recorder: Recorder) -> None:
        """Write nothing."""


def held(hz: float, length_s: float) -> int:
    """How many lines are held of a session that sends so many."""
    header = partial(new_header, "s", datetime(2026, 1, 31, tzinfo=UTC), ())
    evidence = Evidence(Path("nowhere"), header, SessionClock())
    lines = WeakSet[Line]()
    for number in range(round(length_s * hz)):
        line = Line()
        lines.add(line)
        evidence.add(number / hz, line)
        del line
    evidence.close()
    return len(lines)


def test_what_is_held_is_bounded():
    assert held(80.0, 600.0) == pytest.approx(80 * 11, abs=2)
    assert held(1_000.0, 20.0) == 10_000

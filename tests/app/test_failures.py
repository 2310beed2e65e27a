"""A bug ends what it is in: a sink alone, or the whole service, loudly and with all it stored."""

import errno
import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import aiohttp
import msgspec
import pytest

from app.rig import QUIET, playing, write_csv
from bandmate.app.live_band import LiveBand
from bandmate.domain.events import Event
from bandmate.domain.samples import Block
from bandmate.engine.band import BandPipeline
from bandmate.errors import StoreError
from bandmate.link.recording import Recorder
from bandmate.link.recording_raw import read_raw
from bandmate.sim.person import reps
from bandmate.sinks.base import Feed, Report
from bandmate.sinks.mqtt import MqttSink
from bandmate.sinks.mqtt_broker import MqttSettings
from parts.waiting import until

PULL = reps(2, 4.0, 14.0, 3.0, start_s=1.0)


def fail_to_write(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def stored(folder: Path) -> list[str]:
    """The names of what is in the store, in order."""
    with closing(sqlite3.connect(folder / "bandmate.db")) as db:
        return [name for (name,) in db.execute("SELECT name FROM record ORDER BY seq")]


def beside_the_store(folder: Path) -> list[Path]:
    """The files that SQLite keeps while a store is open."""
    return list(folder.glob("bandmate.db-*"))


async def test_a_bug_in_a_sink_ends_that_sink_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    async def broken(sink: MqttSink, feed: Feed, report: Report) -> None:
        del sink, feed
        report.up("for a moment")
        raise RuntimeError("a bug")

    monkeypatch.setattr(MqttSink, "session", broken)
    config = msgspec.structs.replace(QUIET, mqtt=MqttSettings(host="127.0.0.1"))
    recording = write_csv(tmp_path / "two.csv", PULL, 8.0)

    async with playing(recording, tmp_path, "supine_sciatic_floss", config=config) as run:
        await until(lambda: run.health("mqtt") == "failed")
        async with aiohttp.ClientSession() as client:
            health = await (await client.get(f"{run.running.page_url}health")).json()
        await until(run.over)

    shown = {sink["name"]: sink for sink in health["sinks"]}
    assert shown["mqtt"]["text"] == "ended by an unexpected error (RuntimeError); see the log"
    assert shown["page"]["state"] == shown["store"]["state"] == "up"
    assert len(run.named("rep")) == 2
    assert stored(tmp_path)[-2:] == ["summary", "samples"]


async def test_a_bug_in_the_core_ends_the_service_after_the_store_was_flushed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    push = BandPipeline.push

    def broken(pipeline: BandPipeline, block: Block) -> list[Event]:
        if pipeline.active is not None and pipeline.active.reps:
            raise RuntimeError("a bug")
        return push(pipeline, block)

    monkeypatch.setattr(BandPipeline, "push", broken)
    recording = write_csv(tmp_path / "two.csv", PULL, 8.0)

    with pytest.RaisesGroup(pytest.RaisesGroup(pytest.RaisesExc(RuntimeError, match="a bug"))):
        async with playing(recording, tmp_path, "supine_sciatic_floss") as run:
            await until(run.over)

    assert "rep" in stored(tmp_path)


async def test_a_bug_in_one_band_does_not_take_the_end_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    finish = LiveBand.finish

    def broken(band: LiveBand) -> None:
        if band.name == "left":
            raise RuntimeError("a bug")
        finish(band)

    monkeypatch.setattr(LiveBand, "finish", broken)
    recording = write_csv(tmp_path / "two.csv", PULL, 60.0)

    with pytest.RaisesGroup(pytest.RaisesExc(RuntimeError)):
        async with playing(recording, tmp_path, "free_reps", bands=("left", "right")) as run:
            await until(lambda: run.events)

    assert stored(tmp_path).count("summary") == 1


async def test_a_disk_that_hangs_under_the_recording_holds_no_alert_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    answers = threading.Event()
    block = Recorder.block

    def hanging(recorder: Recorder, band: str, readings: Block) -> None:
        answers.wait()
        block(recorder, band, readings)

    monkeypatch.setattr(Recorder, "block", hanging)
    too_hard = write_csv(tmp_path / "hard.csv", reps(1, 4.0, 40.0, 3.0, start_s=1.0), 5.0)

    try:
        async with playing(too_hard, tmp_path, "supine_sciatic_floss") as run:
            await until(run.over)
            assert "alert_raised" in {event.name for event in run.events}
            assert not answers.is_set()
            answers.set()
    finally:
        answers.set()

    (kept,) = (tmp_path / "recordings").glob("*.jsonl")
    assert sum(len(entry.t_s) for entry in read_raw(kept).entries) == 250
    assert read_raw(kept).entries[-1].end


async def test_a_full_disk_ends_the_recording_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    recording = write_csv(tmp_path / "two.csv", PULL, 8.0)

    async with playing(recording, tmp_path, "supine_sciatic_floss") as run:
        await until(lambda: run.named("rep"))
        monkeypatch.setattr(Recorder, "_write", fail_to_write)
        await until(run.over)

    assert len(run.named("rep")) == 2
    assert stored(tmp_path)[-2:] == ["summary", "samples"]
    assert caplog.text.count("ends here: No space left on device") == 1
    (kept,) = (tmp_path / "recordings").iterdir()
    assert len(read_raw(kept).entries) > 10


async def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path):
    recording = write_csv(tmp_path / "two.csv", PULL, 1.0)
    (tmp_path / "taken").touch()

    with pytest.raises(StoreError, match=r"taken: the folder of the local store cannot be made"):
        async with playing(recording, tmp_path / "taken", "free_reps"):
            pass


async def test_recordings_that_cannot_be_kept_are_told_and_the_store_is_closed(tmp_path: Path):
    recording = write_csv(tmp_path / "two.csv", PULL, 1.0)
    (tmp_path / "recordings").touch()

    with pytest.raises(StoreError, match="the recording cannot be made"):
        async with playing(recording, tmp_path, "free_reps"):
            pass

    assert not beside_the_store(tmp_path)

"""`bandmate record` as a person runs it, on the virtual radio through the production link."""

import asyncio
import errno
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from bandmate.app import reach as reach_module
from bandmate.app.replay import ReplayOptions, replay
from bandmate.catalog.catalogue import load_catalogue
from bandmate.cli import main
from bandmate.cli.record import find_and_record
from bandmate.devices.encoder import Encoder
from bandmate.devices.profile import ADVERT, Profile
from bandmate.domain.events import AlertRaised, Rep, Summary
from bandmate.domain.samples import Decoded, Frame
from bandmate.errors import DeviceNotFoundError, InputError, LinkLostError
from bandmate.link.recording import RAW_VERSION, Header, RecordedBand, Recorder
from bandmate.link.recording_raw import read_raw
from bandmate.sim.gatt_sensor import GattSensor
from bandmate.sim.gauge import VirtualGauge, virtual_gauge
from bandmate.sim.person import ForceAt, reps
from bandmate.sim.radio import VirtualRadio, virtual_radio
from link.rig import PROFILES, PROGRESSOR, SCALE, FastClock, radio_of
from parts.waiting import until

PACKET_N = 8


@pytest.fixture(autouse=True)
def short_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach_module, "LOOK_S", 0.2)
    monkeypatch.setattr(reach_module, "LOOKS_N", 2)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "pull.jsonl"


def pull_n(_t_s: float) -> float:
    return 30.0


def packets_n(file: Path) -> int:
    return file.read_text().count('"frame"') if file.exists() else 0


def streams(file: Path) -> bool:
    return file.exists() and '"role":"data","frame":"01' in file.read_text()


async def recorded(
    virtual: VirtualRadio,
    file: Path,
    *,
    profiles: tuple[Profile, ...] = (PROGRESSOR,),
    address: str | None = None,
    for_s: float | None = None,
) -> None:
    await find_and_record(
        file, radio_of(virtual), profiles, address, for_s=for_s, band="thigh", params={}
    )


async def recorded_band(file: Path, force_n: ForceAt, *, for_s: float) -> VirtualGauge:
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, PROGRESSOR, force_n, FastClock(), samples_n=PACKET_N) as gauge,
    ):
        await recorded(virtual, file, for_s=for_s)
        return gauge


async def test_what_arrives_is_recorded_and_told(file: Path, capsys: pytest.CaptureFixture[str]):
    gauge = await recorded_band(file, pull_n, for_s=1.0)
    out, err = capsys.readouterr()
    recording = read_raw(file)
    (band,) = recording.header.bands
    assert (band.band, band.profile) == ("thigh", "tindeq-progressor")
    assert packets_n(file) > 2
    assert f"{file}: {packets_n(file)} packets" in out
    assert recording.entries[0].stream
    assert recording.entries[-1].end
    assert f"Found Tindeq Progressor at {gauge.address}" in err
    assert isinstance(gauge.sensor, GattSensor)
    assert "start" in gauge.sensor.commands


async def test_a_sensor_that_only_advertises_is_recorded_too(file: Path):
    async with virtual_radio() as virtual, virtual_gauge(virtual.air, SCALE, pull_n, FastClock()):
        await recorded(virtual, file, profiles=tuple(PROFILES), for_s=1.0)
    *_, summary = replay(file, ReplayOptions(load_catalogue().find("free_holds")))
    assert isinstance(summary, Summary)
    assert summary.band == "thigh"
    assert summary.peak_n == pytest.approx(30.0, abs=0.2)


async def test_the_recording_replays_with_an_exercise(file: Path):
    await recorded_band(file, reps(3, 4.0, 14.0, 1.0, start_s=0.5), for_s=4.5)
    events = list(replay(file, ReplayOptions(load_catalogue().find("free_reps"))))
    again = list(replay(file, ReplayOptions(load_catalogue().find("free_reps"))))
    assert [event.to_dict() for event in events] == [event.to_dict() for event in again]
    assert len([event for event in events if isinstance(event, Rep)]) == 3
    assert not [event for event in events if isinstance(event, AlertRaised)]
    assert isinstance(events[-1], Summary)


def test_replay_begins_the_exercise_with_the_first_data(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    header = Header(
        RAW_VERSION, "s", "2026-01-31T08:00:00Z", (RecordedBand("thigh", SCALE.device.id),)
    )
    recorder = Recorder(file, header)
    recorder.stream("thigh", 0.5)
    encoder = Encoder(SCALE)
    for t_s in (4.0, 4.1, 4.2):
        (data,) = encoder.encode(Decoded([30.0]))
        recorder.frame("thigh", Frame(t_s, ADVERT, data, SCALE.stream[ADVERT].company))
    recorder.close(4.5)
    monkeypatch.setattr(
        sys, "argv", ["bandmate", "replay", str(file), "--exercise", "free_holds", "--json"]
    )
    with pytest.raises(SystemExit) as ended:
        main()
    started, *others = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert ended.value.code == 0
    assert (started["event"], started["t_s"]) == ("set_started", 4.0)
    assert "alert_raised" not in {event["event"] for event in others}


async def test_ctrl_c_ends_it_cleanly(file: Path, capsys: pytest.CaptureFixture[str]):
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, PROGRESSOR, pull_n, FastClock(), samples_n=PACKET_N),
    ):
        recording = asyncio.create_task(recorded(virtual, file))
        await until(lambda: streams(file))
        os.kill(os.getpid(), signal.SIGINT)
        await recording
    assert "packets" in capsys.readouterr().out
    assert read_raw(file).entries[-1].end


async def test_a_lost_connection_is_told_and_recorded_on(
    file: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
):
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, PROGRESSOR, pull_n, FastClock(), samples_n=PACKET_N) as gauge,
    ):
        recording = asyncio.create_task(recorded(virtual, file))
        await until(lambda: streams(file))
        await gauge.drop()
        await until(lambda: file.read_text().count('"stream"') == 2)
        os.kill(os.getpid(), signal.SIGINT)
        await recording
    assert caplog.text.count("the connection was lost") == 1
    assert capsys.readouterr().err.count("Connecting to") == 2


async def test_where_nothing_arrived_no_file_is_left(file: Path):
    with pytest.raises(LinkLostError, match="sent nothing"):
        await recorded_band(file, pull_n, for_s=0.001)
    assert list(file.parent.iterdir()) == []


async def test_a_sensor_out_of_reach_leaves_no_file(file: Path):
    async with virtual_radio() as virtual:
        with pytest.raises(DeviceNotFoundError):
            await recorded(virtual, file, for_s=1.0)
    assert list(file.parent.iterdir()) == []


async def test_a_full_disk_ends_it_and_says_so(file: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Recorder, "frame", full)
    with pytest.raises(InputError, match="No space left"):
        await recorded_band(file, pull_n, for_s=30.0)


async def test_a_folder_that_cannot_be_written(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be written"):
        await recorded_band(tmp_path / "file" / "pull.jsonl", pull_n, for_s=1.0)


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        ((), 1, "there is such a file already"),
        (("--band", "Left leg"), 2, "--band 'Left leg'"),
        (("--profile", "tindeq-progresor"), 2, "tindeq-progressor"),
    ],
)
def test_a_call_that_cannot_be_done_ends_before_the_radio_is_asked(
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    status: int,
    told: str,
):
    if not arguments:
        file.write_text("kept")
    monkeypatch.setattr(sys, "argv", ["bandmate", "record", str(file), *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = capsys.readouterr()
    assert (ended.value.code, out) == (status, "")
    assert told in err
    assert not arguments or not file.exists()
    assert arguments or file.read_text() == "kept"

"""Raw recordings: kept line by line, cut off anywhere, replayed to the same bytes."""

import json
from pathlib import Path

import msgspec
import pytest

from bandmate.app.replay import ReplayOptions, replay
from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.events import Event, Rep
from bandmate.domain.samples import Block, Frame, SensorTraits
from bandmate.engine.band import BandPipeline
from bandmate.engine.band_settings import BandSettings
from bandmate.errors import InputError, UsageError
from bandmate.link.recording import Header, RecordedBand, Recorder
from bandmate.link.recording_raw import is_raw, read_raw
from scenarios.scenario import FLOSS, blocks, cycles, sampled

HEADER = Header(1, "s1", "2026-01-31T08:00:00.000000Z", (RecordedBand("left"),))
FIRST = msgspec.json.encode(HEADER).decode() + "\n"


def as_bytes(events: list[Event]) -> list[bytes]:
    return [msgspec.json.encode(event.to_dict()) for event in events]


def performed(path: Path) -> list[Event]:
    """A live-like run of readings, NaN, a missing one, commands and a silence, recorded."""
    t, x = sampled(cycles(6, 4, 14, 6), 42, 80, seed=3)
    pipeline = BandPipeline(BandSettings("left", "s1"), load_catalogue().find)
    recorder = Recorder(path, HEADER)
    events: list[Event] = []
    commands = [(20.0, "ack"), (30.0, "next"), (0.0, f"start:{FLOSS}")]
    for block in blocks(t, x, 10):
        if 24 < block.arrival_s < 26:
            continue
        readings = list(block.values)
        readings[3:5] = [float("nan"), None][: max(len(readings) - 3, 0)]
        while commands and commands[-1][0] <= block.arrival_s:
            _, text = commands.pop()
            commands.sort(reverse=True)
            events += pipeline.command(text, block.arrival_s)
            recorder.command(text, block.arrival_s)
        packet = Block(block.arrival_s, block.t_s, readings)
        recorder.block("left", packet)
        events += pipeline.push(packet)
    recorder.close(42.0)
    return [*events, *pipeline.finish(42.0)]


def test_a_replay_gives_the_same_bytes(tmp_path: Path):
    path = tmp_path / "set.jsonl"
    live = performed(path)
    assert sum(isinstance(event, Rep) for event in live) >= 5
    assert as_bytes([*replay(path, ReplayOptions(None))]) == as_bytes(live)


def test_what_a_crash_cut_off_is_left_out(tmp_path: Path):
    path = tmp_path / "set.jsonl"
    performed(path)
    whole = read_raw(path).entries
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b"{") - 9])
    cut = read_raw(path).entries
    assert cut == whole[: len(cut)]
    assert len(whole) - len(cut) <= 2
    assert [*replay(path, ReplayOptions(None))]


def test_every_line_is_on_disk_at_once(tmp_path: Path):
    path = tmp_path / "set.jsonl"
    recorder = Recorder(path, HEADER)
    recorder.frame("left", Frame(1.25, "data", b"\x01\x08", 256))
    recorder.stream("left", 1.5)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert lines[1:] == [
        {"t": 1.25, "band": "left", "role": "data", "frame": "0108", "company": 256},
        {"t": 1.5, "band": "left", "stream": True},
    ]
    assert is_raw(path)
    recorder.close(2.0)


def test_a_recording_is_never_overwritten(tmp_path: Path):
    path = tmp_path / "set.jsonl"
    Recorder(path, HEADER).close(0.0)
    with pytest.raises(FileExistsError):
        Recorder(path, HEADER)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('{"t":1}\n', 1, "not the header"),
        ("{", 1, "not the header"),
        ('{"bandmate_recording":2,"other":1}\n', 1, "recording format 2; this bandmate reads 1"),
        (FIRST + '{"t":1,\n{"t":2,"end":true}\n', 2, "malformed"),
        (FIRST + '{"t":1,"unknown":2}\n{"t":2}\n', 2, "unknown"),
        (FIRST + '{"t":"soon"}\n', 2, "Expected `float`"),
        (FIRST + '{"t":1,"band":"right","stream":true}\n', 2, "'right' is not in"),
        (FIRST + '{"t":1,"band":"left","t_s":[1],"force_n":[]}\n', 2, "1 times for 0 readings"),
        (FIRST + '{"t":1,"band":"left","t_s":[1],"force_n":["much"]}\n', 2, "much"),
        (FIRST + '{"t":1,"band":"left","frame":"0g"}\n', 2, "'0g' is not hex"),
    ],
)
def test_malformed(tmp_path: Path, text: str, line: int, message: str):
    path = tmp_path / "set.jsonl"
    path.write_text(text)
    with pytest.raises(InputError) as refused:
        read_raw(path)
    assert str(refused.value).startswith(f"{path}:{line}: ")
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("header", "entry", "message"),
    [
        (FIRST, '{"t":1,"command":"jump"}', "at 1 s: unknown command 'jump'"),
        (FIRST.replace('"profile":""', '"profile":"none-such"'), "", "none-such"),
    ],
)
def test_what_cannot_be_replayed(tmp_path: Path, header: str, entry: str, message: str):
    path = tmp_path / "set.jsonl"
    path.write_text(header + entry)
    with pytest.raises(InputError, match=message):
        list(replay(path, ReplayOptions(None)))


def test_facts_of_the_sensor_are_not_taken_in_silence(tmp_path: Path):
    path = tmp_path / "set.jsonl"
    path.write_text(FIRST)
    with pytest.raises(UsageError, match="--set is for plain recordings"):
        replay(path, ReplayOptions(None, traits=SensorTraits(full_scale_n=100.0)))

"""`bandmate bench`: what it measures, and what it says where a reference is missing."""

import asyncio
import json
import shutil
import sys
from collections.abc import Callable
from itertools import pairwise
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.app import bench as bench_module
from bandmate.app import (
    bench_broker,
    bench_decision,
    bench_decode,
    bench_detector,
    bench_kernels,
    bench_match,
    bench_mqtt,
)
from bandmate.app.bench_detector import detector_rows
from bandmate.app.bench_kernels import kernel_rows
from bandmate.app.bench_motion import motion_rows
from bandmate.app.bench_mqtt import mqtt_rows
from bandmate.app.bench_numba import zig_zag, zig_zag_all, zig_zag_by_numba
from bandmate.app.bench_rows import Row, median_s, percentile_rows
from bandmate.app.bench_tasks import beside
from bandmate.catalog.catalogue import load_catalogue
from bandmate.cli import main
from bandmate.devices.decoder import Decoder
from bandmate.devices.registry import load_profiles
from bandmate.engine.band import BandPipeline
from bandmate.engine.band_settings import BandSettings
from bandmate.errors import SinkUnavailableError
from bandmate.sinks.mqtt_bare import BareClient
from bandmate.sinks.mqtt_messages import Message
from parts.programs import part

latencies_s = st.lists(
    st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=20), min_size=1, max_size=9
)

REFERENCES = {
    "decode, 1 a frame": {"a hand-written struct decoder", "an empty loop over the frames"},
    "decode, 15 a frame": {"a hand-written struct decoder", "an empty loop over the frames"},
    "unknown advertisements rejected": {"every profile asked in turn"},
    "repetitions alone, packets of 10": {
        "an empty loop over the readings",
        "filters and zig-zag in numba",
    },
    "holds alone, packets of 10": {"an empty loop over the readings"},
    "whole tension chain, packets of 8": {
        "an empty loop over the readings",
        "scipy.signal.find_peaks, all at once",
    },
    "repetitions of a limb, six axes at 50 Hz, packets of 10": {
        "an empty loop over the readings",
        "gravity and zig-zag in numba",
    },
    "repetitions of a limb, six axes at 100 Hz, packets of 10": {
        "an empty loop over the readings",
        "gravity and zig-zag in numba",
    },
    "notification to alert, p50": {"an empty asyncio wake-up"},
    "notification to alert, p99": {"an empty asyncio wake-up"},
    "notification to MQTT subscriber by mosquitto, p50": {"the same by a bare aiomqtt publish"},
    "notification to MQTT subscriber by mosquitto, p99": {"the same by a bare aiomqtt publish"},
}


@pytest.fixture(autouse=True)
def little_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_module, "ROUNDS_N", 1)
    monkeypatch.setattr(bench_decode, "READINGS_N", 150)
    monkeypatch.setattr(bench_match, "ADVERTS_N", 50)
    monkeypatch.setattr(bench_decision, "ALERTS_N", 5)
    monkeypatch.setattr(bench_mqtt, "MESSAGES_N", 5)


@pytest.fixture
def no_mosquitto(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(_program: str, path: str | None = None) -> None:
        del path

    monkeypatch.setattr(shutil, "which", nothing)


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> object:
    monkeypatch.setattr(sys, "argv", ["bandmate", "bench", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


def test_every_figure_stands_beside_its_references(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    part("mosquitto")
    assert run(monkeypatch, "--json") == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row["what"], set()).add(row["reference"])
    assert found == REFERENCES
    for row in rows:
        assert row["figure"] > 0
        assert row["ratio"] == pytest.approx(row["figure"] / row["reference_figure"])


def test_the_table_tells_the_machine_and_lines_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(
        "bandmate.cli.bench.bench",
        lambda: iter(
            [
                Row("decode", "samples/s", 795_432.1, "a loop", 1.51e8),
                Row("alert", "ms", 0.08412, "not there: install it", None),
            ]
        ),
    )
    assert run(monkeypatch) == 0
    machine, _, heading, *rows = capsys.readouterr().out.splitlines()
    assert "Python" in machine
    assert heading.split() == ["WHAT", "FIGURE", "UNIT", "REFERENCE", "ITS", "FIGURE", "RATIO"]
    assert [row.split("  ")[0] for row in rows] == ["decode", "alert"]
    assert "795,000" in rows[0]
    assert "151,000,000" in rows[0]
    assert "0.0841" in rows[1]
    assert rows[1].endswith("-")


@pytest.mark.parametrize(
    ("module", "rows"),
    [("scipy.signal", detector_rows), ("numba", kernel_rows), ("numba", motion_rows)],
)
def test_a_reference_whose_package_is_missing_says_how_to_install_it(
    module: str, rows: Callable[[int], list[Row]], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, module, None)
    without = [row for row in rows(1) if row.reference_figure is None]
    assert without
    package = module.split(".", maxsplit=1)[0]
    for row in without:
        assert row.figure is not None
        assert row.reference == f"{package} is missing: pip install 'bandmate[bench]'"
        assert row.ratio is None


@pytest.mark.usefixtures("no_mosquitto")
def test_without_mosquitto_the_embedded_broker_serves_and_is_named():
    rows = mqtt_rows(1)
    assert [row.what for row in rows] == [
        "notification to MQTT subscriber by amqtt, embedded, p50",
        "notification to MQTT subscriber by amqtt, embedded, p99",
    ]
    assert all(row.ratio for row in rows)


@pytest.mark.usefixtures("no_mosquitto")
def test_without_any_broker_the_row_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "amqtt.broker", None)
    (row,) = mqtt_rows(1)
    assert (row.figure, row.ratio) == (None, None)
    assert "pip install 'bandmate[demo]'" in row.reference


@pytest.mark.parametrize("size", [1, 15])
def test_the_hand_written_decoder_reads_the_same(size: int):
    profile = load_profiles().get(bench_decode.PROFILE)
    decoder = Decoder(profile)
    for frame in bench_decode.frames_of(profile, size):
        decoded = decoder.feed(frame)
        assert decoded.error is None
        by_hand = bench_decode.decode_by_hand(frame.data)
        assert list(zip(decoded.force_n, decoded.ticks, strict=True)) == by_hand


def test_chain_and_reference_find_the_movements_of_the_same_signal():
    blocks = bench_detector.signal_blocks()
    pipeline = BandPipeline(BandSettings(name="left", session="bench"), load_catalogue().find)
    pipeline.start(load_catalogue().find(bench_detector.EXERCISE), 0.0)
    counted = [event for block in blocks for event in pipeline.push(block) if event.name == "rep"]
    count_peaks = bench_detector.peaks_by_scipy(blocks)
    assert count_peaks is not None
    assert len(counted) == count_peaks() == 10


def test_detectors_and_reference_find_what_was_done():
    pulls = bench_kernels.packets_of(bench_kernels.PULLS)
    compiled = zig_zag_by_numba(pulls, bench_kernels.RISE_N)
    assert compiled is not None
    arrays = [(np.array(t_s), np.array(x)) for t_s, x in pulls]
    by_hand = zig_zag_all(zig_zag, arrays, bench_kernels.RISE_N)
    assert bench_kernels.count_reps(pulls) == compiled() == by_hand == 10
    held_s = bench_kernels.seconds_held(bench_kernels.packets_of(bench_kernels.HOLD))
    assert held_s == pytest.approx(40 + 8 / 3, abs=0.1), (
        "ramp and release are over 30 N for a third"
    )


def test_rounds_take_turns():
    done: list[str] = []
    works = {
        "one": lambda: done.append("one"),
        "other": lambda: done.append("other"),
    }
    assert median_s(works, 3).keys() == {"one", "other"}
    assert done == ["one", "other"] * 3


@given(latencies_s, latencies_s)
def test_percentiles_are_medians_over_the_rounds(
    ours_s: list[list[float]], theirs_s: list[list[float]]
):
    rows = percentile_rows("it", "another", ours_s, theirs_s)
    assert [row.what for row in rows] == ["it, p50", "it, p99"]
    figures = [row.figure for row in rows if row.figure is not None]
    assert all(low <= high * (1 + 1e-9) for low, high in pairwise(figures))
    assert figures[0] == pytest.approx(1000 * median(median(times_s) for times_s in ours_s))


async def test_a_failure_beside_a_measurement_ends_it():
    async def fails() -> None:
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        async with beside(fails()):
            await asyncio.Event().wait()


async def test_what_runs_beside_ends_with_the_measurement():
    ended = asyncio.Event()

    async def runs() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with beside(runs()):
        await asyncio.sleep(0)
    assert ended.is_set()


def test_a_broker_that_does_not_start_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def ends_at_once(_program: str, path: str | None = None) -> str:
        del path
        return sys.executable  # given a broker's configuration as its program

    monkeypatch.setattr(shutil, "which", ends_at_once)
    monkeypatch.setattr(bench_broker, "_START_S", 0.2)
    monkeypatch.setattr(bench_module, "_PARTS", (mqtt_rows,))
    status = run(monkeypatch)
    assert (status, capsys.readouterr().out) == (1, "")


def test_a_message_that_does_not_arrive_ends_the_bench(monkeypatch: pytest.MonkeyPatch):
    async def nothing(_client: BareClient, _message: Message) -> None:
        pass

    part("mosquitto")
    monkeypatch.setattr(BareClient, "send", nothing)
    monkeypatch.setattr(bench_mqtt, "_WITHIN_S", 1.0)
    with pytest.raises(SinkUnavailableError, match="does not pass on"):
        mqtt_rows(1)

"""Plain recordings of worn sensors: the same movements, however they are written down."""

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bandmate.app.clock import SessionClock
from bandmate.app.replay import ReplayOptions, replay
from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.events import AlertRaised, Event, HoldEnded, Rep, SetStarted, Summary
from bandmate.domain.samples import Block, MotionBlock
from bandmate.errors import InputError
from bandmate.link.recording_csv import CsvRow, as_block, read_csv
from bandmate.link.replay import ReplayLink
from bandmate.units import STANDARD_GRAVITY_MS2
from engine.limb import Sensor, lifts, mounting, still
from recordings.motion_csv import ACC, GYRO, Row, pulled, worn, written
from scenarios.scenario import cycles, sampled

FREE_REPS = load_catalogue().find("free_reps")
LIFTS = lifts(4, 40.0, 3.0)
LENGTH_S = 18.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("motion")


def told(path: Path, packet: int = 10, exercise: str = "free_reps") -> list[Event]:
    return [*replay(path, ReplayOptions(load_catalogue().find(exercise), packet))]


def facts(events: Iterable[Event]) -> dict[str, list[dict[str, Any]]]:
    """The events by band, without when they were decided."""
    bands: dict[str, list[dict[str, Any]]] = {}
    for event in events:
        told = {k: v for k, v in event.to_dict().items() if k != "emitted_s"}
        bands.setdefault(event.band, []).append(told)
    return bands


def reps(events: Iterable[Event]) -> list[Rep]:
    return [event for event in events if isinstance(event, Rep)]


def summaries(events: Iterable[Event]) -> dict[str, Summary]:
    return {event.band: event for event in events if isinstance(event, Summary)}


@pytest.mark.parametrize("hz", [10, 25, 100])
@pytest.mark.parametrize("has_gyro", [True, False])
def test_lifts_in_a_recording_are_counted_in_degrees(folder: Path, hz: float, has_gyro: bool):
    sensor = Sensor(hz, mounting(3), has_gyro=has_gyro)
    events = told(written(folder / "lifts.csv", worn(sensor, LIFTS, LENGTH_S)))
    assert [str(rep.grade) for rep in reps(events)] == ["full"] * 4
    assert [rep.peak_deg for rep in reps(events)] == pytest.approx([40.0] * 4, abs=4.0)
    assert [rep.peak_n for rep in reps(events)] == [None] * 4
    assert events[-1].name == "summary"


def test_a_raised_limb_is_a_hold(folder: Path):
    sensor = Sensor(25, mounting(1))
    raised = lifts(1, 50.0, 8.0)
    events = told(written(folder / "hold.csv", worn(sensor, raised, 14.0)), exercise="free_holds")
    (hold,) = [event for event in events if isinstance(event, HoldEnded)]
    assert hold.mean_n is None
    assert hold.mean_deg is not None


@settings(max_examples=15, deadline=None)
@given(packet=st.integers(1, 600), has_gyro=st.booleans(), seed=st.integers(0, 1000))
def test_packets_decide_nothing_but_when(folder: Path, packet: int, has_gyro: bool, seed: int):
    sensor = Sensor(25, mounting(seed), has_gyro=has_gyro, seed=seed)
    path = written(folder / "packets.csv", worn(sensor, LIFTS, LENGTH_S))
    assert facts(told(path, packet)) == facts(told(path, 1))


@settings(max_examples=10, deadline=None)
@given(hz=st.sampled_from([12, 25, 60]), seed=st.integers(0, 1000))
def test_units_are_only_another_way_to_write_it(folder: Path, hz: float, seed: int):
    sensor = Sensor(hz, mounting(seed), seed=seed)
    plain = told(written(folder / "si.csv", worn(sensor, LIFTS, LENGTH_S)))
    other = worn(
        sensor,
        LIFTS,
        LENGTH_S,
        acc=(("acc_x_g", "acc_y_g", "acc_z_g"), STANDARD_GRAVITY_MS2),
        gyro=(("gyro_x_dps", "gyro_y_dps", "gyro_z_dps"), math.pi / 180.0),
    )
    events = told(written(folder / "other.csv", other))
    assert [event.id for event in events] == [event.id for event in plain]
    for mine, its in zip(reps(events), reps(plain), strict=True):
        assert (mine.grade, mine.peak_deg) == (its.grade, pytest.approx(its.peak_deg))
        assert (mine.start_s, mine.count_s) == pytest.approx((its.start_s, its.count_s))


def several(seed: int, rates: Sequence[float]) -> dict[str, list[Row]]:
    """Three sensors, each of which says nothing at the first and the last time."""
    times, forces = sampled(cycles(3, 4, 20, 4), LENGTH_S - 1, rates[2] * 2, seed)
    bands = {
        "shank": worn(Sensor(rates[0], mounting(seed), seed=seed), LIFTS, LENGTH_S, "shank"),
        "chest": worn(
            Sensor(rates[1], mounting(seed + 1), has_gyro=False, seed=seed),
            lifts(3, 25.0, 4.0),
            LENGTH_S - 0.3,
            "chest",
        ),
        "left": pulled(times.tolist(), forces.tolist(), "left"),
    }
    for band, rows in bands.items():
        rows.insert(0, {"t_s": 0.0, "band": band})
        rows.append({"t_s": LENGTH_S, "band": band})
    return bands


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 1000),
    rates=st.tuples(*[st.sampled_from([10.0, 25.0, 31.0, 50.0])] * 3),
    packet=st.integers(1, 40),
)
def test_sensors_in_one_file_are_as_each_alone(
    folder: Path, seed: int, rates: tuple[float, float, float], packet: int
):
    bands = several(seed, rates)
    together = told(
        written(folder / "all.csv", [r for rows in bands.values() for r in rows]), packet
    )
    assert set(summaries(together)) == set(bands)
    for band, rows in bands.items():
        alone = told(written(folder / "one.csv", rows), packet)
        assert [e.to_dict() for e in together if e.band == band] == [e.to_dict() for e in alone]
        assert len(reps(alone)) == {"shank": 4, "chest": 3, "left": 3}[band]


def test_a_command_is_for_every_sensor_at_its_time(folder: Path):
    sensors = [
        worn(Sensor(25, mounting(1)), LIFTS, LENGTH_S, "shank"),
        worn(Sensor(25, mounting(2)), LIFTS, LENGTH_S, "foot"),
    ]
    rows = [row for rows in sensors for row in rows]
    rows[25]["command"] = "start:free_reps"
    events = told(written(folder / "commands.csv", rows), packet=7)
    begun = [(e.band, e.t_s) for e in events if isinstance(e, SetStarted)]
    assert begun == [("foot", 1.0), ("shank", 1.0)]
    assert {band: s.reps for band, s in summaries(events).items()} == {"shank": 4, "foot": 4}
    counted = [summary.quality["samples"] for summary in summaries(events).values()]
    assert counted == [len(sensor) for sensor in sensors]


def test_a_reading_that_misses_an_axis_is_missing(folder: Path):
    rows = worn(Sensor(25, mounting(5)), LIFTS, LENGTH_S)
    holed = [{**row, ACC[k % 3]: ""} if k % 4 == 0 else row for k, row in enumerate(rows)]
    without = [row for k, row in enumerate(rows) if k % 4]
    events = told(written(folder / "holed.csv", holed), packet=1)
    fewer = told(written(folder / "fewer.csv", [{"t_s": 0.0, "band": "left"}, *without]), packet=1)
    assert facts(events) == facts(fewer)
    assert summaries(events)["left"].quality["samples"] == len(without)


def test_a_turn_rate_that_misses_an_axis_is_not_known(folder: Path):
    rows = worn(Sensor(25, mounting(5)), LIFTS, LENGTH_S)
    holed = written(folder / "holed.csv", [{**row, GYRO[1]: ""} for row in rows])
    bare = worn(Sensor(25, mounting(5), has_gyro=False), LIFTS, LENGTH_S)
    assert facts(told(holed)) == facts(told(written(folder / "bare.csv", bare)))


def test_readings_that_stay_away_are_told_as_silence(folder: Path):
    rows = worn(Sensor(25, mounting(5)), still, LENGTH_S)
    kept = [
        r if not 5 < k / 25 < 8 else {"t_s": k / 25, "band": "left"} for k, r in enumerate(rows)
    ]
    events = told(written(folder / "away.csv", kept))
    raised = [str(event.code) for event in events if isinstance(event, AlertRaised)]
    assert raised == ["signal_degraded", "signal_lost"]


def test_a_nan_arrived_and_is_counted(folder: Path):
    rows = worn(Sensor(25, mounting(5)), still, 4.0)
    rows[30][ACC[2]] = "nan"
    rows[40][GYRO[0]] = "nan"
    quality = summaries(told(written(folder / "nan.csv", rows)))["left"].quality
    assert (quality["nan"], quality["samples"]) == (1, 100)


def test_rows_become_one_packet():
    rows = [
        CsvRow(1.0, "shank", None, "", (0.0, 0.0, 9.8), (0.1, 0.0, 0.0)),
        CsvRow(1.5, "shank", None, "", (0.0, 0.0, 9.7)),
        CsvRow(2.0, "shank", None, "", None, (0.1, 0.0, 0.0)),
    ]
    block = as_block(rows, "angle")
    assert isinstance(block, MotionBlock)
    assert (block.arrival_s, [*block.t_s]) == (2.0, [1.0, 1.5])
    assert [*block.acc_ms2] == [(0.0, 0.0, 9.8), (0.0, 0.0, 9.7)]
    assert [*block.gyro_rads] == [(0.1, 0.0, 0.0), None]
    assert as_block(rows[2:], "angle") == MotionBlock(2.0, (), (), ())
    assert as_block(rows[2:], "force") == Block(2.0, [2.0], [None])


def test_what_each_band_shows(folder: Path):
    rows: list[Row] = [
        {"t_s": 0.0, "band": "left", "force_au": 1.0},
        {"t_s": 0.0, "band": "shank", **dict.fromkeys(ACC, 1.0), **dict.fromkeys(GYRO, 0.0)},
        {"t_s": 0.0, "band": "desk", "command": "ack"},
    ]
    recording = read_csv(written(folder / "kinds.csv", rows))
    assert recording.quantities == {"left": "arbitrary", "shank": "angle", "desk": "arbitrary"}
    desk_and_shank = read_csv(written(folder / "kinds.csv", rows[1:]))
    assert desk_and_shank.quantities == {"shank": "angle", "desk": "angle"}


def test_motion_cannot_be_played_in_place_of_a_sensor(folder: Path):
    rows = several(1, (25.0, 25.0, 25.0))
    recording = read_csv(written(folder / "all.csv", [r for band in rows.values() for r in band]))
    assert ReplayLink(recording, "left", SessionClock()).quantity == "force"
    with pytest.raises(InputError, match="motion cannot be played in place of a sensor"):
        ReplayLink(recording, "shank", SessionClock())

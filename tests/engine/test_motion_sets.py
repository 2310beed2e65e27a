"""A motion sensor's movements, counted in degrees."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.events import (
    AlertRaised,
    Event,
    HoldEnded,
    Rep,
    RepFinal,
    SetEnded,
    SetStarted,
    Summary,
    Tared,
)
from bandmate.domain.samples import MotionBlock, SensorTraits, Vector
from bandmate.engine.band import BandPipeline
from bandmate.engine.band_settings import BandSettings
from engine.limb import Numbers, Pose, Sensor, lifts, mounting, still

ONE_DEGREE_A_SECOND = math.radians(1.0)
G = 9.80665


def new_pipeline(hz: float) -> BandPipeline:
    traits = SensorTraits(nominal_hz=hz)
    settings = BandSettings("thigh", "motion", traits, quantity="angle", silence="samples")
    return BandPipeline(settings, load_catalogue().find)


def packets(
    t: Sequence[float],
    acc: Sequence[Vector],
    gyro: Sequence[Vector | None],
    cuts: Sequence[int],
) -> list[MotionBlock]:
    """Readings in packets whose sizes repeat `cuts`."""
    blocks: list[MotionBlock] = []
    at = 0
    while at < len(t):
        part = slice(at, at + cuts[len(blocks) % len(cuts)])
        blocks.append(MotionBlock(t[part][-1], t[part], acc[part], gyro[part]))
        at = part.stop
    return blocks


def performed(
    sensor: Sensor,
    pose: Pose,
    length_s: float,
    *,
    exercise: str = "free_reps",
    cuts: Sequence[int] = (5,),
) -> list[Event]:
    pipeline = new_pipeline(sensor.hz)
    t, acc, gyro = sensor.readings(pose, length_s)
    events = pipeline.start(load_catalogue().find(exercise), 0.0)
    for block in packets(t, acc, gyro, cuts):
        events += pipeline.push(block)
    return [*events, *pipeline.finish(t[-1])]


def of(events: list[Event], kind: type[Event]) -> list[Event]:
    return [event for event in events if isinstance(event, kind)]


@settings(max_examples=40, deadline=None)
@given(
    hz=st.sampled_from([10, 13, 25, 50, 100]),
    height_deg=st.floats(20.0, 90.0),
    period_s=st.floats(2.0, 8.0),
    has_gyro=st.booleans(),
    seed=st.integers(0, 10_000),
)
def test_ten_lifts_are_ten_repetitions(
    hz: float, height_deg: float, period_s: float, has_gyro: bool, seed: int
):
    sensor = Sensor(
        hz, mounting(seed), has_gyro=has_gyro, gyro_bias_rads=ONE_DEGREE_A_SECOND, seed=seed
    )
    events = performed(sensor, lifts(10, height_deg, period_s), 10 * period_s + 6.0)
    assert [str(e.grade) for e in events if isinstance(e, Rep)] == ["full"] * 10
    (summary,) = [e for e in events if isinstance(e, Summary)]
    assert (summary.reps, summary.partial, summary.aborted) == (10, 0, 0)


@settings(max_examples=20, deadline=None)
@given(
    cuts=st.lists(st.integers(1, 60), min_size=1, max_size=5),
    has_gyro=st.booleans(),
    seed=st.integers(0, 10_000),
)
def test_packets_decide_nothing(cuts: list[int], has_gyro: bool, seed: int):
    def told(sizes: Sequence[int]) -> list[dict[str, object]]:
        sensor = Sensor(25, mounting(seed), has_gyro=has_gyro, seed=seed)
        events = performed(sensor, lifts(3, 40.0, 3.0), 14.0, cuts=sizes)
        return [{k: v for k, v in e.to_dict().items() if k != "emitted_s"} for e in events]

    assert told(cuts) == told((1,))


def sway(t: Numbers) -> Numbers:
    """Breathing and shifting: three degrees either way."""
    return 3.0 * np.sin(2 * np.pi * 0.25 * t)


@pytest.mark.parametrize("pose", [still, sway], ids=["rest", "sway"])
@pytest.mark.parametrize("hz", [10, 25, 100])
@pytest.mark.parametrize("has_gyro", [True, False])
def test_a_minute_of_rest_or_sway_is_no_repetition(pose: Pose, hz: float, has_gyro: bool):
    sensor = Sensor(hz, mounting(7), has_gyro=has_gyro, gyro_bias_rads=ONE_DEGREE_A_SECOND)
    assert not of(performed(sensor, pose, 60.0), Rep)


@pytest.mark.parametrize("hz", [25, 50, 100])
@pytest.mark.parametrize("jerk_g", [1.0, 2.0, 4.0])
def test_a_minute_of_jerks_is_no_repetition_with_a_gyroscope(hz: float, jerk_g: float):
    t, acc, gyro = Sensor(hz, mounting(9)).readings(still, 60.0)
    draw = np.random.default_rng(1)
    for k in range(0, len(t), round(3 * hz)):
        x, y, z = draw.normal(size=3)
        strength = jerk_g * G / math.hypot(x, y, z)
        acc[k] = (acc[k][0] + strength * x, acc[k][1] + strength * y, acc[k][2] + strength * z)
    pipeline = new_pipeline(hz)
    events = pipeline.start(load_catalogue().find("free_reps"), 0.0)
    for block in packets(t, acc, gyro, (10,)):
        events += pipeline.push(block)
    assert not of([*events, *pipeline.finish(60.0)], Rep)


def test_degrees_are_never_called_newtons():
    events = performed(Sensor(50, mounting(1)), lifts(3, 40.0, 3.0), 15.0)
    reps = [e for e in events if isinstance(e, Rep)]
    assert [rep.peak_n for rep in reps] == [None] * 3
    assert [rep.peak_deg for rep in reps] == pytest.approx([40.0] * 3, abs=3.0)
    assert [rep.excursion for rep in reps] == pytest.approx([40.0] * 3, abs=4.0)
    assert [e.impulse_ns for e in events if isinstance(e, RepFinal)] == [None] * 3
    (ended,) = [e for e in events if isinstance(e, SetEnded)]
    (summary,) = [e for e in events if isinstance(e, Summary)]
    assert ended.results["peak_n"] is summary.peak_n is None
    assert ended.results["peak_deg"] == summary.peak_deg == pytest.approx(40.0, abs=3.0)


def test_a_hold_has_its_level_in_degrees():
    def raised(t: Numbers) -> Numbers:
        return np.interp(t, [3.0, 4.0, 10.0, 11.0], [0.0, 50.0, 50.0, 0.0])

    events = performed(Sensor(50, mounting(2)), raised, 15.0, exercise="free_holds")
    (hold,) = [e for e in events if isinstance(e, HoldEnded)]
    assert (hold.mean_n, hold.mean_au) == (None, None)
    assert hold.mean_deg == pytest.approx(50.0, abs=2.0)
    assert hold.duration_s == pytest.approx(7.0, abs=0.3)


def test_an_exercise_with_a_zone_is_counted_without_it():
    sensor = Sensor(50, mounting(4))
    events = performed(sensor, lifts(10, 40.0, 6.0), 66.0, exercise="supine_sciatic_floss")
    (started,) = [e for e in events if isinstance(e, SetStarted)]
    (summary,) = [e for e in events if isinstance(e, Summary)]
    assert started.zone is None
    assert (summary.reps, summary.zone_s, summary.in_zone_pct) == (10, None, None)
    assert not of(events, AlertRaised)


def test_a_still_angle_is_no_frozen_sensor_and_no_tension():
    sensor = Sensor(50, mounting(4), acc_noise_ms2=0.0, gyro_noise_rads=0.0)
    pipeline = new_pipeline(50)
    events = pipeline.start(load_catalogue().find("free_reps"), 0.0)
    for block in packets(*sensor.readings(lambda t: 0 * t + 40.0, 10.0), (10,)):
        events += pipeline.push(block)
    assert not of(events, AlertRaised)
    assert pipeline.tension_n is None


def test_a_fall_as_quick_as_a_snapping_band_is_a_repetition():
    def dropped(t: Numbers) -> Numbers:
        at = np.where(t < 3.0, 0.0, (t - 3.0) % 3.0)
        return np.interp(at, [0.0, 1.0, 2.0, 2.12], [0.0, 40.0, 40.0, 0.0])

    sensor = Sensor(100, mounting(6), lever_m=0.0)
    events = performed(sensor, dropped, 14.9)
    assert [str(e.grade) for e in events if isinstance(e, Rep)] == ["full"] * 4


def test_the_pose_at_the_start_of_a_set_is_rest():
    pipeline = new_pipeline(50)
    leant = (G * math.sin(0.5), 0.0, G * math.cos(0.5))
    for k in range(100):
        pipeline.push(MotionBlock(k / 50, [k / 50], [(0.0, 0.0, G)], [None]))
    for k in range(100, 200):
        pipeline.push(MotionBlock(k / 50, [k / 50], [leant], [None]))
    ((_, before),) = pipeline.take_readings()
    pipeline.start(load_catalogue().find("free_reps"), 4.0)
    pipeline.push(MotionBlock(4.0, [4.0], [leant], [None]))
    ((_, after),) = pipeline.take_readings()
    assert before == pytest.approx(math.degrees(0.5), abs=0.5)
    assert after == pytest.approx(0.0, abs=0.5)


def test_strands_share_a_pull_and_no_angle():
    settings = BandSettings("thigh", "motion", strands=2, quantity="angle")
    pipeline = BandPipeline(settings, load_catalogue().find)
    pipeline.push(MotionBlock(0.0, [0.0], [(0.0, 0.0, G)], [None]))
    pipeline.push(MotionBlock(1.0, [1.0], [(G, 0.0, 0.0)], [None]))
    ((_, angle),) = pipeline.take_readings()
    assert angle == pytest.approx(90.0)


def test_a_tare_makes_the_pose_of_now_the_rest():
    pipeline = new_pipeline(50)
    leant = (G * math.sin(0.5), 0.0, G * math.cos(0.5))
    pipeline.push(MotionBlock(0.0, [0.0], [(0.0, 0.0, G)], [None]))
    for k in range(1, 100):
        pipeline.push(MotionBlock(k / 50, [k / 50], [leant], [None]))
    (tared,) = pipeline.command("tare", 2.0)
    assert isinstance(tared, Tared)
    assert (tared.zero_n, tared.refused) == (None, None)
    pipeline.push(MotionBlock(2.0, [2.0], [leant], [None]))
    ((_, angle),) = pipeline.take_readings()
    assert angle == pytest.approx(0.0, abs=0.5)


def test_what_is_no_number_is_counted_and_changes_no_angle():
    pipeline = new_pipeline(50)
    nan = float("nan")
    pipeline.push(MotionBlock(0.0, [0.0], [(0.0, 0.0, G)], [None]))
    pipeline.push(
        MotionBlock(
            0.06,
            [0.02, 0.04, 0.06],
            [(0.0, nan, G), (0.0, 0.0, 1e12), (0.0, 0.0, G)],
            [None, None, (nan, 0.0, 0.0)],
        )
    )
    pipeline.push(MotionBlock(0.07, [0.05], [(G, 0.0, 0.0)], [None]))
    (summary,) = [e for e in pipeline.finish(0.1) if isinstance(e, Summary)]
    counts = (summary.quality["samples"], summary.quality["nan"], summary.quality["late"])
    assert counts == (2, 2, 1)

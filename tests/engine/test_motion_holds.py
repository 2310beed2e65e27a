"""A motion sensor's holds: found by the angle and its rate, as they are defined."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.events import DoseReached, Event, HoldEnded, HoldStarted, SetEnded, Summary
from bandmate.domain.exercises import Exercise
from bandmate.domain.samples import Block, MotionBlock
from bandmate.engine.band import BandPipeline
from bandmate.engine.band_settings import BandSettings
from bandmate.errors import UsageError
from engine.limb import Numbers, Pose, Sensor, mounting

KNEE_TO_CHEST = load_catalogue().find("single_knee_to_chest")
Truths = NDArray[np.bool_]
LEFT_DEG = 10.0
LEFT_SHARE = 0.3


def within(seconds: float) -> float:
    """How near the written definition the length of a hold is told."""
    return max(0.3, 0.02 * seconds)


@dataclass(frozen=True)
class Raised:
    """A limb that is raised, held and let down again, several times.

    Attributes:
        height_deg: How far.
        held_s: For how long each time.
        ramp_s: From rest to there, and back.
        rest_s: Before, between and after.
        smooth: It comes to a standstill smoothly.
    """

    height_deg: float
    held_s: Sequence[float]
    ramp_s: float = 2.0
    rest_s: float = 4.0
    smooth: bool = True

    @property
    def points(self) -> list[tuple[float, float]]:
        points = [(0.0, 0.0)]
        for held_s in self.held_s:
            for length_s, level in (
                (self.rest_s, 0.0),
                (self.ramp_s, self.height_deg),
                (held_s, self.height_deg),
                (self.ramp_s, 0.0),
            ):
                points.append((points[-1][0] + length_s, level))
        return [*points, (points[-1][0] + self.rest_s, 0.0)]

    @property
    def length_s(self) -> float:
        return self.points[-1][0]

    def __call__(self, t: Numbers) -> Numbers:
        times, levels = zip(*self.points, strict=True)
        level = np.interp(t, times, levels) / self.height_deg
        return self.height_deg * (0.5 * (1 - np.cos(np.pi * level)) if self.smooth else level)

    def holds(self, least_deg: float) -> list[tuple[float, float]]:
        """Starts and ends by the definition, from the formula."""
        t = np.arange(0.0, self.length_s, 0.001)
        angle = self(t)
        still = (np.abs(np.gradient(angle, t)) < 10.0) & (angle >= least_deg)
        near = np.abs(angle - self.height_deg) <= max(LEFT_DEG, LEFT_SHARE * self.height_deg)
        return list(zip(_starts(t, still), _ends(t, near), strict=True))


def _starts(t: Numbers, is_so: Truths) -> list[float]:
    return t[1:][is_so[1:] & ~is_so[:-1]].tolist()


def _ends(t: Numbers, is_so: Truths) -> list[float]:
    return t[1:][~is_so[1:] & is_so[:-1]].tolist()


def performed(
    sensor: Sensor,
    pose: Pose,
    length_s: float,
    exercise: Exercise = KNEE_TO_CHEST,
    packet: int = 5,
) -> list[Event]:
    pipeline = BandPipeline(
        BandSettings("thigh", "holds", quantity="angle", silence="samples"), load_catalogue().find
    )
    t, acc, gyro = sensor.readings(pose, length_s)
    events = pipeline.start(exercise, 0.0)
    for at in range(0, len(t), packet):
        part = slice(at, at + packet)
        events += pipeline.push(MotionBlock(t[part][-1], t[part], acc[part], gyro[part]))
    return [*events, *pipeline.finish(t[-1])]


def holds(events: Sequence[Event]) -> list[HoldEnded]:
    return [event for event in events if isinstance(event, HoldEnded)]


@settings(max_examples=30, deadline=None)
@given(
    hz=st.sampled_from([10.0, 13.0, 25.0, 50.0, 100.0]),
    height_deg=st.floats(25.0, 90.0),
    held_s=st.lists(st.floats(3.0, 30.0), min_size=1, max_size=3),
    ramp_rate=st.floats(15.0, 60.0),
    smooth=st.booleans(),
    has_gyro=st.booleans(),
    noise_ms2=st.floats(0.02, 0.1),
    seed=st.integers(0, 10_000),
)
def test_every_hold_is_found_whole_and_as_long_as_it_was(
    hz: float,
    height_deg: float,
    held_s: list[float],
    ramp_rate: float,
    smooth: bool,
    has_gyro: bool,
    noise_ms2: float,
    seed: int,
):
    raised = Raised(height_deg, held_s, height_deg / ramp_rate, smooth=smooth)
    sensor = Sensor(hz, mounting(seed), acc_noise_ms2=noise_ms2, has_gyro=has_gyro, seed=seed)
    exercise = replace(KNEE_TO_CHEST, amplitude_deg=0.8 * height_deg)
    found = holds(performed(sensor, raised, raised.length_s, exercise))
    defined = raised.holds(0.8 * height_deg)
    assert len(found) == len(defined) == len(held_s)
    for hold, (start_s, end_s) in zip(found, defined, strict=True):
        length_s = end_s - start_s
        assert hold.duration_s == pytest.approx(length_s, abs=within(length_s))
        assert hold.start_s == pytest.approx(start_s, abs=0.4)
        assert hold.mean_deg == pytest.approx(height_deg, abs=3.0)
        assert (hold.breaks, str(hold.reason)) == (0, "released")


@pytest.mark.parametrize("hz", [10, 50])
def test_a_dose_is_the_seconds_held(hz: float):
    raised = Raised(70.0, [27.0])
    events = performed(Sensor(hz, mounting(1)), raised, raised.length_s)
    ((start_s, _),) = raised.holds(40.0)
    (reached,) = [event for event in events if isinstance(event, DoseReached)]
    assert (reached.kind, reached.target) == ("hold", 20.0)
    assert reached.t_s == pytest.approx(start_s + 20.0, abs=0.3)
    (ended,) = [event for event in events if isinstance(event, SetEnded)]
    (summary,) = [event for event in events if isinstance(event, Summary)]
    assert ended.status == "complete"
    assert (summary.holds, summary.zone_s) == (1, None)
    (hold,) = holds(events)
    assert (hold.mean_n, hold.in_zone_s) == (None, None)


def test_too_short_a_hold_is_no_dose():
    raised = Raised(70.0, [15.0])
    events = performed(Sensor(50, mounting(1)), raised, raised.length_s)
    (ended,) = [event for event in events if isinstance(event, SetEnded)]
    assert ended.status == "incomplete"
    (summary,) = [event for event in events if isinstance(event, Summary)]
    assert summary.dose is not None
    assert summary.dose["credited"] == pytest.approx(holds(events)[0].duration_s, abs=0.3)


@pytest.mark.parametrize("hz", [10, 25, 100])
@pytest.mark.parametrize(
    "shaking_hz",
    [
        pytest.param(0.25, id="sway"),
        pytest.param(1.0, id="shaking"),
        pytest.param(5.0, id="tremor"),
    ],
)
def test_three_degrees_of_sway_or_tremor_end_no_hold(hz: float, shaking_hz: float):
    raised = Raised(60.0, [25.0])

    def pose(t: Numbers) -> Numbers:
        return raised(t) + np.where(
            (t > 8.0) & (t < 30.0), 3.0 * np.sin(2 * np.pi * shaking_hz * t), 0.0
        )

    (hold,) = holds(performed(Sensor(hz, mounting(3), lever_m=0.0), pose, raised.length_s))
    ((start_s, end_s),) = raised.holds(40.0)
    assert hold.breaks == 0
    assert (hold.start_s, hold.end_s) == pytest.approx((start_s, end_s), abs=0.3)


@pytest.mark.parametrize("hz", [10, 25, 100])
@pytest.mark.parametrize(("away_s", "count"), [(0.8, 1), (1.5, 2)])
def test_a_break_of_a_second_ends_a_hold_and_a_shorter_one_does_not(
    hz: float, away_s: float, count: int
):
    def pose(t: Numbers) -> Numbers:
        times = [4.0, 5.0, 15.0, 15.2, 15.2 + away_s, 15.4 + away_s, 25.0, 26.0]
        return np.interp(t, times, [0.0, 70.0, 70.0, 30.0, 30.0, 70.0, 70.0, 0.0])

    found = holds(performed(Sensor(hz, mounting(4), lever_m=0.05), pose, 30.0))
    assert [hold.breaks for hold in found] == ([1] if count == 1 else [0, 0])
    assert (found[0].start_s, found[-1].end_s) == pytest.approx((5.0, 25.3), abs=0.35)
    if count == 2:
        assert found[0].end_s == pytest.approx(15.1, abs=0.2)
        assert found[1].start_s == pytest.approx(16.9, abs=0.35)


def test_a_limb_that_goes_further_goes_on_being_held_elsewhere():
    def pose(t: Numbers) -> Numbers:
        return np.interp(t, [4.0, 5.0, 15.0, 16.0, 26.0, 27.0], [0.0, 50.0, 50.0, 85.0, 85.0, 0.0])

    first, second = holds(performed(Sensor(50, mounting(5)), pose, 31.0))
    assert first.end_s == pytest.approx(15.4, abs=0.2)
    assert second.start_s == pytest.approx(16.0, abs=0.3)
    assert (first.mean_deg, second.mean_deg) == pytest.approx((50.0, 85.0), abs=2.0)


def test_what_is_not_far_enough_or_not_still_is_no_hold():
    low = Raised(35.0, [10.0])
    assert not holds(performed(Sensor(50, mounting(6)), low, low.length_s))

    def swinging(t: Numbers) -> Numbers:
        return 50.0 * (1 - np.cos(2 * np.pi * t / 4.0))

    assert not holds(performed(Sensor(50, mounting(6)), swinging, 40.0))


def test_a_hold_that_the_end_of_the_input_cuts_off_is_told():
    def pose(t: Numbers) -> Numbers:
        return np.interp(t, [4.0, 5.0], [0.0, 60.0])

    (hold,) = holds(performed(Sensor(50, mounting(7)), pose, 20.0))
    assert (hold.start_s, hold.end_s) == pytest.approx((5.0, 20.0), abs=0.3)
    assert str(hold.reason) == "end"


def test_a_hold_has_begun_after_a_second():
    raised = Raised(60.0, [25.0])
    events = performed(Sensor(50, mounting(8)), raised, raised.length_s, packet=1)
    (started,) = [event for event in events if isinstance(event, HoldStarted)]
    assert started.emitted_s - started.start_s == pytest.approx(1.0, abs=0.3)
    assert started.start_s == holds(events)[0].start_s


@settings(max_examples=15, deadline=None)
@given(packet=st.integers(1, 200), has_gyro=st.booleans(), seed=st.integers(0, 1000))
def test_packets_decide_nothing_but_when(packet: int, has_gyro: bool, seed: int):
    raised = Raised(60.0, [6.0, 4.0])
    sensor = Sensor(25, mounting(seed), has_gyro=has_gyro, seed=seed)

    def told(size: int) -> list[dict[str, object]]:
        events = performed(sensor, raised, raised.length_s, packet=size)
        return [{**event.to_dict(), "emitted_s": None} for event in events]

    assert told(packet) == told(1)


def test_a_hold_against_a_band_is_seen_by_a_motion_sensor_too():
    raised = Raised(30.0, [20.0])
    stretch = load_catalogue().find("seated_hamstring_stretch_band")
    (hold,) = holds(performed(Sensor(50, mounting(9)), raised, raised.length_s, stretch))
    assert hold.duration_s == pytest.approx(20.5, abs=0.8)


def test_a_pull_shows_no_held_limb():
    pipeline = BandPipeline(BandSettings("left", "holds"), load_catalogue().find)
    pipeline.push(Block(0.0, [0.0], [1.0]))
    with pytest.raises(UsageError, match="seen in motion alone"):
        pipeline.start(KNEE_TO_CHEST, 0.0)

"""Counting movements of a limb: learnt from what repeats, or along a calibrated course."""

import math

import pytest
from arcs import Angle, arc, counted, poses, raised, stepped
from hypothesis import given, settings
from hypothesis import strategies as st

from bandmate.domain.events import Grade
from bandmate.signal.course import Course, course_of
from bandmate.signal.motion_reps import MotionRepMachine
from bandmate.signal.movement import Settled
from bandmate.signal.reps import RepSettings

ANY = RepSettings(amplitude=None)


def joined(*parts: tuple[float, Angle]) -> Angle:
    """Movements one after the other: each with its length in seconds."""

    def angle(t_s: float) -> float:
        for length_s, part in parts:
            if t_s < length_s:
                return part(t_s)
            t_s -= length_s
        return 0.0

    return angle


def shown(height_deg: float, seed: int, period_s: float = 4.0) -> Course:
    rise = [arc(height_deg * k / 20, seed) for k in range(21)]
    course = course_of(rise, [[*rise, *rise[::-1]]], period_s)
    assert course is not None
    return course


@settings(max_examples=60, deadline=None)
@given(
    count=st.integers(3, 12),
    height_deg=st.floats(15.0, 250.0),
    period_s=st.floats(2.0, 9.0),
    hz=st.sampled_from([10.0, 25.0, 50.0, 100.0]),
    seed=st.integers(0, 1000),
)
def test_what_repeats_thrice_is_counted_from_its_first_time_on(
    count: int, height_deg: float, period_s: float, hz: float, seed: int
):
    readings = poses(raised(count, height_deg, period_s), count * period_s + 5, hz, seed)
    found = stepped(MotionRepMachine(ANY), readings)
    movements = counted(found)
    assert len(movements) == count
    assert [movement.index for movement in movements] == list(range(1, count + 1))
    for n, movement in enumerate(movements):
        assert movement.peak_s == pytest.approx(2 + (n + 0.5) * period_s, abs=0.15 * period_s + 0.1)
    assert len([f for f in found if isinstance(f, Settled)]) == count


@settings(max_examples=30, deadline=None)
@given(height_deg=st.floats(10.0, 150.0), count=st.integers(1, 6), seed=st.integers(0, 1000))
def test_along_a_calibrated_course_each_movement_counts_at_once(
    height_deg: float, count: int, seed: int
):
    machine = MotionRepMachine(ANY, shown(height_deg, seed))
    readings = poses(raised(count, height_deg, 4.0), 4.0 * count + 4, seed=seed)
    movements = counted(stepped(machine, readings))
    assert [movement.grade for movement in movements] == [Grade.FULL] * count
    for n, movement in enumerate(movements):
        assert movement.count_s < 2 + 4.0 * (n + 1)
        assert movement.excursion == pytest.approx(height_deg, abs=0.12 * height_deg + 2)


def test_half_as_far_along_a_calibrated_course_is_partial():
    machine = MotionRepMachine(ANY, shown(60.0, 3))
    half = joined((14.0, raised(3, 60.0, 4.0)), (10.0, raised(2, 27.0, 4.0, lead_s=0.0)))
    movements = counted(stepped(machine, poses(half, 24.0, seed=3)))
    assert [str(movement.grade) for movement in movements] == ["full"] * 3 + ["partial"] * 2


def test_a_movement_that_stands_alone_is_handling():
    for seed in range(20):
        once = joined((6.0, raised(1, 90.0, 3.0)), (30.0, raised(1, 50.0, 5.0, lead_s=15.0)))
        assert not counted(stepped(MotionRepMachine(ANY), poses(once, 40.0, seed=seed)))


def test_another_movement_in_the_same_set_is_learnt_as_well():
    first, second = raised(6, 60.0, 3.0), raised(5, 100.0, 4.0)
    readings = poses(first, 22.0, seed=1)
    readings += [(22.0 + t_s, pose) for t_s, pose in poses(second, 28.0, seed=2)]
    assert len(counted(stepped(MotionRepMachine(ANY), readings))) == 11


def test_slow_drift_of_the_pose_is_followed():
    def drifting(t_s: float) -> float:
        return raised(15, 40.0, 4.0)(t_s) + 0.2 * t_s

    assert len(counted(stepped(MotionRepMachine(ANY), poses(drifting, 66.0, seed=4)))) == 15


@pytest.mark.parametrize("hz", [10.0, 25.0, 100.0])
def test_walking_is_no_set(hz: float):
    def strides(t_s: float) -> float:
        return 25.0 * math.sin(2 * math.pi * 0.95 * t_s)

    assert not counted(stepped(MotionRepMachine(ANY), poses(strides, 60.0, hz)))


def test_fewer_than_three_are_not_learnt_and_a_gap_begins_anew():
    machine = MotionRepMachine(ANY)
    readings = poses(raised(2, 60.0, 4.0), 12.0)
    assert not counted(stepped(machine, readings))
    assert not machine.gap(12.0, 30.0)
    later = [(30.0 + t_s, pose) for t_s, pose in poses(raised(4, 60.0, 4.0), 20.0)]
    assert len(counted(stepped(machine, later))) == 4


def test_no_pose_is_no_movement():
    from bandmate.signal.conditioner import Conditioner

    assert not MotionRepMachine(ANY).step(Conditioner())


@pytest.mark.parametrize(
    ("periods_s", "beside_deg", "count"),
    [
        ((3.0, 5.0, 3.0, 3.0), 0.0, 4),
        ((4.0, 4.0, 4.0, 4.0), 6.0, 4),
        ((3.0, 5.0, 3.0, 3.0), 6.0, 0),
    ],
    ids=["tempo", "way", "both"],
)
def test_tempo_or_way_may_vary_but_not_both(
    periods_s: tuple[float, ...], beside_deg: float, count: int
):
    readings = [(k / 25, arc(0.0)) for k in range(50)]
    for n, period_s in enumerate(periods_s):
        begin_s = readings[-1][0]
        for k in range(1, round(25 * period_s) + 1):
            part = 0.5 * (1 - math.cos(2 * math.pi * k / 25 / period_s))
            beside = beside_deg * (-1) ** n * math.sin(math.pi * part)
            readings.append((begin_s + k / 25, arc(45.0 * part, 0, beside)))
    end_s = readings[-1][0]
    readings += [(end_s + k / 25, arc(0.0)) for k in range(1, 75)]
    assert len(counted(stepped(MotionRepMachine(ANY), readings))) == count


@pytest.mark.parametrize("second_deg", [10.0, 14.0, 18.0])
def test_a_second_rise_in_each_repetition_is_no_movement_of_its_own(second_deg: float):
    def pressed(t_s: float) -> float:
        """A wrist that leans while a weight goes up, and less far while it comes down slowly."""
        at_s = (t_s - 2.0) % 4.0
        if not 2.0 <= t_s < 34.0:
            return 0.0
        if at_s < 1.2:
            return 30.0 * math.sin(math.pi * at_s / 1.2) ** 2
        return second_deg * math.sin(math.pi * (at_s - 1.2) / 2.8) ** 2

    movements = counted(stepped(MotionRepMachine(ANY), poses(pressed, 38.0, seed=2)))
    assert len(movements) == 8

"""R-T: what counts as a movement, and as which."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from stepping import conditioned, sampled

from bandmate.domain.events import Grade
from bandmate.signal.conditioner import Conditioner
from bandmate.signal.movement import Movement, RepFinding, Settled
from bandmate.signal.release import ReleaseWatch
from bandmate.signal.reps import RepMachine, RepSettings

FLOSS = RepSettings(amplitude=14, min_s=1.5, max_s=30)
FREE = RepSettings(amplitude=None)


def movements(found: list[RepFinding]) -> list[Movement]:
    return [f for f in found if isinstance(f, Movement)]


def grades(found: list[RepFinding]) -> list[Grade]:
    return [m.grade for m in movements(found)]


def shown(hz: float, *shape: tuple[float, float], seed: int = 1) -> list[tuple[float, float]]:
    """Straight lines between the points as a sensor shows them, with some noise."""
    points = sampled(hz, *shape)
    noise = np.random.default_rng(seed).normal(0, 0.15, len(points))
    return [(t_s, x + float(n)) for (t_s, x), n in zip(points, noise, strict=True)]


def pulls(*shapes: tuple[float, float], base: float = 4.0) -> list[tuple[float, float]]:
    """Triangular movements: (rise, seconds) each, one second of rest between."""
    points, now = [(0.0, base)], 1.0
    for rise, length_s in shapes:
        points += [(now, base), (now + length_s / 2, base + rise), (now + length_s, base)]
        now += length_s + 1
    return [*points, (now + 1, base)]


def test_grades():
    machine = RepMachine(FLOSS)
    shapes = pulls((14, 6), (6.3, 6), (14, 1.0), (14, 70), (2.9, 4))
    assert grades(conditioned(machine.step, sampled(80, *shapes))) == [
        Grade.FULL,
        Grade.PARTIAL,
        Grade.FAST,
        Grade.SLOW,
    ]


@pytest.mark.parametrize(("dip", "count"), [(0.20, 1), (0.40, 1), (0.60, 1), (0.70, 2), (0.90, 2)])
def test_a_dip_of_65_percent_is_a_return(dip: float, count: int):
    low = 18 - 14 * dip
    shape = [(0.0, 4.0), (1, 4), (3, 18), (4, low), (5, 18), (8, 4), (10, 4)]
    found = conditioned(RepMachine(FLOSS).step, sampled(80, *shape))
    assert len(movements(found)) == count


def test_edges_and_measures():
    found = conditioned(RepMachine(FLOSS).step, sampled(100, *pulls((14, 6))))
    (movement,) = movements(found)
    (settled,) = [f for f in found if isinstance(f, Settled)]
    assert movement.start_s == pytest.approx(1.3, abs=0.05)
    assert movement.peak_s == pytest.approx(4.0, abs=0.1)
    assert movement.excursion == pytest.approx(14, abs=0.5)
    assert settled.end_s == pytest.approx(6.7, abs=0.05)
    assert settled.rise_s == pytest.approx(2.1, abs=0.1)
    assert settled.fall_s == pytest.approx(2.1, abs=0.1)
    assert settled.top_s == pytest.approx(1.2, abs=0.1)
    assert settled.returned > 0.8


def test_amplitude_is_learnt_from_three_but_not_beyond_half_the_plan():
    machine = RepMachine(FLOSS)
    conditioned(machine.step, sampled(80, *pulls((30, 6), (30, 6), (30, 6))))
    assert grades(
        conditioned(RepMachine(FLOSS).step, sampled(80, *pulls(*[(30, 6)] * 3, (12, 6))))
    ) == [
        *[Grade.FULL] * 3,
        Grade.PARTIAL,  # 12 is under 60 % of 1.5 x 14
    ]
    assert grades(
        conditioned(RepMachine(FLOSS).step, sampled(80, *pulls(*[(30, 6)] * 3, (13, 6))))
    ) == [*[Grade.FULL] * 4]


def test_free_movements_are_not_measured_by_one_large_pull():
    machine = RepMachine(RepSettings(amplitude=None))
    found = conditioned(machine.step, sampled(80, *pulls((100, 4), *[(20, 4)] * 6)))
    assert len(movements(found)) == 7
    assert grades(found)[-3:] == [Grade.FULL] * 3


def test_a_still_arbitrary_unit_is_no_movement():
    machine = RepMachine(RepSettings(amplitude=None, floor=0.0))
    assert conditioned(machine.step, sampled(80, (0, 700), (5, 700))) == []


def test_a_quick_fall_to_slack_is_a_release_and_has_no_final():
    shape = [(0.0, 4.0), (1, 4), (4, 18), (4.03, 0), (8, 0)]
    found = conditioned(RepMachine(FLOSS).step, sampled(80, *shape))
    (movement,) = movements(found)
    assert (movement.grade, movement.flags) == (Grade.ABORTED, ("band_release",))
    assert len(found) == 1


def test_quick_pulls_are_all_decided_and_in_order():
    """Faster than a quick fall can be told from a release: none may be lost or numbered twice."""
    points = [(k / 5, 5.0 if k % 2 else 45.0) for k in range(80)]
    machine = RepMachine(RepSettings(amplitude=None))
    found = [*conditioned(machine.step, sampled(200, *points)), *machine.abort(16.0)]
    indices = [m.index for m in movements(found)]
    assert indices == list(range(1, len(indices) + 1))
    assert len(indices) in {39, 40}
    decided: set[int] = set()
    for finding in found:
        if isinstance(finding, Movement):
            decided.add(finding.index)
        else:
            assert finding.index in decided


@given(st.floats(0.1, 0.6), st.floats(16, 60), st.sampled_from([20.0, 80.0, 200.0]))
@example(0.19140625, 16.0, 80.0)  # to the count it is slack a reading later
def test_a_fall_is_a_release_to_the_count_as_it_is_to_the_alert(
    length_s: float, height: float, hz: float
):
    shape = [(0.0, 0.0), (1, 0), (3, height), (3 + length_s, 0), (5, 0)]
    (movement,) = movements(conditioned(RepMachine(FREE).step, shown(hz, *shape)))
    watch = ReleaseWatch(FREE.slack)
    told = conditioned(
        lambda signal: filter(None, [watch.step(signal.t_s, signal.m)]), shown(hz, *shape)
    )
    assert (movement.flags == ("band_release",)) == bool(told)


@pytest.mark.parametrize("hz", [20, 80, 200])
def test_a_knock_is_no_movement(hz: float):
    """From 4 N, where a band on a limb rests, there and back within a fifth of a second."""
    tug = pulls((20, 0.2), (20, 0.2), (20, 1.0))
    (movement,) = movements(conditioned(RepMachine(FREE).step, shown(hz, *tug)))
    assert (movement.index, movement.peak_s) == (1, pytest.approx(3.9, abs=0.15))


def test_an_exercise_of_quicker_movements_has_no_knocks():
    quick = RepSettings(amplitude=20, min_s=0.1)
    found = conditioned(RepMachine(quick).step, shown(80, *pulls((20, 0.2), (20, 0.2))))
    assert len(movements(found)) == 2


def test_a_movement_under_way_at_the_first_reading_is_not_judged_by_its_length():
    found = conditioned(RepMachine(FLOSS).step, shown(80, (0, 11), (0.12, 18), (0.24, 4), (2, 4)))
    assert grades(found) == [Grade.FAST]


@pytest.mark.parametrize("bad", [-200.0, 200.0])
@pytest.mark.parametrize("first", [0, 20, 79, 200, 300, 320, 400, 460])
def test_bad_readings_make_and_merge_no_movements(first: int, bad: float):
    points = shown(80, *pulls((14, 3), (14, 3)))
    for k in (first, first + 1)[: 1 if first == 0 else 2]:
        points[k] = (points[k][0], bad)
    found = movements(conditioned(RepMachine(FLOSS).step, points))
    assert [m.grade for m in found] == [Grade.FULL] * 2
    assert [m.peak for m in found] == pytest.approx([18, 18], abs=1)


def test_who_rests_higher_than_before_starts_where_the_rise_does():
    shape = [(0.0, 4.0), (2, 4), (3, 7), (17, 7), (18.5, 18), (20, 4), (22, 4)]
    (movement,) = movements(conditioned(RepMachine(FLOSS).step, shown(80, *shape)))
    assert movement.start_s == pytest.approx(17 + 1.5 * 0.1, abs=0.05)


def test_a_short_gap_marks_and_a_long_one_aborts():
    machine, signal = RepMachine(FLOSS), Conditioner()
    for t_s, x in sampled(80, (0, 4), (1, 4), (3, 16)):
        signal.step(t_s, x)
        assert not machine.step(signal)
    assert machine.in_progress == 1
    signal.gap()
    assert list(machine.gap(3.0, 7.0)) == []
    signal.step(7.0, 4.0)
    (movement,) = movements(list(machine.step(signal)))
    assert (movement.grade, movement.flags) == (Grade.FULL, ("interrupted",))
    for t_s, x in sampled(80, (7.1, 4), (8, 4), (10, 16)):
        signal.step(t_s, x)
        machine.step(signal)
    (aborted,) = movements(list(machine.gap(10.0, 15.5)))
    assert (aborted.index, aborted.grade, aborted.flags) == (2, Grade.ABORTED, ("interrupted",))
    assert machine.in_progress is None


def test_abort_forgets_the_valley():
    machine, signal = RepMachine(FLOSS), Conditioner()
    for t_s, x in sampled(80, (0, -12), (2, -12)):
        signal.step(t_s, x)
        machine.step(signal)
    assert machine.abort(2.0) == []
    signal.gap()
    assert conditioned(machine.step, sampled(80, (2.1, 0), (10, 0))) == []


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 6), st.floats(2, 10), st.floats(9, 60), st.floats(3, 30))
def test_what_is_counted_was_there(count: int, length_s: float, rise: float, base: float):
    machine = RepMachine(RepSettings(amplitude=None))
    shape = pulls(*[(rise, length_s)] * count, base=base)
    found = movements(conditioned(machine.step, sampled(40, *shape)))
    assert [m.grade for m in found] == [Grade.FULL] * count
    assert all(a.count_s <= b.start_s for a, b in pairwise(found))

"""H-T and free holds: when a hold runs, breaks, sags and ends."""

import numpy as np
import pytest
from stepping import conditioned, sampled

from bandmate.domain.events import HoldEnd
from bandmate.signal.conditioner import Conditioner
from bandmate.signal.free_holds import FreeHoldMachine
from bandmate.signal.holds import (
    Ended,
    Found,
    HoldFinding,
    HoldMachine,
    HoldSettings,
    Lost,
    Recovered,
    Sagging,
    Started,
)

ZONE = HoldSettings(slack=3, low=30, high=65)


def ended(found: list[HoldFinding]) -> list[Ended]:
    return [f for f in found if isinstance(f, Ended)]


def kinds(found: list[HoldFinding]) -> list[type[HoldFinding]]:
    return [type(f) for f in found]


def test_a_hold_from_edge_to_edge():
    machine = HoldMachine(ZONE)
    found = conditioned(machine.step, sampled(80, (0, 0), (1, 50), (11, 50), (12, 0), (16, 0)))
    assert kinds(found) == [Started, Ended]
    (hold,) = ended(found)
    assert (hold.start_s, hold.end_s) == pytest.approx((0.6, 11.4), abs=0.02)
    assert hold.in_zone_s == pytest.approx(10.8, abs=0.05)
    assert machine.in_zone_s == hold.in_zone_s
    assert hold.reason == HoldEnd.RELEASED


def test_what_is_above_the_zone_is_held_but_not_credited():
    machine = HoldMachine(ZONE)
    found = conditioned(machine.step, sampled(80, (0, 50), (5, 50), (5.1, 75), (9, 75)))
    found += machine.stop(9.0, HoldEnd.STOP)
    (hold,) = ended(found)
    assert hold.end_s - hold.start_s == pytest.approx(9, abs=0.05)
    assert hold.in_zone_s == pytest.approx(5, abs=0.15)
    assert hold.reason == HoldEnd.STOP


def test_hovering_just_under_the_zone_goes_on_and_is_told_once():
    machine = HoldMachine(ZONE)
    shape = sampled(80, (0, 34), (5, 34), (5.1, 28), (12, 28), (12.1, 34), (15, 34))
    found = conditioned(machine.step, shape)
    assert kinds(found) == [Started, Lost, Found]
    (lost,) = [f for f in found if isinstance(f, Lost)]
    assert lost.onset_s == pytest.approx(5.08, abs=0.03)
    (hold,) = ended([*machine.stop(15.0, HoldEnd.END)])
    assert (hold.breaks, hold.end_s) == (0, 15.0)
    assert hold.in_zone_s == pytest.approx(8, abs=0.3)


def test_a_short_exit_after_hovering_is_a_break_not_the_end():
    machine = HoldMachine(ZONE)
    shape = [(0, 40), (5, 40), (5.1, 28), (9, 28), (9.1, 20), (10, 20), (10.1, 40), (15, 40)]
    found = conditioned(machine.step, sampled(80, *shape))
    (hold,) = ended([*found, *machine.stop(15.0, HoldEnd.END)])
    assert hold.breaks == 1
    assert hold.end_s - hold.start_s == pytest.approx(15, abs=0.05)


def test_what_leaves_within_a_second_is_no_hold_though_it_hovers():
    shape = sampled(80, (0, 0), (1, 40), (1.7, 29), (2.5, 28), (3, 0), (9, 0))
    assert conditioned(HoldMachine(ZONE).step, shape) == []


def test_touches_of_the_zone_are_no_holds_and_earn_nothing():
    machine = HoldMachine(ZONE)
    points = [(0.0, 0.0)]
    for k in range(10):
        points += [(6 * k + 1, 0), (6 * k + 1.2, 40), (6 * k + 1.8, 40), (6 * k + 2, 0)]
    found = conditioned(machine.step, sampled(80, *points, (64, 0)))
    assert (found, machine.in_zone_s) == ([], 0.0)


def test_a_sag_that_a_gap_hides_is_over():
    machine, signal = HoldMachine(ZONE), Conditioner()
    found: list[HoldFinding] = []
    for t_s, x in sampled(80, (0, 60), (6, 60), (6.1, 40), (8, 40)):
        signal.step(t_s, x)
        found += machine.step(signal)
    assert kinds(found) == [Started, Sagging]
    signal.gap()
    assert kinds([*machine.gap(8.0, 9.0)]) == [Recovered]
    assert list(machine.gap(9.0, 9.5)) == []


def test_a_gap_of_three_seconds_is_bridged_without_credit():
    machine, signal = HoldMachine(ZONE), Conditioner()
    for t_s, x in sampled(80, (0, 50), (5, 50)):
        signal.step(t_s, x)
        machine.step(signal)
    signal.gap()
    assert list(machine.gap(5.0, 8.0)) == []
    for t_s, x in sampled(80, (8, 50), (10, 50)):
        signal.step(t_s, x)
        machine.step(signal)
    (hold,) = ended([*machine.gap(10.0, 13.1)])
    assert (hold.end_s, hold.reason) == (10.0, HoldEnd.LOST)
    assert hold.in_zone_s == pytest.approx(7, abs=0.1)


def test_free_holds_above_a_drifting_rest():
    shape = [(0.0, 5.0)]
    for k in range(5):
        rest, top = 5 + 2 * k, 45 + 5 * k
        shape += [
            (10 * k + 2, rest),
            (10 * k + 2.5, top),
            (10 * k + 7, top),
            (10 * k + 7.5, rest + 2),
        ]
    found = conditioned(FreeHoldMachine(3.0).step, sampled(60, *shape, (54, 15)))
    holds = ended(found)
    assert kinds(found) == [Started, Ended] * 5
    for k, hold in enumerate(holds):
        assert (hold.start_s, hold.end_s) == pytest.approx((10 * k + 2.25, 10 * k + 7.25), abs=0.05)
        assert hold.mean == pytest.approx(45 + 5 * k, abs=0.5)
        assert hold.in_zone_s is None


def test_a_free_hold_begins_where_it_rises_to_its_level_not_where_it_paused():
    shape = sampled(80, (0, 0), (2, 0), (2.2, 44), (4, 38), (4.2, 80), (9, 80), (9.2, 0), (12, 0))
    (hold,) = ended(conditioned(FreeHoldMachine(3.0).step, shape))
    assert (hold.start_s, hold.end_s) == pytest.approx((4.0, 9.1), abs=0.06)


def test_a_shoulder_before_a_free_hold_does_not_lower_its_height():
    shape = sampled(
        80, (0, 0), (2, 0), (2.2, 30), (4, 30), (4.2, 80), (6.2, 80), (6.6, 30), (7, 30), (7.2, 0)
    )
    (hold,) = ended(conditioned(FreeHoldMachine(3.0).step, [*shape, (9.0, 0.0)]))
    assert (hold.start_s, hold.end_s) == pytest.approx((4.04, 6.52), abs=0.05)


def test_a_false_start_is_no_free_hold():
    shape = sampled(80, (0, 0), (2, 0), (2.2, 40), (2.8, 40), (3, 0), (6, 0))
    assert conditioned(FreeHoldMachine(3.0).step, shape) == []


@pytest.mark.parametrize("seed", range(6))
def test_noise_at_rest_is_no_free_hold_in_any_unit(seed: int):
    rng = np.random.default_rng(seed)
    level = 300 + np.cumsum(rng.normal(0, 0.02, 200 * 60))
    points = [(k / 200, float(x)) for k, x in enumerate(level + rng.normal(0, 2, level.size))]
    assert conditioned(FreeHoldMachine(0.0).step, points) == []


def test_a_hold_that_was_announced_ends_though_the_pull_grew_later():
    machine = FreeHoldMachine(3.0)
    shape = sampled(
        80, (0, 0), (2, 0), (2.2, 30), (3.6, 30), (3.7, 100), (4.3, 100), (4.4, 0), (7, 0)
    )
    assert kinds(conditioned(machine.step, shape)) == [Started, Ended]


def test_a_free_hold_still_running_at_the_end_of_the_input():
    machine = FreeHoldMachine(3.0)
    found = conditioned(machine.step, sampled(80, (0, 0), (2, 0), (2.2, 30), (6, 30)))
    found += machine.stop(6.0, HoldEnd.END)
    (hold,) = ended(found)
    assert (hold.end_s, hold.reason) == (6.0, HoldEnd.END)


@pytest.mark.parametrize("offset_s", [0.1, 7.3, 13.783490149944555, 86_400.7])
def test_free_holds_do_not_depend_on_what_times_are_counted_from(offset_s: float):
    rng = np.random.default_rng(3)
    shape = sampled(80, (0, 5), (2, 5), (2.4, 90), (7, 84), (7.3, 5), (10, 5))
    points = [(t_s, n + float(rng.normal(0, 2))) for t_s, n in shape]
    moved = [(t_s + offset_s, n) for t_s, n in points]
    (before,), (after,) = (
        ended(conditioned(FreeHoldMachine(3.0).step, readings)) for readings in (points, moved)
    )
    found = (after.start_s - offset_s, after.end_s - offset_s, after.mean)
    assert found == pytest.approx((before.start_s, before.end_s, before.mean), abs=1e-6)

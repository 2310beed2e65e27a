"""H-I: gaps, stops and what is too short, in the angle itself."""

from collections.abc import Iterable

import pytest
from stepping import Points, conditioned, sampled

from bandmate.domain.events import HoldEnd
from bandmate.signal.angle_holds import AngleHoldMachine
from bandmate.signal.conditioner import Conditioner
from bandmate.signal.holds import Ended, HoldFinding, Started

UP = [(0.0, 0.0), (2.0, 0.0), (3.0, 60.0)]


def ended(found: Iterable[HoldFinding]) -> list[Ended]:
    return [finding for finding in found if isinstance(finding, Ended)]


def raised(to_s: float, *more: tuple[float, float], hz: float = 50) -> Points:
    return sampled(hz, *UP, (to_s, 60.0), *more)


def test_a_hold_from_standstill_to_leaving():
    machine = AngleHoldMachine(40.0)
    found = conditioned(machine.step, raised(13.0, (14.0, 0.0), (17.0, 0.0)))
    assert [type(finding) for finding in found] == [Started, Ended]
    (hold,) = ended(found)
    assert (hold.start_s, hold.end_s) == pytest.approx((3.0, 13.3), abs=0.1)
    assert (hold.mean, hold.in_zone_s, hold.breaks) == (pytest.approx(60.0, abs=0.5), None, 0)
    assert machine.in_zone_s == pytest.approx(hold.end_s - hold.start_s, abs=0.1)


def test_the_held_angle_may_drift():
    machine = AngleHoldMachine(40.0)
    found = conditioned(machine.step, sampled(50, *UP, (43.0, 45.0), (43.5, 0.0), (46.0, 0.0)))
    (hold,) = ended(found)
    assert (hold.start_s, hold.end_s) == pytest.approx((3.0, 43.1), abs=0.2)


@pytest.mark.parametrize(("away_s", "count"), [(2.5, 1), (3.5, 2)])
def test_a_gap_of_three_seconds_is_bridged_and_not_held(away_s: float, count: int):
    machine, signal = AngleHoldMachine(40.0), Conditioner()
    found: list[HoldFinding] = []
    last_s = 0.0
    for t_s, angle in raised(23.0, (24.0, 0.0), (27.0, 0.0)):
        if 10.0 < t_s < 10.0 + away_s:
            continue
        if t_s - last_s > 0.25:
            signal.gap()
            found += machine.gap(last_s, t_s)
        signal.step(t_s, angle)
        found += machine.step(signal)
        last_s = t_s
    holds = ended(found)
    assert len(holds) == count
    assert machine.in_zone_s == pytest.approx(20.3 - away_s, abs=0.4)
    assert holds[0].reason == (HoldEnd.RELEASED if count == 1 else HoldEnd.LOST)
    assert holds[0].end_s == pytest.approx(23.3 if count == 1 else 10.0, abs=0.1)


def test_a_stop_ends_a_hold_there_or_where_the_limb_had_left():
    held = AngleHoldMachine(40.0)
    found = [*conditioned(held.step, raised(13.0)), *held.stop(13.0, HoldEnd.STOP)]
    assert [(h.end_s, h.reason) for h in ended(found)] == [(13.0, HoldEnd.STOP)]
    leaving = AngleHoldMachine(40.0)
    found = conditioned(leaving.step, raised(13.0, (13.5, 0.0), (13.8, 0.0)))
    found += leaving.stop(13.8, HoldEnd.END)
    (hold,) = ended(found)
    assert hold.end_s == pytest.approx(13.15, abs=0.05)
    assert leaving.stop(14.0, HoldEnd.END) == ()


def test_what_is_held_for_less_than_a_second_is_no_hold():
    machine = AngleHoldMachine(40.0)
    found = conditioned(machine.step, raised(3.8, (4.0, 0.0), (7.0, 0.0)))
    assert (found, machine.in_zone_s) == ([], 0.0)


def test_the_fixed_angle_is_left_by_ten_degrees_the_share_of_a_large_one_by_more():
    def found(held_deg: float, away_deg: float) -> int:
        machine = AngleHoldMachine(10.0)
        points = [(0.0, 0.0), (2.0, 0.0), (3.0, held_deg), (13.0, held_deg)]
        points += [(13.2, held_deg + away_deg), (16.0, held_deg + away_deg)]
        return len(ended(conditioned(machine.step, sampled(50, *points))))

    assert [found(20.0, 9.0), found(20.0, 11.0)] == [0, 1]
    assert [found(60.0, -17.0), found(60.0, -19.0), found(60.0, 19.0)] == [0, 1, 1]

"""The readings that the page's curve is drawn from."""

from itertools import pairwise
from math import inf

from hypothesis import given
from hypothesis import strategies as st

from bandmate.app.recent import KEPT_S, STEP_S, RecentReadings


def recent(readings: list[tuple[float, float]]) -> RecentReadings:
    kept = RecentReadings("left")
    for t_s, value in readings:
        kept.add(t_s, value)
    return kept


def test_each_is_given_once():
    kept = recent([(0.0, 1.0), (0.1, 2.0), (0.2, 3.0)])
    assert kept.since(-inf).values == (1.0, 2.0, 3.0)
    assert kept.since(0.1).t_s == (0.2,)
    assert kept.since(0.2).t_s == ()


def test_what_is_old_is_forgotten():
    kept = recent([(0.0, 1.0), (1.0, 2.0), (KEPT_S + 0.5, 3.0)])
    assert kept.since(-inf).t_s == (1.0, KEPT_S + 0.5)


def test_a_higher_reading_comes_to_who_was_given_the_lower_one():
    kept = recent([(1.0, 5.0)])
    assert kept.since(-inf).values == (5.0,)
    kept.add(1.0 + STEP_S / 2, 6.0)
    assert kept.since(1.0).values == (6.0,)


def test_a_quick_rise_stays_a_rise():
    trace = recent([(n / 1000.0, float(n)) for n in range(1000)]).since(-inf)
    assert len(trace.t_s) == 1.0 / STEP_S


@given(
    st.lists(st.tuples(st.floats(0.0005, 0.2), st.floats(-5.0, 500.0)), min_size=1, max_size=300)
)
def test_no_peak_is_lost_and_no_page_drowns(steps: list[tuple[float, float]]):
    at_s, readings = 0.0, list[tuple[float, float]]()
    for gap_s, value in steps:
        at_s += gap_s
        readings.append((at_s, value))
    trace = recent(readings).since(-inf)
    young = [value for t_s, value in readings if t_s >= at_s - KEPT_S + STEP_S]
    assert max(trace.values) >= max(young)
    assert len(trace.t_s) <= KEPT_S / STEP_S + 2
    assert all(a < b for a, b in pairwise(trace.t_s))
    assert {*trace.values} <= {value for _, value in readings}

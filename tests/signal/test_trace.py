"""The record of a movement, and the valley before it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.signal.trace import Trace
from bandmate.signal.valley import Valley


def traced(t: list[float], x: list[float]) -> Trace:
    trace = Trace()
    for t_s, level in zip(t, x, strict=True):
        trace.add(t_s, level)
    return trace


TENT = traced([0.0, 1.0, 2.0, 3.0, 4.0], [0.0, 10.0, 0.0, 10.0, 0.0])


def test_crossings():
    assert TENT.first_rise_through(5, 0) == 0.5
    assert TENT.first_rise_through(5, 1.5) == 2.5
    assert TENT.last_rise_through(5, 2.0) == 0.5
    assert TENT.last_rise_through(5, 9) == 2.5
    assert TENT.first_fall_through(5, 0) == 1.5
    assert TENT.last_fall_through(5) == 3.5
    assert TENT.first_rise_through(11, 0) is None
    assert TENT.last_fall_through(-1) is None


def test_measures():
    assert TENT.time_above(5, 0, 4) == pytest.approx(2)
    assert TENT.levels_between(0.5, 2.5) == [10.0, 0.0]


def test_a_movement_of_an_hour_is_kept_in_bounded_memory():
    t = (np.arange(3600 * 80) / 80).tolist()
    trace = traced(t, [10 * min(s, 3600 - s) / 1800 for s in t])
    assert len(trace.t_s) < 9000
    assert trace.first_rise_through(5, 0) == pytest.approx(900, abs=0.1)
    assert trace.time_above(5, 0, 3600) == pytest.approx(1800, abs=1)


def test_a_record_that_begins_too_long_is_thinned_as_it_goes_on():
    t = (np.arange(40_000) / 80).tolist()
    trace = Trace(t[:20_000], t[:20_000])
    for t_s in t[20_000:]:
        trace.add(t_s, t_s)
    assert len(trace.t_s) < 9000
    assert (trace.t_s[0], trace.t_s[-1]) == pytest.approx((0, 500), abs=0.1)
    assert trace.first_rise_through(400, 0) == pytest.approx(400)


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=200), st.floats(0.1, 5))
def test_the_valley_is_the_lowest_of_the_window(levels: list[float], window_s: float):
    valley = Valley(window_s)
    for k, level in enumerate(levels):
        t_s = k / 10
        got = valley.step(t_s, t_s, level, level)
        window = [x for i, x in enumerate(levels[: k + 1]) if i / 10 >= t_s - window_s]
        assert got == min(window)
        since = valley.trace()
        assert (since.t_s[-1], since.level[-1]) == (t_s, level)
        assert min(since.level) == since.level[0] == got

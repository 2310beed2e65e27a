"""Session times from device stamps and from arrivals: order, jumps, restarts, losses."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.signal.timebase import ArrivalTimebase, CounterUnwrapper, DeviceTimebase

US = 1e-6


def ticks(from_s: float, count: int = 10, hz: float = 80) -> list[int]:
    return [round((from_s + k / hz) * 1e6) for k in range(count)]


@given(st.integers(0, 2**16 - 1), st.lists(st.integers(1, 10_000), max_size=50))
def test_a_counter_is_unwrapped(first: int, steps: list[int]):
    unwrap = CounterUnwrapper(16, late_ticks=2000)
    true = first
    assert unwrap.step(first) == first
    for step in steps:
        true += step
        assert unwrap.step(true % 2**16) == true
    assert unwrap.epoch == 0


def test_a_step_back_beyond_lateness_is_a_restart():
    unwrap = CounterUnwrapper(32, late_ticks=2_000_000)
    unwrap.step(60_000_000)
    assert unwrap.step(59_000_000) is None
    assert unwrap.epoch == 0
    assert unwrap.step(100) == 100
    assert unwrap.epoch == 1


@pytest.mark.parametrize("ppm", [-100, 0, 100])
def test_jitter_and_drift_are_taken_out(ppm: float):
    rng = np.random.default_rng(5)
    timebase = DeviceTimebase(US, 32)
    errors: list[float] = []
    for k in range(1600):
        true_s = k / 8
        arrival_s = true_s + 9 / 80 + 0.02 + float(rng.exponential(0.015))
        times = timebase.step(arrival_s, ticks(true_s * (1 + ppm * 1e-6), hz=80))
        assert times[0] is not None
        errors.append(times[0] - true_s)
    settled = np.array(errors[200:])
    assert float(np.ptp(settled)) < 0.006
    assert float(np.median(settled)) == pytest.approx(0.021, abs=0.003)


@given(
    st.lists(
        st.tuples(st.floats(0, 5), st.lists(st.integers(0, 2**32 - 1), max_size=12)), max_size=30
    )
)
def test_whatever_is_stamped_times_rise_and_none_is_from_the_future(
    packets: list[tuple[float, list[int]]],
):
    timebase = DeviceTimebase(US, 32)
    arrival_s, told = 0.0, list[float]()
    for step_s, stamps in packets:
        arrival_s += step_s
        times = timebase.step(arrival_s, stamps)
        assert len(times) == len(stamps)
        assert all(t_s <= arrival_s for t_s in times if t_s is not None)
        told += [t_s for t_s in times if t_s is not None]
    assert all(a <= b for a, b in pairwise(told))


@pytest.mark.parametrize("jump_s", [3000.0, 10.0, -40.0])
def test_a_clock_that_jumps_is_followed_at_once(jump_s: float):
    """Forward, a jump cannot be told from the stamps alone: the arrivals give it away."""
    timebase = DeviceTimebase(US, 32)
    for k in range(80):
        timebase.step(k / 8 + 0.13, ticks(50 + k / 8))
    for k in range(80, 160):
        times = timebase.step(k / 8 + 0.13, ticks(50 + k / 8 + jump_s))
        assert times[0] == pytest.approx(k / 8, abs=0.03)
    assert timebase.counts.restarts == 1


def test_one_corrupt_stamp_does_not_stop_the_clock():
    timebase = DeviceTimebase(US, 32)
    times: list[float | None] = []
    for k in range(160):
        stamps = ticks(50 + k / 8)
        if k == 80:
            stamps[4] += 2_000_000_000
        times = timebase.step(k / 8 + 0.13, stamps)
    assert times[-1] == pytest.approx(159 / 8 + 9 / 80, abs=0.03)


def test_a_stall_keeps_the_times_of_what_waited():
    timebase = DeviceTimebase(US, 32)
    for k in range(40):
        timebase.step(k / 8 + 0.13, ticks(k / 8))
    for k in range(40, 56):
        times = timebase.step(max(k / 8, 6.9) + 0.13, ticks(k / 8))
        assert times[0] == pytest.approx(k / 8, abs=0.03)
    assert timebase.counts.restarts == 0


def test_a_restarted_stream_goes_on_in_order():
    timebase = DeviceTimebase(US, 32)
    first = timebase.step(10.0, ticks(100))
    timebase.restart()
    second = timebase.step(12.0, ticks(0.5))
    assert first[-1] == pytest.approx(10.0)
    assert second[-1] == pytest.approx(12.0)
    assert (timebase.counts.duplicate, timebase.counts.late) == (0, 0)


@given(st.floats(1, 200), st.lists(st.tuples(st.floats(0, 3), st.integers(0, 20)), max_size=30))
def test_without_stamps_times_are_spread_before_the_arrival(
    hz: float, packets: list[tuple[float, int]]
):
    timebase = ArrivalTimebase(hz)
    arrival_s, told = 1000.0, list[float]()
    for step_s, count in packets:
        arrival_s += step_s
        times = timebase.step(arrival_s, count)
        assert len(times) == count
        assert times[-1:] == [arrival_s] * bool(count)
        assert all(b - a <= 1 / hz + 1e-9 for a, b in pairwise(times))
        told += times
    assert all(a <= b + 1e-9 for a, b in pairwise(told))

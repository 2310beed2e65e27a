"""The two signals and the noise that every detector works on."""

import math
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.signal.conditioner import REP_LOWPASS_HZ, Conditioner

readings = st.lists(st.floats(-300, 300), min_size=3, max_size=40)


def raised() -> Conditioner:
    """At time 0 the fast signal went from 0 to 1."""
    signal = Conditioner()
    for x in (0.0, 0.0, 0.0, 1.0, 1.0):
        signal.step(0.0, x)
    return signal


@given(readings)
def test_the_fast_signal_is_the_median_of_the_last_three(xs: list[float]):
    signal = Conditioner()
    got: list[float] = []
    for k, x in enumerate(xs):
        signal.step(k / 50, x)
        got.append(signal.m)
    assert got[2:] == [median(xs[k - 2 : k + 1]) for k in range(2, len(xs))]
    assert got[:2] == [xs[0], xs[0]]


@given(readings, st.floats(1, 400))
def test_the_rep_signal_stays_between_the_readings(xs: list[float], hz: float):
    signal = Conditioner()
    for k, x in enumerate(xs):
        signal.step(k / hz, x)
        assert min(xs) - 1e-9 <= signal.g <= max(xs) + 1e-9


def test_the_rep_signal_does_not_depend_on_the_rate():
    slow, fast = raised(), raised()
    slow.step(0.1, 1.0)
    for k in range(1, 11):
        fast.step(k / 100, 1.0)
    assert slow.g == pytest.approx(1 - math.exp(-2 * math.pi * REP_LOWPASS_HZ * 0.1))
    assert slow.g == pytest.approx(fast.g)


def test_the_rep_signal_takes_equal_times():
    signal = raised()
    assert (signal.m, signal.g) == (1.0, 0.0)


@pytest.mark.parametrize("sigma", [0.05, 0.3, 2.0])
@pytest.mark.parametrize("seed", range(5))
def test_noise_is_learnt_on_a_moving_pull(sigma: float, seed: int):
    t = np.arange(0, 20, 1 / 80)
    x = 11 - 7 * np.cos(t) + np.random.default_rng(seed).normal(0, sigma, t.size)
    signal = Conditioner()
    for t_s, value in zip(t.tolist(), x.tolist(), strict=True):
        signal.step(t_s, value)
    assert signal.sigma == pytest.approx(sigma, rel=0.35)


@given(st.sampled_from([0.0, 50.0, 200.0]), st.integers(0, 5))
def test_one_odd_reading_at_the_start_is_forgotten_within_a_second(odd: float, place: int):
    x = 4 + np.random.default_rng(place).normal(0, 0.3, 80)
    x[place] = odd
    signal = Conditioner()
    for k, value in enumerate(x.tolist()):
        signal.step(k / 80, value)
    assert 0.05 < signal.sigma < 1.5


def test_a_sensor_that_repeats_itself_says_nothing_of_its_noise():
    signal = Conditioner()
    learnt: list[float] = []
    for k, x in enumerate([4.0, 5.0, 4.0, 5.0, *[5.0] * 80]):
        signal.step(k / 80, x)
        learnt.append(signal.sigma)
    assert learnt[0] == learnt[1] == 0.0, "two readings have no kink"
    assert learnt[-1] == learnt[5] > 0


def test_the_medians_delay_is_taken_off():
    signal = Conditioner()
    for k in range(10):
        signal.step(k / 10, float(k))
    assert (signal.t_s, signal.tm_s) == (0.9, 0.8)
    assert signal.m == 8.0


def test_nothing_is_filtered_across_a_gap():
    signal = Conditioner()
    for k in range(10):
        signal.step(k / 10, 50.0 + k % 2)
    learnt = signal.sigma
    signal.gap()
    signal.step(9.0, 2.0)
    assert (signal.m, signal.g, signal.tm_s) == (2.0, 2.0, 9.0)
    signal.step(9.1, 30.0)
    assert signal.m == 2.0
    assert signal.sigma == learnt > 0, "a jump across the gap is no noise"


def followed(xs: list[float], hz: float = 80.0) -> Conditioner:
    """After a second of a steady 20 N with some noise, and these readings."""
    signal = Conditioner()
    noise = np.random.default_rng(1).normal(0, 0.15, round(hz) + len(xs))
    for k, x in enumerate([20.0] * round(hz) + xs):
        signal.step(k / hz, x + float(noise[k]))
    return signal


@pytest.mark.parametrize("bad", [-200.0, 200.0])
@pytest.mark.parametrize("at", ["xx", "x.x", "xxx", "xx.x", "x.xx", "x.x.x"])
def test_bad_readings_close_together_do_not_reach_the_rep_signal(at: str, bad: float):
    shown = [bad if mark == "x" else 20.0 for mark in at]
    for n in range(1, len(shown) + 4):
        signal = followed([*shown, 20.0, 20.0, 20.0][:n])
        assert signal.g == pytest.approx(20, abs=0.5)
        assert signal.is_held == (abs(signal.m - 20) > 1)


@pytest.mark.parametrize(("hz", "readings"), [(80, 4), (40, 4), (25, 1), (10, 1)])
def test_a_jump_that_lasts_is_followed_and_where_readings_are_sparse_at_once(
    hz: float, readings: int
):
    jumped = [followed([0.0] * n, hz) for n in range(1, 8)]
    assert [signal.m > 1 for signal in jumped[:2]] == [True, False]
    told = [signal.g < 19 for signal in jumped]
    assert told == [n > readings for n in range(1, 8)]


@given(st.sampled_from([-200.0, 200.0]), st.floats(1, 400))
def test_a_bad_first_reading_is_forgotten_at_the_third(bad: float, hz: float):
    signal = Conditioner()
    for k, x in enumerate([bad, 20.1, 20.0]):
        signal.step(k / hz, x)
    assert (signal.g, signal.began_odd) == (20.1 if bad > 0 else 20.0, True)
    assert signal.sure_s == 2 / hz

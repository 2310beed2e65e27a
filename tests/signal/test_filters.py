"""Median, low-pass, noise and the two signals made of them."""

import math
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.signal.conditioner import Conditioner
from bandmate.signal.lowpass import LowPass
from bandmate.signal.median import Median3
from bandmate.signal.noise import NoiseLevel

readings = st.lists(st.floats(-300, 300), min_size=3, max_size=40)


@given(readings)
def test_median_of_three_is_the_median_of_the_last_three(xs: list[float]):
    kernel = Median3()
    got = [kernel.step(x) for x in xs]
    assert got[2:] == [median(xs[k - 2 : k + 1]) for k in range(2, len(xs))]
    assert got[:2] == [xs[0], xs[0]]


def test_median_forgets_on_reset():
    kernel = Median3()
    for x in (1.0, 2.0, 3.0):
        kernel.step(x)
    kernel.reset()
    assert kernel.step(50.0) == 50.0


@given(readings, st.floats(0.2, 30))
def test_lowpass_stays_between_what_it_saw(xs: list[float], cutoff_hz: float):
    kernel = LowPass(cutoff_hz)
    got = [kernel.step(k / 50, x) for k, x in enumerate(xs)]
    assert all(min(xs) - 1e-9 <= y <= max(xs) + 1e-9 for y in got)


def test_lowpass_step_response_does_not_depend_on_the_rate():
    slow, fast = LowPass(3.0), LowPass(3.0)
    slow.step(0.0, 0.0)
    fast.step(0.0, 0.0)
    by_hundredths = [fast.step(k / 100, 1.0) for k in range(1, 11)]
    at_once = slow.step(0.1, 1.0)
    assert at_once == pytest.approx(1 - math.exp(-2 * math.pi * 3 * 0.1))
    assert at_once == pytest.approx(by_hundredths[-1])


def test_lowpass_takes_equal_times():
    kernel = LowPass(3.0)
    kernel.step(1.0, 5.0)
    assert kernel.step(1.0, 9.0) == 5.0


@pytest.mark.parametrize("sigma", [0.05, 0.3, 2.0])
@pytest.mark.parametrize("seed", range(5))
def test_noise_is_learnt_on_a_moving_pull(sigma: float, seed: int):
    t = np.arange(0, 20, 1 / 80)
    x = 11 - 7 * np.cos(t) + np.random.default_rng(seed).normal(0, sigma, t.size)
    kernel = NoiseLevel()
    for value in x.tolist():
        kernel.step(value)
    assert kernel.sigma == pytest.approx(sigma, rel=0.35)


@given(st.sampled_from([0.0, 50.0, 200.0]), st.integers(0, 5))
def test_one_odd_reading_at_the_start_is_forgotten_within_a_second(odd: float, place: int):
    x = 4 + np.random.default_rng(place).normal(0, 0.3, 80)
    x[place] = odd
    kernel = NoiseLevel()
    for value in x.tolist():
        kernel.step(value)
    assert 0.05 < kernel.sigma < 1.5


def test_conditioner_takes_the_medians_delay_off():
    signal = Conditioner()
    for k in range(10):
        signal.step(k / 10, float(k))
    assert (signal.t_s, signal.tm_s) == (0.9, 0.8)
    assert signal.m == 8.0
    assert signal.step_s == pytest.approx(0.1)


def test_conditioner_does_not_filter_across_a_gap():
    signal = Conditioner()
    for k in range(10):
        signal.step(k / 10, 50.0)
    signal.gap()
    signal.step(9.0, 2.0)
    assert (signal.m, signal.g, signal.tm_s, signal.step_s) == (2.0, 2.0, 9.0, 0.0)

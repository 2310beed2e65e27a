"""Small quick swings that no movement comes of."""

import numpy as np
import pytest
from numpy.typing import NDArray

from bandmate.signal.swings import SwingWatch

FLOOR_N = 3.0
SIGMA_N = 0.1


def first_told_s(
    level: NDArray[np.float64], hz: float = 20.0, sigma: float = SIGMA_N
) -> float | None:
    watch = SwingWatch(FLOOR_N)
    told = (k / hz for k, x in enumerate(level.tolist()) if watch.step(k / hz, x, sigma))
    return next(told, None)


def swinging(peak_to_peak: float, hz: float, length_s: float = 30.0) -> NDArray[np.float64]:
    t = np.arange(0, length_s, 0.05)
    return 10 + peak_to_peak / 2 * np.sin(2 * np.pi * hz * t)


@pytest.mark.parametrize("hz", [1.2, 2.0, 3.0])
@pytest.mark.parametrize("peak_to_peak", [2.5, 4.0])
def test_swings_that_go_on_for_five_seconds_are_told(peak_to_peak: float, hz: float):
    assert first_told_s(swinging(peak_to_peak, hz)) == pytest.approx(5.5, abs=0.9)


@pytest.mark.parametrize(
    ("peak_to_peak", "hz"), [(2.4, 0.25), (2.4, 0.6), (4.0, 0.8)], ids=["calm", "quick", "deep"]
)
def test_breaths_are_no_swings(peak_to_peak: float, hz: float):
    assert first_told_s(swinging(peak_to_peak, hz)) is None


@pytest.mark.parametrize("peak_to_peak", [1.0, 8.0])
def test_what_is_too_small_or_not_small_is_not_told(peak_to_peak: float):
    assert first_told_s(swinging(peak_to_peak, 2.0)) is None


def test_noise_is_not_told():
    noise = np.random.default_rng(3).normal(10, 1.0, 20_000)
    assert first_told_s(noise, sigma=1.0) is None
    assert first_told_s(noise, sigma=0.1) is not None


def test_trembling_in_a_slow_movement_is_not_told():
    t = np.arange(0, 30, 0.05)
    slow = 7 * (1 - np.cos(2 * np.pi * t / 10))
    assert first_told_s(swinging(2.5, 2.0) + slow) is None


def test_swings_that_pause_begin_anew():
    pause = np.full(40, 10.0)
    level = np.concatenate([swinging(2.5, 2.0, 4.0), pause] * 5)
    assert first_told_s(level) is None


def test_a_movement_begins_the_wait_anew():
    watch = SwingWatch(FLOOR_N)
    for k, x in enumerate(swinging(2.5, 2.0).tolist()):
        if k % 80 == 0:
            watch.reset()
        assert not watch.step(k / 20, x, SIGMA_N)

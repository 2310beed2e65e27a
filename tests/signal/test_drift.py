"""Has the zero moved? The slack band and the valleys between movements, by themselves."""

import numpy as np
import pytest

from bandmate.signal.drift import DriftWatch
from bandmate.signal.health import Fault

SLACK_N = 3.0


def watched(
    levels: list[float] | np.ndarray, step_s: float = 0.25, sigma: float = 0.1
) -> list[tuple[float, Fault]]:
    watch = DriftWatch(SLACK_N)
    steps = ((k * step_s, float(level)) for k, level in enumerate(levels))
    found = [(t_s, watch.step(t_s, level, sigma)) for t_s, level in steps]
    return [(t_s, fault) for t_s, fault in found if fault]


def moved(*valleys: float) -> list[tuple[int, bool]]:
    """The numbers of the movements that decided something, and whether it was over then."""
    watch = DriftWatch(SLACK_N)
    found = [(k, watch.moved(float(k), base)) for k, base in enumerate(valleys, start=1)]
    return [(k, fault.gone) for k, fault in found if fault]


@pytest.mark.parametrize("level", [2.3, -2.3])
def test_a_slack_band_that_is_still_and_off_zero_tells_it(level: float):
    ((t_s, fault),) = watched([level] * 100)
    assert t_s == 5.0
    assert fault == Fault(0.0, level)


@pytest.mark.parametrize("level", [0.0, 1.8, -1.8, 3.1, 12.0])
def test_a_level_near_zero_or_under_tension_tells_nothing(level: float):
    assert not watched([level] * 200)


def test_what_a_limb_holds_is_never_that_still():
    t = np.arange(0, 120, 0.25)
    assert not watched(2.4 + 0.4 * np.sin(2 * np.pi * 0.25 * t))


def test_a_noisy_sensor_may_be_as_still_as_its_noise():
    noise = np.random.default_rng(1).uniform(-0.5, 0.5, 100)
    assert watched(-2.6 + noise, sigma=0.5)
    assert not watched(-2.6 + noise, sigma=0.1)


def test_a_slack_band_back_at_zero_is_over():
    found = watched([2.5] * 25 + [1.5] * 50 + [0.5] * 50)
    assert [fault.gone for _, fault in found] == [False, True]
    assert found[1][1].value == 0.5


def test_two_valleys_in_a_row_over_the_first_one_tell_it():
    assert moved(4, 4, 4, 7.5, 7.5, 7.5) == [(5, False)]


def test_the_valley_before_the_first_movement_is_not_between_two():
    assert not moved(0, 8, 8, 8, 8)


def test_one_movement_that_came_back_halfway_tells_nothing():
    assert not moved(4, 4, 9, 4, 4, 9, 4)


def test_valleys_that_go_down_tell_nothing():
    assert not moved(12, 12, 9, 6, 3, 0, 0)


def test_it_is_over_only_when_a_valley_is_a_newton_lower():
    assert moved(4, 4, 7.5, 7.5, 6.5, 6.5, 5.9, 7.5, 7.5) == [(4, False), (7, True), (9, False)]


def test_it_stands_as_long_as_either_says_so():
    watch = DriftWatch(SLACK_N)
    for valley in (0.0, 0.0, 3.5):
        assert watch.moved(1.0, valley) is None
    assert watch.moved(2.0, 3.5) == Fault(1.0, 3.5)
    assert not any(watch.step(k / 4, 2.5, 0.1) for k in range(100))
    assert watch.moved(3.0, 0.0) is None, "the slack band is off still"
    ends = [fault for k in range(100, 200) if (fault := watch.step(k / 4, 0.0, 0.1))]
    assert [fault.gone for fault in ends] == [True]


def test_after_a_gap_the_band_must_be_still_anew():
    watch = DriftWatch(SLACK_N)
    assert not any(watch.step(k / 4, 2.5, 0.1) for k in range(19))
    watch.gap()
    assert watch.step(6.0, 2.5, 0.1) is None
    assert watch.step(10.9, 2.5, 0.1) is None
    assert watch.step(11.0, 2.5, 0.1) == Fault(6.0, 2.5)


def test_a_new_zero_forgets_the_levels_before_it():
    watch = DriftWatch(SLACK_N)
    for valley in (4.0, 4.0, 8.0, 8.0):
        watch.moved(1.0, valley)
    watch.reset()
    assert [watch.moved(2.0, valley) for valley in (8.0, 8.0, 8.0)] == [None] * 3

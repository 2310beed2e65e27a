"""What a movement was like: near the truth where it is told, and not told where it cannot be."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pulls import Pull, any_pull

from bandmate.signal.measures import LEAST_HZ, Measure, Measures, measures
from bandmate.signal.movement import Settled
from bandmate.signal.smoothness import sparc
from bandmate.signal.trace import Trace

RATES_HZ = (8.0, 10.0, 12.5, 16.0, 20.0, 25.0, 40.0, 50.0, 80.0, 100.0, 200.0)
GATED: dict[Measure, tuple[str, ...]] = {
    "top": ("top_s",),
    "phases": ("rise_s", "fall_s", "rise_rate", "fall_rate"),
    "speed": ("rise_rate_peak", "fall_rate_peak"),
    "smoothness": ("smoothness",),
    "rfd": ("rfd",),
}
OF_LENGTH = {"rise_s": 0.1, "top_s": 0.06, "fall_s": 0.1}
OF_ITSELF = {
    "mean": 0.2,
    "impulse": 0.15,
    "rise_rate": 0.3,
    "fall_rate": 0.3,
    "rise_rate_peak": 0.3,
    "fall_rate_peak": 0.3,
    "rfd": 0.3,
}
SMOOTHNESS = 0.7


def value(of: Measures, name: str) -> float | None:
    return getattr(of, name)


@settings(max_examples=60, deadline=None)
@given(any_pull(), st.sampled_from(RATES_HZ))
def test_what_is_told_is_near_the_truth(pull: Pull, hz: float):
    assume(pull.settled(hz) is not None)
    told_s, found = pull.measured(hz)
    length_s, true = pull.truth()
    assert told_s == pytest.approx(length_s, rel=0.2)
    allowed = {name: share * length_s for name, share in OF_LENGTH.items()}
    allowed |= {name: share * abs(value(true, name) or 0.0) for name, share in OF_ITSELF.items()}
    allowed |= {"smoothness": SMOOTHNESS}
    for name, error in allowed.items():
        told = value(found, name)
        assert told is None or told == pytest.approx(value(true, name), abs=error), name


@pytest.mark.parametrize("hz", RATES_HZ)
def test_what_a_rate_does_not_allow_is_not_told(hz: float):
    _, found = Pull(length_s=2.0).measured(hz)
    for measure, names in GATED.items():
        for name in names:
            assert (value(found, name) is not None) == (hz >= LEAST_HZ[measure]), name
    assert None not in {found.mean, found.impulse}


def test_times_without_a_device_clock_say_nothing_of_a_tenth_of_a_second():
    _, stamped = Pull().measured(80)
    _, arrived = Pull().measured(80, "approximate")
    assert stamped.rfd is not None
    assert arrived.rfd is None
    assert arrived.rise_rate_peak == stamped.rise_rate_peak


@pytest.mark.parametrize("lost_s", [(3.0, 3.6), (4.2, 4.6)])
def test_of_a_movement_with_a_hole_only_its_edges_are_told(lost_s: tuple[float, float]):
    _, found = Pull().measured(80, lost_s=lost_s)
    told = {name for names in GATED.values() for name in names} | {"mean", "impulse"}
    assert {value(found, name) for name in told} == {None}
    assert not found.is_whole
    assert found.missing == pytest.approx((lost_s[1] - lost_s[0]) / 2.6, abs=0.04)


def test_a_rate_that_is_the_work_of_the_noise_is_not_told():
    noisy = Pull(rise=10.0, length_s=8.0, noise_share=0.05)
    _, found = noisy.measured(80)
    assert (found.rfd, found.smoothness) == (None, None)
    assert found.rise_rate is not None


def test_the_measures_of_a_straight_pull():
    t = np.arange(0, 8.01, 0.01)
    record = Trace()
    for t_s, level in zip(t, np.interp(t, [1, 3, 5, 6], [4, 24, 24, 4]), strict=True):
        record.add(float(t_s), float(level))
    settled = Settled(
        1, 1.2, 5.9, 1.4, 2.6, 0.7, base=4.0, rise=20.0, returned=1.0, sigma=0.0, record=record
    )
    found = measures(settled, "device")
    assert found.rise_rate == pytest.approx(10.0)
    assert found.fall_rate == pytest.approx(20.0)
    assert found.rise_rate_peak == pytest.approx(10.0)
    assert found.fall_rate_peak == pytest.approx(20.0)
    assert found.rfd == pytest.approx(10.0)
    assert found.impulse == pytest.approx(20 + 40 + 10 - 0.2 - 0.1, abs=0.1)
    assert found.mean == pytest.approx(4 + 69.7 / 4.7, abs=0.05)


@pytest.mark.parametrize("points", [[(1.0, 5.0)], [(1.0, 5.0), (1.0, 9.0)], [(1.0, 5.0), (9.0, 5)]])
def test_a_record_of_next_to_nothing_has_no_measures(points: list[tuple[float, float]]):
    record = Trace()
    for t_s, level in points:
        record.add(t_s, level)
    settled = Settled(1, 1.0, 1.0, None, 0.0, None, 5.0, 0.0, 0.0, 0.0, record)
    found = measures(settled, "device")
    assert (found.mean, found.rise_rate, found.smoothness, found.rfd) == (None, None, None, None)


def bells(*at: float) -> np.ndarray:
    """Speed with a bell of half a second about each of these times, 100 times a second."""
    t = np.arange(0, 4, 0.01)
    return np.sum([np.exp(-(((t - at_s) / 0.25) ** 2)) for at_s in at], axis=0)


def test_the_more_stops_and_starts_the_less_smooth():
    smooth, halting, jerky = (
        sparc(bells(*at), 100) or 0.0 for at in ((2.0,), (1.5, 2.5), (0.6, 1.5, 2.4, 3.4))
    )
    assert -1.0 > smooth > halting + 0.3 > jerky + 0.6


def test_neither_size_nor_rate_is_smoothness():
    speed = bells(1.5, 2.5)
    assert sparc(3 * speed, 100) == pytest.approx(sparc(speed, 100))
    assert sparc(speed[::2], 50) == pytest.approx(sparc(speed, 100), abs=0.02)


@pytest.mark.parametrize("speed", [np.zeros(50), np.zeros(0), np.zeros(1)])
def test_what_does_not_move_is_not_smooth(speed: np.ndarray):
    assert sparc(speed, 100) is None

"""The virtual person's pulls, against the formulas of scenarios S01 to S03."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.sim.person import hold, noisy, reps, rest, script

moments_s = st.floats(-10.0, 400.0)


@given(moments_s)
def test_s01_reps_are_raised_cosines_after_3_s(t_s: float):
    u_s = t_s - 3.0
    inside = 0.0 <= u_s <= 60.0
    expected_n = 4.0 + 14.0 * 0.5 * (1.0 - math.cos(2.0 * math.pi * u_s / 6.0)) * inside
    assert reps(10, 4.0, 14.0, 6.0)(t_s) == pytest.approx(expected_n, abs=1e-9)


def test_s02_one_rep_is_pulled_too_hard():
    script_n = reps(10, 4.0, 14.0, 6.0, amplitudes_n={6: 38.0})
    peaks_n = [script_n(3.0 + 6.0 * number + 3.0) for number in range(10)]
    assert peaks_n == pytest.approx([18.0] * 5 + [42.0] + [18.0] * 4)
    assert script_n.duration_s == 66.0


@pytest.mark.parametrize(
    ("t_s", "expected_n"),
    [
        (0.0, 0.0),
        (3.0, 0.0),
        (5.5, 25.0),
        (8.0, 50.0),
        (9.0, 50.0 * (1.0 - 0.02 * (1.0 - math.exp(-1.0 / 30.0))) + 1.5),  # a quarter of a breath
        (131.0, 0.0),
        (200.0, 0.0),
    ],
)
def test_s03_hold_ramps_creeps_breathes_and_lets_go(t_s: float, expected_n: float):
    assert hold(50.0, 120.0)(t_s) == pytest.approx(expected_n, abs=1e-9)


def test_s03_hold_crosses_30_n_twice_123_15_s_apart():
    script_n, step_s = hold(50.0, 120.0), 0.001
    above_s = [n * step_s for n in range(134_000) if script_n(n * step_s) >= 30.0]
    assert above_s[-1] - above_s[0] == pytest.approx(123.15, abs=0.05)


@given(moments_s)
def test_a_hold_has_no_jumps(t_s: float):
    script_n = hold(50.0, 20.0)
    assert abs(script_n(t_s + 1e-6) - script_n(t_s)) < 1e-3


@given(st.lists(st.tuples(st.floats(0.1, 9.0), st.floats(0.0, 90.0)), min_size=1, max_size=6))
def test_a_script_plays_its_movements_one_after_the_other(parts: list[tuple[float, float]]):
    whole = script(*(rest(length_s, level_n) for length_s, level_n in parts))
    assert whole.duration_s == pytest.approx(sum(length_s for length_s, _ in parts))
    begin_s = 0.0
    for length_s, level_n in parts:
        assert whole(begin_s + length_s / 2.0) == level_n
        begin_s += length_s
    assert whole(begin_s + 99.0) == parts[-1][1]


def test_noise_is_a_sensors_and_the_same_for_the_same_seed():
    def drawn(seed: int) -> list[float]:
        noisy_n = noisy(rest(10.0, 7.0), seed=seed)
        return [noisy_n(n / 80.0) for n in range(800)]

    one = drawn(1)
    mean_n = sum(one) / len(one)
    sigma_n = math.sqrt(sum((level_n - mean_n) ** 2 for level_n in one) / len(one))
    assert one == drawn(1)
    assert one != drawn(2)
    assert mean_n == pytest.approx(7.0, abs=0.05)
    assert sigma_n == pytest.approx(0.3, abs=0.03)
    assert any(before != after for before, after in pairwise(one))

"""Rule smooth: a pull that changes too quickly is told, seldom; a jerk and a release are not."""

import numpy as np
import pytest
from scenario import FLOSS, TRACTION, Signal, cycles, line, run, spike, traction

from bandmate.domain.events import AlertRaised, Hint

STRETCH = "seated_hamstring_isolation"
BRIDGE = "banded_bridge_knees_out"
HELD = line((0, 0), (3, 0), (8, 50), (60, 50))
RATES = [10, 20, 40, 80, 200]


def told(exercise: str, signal: Signal, length_s: float, *, hz: float = 80, seed: int = 0) -> int:
    """How often a set is told to be smoother."""
    hints = run(exercise, signal, length_s, hz=hz, seed=seed).of(Hint)
    return sum(hint.code == "too_quick" for hint in hints)


def changing(n_per_s: float, by_n: float, from_n: float, at_s: float = 20.0) -> Signal:
    """Up at 5 N/s to a level that is held, changed at so much a second, and held on."""
    end_s = at_s + by_n / abs(n_per_s)
    to_n = from_n + np.sign(n_per_s) * by_n
    start_s = 3 + from_n / 5
    return line((0, 0), (3, 0), (start_s, from_n), (at_s, from_n), (end_s, to_n), (45, to_n))


@pytest.mark.rule("smooth")
@pytest.mark.parametrize("hz", RATES)
@pytest.mark.parametrize(
    ("exercise", "slope", "from_n"),
    [(STRETCH, 60, 12), (STRETCH, -60, 40), (TRACTION, 30, 30), (TRACTION, -60, 60)],
)
def test_a_quick_change_is_told_once(exercise: str, slope: float, from_n: float, hz: float):
    for seed in range(3):
        assert told(exercise, changing(slope, 24, from_n), 40, hz=hz, seed=seed) == 1


@pytest.mark.rule("smooth")
@pytest.mark.parametrize("hz", RATES)
@pytest.mark.parametrize(
    ("exercise", "slope", "from_n"),
    [(STRETCH, 38, 12), (STRETCH, -38, 40), (TRACTION, 18, 30), (TRACTION, -38, 60)],
)
def test_under_the_limit_nothing_is_told(exercise: str, slope: float, from_n: float, hz: float):
    for seed in range(3):
        assert told(exercise, changing(slope, 24, from_n), 40, hz=hz, seed=seed) == 0


@pytest.mark.parametrize("hz", RATES)
def test_a_calm_floss_and_a_calm_traction_are_never_told(hz: float):
    for seed in range(3):
        assert told(FLOSS, cycles(10, 4, 14, 6), 66, hz=hz, seed=seed) == 0
        assert told(TRACTION, traction, 140, hz=hz, seed=seed) == 0


@pytest.mark.rule("smooth")
def test_a_floss_with_quick_rises_is_told_at_most_every_twenty_seconds():
    points = [(0.0, 4.0), (3.0, 4.0)]
    for k in range(10):
        start = 3 + 6 * k
        points += [(start, 4), (start + 0.2, 18), (start + 1.5, 18), (start + 4, 4)]
    result = run(FLOSS, line(*points, (66, 4)), 66, seed=2)
    assert result.summary.reps == 10
    times_s = [hint.t_s for hint in result.of(Hint) if hint.code == "too_quick"]
    assert len(times_s) == 3
    assert min(np.diff(times_s)) >= 20.0
    assert not result.of(AlertRaised), "advice only"


@pytest.mark.parametrize("hz", RATES)
@pytest.mark.parametrize(("height", "length_s"), [(60, 0.06), (60, 0.3), (90, 0.12), (30, 0.2)])
def test_a_jerk_is_not_told(height: float, length_s: float, hz: float):
    for seed in range(8):
        at_s = 30 + seed / 97
        assert told(TRACTION, spike(HELD, at_s, height, length_s), 40, hz=hz, seed=seed) == 0


@pytest.mark.parametrize("hz", RATES)
@pytest.mark.parametrize(("level", "length_s"), [(50, 0.03), (50, 0.14), (12, 0.03), (12, 0.14)])
def test_a_band_that_let_go_is_not_told(level: float, length_s: float, hz: float):
    for seed in range(8):
        at_s = 20 + seed / 97
        slips = line((0, 0), (3, 0), (13, level), (at_s, level), (at_s + length_s, 0), (40, 0))
        assert told(STRETCH, slips, 30, hz=hz, seed=seed) == 0


def test_a_band_that_snaps_and_rings_is_not_told():
    def snap(t: np.ndarray) -> np.ndarray:
        u = np.maximum(t - 30, 0)
        ringing = 6 * np.exp(-u / 0.1) * np.cos(2 * np.pi * 20 * u)
        return np.where(t < 30, HELD(t), ringing)

    for seed in range(8):
        assert told(TRACTION, snap, 40, seed=seed) == 0


@pytest.mark.rule("smooth")
def test_a_quick_let_down_is_told():
    """S19c: from 50 N to slack in half a second, by hand."""
    assert told(TRACTION, line((0, 0), (3, 0), (8, 50), (40, 50), (40.5, 0), (50, 0)), 50) == 1


def test_strength_may_be_quick_and_a_fast_movement_has_its_own_advice():
    assert told(BRIDGE, cycles(10, 8, 40, 2), 26) == 0
    fast = run(FLOSS, lambda t: 11 + 7 * np.sin(4 * np.pi * t), 20, seed=1)
    assert [str(hint.code) for hint in fast.of(Hint)] == []
    assert fast.raised("pace_fast")

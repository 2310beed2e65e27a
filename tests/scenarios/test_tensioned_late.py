"""Sets that begin with a slack band, which is pulled to its working tension only then."""

import numpy as np
import pytest
from scenario import Signal, Times, cycles, line, run

from bandmate.domain.events import Grade, Rep, RepFinal


def tensioned_late(base: float, rise: float, period_s: float, count: int = 10) -> Signal:
    """Slack for 4 s, at the working tension by 5.5 s, from 8 s on movements, slack at the end."""
    moving = cycles(count, base, rise, period_s, lead_s=8.0)
    end_s = 10 + count * period_s

    def signal(t: Times) -> Times:
        ramp = np.interp(t, [0, 4, 5.5], [0.5, 0.5, base])
        return np.where(t < 8, ramp, np.where(t < end_s, moving(t), 0.0))

    return signal


@pytest.mark.parametrize("hz", [10, 20, 80])
@pytest.mark.parametrize(
    ("exercise", "base", "rise", "period_s"),
    [
        ("standing_row_band", 20, 30, 3.5),
        ("standing_row_band", 10, 24, 4),
        ("banded_side_steps", 10, 12, 1.2),
        ("banded_clamshell", 12, 18, 4),
        ("supine_bridge_abduction", 12, 20, 5),
    ],
)
def test_every_movement_counts(exercise: str, base: float, rise: float, period_s: float, hz: float):
    signal = tensioned_late(base, rise, period_s)
    result = run(exercise, signal, 13 + 10 * period_s, hz=hz, seed=int(hz))
    reps = result.of(Rep)
    assert [rep.grade for rep in reps] == [Grade.FULL] * 10
    assert [final.index for final in result.of(RepFinal)] == list(range(1, 11))
    peaks = [rep.peak_s for rep in reps]
    assert np.diff(peaks) == pytest.approx(period_s, abs=0.35 + 2 / hz)
    assert float(np.median([rep.excursion for rep in reps])) == pytest.approx(rise, rel=0.15)


@pytest.mark.parametrize("hz", [10, 20, 80])
@pytest.mark.parametrize(("base", "rise"), [(20, 30), (30, 25), (16, 20)])
def test_every_movement_counts_though_nobody_said_how_far_it_goes(
    base: float, rise: float, hz: float
):
    result = run("free_reps", tensioned_late(base, rise, 4), 53, hz=hz, seed=int(hz))
    assert [rep.grade for rep in result.of(Rep)] == [Grade.FULL] * 10


def test_dips_that_are_not_alike_are_no_movements():
    points: list[tuple[float, float]] = [(0.0, 0.0), (2, 0), (4, 40)]
    for k, low in enumerate([28.0, 18.0, 27.0, 19.0]):
        points += [(5.5 + 3 * k, low), (7 + 3 * k, 40)]
    result = run("free_reps", line(*points, (18, 0), (20, 0)), 20, seed=1)
    assert result.summary.reps == 1


@pytest.mark.parametrize("dip", [0.2, 0.4, 0.55])
@pytest.mark.parametrize("hz", [10, 20, 80, 100])
@pytest.mark.parametrize("exercise", ["supine_sciatic_floss", "free_reps"])
def test_two_bounces_in_every_movement_are_no_movements(exercise: str, dip: float, hz: float):
    points: list[tuple[float, float]] = [(0.0, 4.0)]
    for k in range(10):
        start = 3 + 8 * k
        points += [(start, 4), (start + 2, 18)]
        points += [(start + 2.6, 18 - 14 * dip), (start + 3.2, 18)]
        points += [(start + 3.8, 18 - 14 * dip), (start + 4.4, 18), (start + 6.4, 4)]
    result = run(exercise, line(*points, (86, 4)), 86, hz=hz, seed=1)
    assert (result.summary.reps, result.summary.partial) == (10, 0)

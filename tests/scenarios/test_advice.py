"""Advice in a set: given when there is cause, seldom, and never without."""

from itertools import pairwise

import numpy as np
import pytest
from scenario import FLOSS, TRACTION, Run, Signal, Times, cycles, line, run, run_script, traction

from bandmate.domain.events import AlertRaised, Hint, SetEnded

ADVICE = ("baseline_drift", "pace_fast", "wrong_band")
BRIDGE = "banded_bridge_knees_out"
STEPS = "banded_side_steps"


def given(result: Run) -> list[str]:
    """All advice and hints, in order."""
    told = [e for e in result.events if isinstance(e, AlertRaised | Hint)]
    return [str(e.code) for e in told if isinstance(e, Hint) or e.code in ADVICE]


def fast_and_slow(*parts: tuple[int, float]) -> Signal:
    """Movements of 14 N from 4 N: (how many, seconds each), one part after the other."""
    at_s, moves = 3.0, list[Signal]()
    for count, period_s in parts:
        moves.append(cycles(count, 0, 14, period_s, lead_s=at_s))
        at_s += count * period_s
    return lambda t: np.sum([move(t) for move in moves], axis=0) + 4.0


def bounces(dip: float) -> Signal:
    points = [(0.0, 4.0), (3.0, 4.0)]
    for k in range(10):
        start = 3 + 6 * k
        points += [(start, 4), (start + 2, 18), (start + 2.5, 18 - 14 * dip)]
        points += [(start + 3, 18), (start + 5, 4)]
    return line(*points, (66, 4))


def bridges() -> Signal:
    points = [(0.0, 8.0), (3.0, 8.0)]
    for k in range(10):
        start = 3 + 8 * k
        points += [(start, 8), (start + 2, 30), (start + 5, 30), (start + 7, 8)]
    return line(*points, (86, 8))


def slack_first() -> Signal:
    """The first movement rises from a slack band, the others from 9 N."""
    points = [(0.0, 0.0), (3.0, 0.0), (5.0, 18.0), (8.0, 9.0)]
    points += [(11 + 3 * k, 18 if k % 2 == 0 else 9) for k in range(16)]
    return line(*points)


def side_steps(t: Times) -> Times:
    return cycles(15, 10, 12, 1.2)(t) + cycles(15, 0, 12, 1.2, lead_s=26)(t)


def swinging(level: float, swing: float, hz: float) -> Signal:
    return lambda t: level + swing * np.sin(2 * np.pi * hz * t)


def drifting(t: Times) -> Times:
    return cycles(40, 4, 14, 6)(t) + 0.025 * t


FAST = swinging(11, 7, 2)
SMALL = swinging(10, 1.25, 3)
STRONG = cycles(6, 6, 26, 6)

QUIET: dict[str, tuple[str, Signal, float]] = {
    "clean": (FLOSS, cycles(10, 4, 14, 6), 66),
    "partial": (FLOSS, cycles(10, 4, 14, 6, rises={3: 6.3, 7: 6.3}), 66),
    "bounce": (FLOSS, bounces(0.40), 66),
    "deep bounce": (FLOSS, bounces(0.55), 66),
    "very slow": (FLOSS, cycles(5, 4, 14, 20), 106),
    "bridge": (BRIDGE, bridges(), 86),
    "steps": ("banded_side_steps", side_steps, 47),
    "slack first": (FLOSS, slack_first(), 56),
    "traction": (TRACTION, traction, 140),
    "slack": (TRACTION, swinging(1, 0.5, 0.25), 120),
    "breathing": (FLOSS, swinging(8, 1.2, 0.25), 120),
    "lightly held": (FLOSS, swinging(2.4, 0.6, 0.25), 120),
}


@pytest.mark.parametrize("hz", [8, 20, 80, 200])
@pytest.mark.parametrize("name", QUIET)
def test_no_advice_without_cause(name: str, hz: float):
    exercise, signal, length_s = QUIET[name]
    for seed in range(2):
        assert given(run(exercise, signal, length_s, hz=hz, seed=seed)) == []


@pytest.mark.parametrize("packet", [3, 10, 47])
@pytest.mark.parametrize(
    ("signal", "length_s", "told"),
    [
        (drifting, 246, ["baseline_drift"]),
        (FAST, 20, ["pace_fast"]),
        (STRONG, 42, ["wrong_band"]),
        (SMALL, 20, ["movement_too_small"]),
    ],
    ids=["drift", "fast", "band", "small"],
)
def test_packets_do_not_change_the_advice(
    signal: Signal, length_s: float, told: list[str], packet: int
):
    results = [run(FLOSS, signal, length_s, seed=5, packet=n) for n in (1, packet)]
    one, other = ([(e.id, e.t_s) for e in r.events] for r in results)
    assert one == other
    assert given(results[0]) == told


@pytest.mark.parametrize("hz", [8, 20, 40, 80, 200])
def test_advice_at_any_rate(hz: float):
    for seed in range(2):
        assert given(run(FLOSS, drifting, 246, hz=hz, seed=seed)) == ["baseline_drift"]
        assert given(run(FLOSS, STRONG, 42, hz=hz, seed=seed)) == ["wrong_band"]
        assert given(run(FLOSS, fast_and_slow((5, 1.2)), 12, hz=hz, seed=seed)) == ["pace_fast"]


def test_two_fast_movements_are_not_many():
    assert given(run(FLOSS, fast_and_slow((2, 1), (1, 4), (2, 1), (2, 4)), 28, seed=1)) == []


def test_a_movement_that_is_not_fast_ends_the_advice_on_the_pace():
    result = run(FLOSS, fast_and_slow((5, 1), (3, 6)), 30, seed=1)
    (raised,) = result.raised("pace_fast")
    (cleared,) = result.cleared("pace_fast")
    assert raised.index == 3
    assert 8 < cleared.t_s < 14
    assert cleared.onset_s + cleared.duration_s == pytest.approx(7.8, abs=0.3)


def test_rest_ends_the_advice_on_the_pace():
    result = run(FLOSS, fast_and_slow((4, 1)), 30, seed=1)
    (cleared,) = result.cleared("pace_fast")
    assert cleared.t_s == pytest.approx(7 + 10, abs=0.5)


def test_advice_on_the_pace_is_repeated_after_ten_seconds_at_the_earliest():
    again_and_again = [(3, 1.0), (1, 3.0)] * 8
    result = run(FLOSS, fast_and_slow(*again_and_again), 54, seed=1)
    raised_s = [alert.t_s for alert in result.raised("pace_fast")]
    assert len(raised_s) >= 3
    assert min(np.diff(raised_s)) >= 10


def test_a_band_that_fits_again_ends_the_advice_for_good():
    result = run(FLOSS, cycles(10, 6, 26, 6, rises={4: 14.0}), 66, seed=1)
    (raised,) = result.raised("wrong_band")
    (cleared,) = result.cleared("wrong_band")
    assert (raised.value, raised.limit) == (pytest.approx(32, abs=1), 25)
    assert 15 < raised.t_s < 21 < cleared.t_s < 27


def test_two_pulls_over_the_zone_are_not_many():
    rises = {3: 14.0, 6: 14.0, 9: 14.0}
    assert given(run(FLOSS, cycles(10, 6, 26, 6, rises=rises), 66, seed=1)) == []


def test_a_flossing_band_that_pulls_between_movements_is_too_strong():
    result = run(FLOSS, cycles(6, 13.5, 10, 6), 42, seed=1)
    (raised,) = result.raised("wrong_band")
    assert (raised.index, raised.limit) == (3, 12)
    assert raised.value == pytest.approx(13.4, abs=0.4)


def test_a_band_for_strength_may_pull_between_movements():
    assert given(run("banded_clamshell", cycles(6, 13.5, 20, 6), 42, seed=1)) == []


def test_advice_waits_for_what_is_more_urgent():
    """The third pull is let down so quickly that the limit still stands when it counts."""
    points = [(0.0, 6.0), (3.0, 6.0)]
    for k in range(4):
        at_s = 3 + 6 * k
        top_n = 42.0 if k == 2 else 32.0
        points += [(at_s, 6), (at_s + 3, top_n), (at_s + 4, top_n), (at_s + 4.4, 6), (at_s + 6, 6)]
    (raised,) = run(FLOSS, line(*points), 28, seed=1).raised("wrong_band")
    assert raised.index == 4


def test_a_jerk_over_the_zone_says_nothing_of_the_band():
    assert given(run(FLOSS, cycles(5, 6, 24, 1.0), 12, seed=1)) == ["pace_fast"]


def test_the_valley_of_a_fast_movement_says_nothing_of_the_zero():
    rests, hurries = cycles(4, 6, 60, 4), cycles(12, 0, 60, 0.5, lead_s=21)
    for seed in range(3):
        result = run("standing_row_band", lambda t: rests(t) + hurries(t), 30, seed=seed)
        assert given(result) == ["pace_fast"]


def test_each_set_is_advised_anew():
    result = run_script(FLOSS, cycles(8, 6, 26, 6), 54, seed=1, commands=[(27.0, "next")])
    assert [alert.set for alert in result.raised("wrong_band")] == [1, 2]
    first = result.of(SetEnded)[0]
    assert [c.t_s for c in result.cleared("wrong_band")] == [first.t_s, 54.0]


@pytest.mark.parametrize("exercise", [TRACTION, "free_holds", "free_reps", BRIDGE])
def test_a_slack_band_off_zero_is_told_in_any_exercise(exercise: str):
    slack_again = line((0, 0), (8, 0), (10, 50), (30, 50), (32, 2.5), (50, 2.5))
    for seed in range(3):
        (drift,) = run(exercise, slack_again, 50, seed=seed).raised("baseline_drift")
        assert drift.value == pytest.approx(2.5, abs=0.2)
        assert drift.t_s == pytest.approx(37.5, abs=1.0)


def test_a_new_zero_ends_the_advice_to_make_one():
    off = line((0, 2.5), (60, 2.5))
    result = run_script(TRACTION, off, 60, seed=1, commands=[(20.0, "tare")])
    (cleared,) = result.cleared("baseline_drift")
    assert cleared.t_s == pytest.approx(21.0, abs=0.1)
    assert len(result.raised("baseline_drift")) == 1


def test_valleys_mean_nothing_where_nothing_says_what_the_pull_should_be():
    assert given(run("free_reps", drifting, 246, hz=20, seed=1)) == []


@pytest.mark.parametrize(
    "after", [swinging(3, 7, 0.9), swinging(-2.6, 0, 1), swinging(5, 1.25, 3)], ids=["f", "z", "s"]
)
def test_readings_that_cannot_be_trusted_give_no_advice(after: Signal):
    """The zero was found wrong in the first second; nothing is said of what comes then."""
    result = run(FLOSS, lambda t: np.where(t < 1, -5.0, after(t)), 20, seed=1)
    assert len(result.raised("tare_invalid")) == 1
    assert given(result) == []
    assert given(run(FLOSS, after, 20, seed=1)) != [], "the same with a good zero"


def test_swings_are_not_followed_across_a_gap():
    gaps = [(4.0 * k, 4.0 * k + 0.5) for k in range(1, 5)]
    assert given(run(FLOSS, SMALL, 20, seed=1, missing=gaps)) == []


def test_hints_come_at_most_every_twenty_seconds():
    result = run(FLOSS, SMALL, 70, seed=1)
    hints_s = [hint.t_s for hint in result.of(Hint)]
    assert len(hints_s) == 4
    assert min(np.diff(hints_s)) >= 20


def held_at_the_top(rise_s: float, hold_s: float, count: int = 4) -> tuple[Signal, float]:
    points, period_s = [(0.0, 4.0), (3.0, 4.0)], 2 * rise_s + hold_s + 1.0
    for k in range(count):
        start = 3 + k * period_s
        points += [(start, 4), (start + rise_s, 18), (start + rise_s + hold_s, 18)]
        points += [(start + 2 * rise_s + hold_s, 4)]
    end_s = 3 + count * period_s + 3
    return line(*points, (end_s, 4)), end_s


@pytest.mark.rule("no_tension_floss")
def test_a_floss_that_is_held_at_its_end_is_told_to_keep_moving():
    """Rule no_tension_floss."""
    signal, end_s = held_at_the_top(2.0, 3.0, count=8)
    result = run(FLOSS, signal, end_s, hz=40, seed=3)
    hints = result.of(Hint)
    assert {hint.code for hint in hints} == {"keep_moving"}
    assert all(b.t_s - a.t_s >= 20.0 for a, b in pairwise(hints))
    assert result.summary.reps == 8


@pytest.mark.parametrize("period_s", [3.0, 6.0, 12.0, 20.0])
def test_a_slow_floss_without_a_hold_is_told_nothing(period_s: float):
    result = run(FLOSS, cycles(4, 4, 14, period_s), 4 * period_s + 6, hz=40, seed=3)
    assert not result.of(Hint)


def test_holding_is_what_other_exercises_are_for():
    signal, end_s = held_at_the_top(2.0, 3.0)
    assert not run(BRIDGE, lambda t: 2 * signal(t), end_s, hz=40, seed=3).of(Hint)

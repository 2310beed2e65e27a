"""What the movements and holds of a set come to."""

import math
from collections.abc import Mapping
from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings
from performance import Performance, performances

from bandmate.domain.events import Event, HoldEnded, Rep, RepFinal, SetEnded, SetStarted, Summary
from bandmate.domain.samples import SensorTraits
from scenarios.scenario import FLOSS, TRACTION, Run, blocks, cycles, line, run, run_blocks

Metrics = Mapping[str, float | None]


def metrics(of: SetEnded) -> Metrics:
    return cast("Metrics", of.results["metrics"])


def of_set(of: Run) -> Metrics:
    (ended,) = of.of(SetEnded)
    return metrics(ended)


def test_even_movements():
    found = of_set(run(FLOSS, cycles(10, 4, 14, 6), 66, seed=1))
    assert found["cycle_s"] == pytest.approx(6.0, abs=0.1)
    assert found["cycle_cv_pct"] == pytest.approx(0.0, abs=2.0)
    assert found["excursion"] == pytest.approx(14.0, abs=0.6)
    assert found["excursion_cv_pct"] == pytest.approx(0.0, abs=3.0)
    assert found["excursion_loss_pct"] == pytest.approx(0.0, abs=4.0)
    assert found["peak_slope"] == pytest.approx(0.0, abs=0.1)
    assert found["duration_slope_s"] == pytest.approx(0.0, abs=0.05)
    assert found["tempo_pct"] == 100.0
    # A raised cosine is over a tenth of its rise for 79.5 % of its length.
    assert found["time_under_tension_s"] == pytest.approx(47.7, abs=1.0)
    assert found["rest_s"] == pytest.approx(9 * 6 * 0.205, abs=1.0)


def test_tiring_movements_lose_height_and_speed():
    tiring = {number: 40.0 - 2 * (number - 1) for number in range(1, 11)}
    found = of_set(run("free_reps", cycles(10, 4, 40, 5, rises=tiring), 56, seed=2))
    assert found["excursion_loss_pct"] == pytest.approx(100 * (1 - 24 / 38), abs=3.0)
    assert found["velocity_loss_pct"] == pytest.approx(100 * (1 - 24 / 38), abs=6.0)
    assert found["peak_slope"] == pytest.approx(-2.0, abs=0.2)
    assert found["tempo_pct"] is None


def test_few_movements_show_no_loss():
    found = of_set(run(FLOSS, cycles(5, 4, 14, 6), 36, seed=3))
    names = ("excursion_loss_pct", "velocity_loss_pct", "peak_slope", "duration_slope_s")
    assert {found[name] for name in names} == {None}


def test_a_set_of_nothing_has_no_metrics_but_no_time():
    found = of_set(run(FLOSS, lambda t: 0 * t, 5, seed=4))
    assert found["time_under_tension_s"] == 0
    assert {value for name, value in found.items() if name != "time_under_tension_s"} == {None}


def test_a_hold_that_sinks():
    sinking = line((0, 0), (2, 0), (4, 50), (64, 45), (66, 0), (70, 0))
    of = run(TRACTION, sinking, 70, seed=5)
    (hold,) = of.of(HoldEnded)
    assert hold.sag_pct_per_min == pytest.approx(5 / 47.5 * 100, abs=0.5)
    assert hold.steadiness_pct == pytest.approx(100 * 0.2 / 47.5, abs=0.3)
    found = of_set(of)
    assert found["time_under_tension_s"] == pytest.approx(hold.duration_s)
    assert (found["sag_pct_per_min"], found["steadiness_pct"]) == (
        hold.sag_pct_per_min,
        hold.steadiness_pct,
    )


def test_in_zone_and_over_it():
    of = run("standing_row_band", cycles(6, 4, 40, 4), 30, seed=6, noise_n=0.0)
    ended = of.of(RepFinal)
    assert ended
    (started,) = of.of(SetStarted)
    assert started.zone is not None
    high_n, low_n = started.zone["high_n"], started.zone["low_n"]
    share = [math.acos(1 - 2 * (level - 4) / 40) / math.pi for level in (low_n, min(high_n, 44))]
    for rep in ended:
        assert rep.overshoot_n == pytest.approx(max(0.0, 44 - high_n), abs=0.3)
        assert rep.in_zone_s == pytest.approx(4 * (share[1] - share[0]), abs=0.05)


def test_the_session_of_one_set_is_that_set():
    of = run(FLOSS, cycles(10, 4, 14, 6), 66, seed=1)
    assert of.summary.metrics == of_set(of)


def test_a_session_adds_times_and_takes_the_median_of_the_rest():
    t = np.arange(0, 66, 1 / 40)
    x = cycles(10, 4, 14, 6)(t)
    of = run_blocks(FLOSS, blocks(t, x, 5), commands=[(33.0, "next")])
    one, other = (metrics(ended) for ended in of.of(SetEnded))
    both = of.summary.metrics
    times = [of_one["time_under_tension_s"] or 0.0 for of_one in (one, other)]
    cycle_s = [of_one["cycle_s"] or 0.0 for of_one in (one, other)]
    assert both["time_under_tension_s"] == pytest.approx(sum(times))
    assert both["cycle_s"] == pytest.approx(sum(cycle_s) / 2)


def test_times_from_arrivals_are_flagged_and_tell_no_force_development():
    t = np.arange(0, 30, 1 / 80)
    x = cycles(4, 4, 40, 5)(t)
    stamped, arrived = (
        run_blocks("free_reps", blocks(t, x, 8), SensorTraits(timing=timing))
        for timing in ("device", "approximate")
    )
    assert all(rep.rfd_n_per_s is not None for rep in stamped.of(RepFinal))
    assert all(rep.rfd_n_per_s is None for rep in arrived.of(RepFinal))
    assert (stamped.summary.flags, arrived.summary.flags) == ((), ("approximate_times",))


def numbers(of: object) -> list[float]:
    if isinstance(of, dict):
        values = cast("dict[str, object]", of).values()
        return [n for value in values for n in numbers(value)]
    return [of] if isinstance(of, float) else []


@settings(max_examples=25, deadline=None)
@given(performances())
def test_whatever_was_done_every_measure_is_a_number_or_none(performance: Performance):
    told: list[Event] = performance.events()
    of = [e for e in told if isinstance(e, RepFinal | HoldEnded | SetEnded | Summary)]
    assert all(math.isfinite(n) for event in of for n in numbers(event.to_dict()))
    assert all(0 <= e.confidence <= 1 for e in of if isinstance(e, RepFinal))
    settled = {(e.set, e.index) for e in of if isinstance(e, RepFinal)}
    assert settled <= {(e.set, e.index) for e in told if isinstance(e, Rep)}

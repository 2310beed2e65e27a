"""Sets of pulls of every kind that the detector must count, drawn anew from a seed, with truth."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from accuracy.course import (
    FINE_HZ,
    Course,
    Numbers,
    TrueHold,
    TrueRep,
    hold_between,
    rep_between,
)
from accuracy.sampled import Sampling, sampled, times
from accuracy.sketch import Sketch

FULL_SHARE = 0.6
"""Of the set's amplitude: a smaller movement is a partial one."""
HOLD_EXERCISE = "seated_hamstring_stretch_band"
HOLD_LOW_N = 10.0
"""The lower edge of that exercise's zone."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One set.

    Attributes:
        kind: A key of `KINDS`.
        seed: What it was drawn from.
        t_s: Times of the readings.
        force_n: The readings.
        amplitude_n: What a full movement rises by.
        reps: The truth.
        holds: The truth, each over half of its height; empty for kinds that hold nothing.
        zone_holds: The same holds, each over `HOLD_LOW_N`.
    """

    kind: str
    seed: int
    t_s: Sequence[float]
    force_n: Sequence[float]
    amplitude_n: float
    reps: tuple[TrueRep, ...]
    holds: tuple[TrueHold, ...] = ()
    zone_holds: tuple[TrueHold, ...] = ()


def _plain(s: Sketch) -> None:
    period_s = s.uniform(2.5, 5.0)
    for _ in range(10):
        s.rep(period_s * s.uniform(0.9, 1.1), s.height())


def _never_slack(s: Sketch) -> None:
    s.base = s.uniform(6.0, 15.0)
    s.course = Course(s.base)
    s.course.stay(1.5)
    period_s = s.uniform(2.5, 5.0)
    for _ in range(10):
        low = s.amplitude * s.uniform(0.0, 0.12)
        s.rep(period_s * s.uniform(0.9, 1.1), s.height(), rest=0.0, low=low)


def _slow(s: Sketch) -> None:
    for _ in range(5):
        s.rep(s.uniform(18.0, 22.0), s.height())


def _fast(s: Sketch) -> None:
    for _ in range(12):
        begin_s, way_s = s.course.now_s, 0.8 * s.uniform(0.40, 0.46)
        s.course.to(s.height(), way_s)
        s.course.to(0.0, way_s)
        s.spans.append((begin_s, s.course.now_s))
        s.course.stay(0.8 - 2 * way_s)


def _partials(s: Sketch) -> None:
    period_s = s.uniform(2.5, 5.0)
    partial = set(s.rng.choice(np.arange(1, 10), 3, replace=False).tolist())
    for i in range(10):
        height = s.amplitude * s.uniform(0.28, 0.40) if i in partial else s.height()
        s.rep(period_s * s.uniform(0.9, 1.1), height)


def _bouncing(s: Sketch, depths: Sequence[float], step_s: float) -> None:
    """One way up, dips at the top, one way down; a dip that is a return ends a movement."""
    begin_s, height = s.course.now_s, s.height()
    s.course.to(s.base + height, s.uniform(0.8, 1.5))
    for depth in depths:
        s.course.to(s.base + height * (1 - depth), step_s)
        if depth > FULL_SHARE:
            s.spans.append((begin_s, s.course.now_s))
            begin_s = s.course.now_s
        s.course.to(s.base + height, step_s * s.uniform(0.9, 1.1))
    s.course.to(s.base, s.uniform(0.8, 1.5))
    s.spans.append((begin_s, s.course.now_s))
    s.course.stay(s.uniform(0.4, 1.0))


def _double_bounce(s: Sketch) -> None:
    for _ in range(10):
        _bouncing(s, [s.uniform(0.30, 0.55) for _ in range(2)], s.uniform(0.4, 0.7))


def _deep_bounce(s: Sketch) -> None:
    for _ in range(8):
        depth = s.uniform(0.50, 0.59) if s.rng.random() < 0.5 else s.uniform(0.71, 0.85)
        _bouncing(s, [depth], s.uniform(0.6, 1.2))


def _drift_and_fatigue(s: Sketch) -> None:
    period_s = s.uniform(2.5, 5.0)
    for i in range(12):
        s.rep(period_s * s.uniform(0.9, 1.1), s.height() * (1 - 0.5 * i / 11))
    end_s = s.course.now_s
    s.extra = lambda t: 12.0 * np.clip(t / end_s, 0.0, 1.0)


def _spikes(s: Sketch) -> None:
    _plain(s)
    s.sampling = lambda how: replace(how, spike_share=0.01)


def _losses(s: Sketch) -> None:
    _plain(s)
    s.sampling = lambda how: replace(how, lost_share=0.05, gaps=3)


def _tremor(s: Sketch) -> Callable[[Numbers], Numbers]:
    hz, size, course = s.uniform(7.0, 11.0), s.uniform(0.01, 0.025), s.course
    return lambda t: size * course.at(t) * np.sin(2 * np.pi * hz * t)


def _long_holds(s: Sketch) -> None:
    for _ in range(3):
        s.hold(s.height(), 30.0, 0.3, 30.0)
    s.extra = _tremor(s)


def _sagging_holds(s: Sketch) -> None:
    for _ in range(4):
        s.hold(s.height(), s.uniform(8.0, 15.0), 0.3, 2.0)


def _held_reps(s: Sketch) -> None:
    for _ in range(8):
        s.hold(s.height(), 5.0, s.uniform(0.0, 0.05), 5.0)


def _flossing(s: Sketch) -> None:
    s.amplitude = s.uniform(9.0, 14.0)
    s.base = s.uniform(2.0, 5.0)
    s.course = Course(s.base)
    s.course.stay(2.0)
    period_s = s.uniform(4.0, 6.0)
    for _ in range(10):
        s.rep(period_s * s.uniform(0.9, 1.1), s.height(), rest=0.05)


def _weak_band(s: Sketch) -> None:
    s.amplitude = s.uniform(4.5, 8.0)
    _plain(s)


def _tensioned_late(s: Sketch) -> None:
    s.base = s.amplitude * s.uniform(0.6, 1.2)
    s.course.to(s.base, s.uniform(1.0, 2.0))
    s.course.stay(s.uniform(0.8, 2.0))
    period_s = s.uniform(2.5, 5.0)
    for _ in range(10):
        s.rep(period_s * s.uniform(0.9, 1.1), s.height())
    s.course.to(0.0, s.uniform(0.8, 1.5))


KINDS: dict[str, Callable[[Sketch], None]] = {
    "plain, 2.5-5 s": _plain,
    "never slack, no pause": _never_slack,
    "slow, 20 s": _slow,
    "fast, 0.8 s": _fast,
    "with partials of 28-40 %": _partials,
    "double bounce, 30-55 %": _double_bounce,
    "deep bounce, under 60 or over 70 %": _deep_bounce,
    "12 N of drift, 50 % fatigue": _drift_and_fatigue,
    "1 % spikes to 200 N": _spikes,
    "5 % packets lost, 3 gaps": _losses,
    "30 s holds, 30 % sag, tremor": _long_holds,
    "holds, 30 % sag in 2 s": _sagging_holds,
    "reps held for 5 s": _held_reps,
    "light flossing, 9-14 N": _flossing,
    "weak band, 4.5-8 N": _weak_band,
    "tensioned band": _tensioned_late,
}
"""What a set can be like."""


def draw(kind: str, seed: int, sampling: Sampling | None = None) -> Drawn:
    """One set of a kind."""
    rng = np.random.default_rng([seed, [*KINDS].index(kind)])
    sketch = Sketch(rng, float(rng.uniform(20.0, 60.0)))
    sketch.course.stay(2.0)
    KINDS[kind](sketch)
    sketch.course.stay(2.0)
    how = sketch.sampling(sampling or Sampling())
    t = times(sketch.course.now_s, how.hz)
    fine = times(sketch.course.now_s, FINE_HZ)
    t_s, force_n = sampled(sketch.course.at(t) + sketch.extra(t), t, how, rng)
    level = sketch.course.at(fine) + sketch.extra(fine)
    full = FULL_SHARE * sketch.amplitude
    return Drawn(
        kind,
        seed,
        t_s,
        force_n,
        sketch.amplitude,
        tuple(rep_between(fine, level, span, full) for span in sketch.spans),
        tuple(hold_between(fine, level, span) for span in sketch.held),
        tuple(hold_between(fine, level, span, HOLD_LOW_N) for span in sketch.held),
    )

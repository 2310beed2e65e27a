"""How late "too much pull" is told, after the noise-free pull crossed the limit."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from accuracy.course import FINE_HZ, Course, Numbers
from accuracy.ours import exercise, watched
from accuracy.rivals import THRESHOLD_N
from accuracy.sampled import Sampling, sampled, times
from bandmate.domain.alerts import AlertCode
from bandmate.domain.events import AlertRaised

EXERCISE = "supine_sciatic_floss"
_BASE_N = 4.0
_PERIOD_S = 6.0
_SMOOTH_N = 14.0
_NEAR_N = 29.0
"""A pull that comes near the limit and stays under it."""
_TOO_HARD_N = (36.0, 50.0)
_REPS = 10
_EARLY_S, _AFTER_S = 0.1, 1.0
"""Told within this of the time over the level, noise and packets allowed for: it belongs to it."""


@dataclass(frozen=True, slots=True)
class Alerts:
    """What was told of one session, or of many.

    Attributes:
        due: Crossings of the level.
        late_s: From crossing to telling, of each that was told.
        false: Told without a crossing.
    """

    due: int
    late_s: tuple[float, ...]
    false: int


def over_pulls(seed: int, how: Sampling) -> tuple[Sequence[float], Sequence[float], Course]:
    """A session of gentle pulls, of which three are too hard and two come near the limit."""
    rng = np.random.default_rng([seed, 35])
    hard = rng.permutation(_REPS)
    course = Course(_BASE_N)
    course.stay(float(rng.uniform(3.0, 3.2)))
    for i in range(_REPS):
        rise = _SMOOTH_N
        if i in hard[:3]:
            rise = float(rng.uniform(*_TOO_HARD_N))
        elif i in hard[3:5]:
            rise = _NEAR_N
        course.to(_BASE_N + rise, _PERIOD_S / 2)
        course.to(_BASE_N, _PERIOD_S / 2)
    course.stay(3.0)
    t = times(course.now_s, how.hz)
    t_s, force_n = sampled(course.at(t), t, how, rng)
    return t_s, force_n, course


def ours(seed: int, how: Sampling, packet: int) -> Alerts:
    """`tension_limit` alerts of the service, at the arrival of the packet that decided them."""
    t_s, force_n, course = over_pulls(seed, how)
    doing = exercise(EXERCISE, _SMOOTH_N)
    assert doing.zone is not None
    told = [
        event.emitted_s
        for event in watched(t_s, force_n, doing, packet)
        if isinstance(event, AlertRaised) and event.code is AlertCode.TENSION_LIMIT
    ]
    return _judged(told, course, doing.zone.limit_n)


def threshold(seed: int, how: Sampling, packet: int) -> Alerts:
    """Each reading that comes over a fixed 3 kg, at the arrival of its packet."""
    t_s, force_n, course = over_pulls(seed, how)
    told: list[float] = []
    is_over = False
    for i, x in enumerate(force_n):
        if x >= THRESHOLD_N and not is_over:
            told.append(t_s[min(i - i % packet + packet, len(t_s)) - 1])
        is_over = x >= THRESHOLD_N
    return _judged(told, course, THRESHOLD_N)


def _judged(told: Sequence[float], course: Course, level: float) -> Alerts:
    t = times(course.now_s, FINE_HZ)
    spans = _over(t, course.at(t), level)
    late_s: list[float] = []
    false = 0
    open_spans = list(spans)
    for at_s in told:
        hit = next(
            (span for span in open_spans if span[0] - _EARLY_S <= at_s <= span[1] + _AFTER_S), None
        )
        if hit is None:
            false += 1
        else:
            open_spans.remove(hit)
            late_s.append(at_s - hit[0])
    return Alerts(len(spans), tuple(late_s), false)


def _over(t: Numbers, level: Numbers, limit: float) -> list[tuple[float, float]]:
    is_over = np.concatenate([[False], level >= limit, [False]])
    edges = np.flatnonzero(np.diff(is_over.astype(int)))
    return [(float(t[i]), float(t[j - 1])) for i, j in edges.reshape(-1, 2).tolist()]

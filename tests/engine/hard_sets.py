"""Sets in which a detector may well be wrong, with truth: everything bad that a day holds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from accuracy.course import FINE_HZ, Course, TrueRep, rep_between
from accuracy.sampled import Sampling, sampled, times
from accuracy.sketch import Sketch

_FULL_SHARE = 0.6
_DOUBLE_SPIKES = 0.004
_HZ = (10.0, 20.0, 40.0, 80.0)


@dataclass(frozen=True, slots=True)
class HardSet:
    """One set.

    Attributes:
        t_s: Times of the readings.
        force_n: The readings.
        amplitude_n: What a full movement rises by.
        reps: The truth.
    """

    t_s: Sequence[float]
    force_n: Sequence[float]
    amplitude_n: float
    reps: tuple[TrueRep, ...]


def hard_set(seed: int) -> HardSet:
    """Pulls and partial pulls between tugs and fidgeting; noise, spikes, losses and gaps."""
    rng = np.random.default_rng([seed, 53])
    s = Sketch(rng, float(rng.uniform(9.0, 50.0)), base=float(rng.uniform(0.0, 8.0)))
    s.course = Course(s.base)
    s.course.stay(2.0)
    period_s = float(np.exp(s.uniform(np.log(0.8), np.log(8.0))))
    restless, partial = s.uniform(0.0, 0.5), s.uniform(0.0, 0.25)
    for _ in range(8):
        if rng.random() < restless:
            _fidget(s)
        height = s.amplitude * s.uniform(0.3, 0.5) if rng.random() < partial else s.height()
        s.rep(period_s * s.uniform(0.8, 1.25), height, low=s.amplitude * s.uniform(0.0, 0.1))
        s.course.to(s.base, 0.3)
    s.course.stay(2.0)
    how = Sampling(
        hz=float(rng.choice(_HZ)),
        noise_n=s.uniform(0.1, 0.8),
        spike_share=s.uniform(0.0, 0.02),
        lost_share=s.uniform(0.0, 0.1),
        gaps=int(rng.integers(0, 3)),
    )
    t = times(s.course.now_s, how.hz)
    t_s, force_n = sampled(s.course.at(t), t, how, rng)
    fine = times(s.course.now_s, FINE_HZ)
    level = s.course.at(fine)
    full = _FULL_SHARE * s.amplitude
    reps = tuple(rep_between(fine, level, span, full) for span in s.spans)
    return HardSet(t_s, _spiked(force_n, rng), s.amplitude, reps)


def _fidget(s: Sketch) -> None:
    """A tug, or some shifting about, that is no movement."""
    rise, way_s = s.amplitude * s.uniform(0.2, 0.9), (0.08, 0.2)
    if s.rng.random() < 0.5:
        rise, way_s = s.uniform(2.0, 8.0), (0.2, 1.2)
    s.course.to(s.base + rise, s.uniform(*way_s))
    s.course.to(s.base, s.uniform(*way_s))
    s.course.stay(s.uniform(0.3, 1.0))


def _spiked(force_n: Sequence[float], rng: np.random.Generator) -> Sequence[float]:
    """Now and then two or three bad readings in a row: no median of three takes those out."""
    x = np.array(force_n)
    for i in np.flatnonzero(rng.random(x.size) < _DOUBLE_SPIKES * rng.random()):
        x[i : i + int(rng.integers(2, 4))] += rng.uniform(20.0, 150.0)
    return x.tolist()

"""What a sensor shows of a course: its rate, noise, smallest step, spikes and lost packets."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from accuracy.course import Numbers

SPIKE_N = 200.0
PACKET = 8
"""Readings that are lost together."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a sensor reads.

    Attributes:
        hz: Readings a second.
        noise_n: Standard deviation of each.
        resolution_n: Its smallest step.
        spike_share: Share of readings that are anything up to `SPIKE_N`, either way.
        lost_share: Share of packets that never arrive.
        gaps_s: Shortest and longest of the pauses of the link, if there are any.
        gaps: How many.
    """

    hz: float = 80.0
    noise_n: float = 0.15
    resolution_n: float = 0.1
    spike_share: float = 0.0
    lost_share: float = 0.0
    gaps_s: tuple[float, float] = (0.6, 1.5)
    gaps: int = 0


def sampled(
    level: Numbers, t: Numbers, how: Sampling, rng: np.random.Generator
) -> tuple[Sequence[float], Sequence[float]]:
    """Times and readings of a signal that stands at `level` at times `t`."""
    x = level + rng.normal(0.0, how.noise_n, t.size)
    if how.spike_share:
        spikes = rng.random(t.size) < how.spike_share
        x = np.where(spikes, rng.choice([-SPIKE_N, SPIKE_N], t.size), x)
    x = np.round(x / how.resolution_n) * how.resolution_n
    kept = np.ones(t.size, dtype=bool)
    if how.lost_share:
        lost = rng.random(t.size // PACKET + 1) < how.lost_share
        kept &= ~np.repeat(lost, PACKET)[: t.size]
    for i in range(how.gaps):  # one in each part of the set, so that two never make one
        length_s, part_s = rng.uniform(*how.gaps_s), float(t[-1]) / how.gaps
        from_s = rng.uniform(i * part_s + 0.5, (i + 1) * part_s - length_s - 0.5)
        kept &= (t < from_s) | (t > from_s + length_s)
    return t[kept].tolist(), x[kept].tolist()


def times(length_s: float, hz: float) -> Numbers:
    """When a sensor reads, from 0."""
    return np.arange(round(length_s * hz) + 1) / hz

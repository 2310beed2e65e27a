"""A six-axis sensor, worn by chance, on a limb that turns about a joint that is not quite level."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from accuracy.course import FINE_HZ, Course, Numbers, TrueHold, TrueRep, hold_between, rep_between
from accuracy.sampled import times
from accuracy.suite import FULL_SHARE
from bandmate.domain.samples import Vector
from bandmate.units import STANDARD_GRAVITY_MS2
from engine.limb import mounting

HZ = 50.0
BIAS_RADS = np.radians(1.0)
AXIS_TILT = 0.12
"""How far the joint's axis is out of level, rise over run."""
_LEVER_M = (0.15, 0.4)
_ACC_NOISE_MS2 = 0.05
_GYRO_NOISE_RADS = 0.005
_SMALL_S = 1e-3


@dataclass(frozen=True, slots=True)
class Turned:
    """One set.

    Attributes:
        t_s: Times of the readings.
        acc_ms2: Accelerations, gravity among them.
        gyro_rads: Turn rates.
        amplitude_deg: What a full movement turns by.
        reps: The truth.
        holds: The truth.
    """

    t_s: Sequence[float]
    acc_ms2: Sequence[Vector]
    gyro_rads: Sequence[Vector]
    amplitude_deg: float
    reps: tuple[TrueRep, ...]
    holds: tuple[TrueHold, ...]


@dataclass(frozen=True, slots=True)
class _Way:
    """How the movements of a kind go: lengths in seconds, low and high."""

    count: int
    up_s: tuple[float, float]
    top_s: tuple[float, float]
    is_held: bool = False
    partial: float = 0.0


KINDS = {
    "lifts, 2.5-5 s": _Way(10, (0.9, 1.9), (0.1, 0.5)),
    "slow lifts, 20 s": _Way(5, (8.0, 9.5), (0.5, 2.0)),
    "every other one half as high": _Way(10, (0.9, 1.9), (0.1, 0.5), partial=0.5),
    "held for 30 s": _Way(3, (1.0, 2.0), (29.0, 31.0), is_held=True),
}
"""What a set can be like."""


def turn(kind: str, seed: int) -> Turned:
    """One set of a kind."""
    rng = np.random.default_rng([seed, 50, [*KINDS].index(kind)])
    way, course, amplitude = KINDS[kind], Course(), float(rng.uniform(25.0, 80.0))
    spans: list[tuple[float, float]] = []
    course.stay(3.0)
    up_s = rng.uniform(*way.up_s)
    for i in range(way.count):
        begin_s = course.now_s
        share = way.partial if way.partial and i % 2 else rng.uniform(0.9, 1.1)
        course.to(amplitude * float(share), float(up_s * rng.uniform(0.9, 1.1)))
        course.stay(float(rng.uniform(*way.top_s)))
        course.to(0.0, float(up_s * rng.uniform(0.9, 1.1)))
        spans.append((begin_s, course.now_s))
        course.stay(float(rng.uniform(0.4, 1.0)))
    course.stay(2.0)
    t, fine = times(course.now_s, HZ), times(course.now_s, FINE_HZ)
    level = course.at(fine)
    acc, gyro = _shown(course.at, t, rng)
    full = FULL_SHARE * amplitude
    return Turned(
        t.tolist(),
        _vectors(acc),
        _vectors(gyro),
        amplitude,
        tuple(rep_between(fine, level, span, full) for span in spans),
        tuple(hold_between(fine, level, span) for span in spans) if way.is_held else (),
    )


def _shown(
    pose: Callable[[Numbers], Numbers], t: Numbers, rng: np.random.Generator
) -> tuple[Numbers, Numbers]:
    """Accelerations and turn rates that the sensor shows, a row for each reading."""
    axis = np.array([0.0, 1.0, AXIS_TILT]) / np.hypot(1.0, AXIS_TILT)
    arm = np.tile([float(rng.uniform(*_LEVER_M)), 0.0, 0.0], (t.size, 1))
    worn = mounting(int(rng.integers(1 << 31)))
    before, now, after = (
        _turned(arm, axis, -np.radians(pose(t + d))) for d in (-_SMALL_S, 0.0, _SMALL_S)
    )
    moved = (before - 2 * now + after) / _SMALL_S**2 + [0.0, 0.0, STANDARD_GRAVITY_MS2]
    acc = _turned(moved, axis, np.radians(pose(t)))
    rate: Numbers = np.radians(pose(t + _SMALL_S) - pose(t - _SMALL_S)) / (2 * _SMALL_S)
    gyro: Numbers = -rate[:, None] * axis
    bias = BIAS_RADS * rng.choice([-1.0, 1.0], 3)
    return (
        acc @ worn + rng.normal(0.0, _ACC_NOISE_MS2, acc.shape),
        gyro @ worn + bias + rng.normal(0.0, _GYRO_NOISE_RADS, gyro.shape),
    )


def _turned(vectors: Numbers, axis: Numbers, by: Numbers) -> Numbers:
    """Each vector, turned about an axis by its own angle in radians."""
    cos, sin = np.cos(by)[:, None], np.sin(by)[:, None]
    along = (vectors @ axis)[:, None] * axis
    return along + cos * (vectors - along) + sin * np.cross(axis, vectors)


def _vectors(rows: Numbers) -> list[Vector]:
    return [(x, y, z) for x, y, z in rows.tolist()]

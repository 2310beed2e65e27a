"""A sensor that is worn while nothing is exercised: breathing, fidgeting, putting the band on."""

from collections.abc import Sequence

import numpy as np

from accuracy.course import Course
from accuracy.sampled import Sampling, sampled, times

AMPLITUDES_N = (30.0, 60.0)
"""What a full movement of the exercise that is waited for may rise by."""
_HOUR_S = 3600.0
_REST_N = (2.0, 5.0)
_HANDLED_N = (0.5, 6.0)
_FIDGET_N = (-1.5, 2.5)
_TUG_N = (8.0, 25.0)
_TUG_S = (0.08, 0.15)
"""One way."""


def idle(seed: int, hours: float = 1.0) -> tuple[Sequence[float], Sequence[float]]:
    """Times and readings of so many hours in which nothing is to be counted."""
    rng = np.random.default_rng([seed, 7])
    course = Course()
    while course.now_s < hours * _HOUR_S:
        _worn(course, rng)
        _taken_off(course, rng)
    t = times(hours * _HOUR_S, Sampling().hz)
    breath_hz = rng.uniform(0.2, 0.33)
    breathing = rng.uniform(0.2, 1.0) * (1 - np.cos(2 * np.pi * breath_hz * t))
    level = course.at(t)
    return sampled(level + breathing * (level > 1.0), t, Sampling(), rng)


def _worn(course: Course, rng: np.random.Generator) -> None:
    """On for some minutes, with what people do meanwhile."""
    rest = float(rng.uniform(*_REST_N))
    for _ in range(int(rng.integers(2, 6))):  # pulled into place
        course.to(float(rng.uniform(*_HANDLED_N)), float(rng.uniform(0.3, 1.2)))
    course.to(rest, float(rng.uniform(0.4, 1.5)))
    until_s = course.now_s + rng.uniform(120.0, 480.0)
    while course.now_s < until_s:
        course.stay(float(rng.exponential(15.0)))
        what = rng.random()
        if what < 0.12:  # a short tug
            course.to(rest + float(rng.uniform(*_TUG_N)), float(rng.uniform(*_TUG_S)))
            course.to(rest, float(rng.uniform(*_TUG_S)))
        elif what < 0.3:  # lies otherwise from now on
            rest = float(rng.uniform(*_REST_N))
            course.to(rest, float(rng.uniform(0.5, 3.0)))
        else:  # fidgets
            for _ in range(int(rng.integers(1, 4))):
                course.to(rest + float(rng.uniform(*_FIDGET_N)), float(rng.uniform(0.2, 1.0)))
            course.to(rest, float(rng.uniform(0.3, 1.0)))


def _taken_off(course: Course, rng: np.random.Generator) -> None:
    for _ in range(int(rng.integers(1, 4))):
        course.to(float(rng.uniform(*_HANDLED_N)), float(rng.uniform(0.3, 1.2)))
    course.to(0.0, float(rng.uniform(0.3, 1.0)))
    course.stay(float(rng.uniform(20.0, 90.0)))

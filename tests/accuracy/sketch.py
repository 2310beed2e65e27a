"""Draws one set of pulls, movement by movement."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from accuracy.course import Course, Numbers
from accuracy.sampled import Sampling


@dataclass
class Sketch:
    """A set being drawn.

    Attributes:
        rng: Where chance comes from.
        amplitude: What a full movement rises by.
        base: The level between movements.
        course: The levels so far.
        spans: From rest before each movement to rest after it.
        held: The same of each hold.
        extra: What comes on top of the course, at times in seconds.
        sampling: What is special about the sensor.
    """

    rng: np.random.Generator
    amplitude: float
    base: float = 0.0
    course: Course = field(default_factory=Course)
    spans: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    held: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    extra: Callable[[Numbers], Numbers] = np.zeros_like
    sampling: Callable[[Sampling], Sampling] = lambda how: how

    def uniform(self, low: float, high: float) -> float:
        """A number by chance."""
        return float(self.rng.uniform(low, high))

    def height(self) -> float:
        """The rise of the next full movement: people vary."""
        return self.amplitude * self.uniform(0.88, 1.12)

    def rep(self, period_s: float, height: float, *, rest: float = 0.15, low: float = 0.0) -> None:
        """One movement: up, a moment at the top, down, rest.

        Args:
            period_s: All of it.
            height: Its rise.
            rest: Share of the period at rest.
            low: How far over the base it ends.
        """
        up = self.uniform(0.3, 0.42) * (1 - rest)
        top = self.uniform(0.05, 0.2) * (1 - rest)
        begin_s = self.course.now_s
        self.course.to(self.base + height, up * period_s)
        self.course.stay(top * period_s)
        self.course.to(self.base + low, (1 - rest - up - top) * period_s)
        self.spans.append((begin_s, self.course.now_s))
        self.course.stay(rest * period_s)

    def hold(self, level: float, length_s: float, sag: float, sag_s: float) -> None:
        """One hold, of which a share is lost in the first `sag_s`."""
        begin_s = self.course.now_s
        self.course.to(level, self.uniform(0.8, 1.8))
        self.course.to(level * (1 - sag), sag_s)
        self.course.stay(length_s - sag_s)
        self.course.to(0.0, self.uniform(0.6, 1.5))
        self.spans.append((begin_s, self.course.now_s))
        self.held.append(self.spans[-1])
        self.course.stay(self.uniform(2.0, 5.0))

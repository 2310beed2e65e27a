"""Single pulls with their measures, as a sensor shows them and as they are."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from stepping import conditioned

from accuracy.course import Course
from accuracy.sampled import times
from bandmate.domain.samples import Timing
from bandmate.signal.measures import Measures, measures
from bandmate.signal.movement import RepFinding, Settled
from bandmate.signal.reps import RepMachine, RepSettings

TRUTH_HZ = 400.0
NOISE_SHARES = (0.0, 0.005, 0.02)
"""Noise of a reading, of the pull's rise."""


@dataclass(frozen=True)
class Pull:
    """Up, a moment at the top, down.

    Attributes:
        rise: How far up, newton.
        length_s: From rest to rest.
        up: Share of the length on the way up.
        top: Share of the length at the top.
        noise_share: Noise of a reading, of the rise.
        late_s: From the beginning of the record to the first reading.
        seed: What the noise is drawn from.
    """

    rise: float = 30.0
    length_s: float = 3.0
    up: float = 0.4
    top: float = 0.2
    noise_share: float = 0.0
    late_s: float = 0.0
    seed: int = 1

    @property
    def course(self) -> Course:
        course = Course(5.0)
        course.stay(2.0)
        course.to(5.0 + self.rise, self.up * self.length_s)
        course.stay(self.top * self.length_s)
        course.to(5.0, (1 - self.up - self.top) * self.length_s)
        course.stay(2.5)
        return course

    def settled(self, hz: float, lost_s: tuple[float, float] = (0.0, 0.0)) -> Settled | None:
        """As it is counted at a rate, if it is; the readings between two times are lost."""
        t = times(self.course.now_s - self.late_s, hz) + self.late_s
        noise = np.random.default_rng(self.seed).normal(0, self.noise_share * self.rise, t.size)
        x = self.course.at(t) + noise
        kept = (t < lost_s[0]) | (t >= lost_s[1])
        machine = RepMachine(RepSettings(self.rise))
        points = list(zip(t[kept].tolist(), x[kept].tolist(), strict=True))
        found: list[RepFinding] = conditioned(machine.step, points)
        found = [*found, *machine.abort(points[-1][0])]
        return next((finding for finding in found if isinstance(finding, Settled)), None)

    def measured(
        self, hz: float, timing: Timing = "device", lost_s: tuple[float, float] = (0.0, 0.0)
    ) -> tuple[float, Measures]:
        """Its length and its measures; it must be one that is counted."""
        settled = self.settled(hz, lost_s)
        assert settled is not None
        return settled.duration_s, measures(settled, timing)

    def truth(self) -> tuple[float, Measures]:
        """The same without noise, from more readings than any sensor has."""
        return Pull(self.rise, self.length_s, self.up, self.top).measured(TRUTH_HZ)


@st.composite
def any_pull(draw: st.DrawFn) -> Pull:
    up = draw(st.floats(0.25, 0.45))
    return Pull(
        rise=draw(st.floats(6.0, 60.0)),
        length_s=draw(st.floats(0.8, 10.0)),
        up=up,
        top=draw(st.floats(0.05, 0.25)),
        noise_share=draw(st.sampled_from(NOISE_SHARES)),
        late_s=draw(st.floats(0.0, 0.1)),
        seed=draw(st.integers(0, 2**31)),
    )

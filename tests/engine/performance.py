"""Performances for the pipeline's laws: any signal, any cut into packets, any commands."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.events import Event
from bandmate.domain.samples import Block, Quantity, SensorTraits
from bandmate.engine.band import BandPipeline
from bandmate.engine.band_settings import BandSettings
from bandmate.errors import UsageError

Sample = tuple[float, float | None]
EXERCISES = (
    "supine_sciatic_floss",
    "banded_leg_traction",
    "banded_side_steps",
    "supine_bridge_abduction",
    "free_reps",
    "free_holds",
)
TRAITS = SensorTraits(resolution_n=0.01, full_scale_n=200.0, nominal_hz=40.0)


@dataclass(frozen=True)
class Performance:
    """What a sensor said and a person asked: (time, reading) pairs, (time, command) pairs."""

    exercise: str
    samples: Sequence[Sample]
    commands: Sequence[tuple[float, str]] = ()

    def events(self, cuts: Sequence[int] = (1,), quantity: Quantity = "force") -> list[Event]:
        """Feed it in packets whose sizes repeat `cuts`; a command is due at its own time."""
        pipeline = make_pipeline(quantity)
        find = load_catalogue().find
        start_s, end_s = self.samples[0][0], self.samples[-1][0]
        events = pipeline.start(find(self.exercise), start_s)
        at = turn = 0
        for due_s, text in [*self.commands, (float("inf"), "")]:
            while at < len(self.samples) and self.samples[at][0] < due_s:
                packet = self.samples[at : at + cuts[turn % len(cuts)]]
                packet = [sample for sample in packet if sample[0] < due_s]
                events += pipeline.push(as_block(packet))
                at, turn = at + len(packet), turn + 1
            if text:
                events += commanded(pipeline, text, due_s)
        events += pipeline.tick(end_s)
        return [*events, *pipeline.finish(end_s)]


def make_pipeline(quantity: Quantity = "force") -> BandPipeline:
    settings = BandSettings("left", "law", TRAITS, quantity=quantity, silence="samples")
    return BandPipeline(settings, load_catalogue().find)


def as_block(samples: Sequence[Sample]) -> Block:
    return Block(samples[-1][0], [t_s for t_s, _ in samples], [x for _, x in samples])


def commanded(pipeline: BandPipeline, text: str, at_s: float) -> list[Event]:
    """A refused command is told to the person who gave it, and changes nothing."""
    try:
        return pipeline.command(text, at_s)
    except UsageError:
        return []


@st.composite
def performances(draw: st.DrawFn) -> Performance:
    """Pulls, holds, jerks and rests between 0 and 70 N; missing and broken readings; gaps."""
    hz = draw(st.sampled_from([10, 20, 40]))
    points = draw(
        st.lists(
            st.tuples(st.floats(0.05, 4), st.sampled_from([0.0, 4.0, 18.0, 33.0, 45.0, 70.0])),
            min_size=3,
            max_size=14,
        )
    )
    times = np.cumsum([0.0, *(length for length, _ in points)])
    levels = [draw(st.sampled_from([0.0, 4.0, 40.0])), *(level for _, level in points)]
    t = np.arange(0, times[-1], 1 / hz)
    noise = np.random.default_rng(draw(st.integers(0, 2**31))).normal(0, 0.3, t.size)
    x = np.interp(t, times, levels) + noise
    samples: list[Sample] = list(zip(t.tolist(), x.tolist(), strict=True))
    for k in draw(st.lists(st.integers(0, len(samples) - 1), max_size=6)):
        samples[k] = (samples[k][0], draw(st.sampled_from([None, float("nan"), 200.0, -9.0])))
    gap = draw(st.integers(0, len(samples) - 1))
    del samples[gap : gap + draw(st.sampled_from([0, 0, 5, 40]))]
    if not samples:
        samples = [(0.0, 4.0)]
    verbs = st.sampled_from(
        ["ack", "next", "stop", "stop:tingle", "start:banded_leg_traction", "tare"]
    )
    asked = draw(st.lists(st.tuples(st.floats(0, 1), verbs), max_size=4))
    start_s, length_s = samples[0][0], samples[-1][0] - samples[0][0]
    commands = sorted((start_s + share * length_s, verb) for share, verb in asked)
    return Performance(draw(st.sampled_from(EXERCISES)), samples, commands)


cuts = st.lists(st.integers(1, 60), min_size=1, max_size=5)

"""The specification's scenarios: their signals, and the pipeline they are fed to.

A signal is a function of numpy times in seconds, in newton, noise-free; noise is added when it is
sampled, from a seed, so every run can draw anew.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.events import AlertCleared, AlertRaised, Event, Summary
from bandmate.domain.samples import Block, SensorTraits
from bandmate.engine.band import BandPipeline
from bandmate.engine.band_settings import BandSettings

Times = NDArray[np.float64]
Signal = Callable[[Times], Times]
EventT = TypeVar("EventT", bound=Event)

FLOSS = "supine_sciatic_floss"
TRACTION = "banded_leg_traction"
NOISE_N = 0.3


def cycles(
    count: int,
    base: float,
    rise: float,
    period_s: float,
    lead_s: float = 3.0,
    rises: dict[int, float] | None = None,
) -> Signal:
    """Raised-cosine movements, numbered from 1; `rises` gives single ones another height."""
    heights = np.full(count, rise)
    for number, height in (rises or {}).items():
        heights[number - 1] = height

    def signal(t: Times) -> Times:
        u = (t - lead_s) / period_s
        inside = (u >= 0) & (u < count)
        height = heights[np.clip(u.astype(int), 0, count - 1)]
        return base + np.where(inside, height * 0.5 * (1 - np.cos(2 * np.pi * u)), 0.0)

    return signal


def line(*points: tuple[float, float]) -> Signal:
    """Straight lines between (time, newton) points."""
    times, levels = zip(*points, strict=True)
    return lambda t: np.interp(t, times, levels)


def spike(base: Signal, at_s: float, height: float, length_s: float) -> Signal:
    """A half sine on top of another signal."""

    def signal(t: Times) -> Times:
        u = (t - at_s) / length_s
        return base(t) + np.where((u >= 0) & (u <= 1), height * np.sin(np.pi * u), 0.0)

    return signal


def traction(t: Times) -> Times:
    """S03: ramp to 50 N by 8 s, hold with creep and breathing to 128 s, release in 3 s."""
    creep = 1 - 0.02 * (1 - np.exp(-(t - 8) / 30))
    held = 50 * creep + 1.5 * np.sin(2 * np.pi * 0.25 * (t - 8))
    end = held[np.searchsorted(t, 128.0) - 1]
    release = end * (1 - (t - 128) / 3)
    return np.select(
        [t < 3, t < 8, t < 128, t < 131], [np.zeros_like(t), 10 * (t - 3), held, release], 0.0
    )


@dataclass(frozen=True)
class Run:
    """What a scenario came to."""

    events: Sequence[Event]

    def of(self, kind: type[EventT]) -> list[EventT]:
        return [event for event in self.events if isinstance(event, kind)]

    def raised(self, code: str) -> list[AlertRaised]:
        return [event for event in self.of(AlertRaised) if event.code == code]

    def cleared(self, code: str) -> list[AlertCleared]:
        return [event for event in self.of(AlertCleared) if event.code == code]

    @property
    def summary(self) -> Summary:
        return self.of(Summary)[-1]

    @property
    def zone_s(self) -> dict[str, float]:
        assert self.summary.zone_s is not None
        return dict(self.summary.zone_s)


def sampled(
    signal: Signal, length_s: float, hz: float, seed: int, noise_n: float = NOISE_N
) -> tuple[Times, Times]:
    """Times and noisy readings."""
    t = np.arange(round(length_s * hz) + 1) / hz
    noise = np.random.default_rng(seed).normal(0.0, noise_n, t.size)
    return t, signal(t) + noise


def blocks(t: Times, x: Times, packet: int) -> list[Block]:
    """Readings as packets; each arrives at the time of its last one."""
    starts = range(0, t.size, packet)
    return [
        Block(float(t[i : i + packet][-1]), t[i : i + packet].tolist(), x[i : i + packet].tolist())
        for i in starts
    ]


def make_pipeline(traits: SensorTraits | None = None) -> BandPipeline:
    """A pipeline that judges silence on the readings' own times, as a replay does."""
    settings = BandSettings("left", "test", traits or SensorTraits(), silence="samples")
    return BandPipeline(settings, load_catalogue().find)


def run_blocks(
    exercise: str,
    fed: Sequence[Block],
    traits: SensorTraits | None = None,
    commands: Sequence[tuple[float, str]] = (),
) -> Run:
    """Feed packets and commands, the set active from the first to the last reading."""
    pipeline = make_pipeline(traits)
    events = pipeline.start(load_catalogue().find(exercise), fed[0].t_s[0])
    waiting = list(commands)
    for block in fed:
        while waiting and waiting[0][0] <= block.t_s[0]:
            at_s, text = waiting.pop(0)
            events += pipeline.command(text, at_s)
        events += pipeline.push(block)
    return Run([*events, *pipeline.finish(fed[-1].t_s[-1])])


def run_script(
    exercise: str,
    signal: Signal,
    length_s: float,
    *,
    seed: int,
    commands: Sequence[tuple[float, str]],
    noise_n: float = NOISE_N,
) -> Run:
    """Sample a signal 80 times a second and feed it reading by reading, with commands between."""
    t, x = sampled(signal, length_s, 80, seed, noise_n)
    return run_blocks(exercise, blocks(t, x, 1), commands=commands)


def run(
    exercise: str,
    signal: Signal,
    length_s: float,
    *,
    hz: float = 80,
    seed: int,
    noise_n: float = NOISE_N,
    packet: int = 1,
    missing: Sequence[tuple[float, float]] = (),
) -> Run:
    """Sample a signal and feed it; nothing is measured in the `missing` spans."""
    t, x = sampled(signal, length_s, hz, seed, noise_n)
    keep = np.ones(t.size, dtype=bool)
    for from_s, to_s in missing:
        keep &= (t < from_s) | (t >= to_s)
    return run_blocks(exercise, blocks(t[keep], x[keep], packet))

"""What a reading costs in the whole tension chain, beside a batch that only finds peaks."""

from collections.abc import Callable, Sequence, Sized
from importlib import import_module

import numpy as np

from bandmate.app.bench_rows import Row, cost_rows, missing
from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.samples import Block, SensorTraits
from bandmate.engine.band import BandPipeline
from bandmate.engine.band_settings import BandSettings
from bandmate.sim.person import noisy, reps

EXERCISE = "supine_sciatic_floss"
_RATE_HZ = 80.0
_PACKET_N = 8
_SIGNAL = reps(10, 4.0, 14.0, 5.0)
_PROMINENCE_N = 7.0
"""Half a repetition."""


def detector_rows(rounds_n: int) -> list[Row]:
    """Microseconds a reading: median, tare, alerts, repetitions and zones."""
    blocks = signal_blocks()
    peaks = peaks_by_scipy(blocks)
    return cost_rows(
        "whole tension chain, packets of 8",
        lambda: _push(blocks),
        {
            "an empty loop over the readings": lambda: _pass(blocks),
            missing("scipy") if peaks is None else "scipy.signal.find_peaks, all at once": peaks,
        },
        readings_n=sum(len(block.t_s) for block in blocks),
        rounds_n=rounds_n,
    )


def signal_blocks() -> Sequence[Block]:
    """Ten repetitions with a sensor's noise, in packets."""
    force_n = noisy(_SIGNAL.force_n)
    times_s = [n / _RATE_HZ for n in range(round(_SIGNAL.duration_s * _RATE_HZ))]
    packets = (times_s[at : at + _PACKET_N] for at in range(0, len(times_s), _PACKET_N))
    return [Block(t_s[-1], t_s, [force_n(t) for t in t_s]) for t_s in packets]


def _push(blocks: Sequence[Block]) -> None:
    pipeline = BandPipeline(
        BandSettings(name="left", session="bench", traits=SensorTraits(nominal_hz=_RATE_HZ)),
        load_catalogue().find,
    )
    pipeline.start(load_catalogue().find(EXERCISE), 0.0)
    for block in blocks:
        pipeline.push(block)
        pipeline.take_readings()


def _pass(blocks: Sequence[Block]) -> None:
    for block in blocks:
        for _ in zip(block.t_s, block.values, strict=True):
            pass


def peaks_by_scipy(blocks: Sequence[Block]) -> Callable[[], int] | None:
    """What counts the peaks of a signal; `None` where scipy is not installed."""
    try:
        signal = import_module("scipy.signal")
    except ModuleNotFoundError:
        return None
    find_peaks: Callable[..., tuple[Sized, object]] = signal.find_peaks
    force_n = np.array([force for block in blocks for force in block.values], dtype=float)
    return lambda: len(find_peaks(force_n, prominence=_PROMINENCE_N)[0])

"""Steps kernels through signals given as (time, reading) pairs."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import numpy as np

from bandmate.signal.conditioner import Conditioner

FindingT = TypeVar("FindingT")
Points = Sequence[tuple[float, float]]


def sampled(hz: float, *points: tuple[float, float]) -> list[tuple[float, float]]:
    """Straight lines between (time, level) points."""
    times, levels = zip(*points, strict=True)
    t = np.arange(times[0], times[-1] + 0.5 / hz, 1 / hz)
    return list(zip(t.tolist(), np.interp(t, times, levels).tolist(), strict=True))


def conditioned(
    step: Callable[[Conditioner], Iterable[FindingT]], points: Points
) -> list[FindingT]:
    """What a machine found in a signal."""
    signal = Conditioner()
    found: list[FindingT] = []
    for t_s, x in points:
        signal.step(t_s, x)
        found += step(signal)
    return found

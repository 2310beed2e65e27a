"""A pull drawn through given levels: what a sensor without noise would show, and the truth."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

FINE_HZ = 1000.0
"""The truth is read from the noise-free signal this often."""
EDGE_SHARE = 0.1
"""A movement begins and ends where the pull crosses this share of its rise."""
TOP_SHARE = 0.8
"""It is at its top from this share on."""


@dataclass(frozen=True, slots=True)
class TrueRep:
    """One movement.

    Attributes:
        start_s: Where it begins.
        peak_s: Its highest place.
        end_s: Where it ends.
        top_s: How long it is at its top.
        is_full: It rises far enough to count as a full one.
    """

    start_s: float
    peak_s: float
    end_s: float
    top_s: float
    is_full: bool


@dataclass(frozen=True, slots=True)
class TrueHold:
    """One hold, from where the pull crosses a level upward to where it does so downward."""

    start_s: float
    end_s: float


class Course:
    """Levels and the smooth ways between them (least jerk, as limbs move).

    Attributes:
        now_s: Where the course has come to.
        level: Its level there.
    """

    def __init__(self, level: float = 0.0) -> None:
        self.now_s = 0.0
        self.level = level
        self._times = [0.0]
        self._levels = [level]

    def to(self, level: float, in_s: float) -> None:
        """Go to a level."""
        self.now_s += in_s
        self.level = level
        self._times.append(self.now_s)
        self._levels.append(level)

    def stay(self, for_s: float) -> None:
        """Stay where it is."""
        if for_s > 0:
            self.to(self.level, for_s)

    def at(self, t: Numbers) -> Numbers:
        """The levels at times in seconds."""
        times, levels = np.array(self._times), np.array(self._levels)
        i = np.clip(np.searchsorted(times, t, side="right") - 1, 0, times.size - 2)
        u = np.clip((t - times[i]) / (times[i + 1] - times[i]), 0.0, 1.0)
        return levels[i] + (levels[i + 1] - levels[i]) * u**3 * (10 - 15 * u + 6 * u**2)


def rep_between(t: Numbers, x: Numbers, span_s: tuple[float, float], full: float) -> TrueRep:
    """The movement that the noise-free signal makes between two times.

    Args:
        t: Fine times.
        x: The signal there.
        span_s: From rest before it to rest after it.
        full: Smallest rise of a full movement.
    """
    i, j = np.searchsorted(t, span_s)
    t, x = t[i : j + 1], x[i : j + 1]
    top = int(np.argmax(x))
    base, rest = float(x[: top + 1].min()), float(x[top:].min())
    rise = float(x[top]) - base
    level = base + EDGE_SHARE * rise
    back = level if rest <= level else rest + EDGE_SHARE * (float(x[top]) - rest)
    under = np.flatnonzero(x[: top + 1] < level)
    start = int(under[-1]) + 1 if under.size else 0
    end = top + int(np.argmax(x[top:] <= back))
    at_top = np.count_nonzero(x >= base + TOP_SHARE * rise) / FINE_HZ
    return TrueRep(float(t[start]), float(t[top]), float(t[end]), at_top, rise >= full)


def hold_between(
    t: Numbers, x: Numbers, span_s: tuple[float, float], low: float | None = None
) -> TrueHold:
    """The hold that the noise-free signal makes between two times, from rest to rest.

    Args:
        t: Fine times.
        x: The signal there.
        span_s: From rest before it to rest after it.
        low: The level that bounds it; `None`: half of its height.
    """
    i, j = np.searchsorted(t, span_s)
    t, x = t[i : j + 1], x[i : j + 1]
    if low is None:
        rest = float(x[0])
        high = x[x - rest > 0.5 * (x.max() - rest)]
        low = rest + 0.5 * (float(np.median(high)) - rest)
    inside = np.flatnonzero(x >= low)
    return TrueHold(float(t[inside[0]]), float(t[inside[-1]]))

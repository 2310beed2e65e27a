"""Other ways to count, as they are commonly done, on the same signals.

Those that look ahead (`find_peaks`, autocorrelation) are given the whole set at once; those with a
fixed level know the set's amplitude as well as our detector does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from accuracy import borrowed
from accuracy.borrowed import Places
from accuracy.course import Numbers
from bandmate.units import NEWTON_PER

THRESHOLD_N = 3 * NEWTON_PER["kg"]
"""What a common force gauge's application starts a pull at."""
_UP, _DOWN = 0.5, 0.25
"""Of the amplitude: the fixed levels of the Schmitt trigger."""
_PROMINENCE = 0.5
_LOWPASS_HZ = 5.0
_EVEN_HZ = 50.0
"""The offline ways work on evenly spaced readings."""
_SPACING = 0.7
"""Of the period: peaks are at least this far apart."""
_EDGE_HEIGHT = 0.9
"""A peak's edges, down from its top: 10 % of its rise."""


@dataclass(frozen=True, slots=True)
class Bump:
    """What a rival took for a movement."""

    start_s: float
    peak_s: float
    end_s: float


Way = Callable[[Sequence[float], Sequence[float], float | None], list[Bump]]
"""Times, readings and, where it is known, the amplitude of a full movement."""


def hysteresis(t_s: Sequence[float], x: Sequence[float], amplitude: float | None) -> list[Bump]:
    """Two fixed levels: shares of the amplitude, or of the first movement's where unknown."""
    if amplitude is None:
        amplitude = max(x[: max(len(x) // 8, 1)])
    return _over(t_s, x, _UP * amplitude, _DOWN * amplitude)


def fixed_threshold(
    t_s: Sequence[float], x: Sequence[float], amplitude: float | None
) -> list[Bump]:
    """Over 3 kg is a pull."""
    del amplitude  # it is the same for everybody
    return _over(t_s, x, THRESHOLD_N, THRESHOLD_N)


def find_peaks(t_s: Sequence[float], x: Sequence[float], amplitude: float | None) -> list[Bump]:
    """`scipy.signal.find_peaks` on the smoothed whole, by prominence."""
    t, y = smoothed(t_s, x)
    if amplitude is None:
        low, high = np.percentile(y, [5, 95])
        amplitude = float(high - low)
    return bumps(t, y, borrowed.peaks(y, prominence=_PROMINENCE * amplitude))


def autocorrelation(
    t_s: Sequence[float], x: Sequence[float], amplitude: float | None
) -> list[Bump]:
    """The period by autocorrelation, then the peaks that are spaced so."""
    del amplitude
    t, y = smoothed(t_s, x)
    return bumps(t, y, spaced_peaks(y))


def spaced_peaks(y: Numbers) -> Places:
    """Indices of peaks over the mean that are most of a period apart."""
    y = y - y.mean()
    own = borrowed.own_correlation(y)
    first = int(np.argmax(own < 0))
    lags = borrowed.peaks(own[first : y.size // 2])
    if lags.size == 0:
        return lags
    period = first + int(lags[np.argmax(own[first + lags])])
    return borrowed.peaks(y, height=0.0, distance=max(_SPACING * period, 1))


def smoothed(t_s: Sequence[float], x: Sequence[float]) -> tuple[Numbers, Numbers]:
    """Evenly spaced, and low-passed without delay."""
    t = np.arange(t_s[0], t_s[-1], 1 / _EVEN_HZ)
    return t, borrowed.low_passed(np.interp(t, t_s, x), _LOWPASS_HZ, _EVEN_HZ)


def bumps(t: Numbers, y: Numbers, peaks: Places) -> list[Bump]:
    """Peaks with the edges at a tenth of their rise."""
    left, right = borrowed.edges(y, peaks, _EDGE_HEIGHT)
    places = np.arange(t.size)
    starts_s, ends_s = np.interp(left, places, t), np.interp(right, places, t)
    spans = zip(starts_s.tolist(), t[peaks].tolist(), ends_s.tolist(), strict=True)
    return [Bump(start_s, peak_s, end_s) for start_s, peak_s, end_s in spans]


def _over(t_s: Sequence[float], x: Sequence[float], up: float, down: float) -> list[Bump]:
    found: list[Bump] = []
    start_s: float | None = None
    peak = peak_s = 0.0
    for at_s, level in zip(t_s, x, strict=True):
        if start_s is None:
            if level >= up:
                start_s, peak, peak_s = at_s, level, at_s
        elif level < down:
            found.append(Bump(start_s, peak_s, at_s))
            start_s = None
        elif level > peak:
            peak, peak_s = level, at_s
    return found


TENSION: dict[str, Way] = {
    "fixed hysteresis": hysteresis,
    "find_peaks": find_peaks,
    "autocorrelation": autocorrelation,
    "3 kg threshold": fixed_threshold,
}
"""The rivals on a signal of force."""

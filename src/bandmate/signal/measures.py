"""What one movement was like, in numbers, each given only where the readings allow it.

A record is resampled evenly between the movement's edges, and slopes are taken over windows of
fixed length, so that a number means the same at every rate. What a rate or the noise does not
allow is `None`: not available.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bandmate.domain.samples import Timing
from bandmate.signal.movement import Settled
from bandmate.signal.settling import EDGE_FRACTION, TOP_FRACTION
from bandmate.signal.smoothness import sparc
from bandmate.signal.zone_account import LONGEST_STEP_S

Numbers = NDArray[np.float64]
Measure = Literal["top", "phases", "speed", "smoothness", "rfd"]

LEAST_HZ: Mapping[Measure, float] = MappingProxyType(
    {"top": 10.0, "phases": 16.0, "speed": 20.0, "smoothness": 20.0, "rfd": 50.0}
)
"""Readings a second from which on a measure is given: the time at the top, rise and fall with their
mean rates, peak rates, SPARC, the rate of force development. Edges, area and levels need none."""
RFD_WINDOW_S = 0.1
SPEED_SHARE = 1 / 8
"""A peak rate is the mean over the steepest eighth of the movement, or over 0.1 s if that is more:
so noise is averaged out of a slow movement, and a quick one is not blunted."""
SMOOTHNESS_SHARE = 1 / 16
NOISE_SHARE = 0.15
"""Where three standard deviations of the noise are more than this share of a rate, the rate is not
available: the steepest window would be the noisiest."""
SMOOTHNESS_NOISE_SHARE = 0.1
"""The same for smoothness, against the mean rate of rise and fall."""
_STEP_S = 0.01
_MOST_STEPS = 4096
_RATE_SLACK = 1.02
"""A rate is read from times that jitter."""


@dataclass(frozen=True, slots=True)
class Measures:
    """One movement. Seconds, and the unit of the signal: newton or degrees; `None`: not available.

    Attributes:
        rise_s: From the start to 80 % of the rise.
        top_s: At or over 80 %.
        fall_s: From 80 % to the end.
        mean: Mean level.
        impulse: Area over the level it rose from.
        rise_rate: Mean rate from the start to 80 %.
        rise_rate_peak: Mean rate over the steepest window on the way up.
        fall_rate: Mean rate from 80 % to the end, above zero.
        fall_rate_peak: As `rise_rate_peak`, on the way down.
        rfd: Rate of force development: steepest 0.1 s.
        smoothness: SPARC of the speed.
        missing: Share of the readings that are missing.
        is_whole: No reading is missing for so long that the level is unknown.
    """

    rise_s: float | None
    top_s: float | None
    fall_s: float | None
    mean: float | None
    impulse: float | None
    rise_rate: float | None
    rise_rate_peak: float | None
    fall_rate: float | None
    fall_rate_peak: float | None
    rfd: float | None
    smoothness: float | None
    missing: float
    is_whole: bool


@dataclass(frozen=True, slots=True)
class _Sampled:
    """A movement's record and how it was sampled."""

    t_s: Numbers
    level: Numbers
    at_s: Numbers
    hz: float
    whole: bool
    missing: float

    def mean(self) -> float:
        """Mean level between the movement's edges."""
        level = np.interp(self.at_s, self.t_s, self.level)
        return float((level[1:] + level[:-1]).mean() / 2)

    def slopes(self, window_s: float) -> Numbers:
        """Mean rates over windows about each of the even times."""
        ahead, behind = (
            np.interp(self.at_s + sign * window_s / 2, self.t_s, self.level) for sign in (1, -1)
        )
        return (ahead - behind) / window_s


def measures(of: Settled, timing: Timing) -> Measures:
    """What a movement was like.

    Args:
        of: The movement, its record and the noise in it.
        timing: How its times were found; without a device clock a short time says nothing.
    """
    record = _sampled(of)
    can = {name: record.hz * _RATE_SLACK >= hz for name, hz in LEAST_HZ.items()}
    phases = can["phases"] and record.whole
    rise_s = of.rise_s if phases else None
    fall_s = of.fall_s if phases else None
    climbed = (TOP_FRACTION - EDGE_FRACTION) * of.rise
    up, down = _peak_rates(of, record) if can["speed"] and record.whole else (None, None)
    exact = can["rfd"] and record.whole and timing == "device"
    mean = record.mean()
    return Measures(
        rise_s=rise_s,
        top_s=of.top_s if can["top"] and record.whole else None,
        fall_s=fall_s,
        mean=mean if record.whole else None,
        impulse=(mean - of.base) * of.duration_s if record.whole else None,
        rise_rate=climbed / rise_s if rise_s else None,
        rise_rate_peak=up,
        fall_rate=climbed / fall_s if fall_s else None,
        fall_rate_peak=down,
        rfd=_over_noise(of, record.slopes(RFD_WINDOW_S), RFD_WINDOW_S) if exact else None,
        smoothness=_smoothness(of, record) if can["smoothness"] and record.whole else None,
        missing=record.missing,
        is_whole=record.whole,
    )


def _sampled(of: Settled) -> _Sampled:
    t_s, level = np.array(of.record.t_s), np.array(of.record.level)
    inside = t_s[(t_s >= of.start_s) & (t_s <= of.end_s)]
    steps_s = np.diff(inside)
    steps_s = steps_s[steps_s > 0]
    step_s = float(np.median(steps_s)) if steps_s.size else float("inf")
    count = min(max(round(of.duration_s / _STEP_S), 1), _MOST_STEPS)
    spread_s = float(steps_s.sum())
    return _Sampled(
        t_s=t_s,
        level=level,
        at_s=np.linspace(of.start_s, of.end_s, count + 1),
        hz=1 / step_s,
        whole=bool(steps_s.size) and float(steps_s.max()) <= LONGEST_STEP_S,
        missing=max(0.0, 1 - steps_s.size * step_s / spread_s) if spread_s else 0.0,
    )


def _peak_rates(of: Settled, record: _Sampled) -> tuple[float | None, float | None]:
    window_s = max(RFD_WINDOW_S, SPEED_SHARE * of.duration_s)
    rates = record.slopes(window_s)
    return _over_noise(of, rates, window_s), _over_noise(of, -rates, window_s)


def _over_noise(of: Settled, rates: Numbers, window_s: float) -> float | None:
    """The largest of `rates`, if it is no work of the noise."""
    largest = float(rates.max())
    return largest if 3 * of.sigma / window_s <= NOISE_SHARE * largest else None


def _smoothness(of: Settled, record: _Sampled) -> float | None:
    window_s = max(RFD_WINDOW_S, SMOOTHNESS_SHARE * of.duration_s)
    speed = np.abs(record.slopes(window_s))
    if not of.sigma / window_s <= SMOOTHNESS_NOISE_SHARE * float(speed.mean()):
        return None
    return sparc(speed, (record.at_s.size - 1) / of.duration_s)

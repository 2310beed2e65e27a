"""Pulls of a virtual person: pure functions of time, put together into a script.

Every movement is the noise-free truth in newton, so a test can compare what was measured with what
was done. Noise is added last, by `noisy`.
"""

import bisect
import itertools
import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

ForceAt = Callable[[float], float]
"""Newton at a time in seconds since the script began."""

SENSOR_NOISE_N = 0.3
"""Standard deviation of a force gauge's noise."""

CREEP_TIME_S = 30.0
"""A held band gives way with about this time constant."""

BREATHING_HZ = 0.25
"""Fifteen quiet breaths a minute."""

_NO_CHANGES: Mapping[int, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Movement:
    """A pull of known length.

    Attributes:
        duration_s: How long it lasts; outside 0 to `duration_s` the nearest moment counts.
        force_n: Newton at a time in seconds since it began.
    """

    duration_s: float
    force_n: ForceAt

    def __call__(self, t_s: float) -> float:
        """Newton, `t_s` seconds after it began."""
        return self.force_n(min(max(t_s, 0.0), self.duration_s))


def rest(duration_s: float, level_n: float = 0.0) -> Movement:
    """Nothing but the band's own pull."""
    return Movement(duration_s, lambda _t_s: level_n)


def ramp(from_n: float, to_n: float, duration_s: float) -> Movement:
    """From one level to another, evenly."""
    return Movement(duration_s, lambda t_s: from_n + (to_n - from_n) * t_s / duration_s)


def reps(
    count: int,
    base_n: float,
    amplitude_n: float,
    period_s: float,
    start_s: float = 3.0,
    *,
    amplitudes_n: Mapping[int, float] = _NO_CHANGES,
    top_s: float = 0.0,
) -> Movement:
    """Raised-cosine pulls: at `base_n` before, between and after them.

    Args:
        count: How many pulls.
        base_n: The level between pulls.
        amplitude_n: The rise of each pull above `base_n`.
        period_s: The length of one pull.
        start_s: Seconds at `base_n` before the first pull, and again after the last one.
        amplitudes_n: The rise of single pulls by their number, from 1 (one pulled too hard).
        top_s: How long of its length each pull is held at its top.
    """
    moving_s = period_s - top_s
    rises_n = [amplitudes_n.get(number, amplitude_n) for number in range(1, count + 1)]

    def force_n(t_s: float) -> float:
        done, into_s = divmod(t_s - start_s, period_s)
        if not 0 <= done < count:
            return base_n
        # Up to its top, there for a while, and down again.
        moved_s = min(into_s, max(moving_s / 2.0, into_s - top_s))
        return base_n + rises_n[int(done)] * 0.5 * (
            1.0 - math.cos(2.0 * math.pi * moved_s / moving_s)
        )

    return Movement(start_s + count * period_s + start_s, force_n)


def hold(
    level_n: float,
    hold_s: float,
    *,
    start_s: float = 3.0,
    ramp_s: float = 5.0,
    release_s: float = 3.0,
    creep: float = 0.02,
    breathing_n: float = 1.5,
) -> Movement:
    """A hold: slack, ramp, plateau with creep and breathing, release, slack.

    Args:
        level_n: The plateau's first level.
        hold_s: The plateau's length.
        start_s: Seconds slack before the ramp, and again after the release.
        ramp_s: The linear ramp's length.
        release_s: The linear release's length.
        creep: The part of the level that the band gives way in the long run.
        breathing_n: The amplitude of the breath on the plateau.
    """

    def plateau_n(held_s: float) -> float:
        crept = 1.0 - creep * (1.0 - math.exp(-held_s / CREEP_TIME_S))
        return level_n * crept + breathing_n * math.sin(2.0 * math.pi * BREATHING_HZ * held_s)

    def force_n(t_s: float) -> float:
        held_s = t_s - start_s - ramp_s
        if held_s < 0.0:
            return level_n * max(0.0, 1.0 + held_s / ramp_s)
        if held_s <= hold_s:
            return plateau_n(held_s)
        return plateau_n(hold_s) * max(0.0, 1.0 - (held_s - hold_s) / release_s)

    return Movement(start_s + ramp_s + hold_s + release_s + start_s, force_n)


def script(*movements: Movement) -> Movement:
    """One movement after the other."""
    ends_s = list(itertools.accumulate(movement.duration_s for movement in movements))
    begins_s = [0.0, *ends_s[:-1]]

    def force_n(t_s: float) -> float:
        index = min(bisect.bisect_right(ends_s, t_s), len(movements) - 1)
        return movements[index](t_s - begins_s[index])

    return Movement(ends_s[-1], force_n)


def noisy(force_n: ForceAt, sigma_n: float = SENSOR_NOISE_N, seed: int = 1) -> ForceAt:
    """The same pull with a sensor's noise on it; asked in the same order it says the same.

    Args:
        force_n: The truth in newton.
        sigma_n: The noise's standard deviation, newton.
        seed: Which noise.
    """
    draw = random.Random(seed)  # noqa: S311 - noise that can be repeated, no secret
    return lambda t_s: force_n(t_s) + draw.gauss(0.0, sigma_n)

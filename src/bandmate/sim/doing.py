"""A virtual person doing an exercise as the catalogue asks for it, again and again."""

import math
from typing import Final

from bandmate.domain.exercises import HOLD_RECOGNISERS, Exercise
from bandmate.sim.person import Movement, hold, ramp, reps, rest, script

SLACK_S: Final = 2.0
"""The band hangs slack at first, so that a zero can be found; a limb rests."""
PAUSE_S: Final = 15.0
"""From the end of one set to the next."""

FREE_REPS_N: Final = 10
FREE_HOLDS_N: Final = 3
FREE_HOLD_S: Final = 10.0
FREE_RISE_N: Final = 20.0
FREE_BASE_N: Final = 4.0
FREE_LEVEL_N: Final = 30.0

RISE_DEG: Final = 40.0
"""How far a limb moves …"""
RISE_SHARE: Final = 1.5
"""… or by so much of what the exercise asks for, where that is more."""

HEART_BPM: Final = 76.0
HEART_SWING_BPM: Final = 8.0
HEART_SWING_S: Final = 60.0

_TEMPO_S: Final = 5.0
"""The length of a movement, as far as the exercise allows."""
_RAMP_S: Final = 1.0
_PULL_S: Final = 5.0
_TURN_S: Final = 2.0
"""A limb gets there in so long; any slower, and it would be held on the way."""
_RELEASE_S: Final = 1.2
"""So quickly that it is no sagging, and so slowly that it is no band that snaps."""


def doing(exercise: Exercise, *, in_degrees: bool = False) -> Movement:
    """One set and the pause behind it.

    Args:
        exercise: What is done: its dose, tempo, rise and zone.
        in_degrees: A limb's angle in place of a pull.
    """
    work = _holds if exercise.recogniser in HOLD_RECOGNISERS else _reps
    return script(rest(SLACK_S), work(exercise, in_degrees=in_degrees), rest(PAUSE_S))


def endless(movement: Movement) -> Movement:
    """A movement that begins again when it is over."""
    return Movement(math.inf, lambda t_s: movement(t_s % movement.duration_s))


def beating() -> Movement:
    """The heart meanwhile, beats a minute."""
    return Movement(
        math.inf,
        lambda t_s: HEART_BPM + HEART_SWING_BPM * math.sin(2.0 * math.pi * t_s / HEART_SWING_S),
    )


def _reps(exercise: Exercise, *, in_degrees: bool) -> Movement:
    window, zone, held_s = exercise.rep_window, exercise.zone, exercise.dose.hold_s
    period_s = _TEMPO_S if window is None else min(max(_TEMPO_S, window.min_s), window.max_s)
    base, rise = FREE_BASE_N if zone is None else zone.low_n, exercise.amplitude_n or FREE_RISE_N
    if in_degrees:
        base, rise = 0.0, _rise_deg(exercise)
    count = exercise.dose.reps or FREE_REPS_N
    pulls = reps(count, base, rise, period_s + held_s, start_s=_RAMP_S, top_s=held_s)
    return script(ramp(0.0, base, _RAMP_S), pulls, ramp(base, 0.0, _RAMP_S))


def _holds(exercise: Exercise, *, in_degrees: bool) -> Movement:
    zone = exercise.zone
    level = FREE_LEVEL_N if zone is None else (zone.low_n + zone.high_n) / 2.0
    one = hold(
        _rise_deg(exercise) if in_degrees else level,
        exercise.dose.hold_s or FREE_HOLD_S,
        ramp_s=_TURN_S if in_degrees else _PULL_S,
        release_s=_RELEASE_S,
        breathing_n=0.5,
    )
    return script(*[one] * (exercise.dose.reps or FREE_HOLDS_N))


def _rise_deg(exercise: Exercise) -> float:
    return max(RISE_DEG, RISE_SHARE * exercise.amplitude_deg)

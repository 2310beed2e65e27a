"""The quickest way we know to count pulls in packets: compiled by numba, with no way to say why."""

import math
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bandmate.signal.conditioner import REP_LOWPASS_HZ
from bandmate.signal.reps import PARTIAL_FRACTION, RETURN_FRACTION

Numbers = NDArray[np.float64]

State = tuple[float, float, float, float, float, float, bool, int]
"""The two readings before and the time of the last, the low-passed level, its lowest and highest
since the last turn, whether it rises, and how many pulls there were."""

_MINUS_INVERSE_TAU: Final = -math.tau * REP_LOWPASS_HZ


def zig_zag_by_numba(
    packets: Sequence[tuple[Sequence[float], Sequence[float]]], rise_n: float
) -> Callable[[], int] | None:
    """What counts the pulls of a signal, packet by packet; `None` where numba is not installed.

    Args:
        packets: Times and readings.
        rise_n: What a pull rises by.
    """
    try:
        numba = import_module("numba")
    except ModuleNotFoundError:
        return None
    compiled: Callable[[Numbers, Numbers, State, float], State] = numba.njit(zig_zag)
    arrays = [(np.array(t_s), np.array(x)) for t_s, x in packets]

    def count() -> int:
        return zig_zag_all(compiled, arrays, rise_n)

    count()  # it is compiled at its first call
    return count


def zig_zag_all(
    step: Callable[[Numbers, Numbers, State, float], State],
    packets: Sequence[tuple[Numbers, Numbers]],
    rise_n: float,
) -> int:
    """How many pulls `step` counts, which is `zig_zag` or what was made of it."""
    t_s, x = (float(first[0]) for first in packets[0])
    state: State = (x, x, t_s, x, x, x, False, 0)
    for times_s, readings in packets:
        state = step(times_s, readings, state, rise_n)
    *_, count = state
    return count


def zig_zag(t_s: Numbers, x: Numbers, state: State, rise_n: float) -> State:
    """Median of three, low-pass and zig-zag over one packet.

    Args:
        t_s: Times.
        x: Readings.
        state: What the packet before left.
        rise_n: What a pull rises by.
    """
    a, b, before_s, g, low, high, rising, count = state
    for i in range(len(x)):
        m = max(min(a, b), min(max(a, b), x[i]))
        a, b = b, x[i]
        g -= (m - g) * math.expm1((t_s[i] - before_s) * _MINUS_INVERSE_TAU)
        before_s = t_s[i]
        low, high = min(low, g), max(high, g)
        if rising and g <= high - RETURN_FRACTION * (high - low):
            rising, low, count = False, g, count + 1
        elif not rising and g >= low + PARTIAL_FRACTION * rise_n:
            rising, high = True, g
    return a, b, before_s, g, low, high, rising, count

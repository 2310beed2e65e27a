"""How sure it is that a counted movement was one: a logistic of what speaks for it and against.

The weights were fitted on 1600 drawn sets with truth, hard ones: noise, spikes, lost packets, gaps,
partial movements, tugs and fidgeting. In sets like those the result is a share: of all movements
told with 0.9, nine of ten are true. In ordinary sets most are.
"""

import math
from collections import deque
from dataclasses import astuple, dataclass
from statistics import median

from bandmate.signal.movement import Settled
from bandmate.signal.settling import EDGE_FRACTION, FLOOR_SIGMA

_LATEST = 9
"""Movements whose median tells what one of this set is like."""
_LEAST = 3
_MOST_LOG = 2.0
"""Odder than this is not told apart."""
_QUICK_S = 1.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a movement and against it.

    Attributes:
        over_noise: Logarithm of the rise in units of the least that stands out of the noise.
        odd_rise: Squared logarithm of the rise against those before it, or the expected one.
        odd_length: The same of its length.
        quick: How much shorter than a second it was, as a logarithm.
        lost: Share of its readings that are missing.
        left: Share of its rise that did not come back, beyond the edge where it ends.
        new: 1 where there is nothing to hold it against, else 0.
    """

    over_noise: float
    odd_rise: float
    odd_length: float
    quick: float
    lost: float
    left: float
    new: float


_ALWAYS = 0.94
_WEIGHTS = Evidence(
    over_noise=2.44,
    odd_rise=-0.92,
    odd_length=-4.0,
    quick=-3.8,
    lost=-2.6,
    left=-4.4,
    new=-1.9,
)
"""Log-odds for each unit of evidence."""


class Expectation:
    """What the movements of a set are like, learnt as they come.

    Args:
        rise: The expected rise of a full movement; `None`: it is learnt.
    """

    def __init__(self, rise: float | None) -> None:
        self._rise = rise
        self._rises: deque[float] = deque(maxlen=_LATEST)
        self._lengths_s: deque[float] = deque(maxlen=_LATEST)

    def evidence(self, of: Settled, missing: float) -> Evidence:
        """What speaks for a movement and against it, which then joins what is expected.

        Args:
            of: The movement.
            missing: Share of its readings.
        """
        expected = median(self._rises) if len(self._rises) >= _LEAST else self._rise
        usual_s = median(self._lengths_s) if len(self._lengths_s) >= _LEAST else None
        self._rises.append(of.rise)
        self._lengths_s.append(of.duration_s)
        least = FLOOR_SIGMA * of.sigma
        return Evidence(
            over_noise=_log(of.rise, least) if least else _MOST_LOG,
            odd_rise=_log(of.rise, expected) ** 2 if expected else 0.0,
            odd_length=_log(of.duration_s, usual_s) ** 2 if usual_s else 0.0,
            quick=max(0.0, _log(_QUICK_S, of.duration_s)),
            lost=missing,
            left=max(0.0, 1 - of.returned - EDGE_FRACTION),
            new=0.0 if expected else 1.0,
        )


def confidence(of: Evidence) -> float:
    """0 to 1."""
    weighed = zip(astuple(_WEIGHTS), astuple(of), strict=True)
    return 1 / (1 + math.exp(-_ALWAYS - sum(weight * value for weight, value in weighed)))


def _log(value: float, of: float) -> float:
    """Logarithm of a ratio, bounded either way."""
    if value <= 0 or of <= 0:
        return -_MOST_LOG if value < of else _MOST_LOG
    return min(max(math.log(value / of), -_MOST_LOG), _MOST_LOG)

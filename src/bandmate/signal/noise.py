"""How noisy the readings are, learnt as they come."""

from typing import Final

_MAD_TO_SIGMA: Final = 1 / 0.6745
"""Median absolute deviation to standard deviation of a normal distribution."""
_SECOND_DIFFERENCE_GAIN: Final = 6**0.5
"""Standard deviation of x[k] - 2 x[k-1] + x[k-2] for independent unit noise: 1, 4 and 1 added."""

_LEARN_AT_FIRST: Final = 0.5
_LEARN_AT_LAST: Final = 0.02
_LEARN_DECAY: Final = 0.9
"""Shares by which the estimate moves at each reading, and how fast they shrink."""


class NoiseLevel:
    """Robust running estimate of the readings' standard deviation.

    Second differences cancel level and slope, so a smooth pull hardly counts as noise. Their median
    absolute value is followed by stochastic approximation: up and down by a share of itself, which
    needs no history and shrugs off spikes. The share is large at first, so that one odd reading at
    the start does not decide for seconds.
    """

    __slots__ = ("_learn", "_median", "_seen", "_x1", "_x2", "sigma")

    def __init__(self) -> None:
        self._x1: float = 0.0
        self._x2: float = 0.0
        self._median = 0.0
        self._learn = _LEARN_AT_FIRST
        self.sigma = 0.0
        """Estimated standard deviation of the readings, their unit; 0 until some were seen."""
        self.reset()

    def reset(self) -> None:
        """Start a new run of readings (after a gap); what was learnt is kept."""
        self._seen = 0

    def step(self, x: float) -> None:
        """Take a finite reading."""
        x1, x2 = self._x1, self._x2
        self._x1, self._x2 = x, x1
        if self._seen < 2:
            self._seen += 1
            return
        deviation = abs(x - x1 - x1 + x2)
        if deviation == 0.0:
            return  # a coarse sensor repeats itself: that says nothing about its noise
        median = self._median
        if median == 0.0:
            median = deviation * 0.5
        elif deviation > median:
            median *= 1 + self._learn
        else:
            median *= 1 - self._learn
        self._learn = max(self._learn * _LEARN_DECAY, _LEARN_AT_LAST)
        self._median = median
        self.sigma = median * (_MAD_TO_SIGMA / _SECOND_DIFFERENCE_GAIN)

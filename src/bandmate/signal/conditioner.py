"""The two signals every detector works on, and the noise in them, from one reading at a time."""

from math import expm1, inf, nan, tau
from typing import Final

from bandmate.signal.pose import Pose

REP_LOWPASS_HZ = 3.0
"""Cut-off of the rep signal."""
_MINUS_INVERSE_TAU: Final = -tau * REP_LOWPASS_HZ

_KINK_TO_SIGMA: Final = 1 / 0.6745 / 6**0.5
"""Median size of a kink to standard deviation: 0.6745 is the median deviation of a normal
distribution, and a kink adds a reading, twice the one before and the one before that: 1 + 4 + 1."""
_LEARN_AT_FIRST: Final = 0.5
_LEARN_AT_LAST: Final = 0.02
_LEARN_DECAY: Final = 0.9
"""Shares by which the noise moves at each reading, and how fast they shrink."""

BAD_SIGMA: Final = 25.0
"""A kink, then a jump of the fast signal, of so many standard deviations may be bad readings."""
_SURE_N: Final = 3
_ODD: Final = 8.0
"""A first step so many times the second one comes from a bad first reading."""
_WATCHED_N: Final = 6
"""So many readings after such a kink a jump is looked for."""
_HELD_N: Final = 3
"""A jump that lasts for more readings is no bad readings."""
_HELD_STEP_S: Final = 0.03
"""Where readings are further apart, a limb may be back before so many of them are over."""


class Conditioner:
    """Readings in; the fast signal `m`, the rep signal `g` and the noise `sigma` out.

    All in one method, on plain attributes: it runs for every reading of every sensor.

    `m` is the median of the last three readings. It takes out single spikes and keeps edges.

    `g` is `m` through a one-pole low-pass. Each step takes the exact response over the time that
    passed, so the cut-off does not depend on the sample rate and nothing is resampled. Two or three
    bad readings close together pass the median: a jump of `m` that follows a kink out of all
    proportion to the noise is kept from `g` until it has lasted. `g` begins anew at the third
    reading of a run, the first that the median can outvote a bad one at.

    `sigma` is learnt from kinks, the changes of slope from reading to reading: level and slope
    cancel, so a smooth pull hardly counts as noise. Their median size is followed by stochastic
    approximation, up and down by a share of itself, which needs no history and shrugs off spikes.
    The share is large at first, so that one odd reading at the start does not decide for seconds.

    After `step`:

    Attributes:
        t_s: Time of the newest reading.
        tm_s: Time that `m` belongs to: the median's delay of one reading taken off.
        m: Fast signal.
        g: Rep signal; belongs to about 50 ms before `tm_s`.
        sigma: Standard deviation of the readings' noise, as learnt so far; 0 until some were seen.
        raw: The reading itself.
        is_held: `m` is kept from `g`: it may come from bad readings.
        began_odd: The first reading of this run is far from the second and third.
        first_s: Time of the first reading of this run.
        sure_s: Time of its third reading; infinity before it.
        pose: The pose that a motion sensor was in; `None` for any other. Set by who steps.
    """

    pose: Pose | None

    __slots__ = (
        "_before",
        "_first",
        "_held_n",
        "_learn",
        "_level",
        "_run_n",
        "_slope",
        "_watched_n",
        "began_odd",
        "first_s",
        "g",
        "is_held",
        "m",
        "pose",
        "raw",
        "sigma",
        "sure_s",
        "t_s",
        "tm_s",
    )

    def __init__(self) -> None:
        self.pose = None
        self._first = True
        self._before = 0.0
        self._slope = nan
        self._learn = _LEARN_AT_FIRST
        self._run_n = self._watched_n = self._held_n = 0
        self._level = 0.0
        self.is_held = self.began_odd = False
        self.first_s = self.sure_s = 0.0
        self.t_s = self.tm_s = self.m = self.g = self.sigma = self.raw = 0.0

    def gap(self) -> None:
        """Readings are missing: do not filter across the hole. The noise is still what it was."""
        self._first = True

    def step(self, t_s: float, x: float) -> None:
        """Take a finite reading measured at `t_s`."""
        if self._first:
            self._begin(t_s, x)
            return
        self.tm_s = before_s = self.t_s
        self.t_s = t_s
        low, high = self._before, self.raw
        self._before, self.raw = high, x

        slope = x - high
        kink_sigma = abs(slope - self._slope) * _KINK_TO_SIGMA
        self._slope = slope
        if kink_sigma > 0.0:  # a coarse sensor repeats itself: that says nothing of its noise
            sigma, learn = self.sigma, self._learn
            if kink_sigma > sigma:
                self.sigma = sigma * (1.0 + learn) or kink_sigma / 2
                if kink_sigma > BAD_SIGMA * sigma:
                    self._watch()
            else:
                self.sigma = sigma * (1.0 - learn)
            if learn > _LEARN_AT_LAST:
                self._learn = max(learn * _LEARN_DECAY, _LEARN_AT_LAST)

        if low > high:
            low, high = high, low
        if x > high:
            m = high
        elif x > low:
            m = x
        else:
            m = low
        self.m = m
        if self._watched_n:
            m = self._believed(m, t_s - before_s)
        g = self.g
        self.g = g - (m - g) * expm1((t_s - before_s) * _MINUS_INVERSE_TAU)

    def _begin(self, t_s: float, x: float) -> None:
        """Take the first reading of a run."""
        self._first = False
        self.t_s = self.tm_s = self.first_s = t_s
        self.sure_s = inf
        self.raw = self._before = self.m = self.g = x
        self._slope = nan  # the next reading has a slope, but no kink
        self._run_n, self._watched_n = 1, _WATCHED_N
        self._held_n, self.is_held = 0, False

    def _watch(self) -> None:
        """The newest reading may be bad. The median is still what it was before it."""
        if not self._watched_n:
            self._level = self.m
        self._watched_n = _WATCHED_N

    def _believed(self, m: float, step_s: float) -> float:
        """The fast signal, or its level before a jump that has not lasted yet."""
        if self._run_n < _SURE_N:
            self._run_n += 1
            if self._run_n == _SURE_N:
                self.sure_s, self.g = self.t_s, m
                self.began_odd = abs(self._before - self._level) > _ODD * abs(self._slope)
            self._level = m
            return m
        if (
            abs(m - self._level) > BAD_SIGMA * self.sigma
            and self._held_n < _HELD_N
            and step_s < _HELD_STEP_S
        ):
            self._held_n += 1
            self.is_held = True
            return self._level
        self._watched_n = 0 if self._held_n == _HELD_N else self._watched_n - 1
        self._held_n, self.is_held = 0, False
        self._level = m
        return m

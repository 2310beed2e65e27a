"""The alert path: is the pull over a level for long enough?

Apart from counting and holding, and as short as it can be: a median of three and a dwell, no linear
filter (one would be later, and sound on single spikes).
"""

from collections import deque
from dataclasses import dataclass

from bandmate.signal.conditioner import Conditioner

HYSTERESIS_N = 2.0
CLEAR_S = 0.5
_ONSET_FIT_S = 0.15
_FEW = 6
"""Readings from which on it can be said that most were under the level."""
_MOST_ALLOWANCE_N = 0.5
"""The most that a sensor's noise may bring the beginning of a dwell forward."""
_ROUNDING_S = 1e-6


@dataclass(frozen=True, slots=True)
class Over:
    """The level was exceeded for the dwell. `onset_s`: first reading over, `value`: now."""

    onset_s: float
    value: float


@dataclass(frozen=True, slots=True)
class Under:
    """The pull has been clear of the level for `CLEAR_S`. `gone_s`: last crossing downward."""

    gone_s: float
    value: float


@dataclass(frozen=True, slots=True)
class Brief:
    """The level was exceeded for less than the dwell."""

    onset_s: float
    length_s: float
    peak: float


class DwellWatch:
    """Watches one level in the fast signal.

    Over for `dwell_s` raises; 2 N under it for 0.5 s clears. Noise on a slow crossing must neither
    hide its beginning nor restart the dwell: it begins within the noise of the level, is given up
    when the signal falls clear of the level or was mostly below, and raises only while the signal
    is over and was so for half of it or more.
    """

    def __init__(self, level: float, dwell_s: float) -> None:
        self.level = level
        self._dwell_s = dwell_s
        self.active = False
        self._recent: deque[tuple[float, float]] = deque()
        self._onset_s: float | None = None
        self._over = self._seen = 0
        self._first_over_s = self._last_over_s = 0.0
        self._gone_s: float | None = None
        self._clear_since_s: float | None = None
        self._peak = 0.0

    def step(self, signal: Conditioner) -> Over | Under | Brief | None:
        """Take one conditioned reading."""
        t_s, tm_s, m, raw = signal.t_s, signal.tm_s, signal.m, signal.raw
        recent = self._recent
        recent.append((t_s, raw))
        horizon_s = (tm_s if self._onset_s is None else self._onset_s) - _ONSET_FIT_S
        while recent[0][0] < horizon_s:
            recent.popleft()
        if m > self.level:
            self._gone_s = None
        elif self._gone_s is None:
            self._gone_s = tm_s
        if self.active:
            return self._watch_clear(t_s, m)
        return self._watch_over(signal)

    def gap(self) -> None:
        """Readings are missing: neither a dwell nor a clearing may span the hole."""
        self._recent.clear()
        self._onset_s = None
        self._clear_since_s = None

    def _watch_over(self, signal: Conditioner) -> Over | Brief | None:
        t_s, tm_s, m = signal.t_s, signal.tm_s, signal.m
        over = m > self.level
        # Within the noise of the level counts as the beginning: else noise on a rising pull would
        # hide its crossing for a reading or two, and the alert would be late by as much.
        near = m > self.level - min(signal.sigma, _MOST_ALLOWANCE_N)
        if self._onset_s is None:
            if not near:
                return None
            self._onset_s, self._over, self._seen, self._peak = tm_s, 0, 0, signal.raw
        if over and not self._over:
            self._first_over_s = tm_s
        self._over += over
        self._seen += bool(self._over)
        self._peak = max(self._peak, signal.raw)
        if over:
            self._last_over_s = tm_s
            dwelt = t_s - self._onset_s >= self._dwell_s - _ROUNDING_S
            if dwelt and 2 * self._over >= self._seen:
                self.active, self._clear_since_s = True, None
                self._onset_s = None
                return Over(self._fit_onset(self._first_over_s), m)
        elif self._is_given_up(m, near=near):
            self._onset_s = None
            if self._over and self._peak >= self.level + HYSTERESIS_N:
                return Brief(self._first_over_s, self._last_over_s - self._first_over_s, self._peak)
        return None

    def _is_given_up(self, m: float, *, near: bool) -> bool:
        if not self._over:
            return not near
        mostly_under = self._seen >= _FEW and 3 * self._over < self._seen
        return mostly_under or m < self.level - HYSTERESIS_N

    def _watch_clear(self, t_s: float, m: float) -> Under | None:
        if m >= self.level - HYSTERESIS_N:
            self._clear_since_s = None
        elif self._clear_since_s is None:
            self._clear_since_s = t_s
        elif t_s - self._clear_since_s >= CLEAR_S - _ROUNDING_S:
            self.active = False
            return Under(t_s if self._gone_s is None else self._gone_s, m)
        return None

    def _fit_onset(self, first_s: float) -> float:
        """When the first reading over the level was due: half a reading after the crossing.

        One reading's noise moves a crossing by more than a sample; a straight line through the raw
        readings round it does not. Never before what was seen (the pull may have been over from
        the start), and never after it.
        """
        near = [(t - first_s, x) for t, x in self._recent if abs(t - first_s) <= _ONSET_FIT_S]
        n = len(near)
        if n < 2:
            return first_s
        mean_t = sum(t for t, _ in near) / n
        mean_x = sum(x for _, x in near) / n
        spread = sum((t - mean_t) ** 2 for t, _ in near)
        slope = sum((t - mean_t) * (x - mean_x) for t, x in near) / spread if spread else 0.0
        if slope <= 0.0:
            return first_s
        half_step_s = (near[-1][0] - near[0][0]) / (n - 1) / 2
        due_s = mean_t + (self.level - mean_x) / slope + half_step_s
        return first_s + min(max(due_s, near[0][0]), near[-1][0])


class CountWatch:
    """Watches a ceiling in the raw readings: two in a row over it raise, no filter before it."""

    READINGS = 2

    def __init__(self, level: float) -> None:
        self.level = level
        self.active = False
        self._over = 0
        self._onset_s = 0.0
        self._gone_s = 0.0
        self._clear_since_s: float | None = None

    def step(self, t_s: float, raw: float) -> Over | Under | None:
        """Take one raw reading."""
        if raw > self.level:
            if self._over == 0:
                self._onset_s = t_s
            self._over += 1
            self._gone_s, self._clear_since_s = t_s, None
            if not self.active and self._over >= self.READINGS:
                self.active = True
                return Over(self._onset_s, raw)
            return None
        self._over = 0
        if not self.active or raw >= self.level - HYSTERESIS_N:
            self._clear_since_s = None
        elif self._clear_since_s is None:
            self._clear_since_s = t_s
        elif t_s - self._clear_since_s >= CLEAR_S - _ROUNDING_S:
            self.active = False
            return Under(self._gone_s, raw)
        return None

    def gap(self) -> None:
        """Readings are missing: nothing may be counted across the hole."""
        self._over = 0
        self._clear_since_s = None

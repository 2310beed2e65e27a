"""H-T: holds as plateaus above the zone's lower edge.

A hold starts when the fast signal crosses `low` upward and goes on while it stays above 90 % of it.
Exits of up to 2 s are breaks inside the hold, gaps of up to 3 s are bridged; neither counts as time
in zone.
"""

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf

from bandmate.domain.events import HoldEnd, Sag
from bandmate.signal.conditioner import Conditioner
from bandmate.signal.trace import Trace
from bandmate.signal.zone_account import LONGEST_STEP_S

EXIT_FRACTION = 0.9
GRACE_S = 2.0
GAP_BRIDGE_S = 3.0
MIN_S = 1.0
SAG_FRACTION = 0.2
SAG_DWELL_S = 1.0
_BUCKET_S = 0.5
_SETTLED_BUCKETS = 4
_REP_LOWPASS_LAG_S = 0.053
"""Delay of the rep signal's 3 Hz one-pole low-pass on a ramp."""


@dataclass(frozen=True, slots=True)
class HoldSettings:
    """The exercise's levels, newton."""

    slack: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Started:
    """A hold has lasted its minimum."""

    index: int
    start_s: float


@dataclass(frozen=True, slots=True)
class Lost:
    """In a hold, the level has been under the zone, not slack, for longer than the grace time."""

    onset_s: float


@dataclass(frozen=True, slots=True)
class Sagging:
    """The level has been 20 % under the hold's for 1 s."""

    onset_s: float
    level: float


@dataclass(frozen=True, slots=True)
class Recovered:
    """The level is back after a sag."""

    gone_s: float


@dataclass(frozen=True, slots=True)
class Found:
    """The level is back in the zone after a `Lost`, or slack."""

    gone_s: float


@dataclass(frozen=True, slots=True)
class Ended:
    """A hold ended.

    `in_zone_s` is `None` where no zone means anything. `record` is the fast signal while it was
    held: breaks, sags and gaps are left out.
    """

    index: int
    start_s: float
    end_s: float
    in_zone_s: float | None
    mean: float
    breaks: int
    sags: tuple[Sag, ...]
    reason: HoldEnd
    record: Trace


HoldFinding = Started | Lost | Found | Sagging | Recovered | Ended


@dataclass(slots=True)
class _Hold:
    """A hold under way.

    Attributes:
        fell_s: Last downward crossing of `low`, while the level is under it.
        exit_s: Since when the level is under 90 % of `low`.
        in_break: It was there since that crossing.
        level: What the hold settled at, once it did: the median of half-second means.
        sag_under: Under this the level sags.
    """

    start_s: float
    announced: bool = False
    in_zone_s: float = 0.0
    area: float = 0.0
    area_s: float = 0.0
    fell_s: float | None = None
    exit_s: float | None = None
    in_break: bool = False
    breaks: int = 0
    bucket: float = 0.0
    bucket_s: float = 0.0
    means: list[float] = field(default_factory=list[float])
    level: float = 0.0
    sag_under: float = -inf
    sag_start_s: float | None = None
    sag_low: float = 0.0
    sag_told: bool = False
    sags: list[Sag] = field(default_factory=list[Sag])
    record: Trace = field(default_factory=Trace)

    def close_bucket(self) -> None:
        """Another half second was held."""
        insort(self.means, self.bucket / self.bucket_s)
        self.area += self.bucket
        self.area_s += self.bucket_s
        self.bucket = self.bucket_s = 0.0
        if len(self.means) >= _SETTLED_BUCKETS:
            self.level = self.means[len(self.means) // 2]
            self.sag_under = (1 - SAG_FRACTION) * self.level

    def mean(self) -> float:
        """Mean level over the whole hold, breaks and sags included."""
        seconds = self.area_s + self.bucket_s
        return (self.area + self.bucket) / seconds if seconds else 0.0


class HoldMachine:
    """Finds holds in the conditioned signal of one sensor."""

    def __init__(self, settings: HoldSettings) -> None:
        self._settings = settings
        self._index = 0
        self._hold: _Hold | None = None
        self._before_s: float | None = None
        self._before = 0.0
        self._lost = False
        self._ended_in_zone_s = 0.0

    @property
    def in_zone_s(self) -> float:
        """Seconds in zone of all holds so far, the running one included once it has started."""
        hold = self._hold
        running_s = hold.in_zone_s if hold is not None and hold.announced else 0.0
        return self._ended_in_zone_s + running_s

    def step(self, signal: Conditioner) -> Sequence[HoldFinding]:
        """Take one conditioned reading, return what it decided (mostly nothing)."""
        tm_s, m, low = signal.tm_s, signal.m, self._settings.low
        before_s, before = self._before_s, self._before
        self._before_s, self._before = tm_s, m
        hold = self._hold
        found = self._find(tm_s, m) if self._lost else ()
        if hold is None:
            if m >= low:
                self._hold = _Hold(
                    tm_s if before_s is None else self._crossed_low(before_s, before, tm_s, m)
                )
            return found
        if before_s is not None:
            self._account(hold, tm_s, tm_s - before_s, m)
            if m < low <= before:
                hold.fell_s = self._crossed_low(before_s, before, tm_s, m)
        if m < low or hold.fell_s is not None or not hold.announced:
            found = [*found, *self._follow(hold, tm_s, m)]
        if signal.g < hold.sag_under or hold.sag_start_s is not None:
            found = [*found, *self._watch_sag(hold, signal)]
        return found

    def gap(self, from_s: float, to_s: float) -> Sequence[HoldFinding]:
        """Readings are missing between two times."""
        self._before_s = None
        hold = self._hold
        if hold is None:
            return ()
        if to_s - from_s > GAP_BRIDGE_S:
            return self._end(from_s, HoldEnd.LOST)
        # What the level did meanwhile is unknown: a sag is not followed across the hole.
        sagging, hold.sag_start_s = hold.sag_start_s is not None and hold.sag_told, None
        return (Recovered(from_s),) if sagging else ()

    def stop(self, t_s: float, reason: HoldEnd) -> Sequence[HoldFinding]:
        """The set or the input is over at `t_s`."""
        hold = self._hold
        self._before_s = None
        self._lost = False
        if hold is None:
            return ()
        left_s = hold.fell_s if hold.exit_s is not None else None
        return self._end(t_s if left_s is None else left_s, reason)

    def _crossed_low(self, t0: float, m0: float, t1: float, m1: float) -> float:
        share = 1.0 if m1 == m0 else (self._settings.low - m0) / (m1 - m0)
        return t0 + (t1 - t0) * min(max(share, 0.0), 1.0)

    def _account(self, hold: _Hold, tm_s: float, dt_s: float, m: float) -> None:
        if dt_s > LONGEST_STEP_S:
            return
        if self._settings.low <= m <= self._settings.high:
            hold.in_zone_s += dt_s
        if hold.in_break or hold.sag_start_s is not None:
            # It counts for the hold's mean, but not for what it settled at.
            hold.area += m * dt_s
            hold.area_s += dt_s
            return
        hold.record.add(tm_s, m)
        hold.bucket += m * dt_s
        hold.bucket_s += dt_s
        if hold.bucket_s >= _BUCKET_S:
            hold.close_bucket()

    def _find(self, tm_s: float, m: float) -> Sequence[HoldFinding]:
        if self._settings.slack <= m < self._settings.low:
            return ()
        self._lost = False
        return (Found(tm_s),)

    def _follow(self, hold: _Hold, tm_s: float, m: float) -> Sequence[HoldFinding]:
        low = self._settings.low
        if m >= low:
            hold.in_break, hold.fell_s, hold.exit_s = False, None, None
        elif m >= EXIT_FRACTION * low:
            hold.exit_s = None
        elif hold.exit_s is None:
            self._leave(hold, tm_s)
        lost = self._lose(hold, tm_s, m)
        if hold.exit_s is not None and tm_s - hold.exit_s > GRACE_S:
            hold.breaks -= 1  # the last exit is the end, not a break
            reason = HoldEnd.RELEASED if m < self._settings.slack else HoldEnd.LOST
            return [*lost, *self._end(tm_s if hold.fell_s is None else hold.fell_s, reason)]
        if not hold.announced and hold.fell_s is None and tm_s - hold.start_s >= MIN_S:
            hold.announced = True
            return [*lost, Started(self._index + 1, hold.start_s)]
        return lost

    def _leave(self, hold: _Hold, tm_s: float) -> None:
        """The level is under 90 % of the zone's edge: a break, and after the grace the end."""
        if hold.fell_s is None:
            hold.fell_s = tm_s
        hold.exit_s = tm_s
        if not hold.in_break:
            hold.in_break = True
            hold.breaks += 1

    def _lose(self, hold: _Hold, tm_s: float, m: float) -> Sequence[HoldFinding]:
        under_for_s = 0.0 if hold.fell_s is None else tm_s - hold.fell_s
        if self._lost or under_for_s <= GRACE_S or m < self._settings.slack:
            return ()
        if hold.fell_s is None or hold.fell_s - hold.start_s < MIN_S:
            return ()
        self._lost = True
        return (Lost(hold.fell_s),)

    def _watch_sag(self, hold: _Hold, signal: Conditioner) -> Sequence[HoldFinding]:
        tm_s, m, g = signal.tm_s, signal.m, signal.g
        if self._hold is None:
            return ()
        if g < hold.sag_under:
            if hold.sag_start_s is None:
                hold.sag_start_s, hold.sag_low, hold.sag_told = tm_s, g, False
            hold.sag_low = min(hold.sag_low, g)
            dwelt = tm_s - hold.sag_start_s >= SAG_DWELL_S
            if dwelt and not hold.sag_told and m >= self._settings.low:
                hold.sag_told = True
                return (Sagging(hold.sag_start_s - _REP_LOWPASS_LAG_S, hold.level),)
        elif hold.sag_start_s is not None:
            start_s = hold.sag_start_s - _REP_LOWPASS_LAG_S
            length_s = tm_s - hold.sag_start_s
            hold.sag_start_s = None
            if length_s >= SAG_DWELL_S:
                depth_pct = 100 * (1 - hold.sag_low / hold.level)
                hold.sags.append(Sag(start_s=start_s, length_s=length_s, depth_pct=depth_pct))
                return (Recovered(start_s + length_s),)
        return ()

    def _end(self, end_s: float, reason: HoldEnd) -> Sequence[HoldFinding]:
        hold, self._hold = self._hold, None
        if hold is None or (not hold.announced and end_s - hold.start_s < MIN_S):
            return ()
        self._index += 1
        self._ended_in_zone_s += hold.in_zone_s
        ended = Ended(
            index=self._index,
            start_s=hold.start_s,
            end_s=end_s,
            in_zone_s=hold.in_zone_s,
            mean=hold.mean(),
            breaks=hold.breaks,
            sags=tuple(hold.sags),
            reason=reason,
            record=hold.record,
        )
        return (ended,) if hold.announced else (Started(self._index, hold.start_s), ended)

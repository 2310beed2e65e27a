"""H-I: a limb that is held away from its pose of rest, by its angle.

A hold starts where the angle is far enough from rest and has come to a standstill for half a
second. It goes on while the angle stays near the held one: exits of up to 1 s are breaks inside the
hold, gaps of up to 3 s are bridged; neither counts as time held.
"""

from bisect import insort
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from bandmate.domain.events import HoldEnd
from bandmate.signal.conditioner import Conditioner
from bandmate.signal.holds import GAP_BRIDGE_S, MIN_S, Ended, HoldFinding, Started
from bandmate.signal.trace import Trace
from bandmate.signal.zone_account import LONGEST_STEP_S

STILL_RATE = 10.0
"""Degrees a second: below it a limb stands still …"""
STILL_S = 0.5
"""… once it has done so for this long."""
LEAVE_DEG = 10.0
LEAVE_SHARE = 0.3
"""Of the held angle. More than the larger of both away from it, and the limb has left …"""
LEAVE_S = 1.0
"""… once it has been there for longer than this."""
_RATE_OVER_S = 0.4
"""The rate is taken over so long: longer than a tremor's swing, and shorter than a standstill."""
_SAMPLE_S = 0.1
"""The held angle is the median of one level each so many seconds."""


class _Standstill:
    """Since when the angle has changed by less than 10 degrees a second.

    Attributes:
        since_s: That; `None` while it moves.
        until_s: The newest time that this is known for.
    """

    __slots__ = ("_levels", "since_s", "until_s")

    def __init__(self) -> None:
        self._levels: deque[tuple[float, float, float]] = deque()
        self.since_s: float | None = None
        self.until_s = 0.0

    def reset(self) -> None:
        """Readings are missing."""
        self._levels.clear()
        self.since_s = None

    def step(self, signal: Conditioner) -> None:
        """Take one conditioned reading."""
        levels, tm_s, g = self._levels, signal.tm_s, signal.g
        levels.append((tm_s, signal.m, g))
        while len(levels) > 1 and tm_s - levels[1][0] >= _RATE_OVER_S:
            levels.popleft()
        from_s, _, before = levels[0]
        over_s = tm_s - from_s
        if over_s < _RATE_OVER_S:
            return
        self.until_s = tm_s - over_s / 2
        if abs(g - before) >= STILL_RATE * over_s:
            self.since_s = None
        elif self.since_s is None:
            self.since_s = self._arrived(signal.m)

    def _arrived(self, level: float) -> float:
        """Since when the fast signal, which has no lag, has been near a level."""
        arrived_s = self._levels[-1][0]
        for tm_s, m, _ in reversed(self._levels):
            if abs(m - level) > STILL_RATE * _RATE_OVER_S / 2:
                break
            arrived_s = tm_s
        return arrived_s


@dataclass(slots=True)
class _Hold:
    """A hold under way.

    Attributes:
        levels: What it was held at, sorted.
        left_s: Since when the angle is away from that; `None` while it is not.
    """

    start_s: float
    held: float
    held_s: float
    levels: list[float] = field(default_factory=list[float])
    sampled_s: float = 0.0
    left_s: float | None = None
    announced: bool = False
    breaks: int = 0
    record: Trace = field(default_factory=Trace)

    @property
    def leaves_by(self) -> float:
        """So far from the held angle the limb has left."""
        return max(LEAVE_DEG, LEAVE_SHARE * self.held)

    def keep(self, tm_s: float, m: float, g: float) -> None:
        """Another reading of the hold, near the held angle."""
        self.record.add(tm_s, m)
        if tm_s - self.sampled_s >= _SAMPLE_S:
            self.sampled_s = tm_s
            insort(self.levels, g)
            self.held = self.levels[len(self.levels) // 2]


class AngleHoldMachine:
    """Finds holds in the conditioned angle of one motion sensor.

    Args:
        least_deg: So far from rest a limb must be.

    Attributes:
        in_zone_s: No zone means anything here: seconds held, those of the running hold once it
            has started.
    """

    def __init__(self, least_deg: float) -> None:
        self._least_deg = least_deg
        self._standstill = _Standstill()
        self._away_s: float | None = None
        self._before_s: float | None = None
        self._before = 0.0
        self._hold: _Hold | None = None
        self._index = 0
        self._ended_held_s = 0.0

    @property
    def in_zone_s(self) -> float:
        """Seconds held."""
        hold = self._hold
        return self._ended_held_s + (hold.held_s if hold and hold.announced else 0.0)

    def step(self, signal: Conditioner) -> Sequence[HoldFinding]:
        """Take one conditioned reading, return what it decided (mostly nothing)."""
        self._standstill.step(signal)
        tm_s, m = signal.tm_s, signal.m
        self._leave_rest(tm_s, m)
        found = self._begin(signal) if self._hold is None else self._follow(self._hold, signal)
        self._before_s, self._before = tm_s, m
        return found

    def gap(self, from_s: float, to_s: float) -> Sequence[HoldFinding]:
        """Readings are missing between two times."""
        self._forget()
        return self._end(from_s, HoldEnd.LOST) if to_s - from_s > GAP_BRIDGE_S else ()

    def stop(self, t_s: float, reason: HoldEnd) -> Sequence[HoldFinding]:
        """The set or the input is over at `t_s`."""
        self._forget()
        hold = self._hold
        return self._end(t_s if hold is None or hold.left_s is None else hold.left_s, reason)

    def _forget(self) -> None:
        """What comes next is not compared with what was before."""
        self._standstill.reset()
        self._away_s = self._before_s = None

    def _leave_rest(self, tm_s: float, m: float) -> None:
        """Follow since when the angle is far enough from rest."""
        if m < self._least_deg:
            self._away_s = None
        elif self._away_s is None:
            self._away_s = self._crossed(self._least_deg, tm_s, m)

    def _begin(self, signal: Conditioner) -> Sequence[HoldFinding]:
        since_s, away_s = self._standstill.since_s, self._away_s
        if since_s is None or away_s is None:
            return ()
        start_s = max(since_s, away_s)
        if self._standstill.until_s - start_s < STILL_S:
            return ()
        self._hold = _Hold(start_s, signal.g, signal.tm_s - start_s)
        return ()

    def _follow(self, hold: _Hold, signal: Conditioner) -> Sequence[HoldFinding]:
        tm_s, m = signal.tm_s, signal.m
        if abs(m - hold.held) > hold.leaves_by:
            if hold.left_s is None:
                edge = hold.held + (hold.leaves_by if m > hold.held else -hold.leaves_by)
                hold.left_s = self._crossed(edge, tm_s, m)
            return self._end(hold.left_s, HoldEnd.RELEASED) if tm_s - hold.left_s > LEAVE_S else ()
        if hold.left_s is not None:
            hold.left_s = None
            hold.breaks += 1
        elif self._before_s is not None and tm_s - self._before_s <= LONGEST_STEP_S:
            hold.held_s += tm_s - self._before_s
        hold.keep(tm_s, m, signal.g)
        if hold.announced or hold.held_s < MIN_S:
            return ()
        hold.announced = True
        return (Started(self._index + 1, hold.start_s),)

    def _crossed(self, edge: float, tm_s: float, m: float) -> float:
        """When the angle went through `edge` on its way to `m`."""
        if self._before_s is None or m == self._before:
            return tm_s
        share = (edge - self._before) / (m - self._before)
        return self._before_s + (tm_s - self._before_s) * min(max(share, 0.0), 1.0)

    def _end(self, end_s: float, reason: HoldEnd) -> Sequence[HoldFinding]:
        hold, self._hold = self._hold, None
        if hold is None or not hold.announced:
            return ()
        self._index += 1
        self._ended_held_s += hold.held_s
        ended = Ended(
            index=self._index,
            start_s=hold.start_s,
            end_s=end_s,
            in_zone_s=None,
            mean=hold.held,
            breaks=hold.breaks,
            sags=(),
            reason=reason,
            record=hold.record,
        )
        return (ended,)

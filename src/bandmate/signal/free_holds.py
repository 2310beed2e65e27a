"""Any plateau above a drifting rest level, in any unit: what `free_holds` finds.

An excursion opens when the rep signal leaves the tracked rest level and closes when it has been
under half of the plateau's height for a while. It is a hold when the signal spent at least 1 s near
the plateau's level; else it was a false start, and counts as nothing.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bandmate.domain.events import HoldEnd
from bandmate.signal.conditioner import Conditioner
from bandmate.signal.holds import GAP_BRIDGE_S, MIN_S, Ended, HoldFinding, Started
from bandmate.signal.trace import Trace
from bandmate.signal.valley import Valley

REST_WINDOW_S = 3.0
"""How far back the rest level is looked for: long against noise, short against drift."""
FLOOR_SIGMA = 6.0
FLOOR_SHARE = 0.03
"""Of the highest plateau so far: what is smaller is handling."""
EDGE_FRACTION = 0.5
NEAR_FRACTION = 0.75
"""The signal is on the plateau while at or above this share of its height."""
LEAVE_S = 0.5
"""Under half the height for this long: the plateau is over."""
_BUCKET_S = 0.1
_ROUNDING_S = 1e-6
"""Times are rounded: what is a whole number of readings long must not be one longer at times."""


@dataclass(slots=True)
class _Plateau:
    """An excursion under way."""

    rest: float
    trace: Trace
    peak: float
    levels: list[float]
    bucket_s: float
    announced: bool = False
    under_s: float | None = None

    def keep(self, level: float) -> None:
        """Keep a level that is near the top, and none that is not any more."""
        half = self.rest + EDGE_FRACTION * (self.peak - self.rest)
        del self.levels[: bisect_right(self.levels, half)]
        if level > half:
            insort(self.levels, level)

    def height(self) -> float:
        """How far the plateau stands above rest: the median of what was near the top."""
        if not self.levels:
            return self.peak - self.rest
        return self.levels[len(self.levels) // 2] - self.rest


class FreeHoldMachine:
    """Finds plateaus in the conditioned signal of one sensor.

    Args:
        floor: Smallest height worth looking at; 0 where the unit is arbitrary.
    """

    def __init__(self, floor: float) -> None:
        self._least = floor
        self._rest = Valley(REST_WINDOW_S)
        self._plateau: _Plateau | None = None
        self._index = 0
        self.in_zone_s = 0.0
        """No zone means anything here: always 0."""

    def step(self, signal: Conditioner) -> Sequence[HoldFinding]:
        """Take one conditioned reading, return what it decided (mostly nothing)."""
        t_s, tm_s, m, g = signal.t_s, signal.tm_s, signal.m, signal.g
        plateau = self._plateau
        if plateau is None:
            rest = self._rest.step(t_s, tm_s, m, g)
            if g - rest > self._least and g - rest > FLOOR_SIGMA * signal.sigma:
                self._open(rest, t_s, g)
            return ()
        plateau.trace.add(tm_s, m)
        plateau.peak = max(plateau.peak, g)
        if t_s - plateau.bucket_s >= _BUCKET_S - _ROUNDING_S:
            plateau.bucket_s = t_s
            plateau.keep(g)
        if g - plateau.rest >= EDGE_FRACTION * plateau.height():
            plateau.under_s = None
            return () if plateau.announced else self._announce(plateau)
        if plateau.under_s is None:
            plateau.under_s = t_s
        if t_s - plateau.under_s < LEAVE_S:
            return ()
        self._rest.reset()
        self._rest.step(t_s, tm_s, m, g)
        return self._close(None, HoldEnd.RELEASED)

    def gap(self, from_s: float, to_s: float) -> Sequence[HoldFinding]:
        """Readings are missing between two times."""
        if to_s - from_s <= GAP_BRIDGE_S:
            return ()
        self._rest.reset()
        return self._close(from_s, HoldEnd.LOST)

    def stop(self, t_s: float, reason: HoldEnd) -> Sequence[HoldFinding]:
        """The set or the input is over at `t_s`; what comes after starts from a new rest level."""
        self._rest.reset()
        return self._close(t_s, reason)

    def _open(self, rest: float, t_s: float, g: float) -> None:
        self._plateau = _Plateau(rest, self._rest.trace(), g, [], t_s)

    def _announce(self, plateau: _Plateau) -> Sequence[HoldFinding]:
        # Ten buckets near the top make the minimum of 1 s: the plateau has proved itself.
        near = plateau.rest + NEAR_FRACTION * plateau.height()
        near_top = len(plateau.levels) - bisect_left(plateau.levels, near)
        if near_top * _BUCKET_S < MIN_S:
            return ()
        start_s = self._start(plateau)
        plateau.announced = True
        return (Started(self._index + 1, start_s),)

    def _start(self, plateau: _Plateau) -> float:
        """Half way up, where it rose from there to near its level: before, it may have paused."""
        trace, rest, height = plateau.trace, plateau.rest, plateau.height()
        near_s = trace.first_rise_through(rest + NEAR_FRACTION * height, trace.t_s[0])
        start_s = trace.last_rise_through(
            rest + EDGE_FRACTION * height, trace.t_s[-1] if near_s is None else near_s
        )
        return trace.t_s[0] if start_s is None else start_s

    def _close(self, at_s: float | None, reason: HoldEnd) -> Sequence[HoldFinding]:
        plateau, self._plateau = self._plateau, None
        if plateau is None:
            return ()
        trace, height = plateau.trace, plateau.height()
        start_s = self._start(plateau)
        end_s = trace.last_fall_through(plateau.rest + EDGE_FRACTION * height)
        if end_s is None or (at_s is not None and plateau.under_s is None):
            end_s = trace.t_s[-1] if at_s is None else at_s
        near = plateau.rest + NEAR_FRACTION * height
        if not plateau.announced and trace.time_above(near, start_s, end_s) < MIN_S:
            return ()
        self._index += 1
        self._least = max(self._least, FLOOR_SHARE * height)
        edge_s = 0.1 * (end_s - start_s)
        inner = trace.levels_between(start_s + edge_s, end_s - edge_s)
        ended = Ended(
            index=self._index,
            start_s=start_s,
            end_s=end_s,
            in_zone_s=None,
            mean=median(inner) if inner else plateau.rest + height,
            breaks=0,
            sags=(),
            reason=reason,
            record=trace,
        )
        return (ended,) if plateau.announced else (Started(self._index, start_s), ended)

"""R-T, RH-T, S-T: counting pulls in a tension signal.

A movement begins when the rep signal has risen far enough over its valley, which is then frozen. It
counts when it has fallen by 65 % of its rise; a shallower dip is a bounce and stays one movement.
It is final when it is back at 10 % of its rise, or rests, or the next one begins.

Where a movement turns out to hold full movements itself (`dips`), its base was the slack band
before it was tensioned: they are counted late, and counting goes on from the working tension.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from bandmate.domain.events import Grade
from bandmate.signal.conditioner import Conditioner
from bandmate.signal.dips import Dip, Dips
from bandmate.signal.movement import Movement, RepFinding
from bandmate.signal.settling import EDGE_FRACTION, FLOOR_SIGMA, Falling, settled
from bandmate.signal.trace import Trace
from bandmate.signal.valley import Valley

VALLEY_WINDOW_S = 30.0
"""A valley is looked for at most this far back."""
FLOOR_N = 3.0
FLOOR_DEG = 8.0
"""The same for an angle: breathing and fidgeting stay below it."""
PARTIAL_FRACTION = 0.25
FULL_FRACTION = 0.60
RETURN_FRACTION = 0.65
SPARSE_S = 0.05
"""Readings this far apart or more: the median's delay of one reading is too long to wait for."""
SPARSE_SIGMA = 1.5
"""How much of the noise the newest of such readings is given: it has no time to be averaged."""
JUMP_FRACTION = 0.35
"""Of the rise, between the median and the newest reading: more may be a bad reading."""
LEARN_FROM = 3
"""Accepted movements whose median replaces the expected excursion."""
LEARN_WITHIN = (0.5, 1.5)
"""… but never further from the plan than this."""
SNAP_S = 0.150
"""A 65 % fall quicker than this, followed by slack within `SNAP_SLACK_S`, is no let-down."""
SNAP_SLACK_S = 0.300
SNAP_TOP_FRACTION = 0.95
SETTLE_S = 1.2
"""A movement that finds no new low for this long rests, though not back at its base."""
LONG_GAP_S = 5.0
"""After a gap this long nothing can be said about the movement before it."""


@dataclass(frozen=True, slots=True)
class RepSettings:
    """What the exercise expects.

    Attributes:
        amplitude: Expected rise of a full movement; `None`: learnt from the first ones.
        min_s: Quicker is `fast` (start to count).
        max_s: Slower is `slow`.
        slack: Below this the band is slack.
        floor: Smallest rise worth looking at.
    """

    amplitude: float | None
    min_s: float = 0.0
    max_s: float = float("inf")
    slack: float = 3.0
    floor: float = FLOOR_N


class RepMachine:
    """Counts movements in the conditioned signal of one sensor.

    Attributes:
        index: Movements decided so far, of any grade.
    """

    def __init__(self, settings: RepSettings) -> None:
        self._settings = settings
        self._expected = settings.amplitude
        self._accepted: list[float] = []
        self.index = 0
        self._valley = Valley(VALLEY_WINDOW_S)
        self._rising: Trace | None = None
        self._base = 0.0
        self._peak = self._peak_s = self._peak_m = 0.0
        self._interrupted = False
        self._dips = Dips(settings.min_s)
        self._falling: Falling | None = None
        self._snap: Movement | None = None

    @property
    def in_progress(self) -> int | None:
        """Index of the movement that is under way, or `None`."""
        return None if self._rising is None else self.index + 1

    def step(self, signal: Conditioner) -> Sequence[RepFinding]:
        """Take one conditioned reading, return what it decided (mostly nothing)."""
        t_s, tm_s, m, g = signal.t_s, signal.tm_s, signal.m, signal.g
        found: list[RepFinding] | tuple[()] = ()
        if self._snap is not None or self._falling is not None:
            found = self._follow_down(t_s, tm_s, m)
        if self._rising is None:
            valley = self._valley.step(t_s, tm_s, m, g)
            if 0 < g - valley >= self._begin_rise(signal.sigma):
                # A new pull: the band is still there, so the quick fall before was none.
                found = [*found, *self._decide_snap(), *self._settle(t_s)]
                self._begin(valley, t_s, m, g)
            return found
        self._rising.add(tm_s, m)
        if g > self._peak:
            self._peak, self._peak_s = g, t_s
        self._peak_m = max(self._peak_m, m)
        if self._returned(signal):
            return [*found, *self._count(signal)]
        dips = self._dips.step(t_s, g, self._dip_depth(signal.sigma))
        return [*found, *self._count_late(dips, signal)] if dips else found

    def gap(self, from_s: float, to_s: float) -> Sequence[RepFinding]:
        """Readings are missing between two times."""
        if to_s - from_s > LONG_GAP_S:
            return self.abort(from_s, "interrupted")
        self._interrupted = True
        return ()

    def abort(self, t_s: float, flag: str = "") -> Sequence[RepFinding]:
        """The set is stopped, switched or over: an open movement is aborted."""
        found = [*self._decide_snap(), *self._settle(t_s)]
        if self._rising is not None:
            movement = replace(self._movement(t_s), grade=Grade.ABORTED)
            found.append(
                self._decide(replace(movement, flags=(*movement.flags, *filter(None, [flag]))))
            )
        self._rising = None
        self._valley.reset()
        return found

    def _returned(self, signal: Conditioner) -> bool:
        """Has the pull fallen by 65 % of its rise?

        Where readings are far apart the filters alone would tell it too late: there the newest
        one counts too, unless it jumps as a single bad reading does.
        """
        rise = self._peak - self._base
        level = self._peak - RETURN_FRACTION * rise
        if signal.g <= level:
            return True
        if signal.step_s < SPARSE_S or signal.m - signal.raw > JUMP_FRACTION * rise:
            return False
        return signal.raw - SPARSE_SIGMA * signal.sigma <= level

    def _begin_rise(self, sigma: float) -> float:
        return max(
            PARTIAL_FRACTION * (self._expected or 0.0), self._settings.floor, FLOOR_SIGMA * sigma
        )

    def _dip_depth(self, sigma: float) -> float:
        """How deep a dip is that would be a full movement by itself."""
        expected = self._expected or self._peak - self._base
        return max(FULL_FRACTION * expected, self._begin_rise(sigma))

    def _begin(self, valley: float, t_s: float, m: float, g: float) -> None:
        self._rising = trace = Trace()
        for point_s, level in self._valley.since:
            trace.add(point_s, level)
        self._base = valley
        self._peak, self._peak_s, self._peak_m = g, t_s, m
        self._interrupted = False
        self._dips.begin(t_s, g)

    def _count_late(self, dips: Sequence[Dip], signal: Conditioner) -> Sequence[RepFinding]:
        """Count the movements inside this one, and go on from the newest low as the base."""
        found: list[RepFinding] = []
        trace = self._rising
        assert trace is not None  # noqa: S101 - dips are looked for in a movement under way
        from_s = trace.t_s[0]
        for dip in dips:
            part = trace.between(from_s, dip.low_s)
            movement = self._late(dip, part, signal.t_s)
            found.append(self._decide(movement))
            falling = Falling(
                movement, dip.low, movement.peak, part, signal.sigma, dip.low, dip.low_s
            )
            found.append(settled(falling, dip.low_s))
            from_s = dip.low_s
        self._rising = trace.between(from_s, signal.t_s)
        self._base = dips[-1].low
        self._peak, self._peak_s = signal.g, signal.t_s
        self._peak_m = max([signal.m, *self._rising.level])
        return found

    def _late(self, dip: Dip, part: Trace, t_s: float) -> Movement:
        rise = dip.peak - dip.low
        start_s = part.last_rise_through(dip.low + EDGE_FRACTION * rise, dip.peak_s)
        start_s = part.t_s[0] if start_s is None else start_s
        fell_s = part.first_fall_through(dip.peak - RETURN_FRACTION * rise, dip.peak_s)
        return Movement(
            index=self.index + 1,
            grade=self._grade(rise, (dip.low_s if fell_s is None else fell_s) - start_s),
            start_s=start_s,
            peak_s=dip.peak_s,
            count_s=t_s,
            peak=max(part.level),
            base=dip.low,
            excursion=rise,
            flags=("interrupted",) if self._interrupted else (),
        )

    def _count(self, signal: Conditioner) -> Sequence[RepFinding]:
        t_s, m = signal.t_s, signal.m
        movement = self._movement(t_s)
        trace = self._rising
        assert trace is not None  # noqa: S101 - a movement that counts was rising
        self._rising = None
        self._valley.reset()
        self._valley.step(t_s, signal.tm_s, m, signal.g)
        quick = self._fell_quickly(trace)
        if quick and m < self._settings.slack:
            return [self._decide(_snapped(movement))]
        self._falling = Falling(movement, self._base, self._peak_m, trace, signal.sigma, m, t_s)
        if quick:
            self._snap = movement
            return ()
        return [self._decide(movement)]

    def _movement(self, t_s: float) -> Movement:
        trace = self._rising
        assert trace is not None  # noqa: S101 - only called for a movement under way
        rise = self._peak - self._base
        start_s = trace.last_rise_through(self._base + EDGE_FRACTION * rise, self._peak_s)
        if start_s is None:
            start_s = trace.t_s[0]
        return Movement(
            index=self.index + 1,
            grade=self._grade(rise, t_s - start_s),
            start_s=start_s,
            peak_s=self._peak_s,
            count_s=t_s,
            peak=self._peak_m,
            base=self._base,
            excursion=rise,
            flags=("interrupted",) if self._interrupted else (),
        )

    def _grade(self, rise: float, duration_s: float) -> Grade:
        if duration_s < self._settings.min_s:
            return Grade.FAST
        if duration_s > self._settings.max_s:
            return Grade.SLOW
        if rise < FULL_FRACTION * (self._expected or 0.0):
            return Grade.PARTIAL
        return Grade.FULL

    def _decide(self, movement: Movement) -> Movement:
        self._snap = None
        self.index = movement.index
        self._learn(movement)
        return movement

    def _decide_snap(self) -> list[RepFinding]:
        return [] if self._snap is None else [self._decide(self._snap)]

    def _learn(self, movement: Movement) -> None:
        planned = self._settings.amplitude
        if planned is None:
            # Whatever its grade: one large pull at the start must not make all others partial.
            if movement.grade is not Grade.ABORTED:
                self._accepted = [*self._accepted[-4:], movement.excursion]
            if len(self._accepted) >= LEARN_FROM:
                self._expected = median(self._accepted)
        elif movement.grade is Grade.FULL and len(self._accepted) < LEARN_FROM:
            self._accepted.append(movement.excursion)
            if len(self._accepted) == LEARN_FROM:
                least, most = (planned * share for share in LEARN_WITHIN)
                self._expected = min(max(median(self._accepted), least), most)

    def _fell_quickly(self, trace: Trace) -> bool:
        rise = self._peak_m - self._base
        left_top_s = trace.last_fall_through(self._base + SNAP_TOP_FRACTION * rise)
        if left_top_s is None:
            return False
        fell_s = trace.first_fall_through(self._peak_m - RETURN_FRACTION * rise, left_top_s)
        return fell_s is not None and fell_s - left_top_s < SNAP_S

    def _follow_down(self, t_s: float, tm_s: float, m: float) -> list[RepFinding]:
        found: list[RepFinding] = []
        if self._snap is not None:
            if m < self._settings.slack:
                self._falling = None
                return [self._decide(_snapped(self._snap))]
            if t_s - self._snap.count_s > SNAP_SLACK_S:
                found.append(self._decide(self._snap))
        falling = self._falling
        if falling is None:
            return found
        falling.trace.add(tm_s, m)
        if m < falling.low:
            falling.low, falling.low_s = m, t_s
        back = m <= falling.valley + EDGE_FRACTION * (falling.peak - falling.valley)
        if self._snap is None and (back or t_s - falling.low_s > SETTLE_S):
            found.extend(self._settle(t_s))
        return found

    def _settle(self, t_s: float) -> Sequence[RepFinding]:
        falling, self._falling = self._falling, None
        return () if falling is None else (settled(falling, t_s),)


def _snapped(movement: Movement) -> Movement:
    return replace(movement, grade=Grade.ABORTED, flags=(*movement.flags, "band_release"))

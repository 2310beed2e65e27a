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
from bandmate.signal.release import Fall
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
DOUBT_SIGMA = 2.0
"""A rise that misses the full one by so little of the noise may be one."""
SPARSE_S = 0.05
"""Readings this far apart or more: the median's delay of one reading is too long to wait for."""
SPARSE_SIGMA = 1.5
"""How much of the noise the newest of such readings is given: it has no time to be averaged."""
JUMP_FRACTION = 0.35
"""Of the rise, between the median and the newest reading: more may be a bad reading."""
REST_S = 5.0
"""Who is over the edge for so long before a rise rests there: the rise begins where that ends."""
LEARN_FROM = 3
"""Accepted movements whose median replaces the expected excursion."""
LEARN_WITHIN = (0.5, 1.5)
"""… but never further from the plan than this."""
KNOCK_S = 0.22
"""What has risen far enough to begin and falls by 65 % within this time is a knock."""
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
        known: What full movements were found to rise by in a first pass over the same readings;
            they are held against it until this pass has learnt its own.
    """

    amplitude: float | None
    min_s: float = 0.0
    max_s: float = float("inf")
    slack: float = 3.0
    floor: float = FLOOR_N
    known: float | None = None


class RepMachine:
    """Counts movements in the conditioned signal of one sensor.

    Attributes:
        index: Movements decided so far, of any grade.
    """

    def __init__(self, settings: RepSettings) -> None:
        self._settings = settings
        self._expect(settings.known or settings.amplitude)
        self._accepted: list[float] = []
        self.index = 0
        self._valley = Valley(VALLEY_WINDOW_S)
        self._rising: Trace | None = None
        self._base = 0.0
        self._peak = self._peak_s = self._peak_m = 0.0
        self._doubt = 0.0
        self._interrupted = False
        self._dips: Dips | None = None
        self._falling: Falling | None = None
        self._undecided: tuple[Movement, Fall] | None = None

    @property
    def in_progress(self) -> int | None:
        """Index of the movement that is under way, or `None`."""
        return None if self._rising is None else self.index + 1

    def step(self, signal: Conditioner) -> Sequence[RepFinding]:
        """Take one conditioned reading, return what it decided (mostly nothing)."""
        t_s, tm_s, m, g = signal.t_s, signal.tm_s, signal.m, signal.g
        found: Sequence[RepFinding] = ()
        falling = self._falling
        if falling is not None:
            found = self._follow_down(falling, signal)
        trace = self._rising
        if trace is None:
            valley = self._valley.step(t_s, tm_s, m, g)
            rise = g - valley
            if rise >= self._least_rise and rise >= FLOOR_SIGMA * signal.sigma and rise > 0.0:
                return [*found, *self._begin(valley, signal)]
            return found
        if not signal.is_held:
            trace.add(tm_s, m)
            if m > self._peak_m:  # noqa: PLR1730 - no call where a comparison will do
                self._peak_m = m
        if g > self._peak:
            self._peak, self._peak_s = g, t_s
            if self._dips is None:
                return found
        peak = self._peak
        rise = peak - self._base
        if g <= peak - RETURN_FRACTION * rise or (
            t_s - tm_s >= SPARSE_S and self._returned_early(signal)
        ):
            return [*found, *self._count(signal)]
        if self._dips is None and peak - g < (self._full_rise or PARTIAL_FRACTION * rise):
            return found
        return [*found, *self._follow_dips(signal)]

    def gap(self, from_s: float, to_s: float) -> Sequence[RepFinding]:
        """Readings are missing between two times."""
        if to_s - from_s > LONG_GAP_S:
            return self.abort(from_s, "interrupted")
        self._interrupted = True
        return ()

    def abort(self, t_s: float, flag: str = "") -> Sequence[RepFinding]:
        """The set is stopped, switched or over: an open movement is aborted."""
        found = [*self._decide_now(), *self._settle(t_s)]
        if self._rising is not None:
            movement = replace(self._movement(t_s), grade=Grade.ABORTED)
            found.append(
                self._decide(replace(movement, flags=(*movement.flags, *filter(None, [flag]))))
            )
        self._rising = None
        self._valley.reset()
        return found

    def _returned_early(self, signal: Conditioner) -> bool:
        """Has the newest reading fallen by 65 % of the rise?

        Where readings are far apart the filters alone would tell it too late: there it counts too,
        unless it jumps as a single bad reading does.
        """
        rise = self._peak - self._base
        if signal.m - signal.raw > JUMP_FRACTION * rise:
            return False
        return signal.raw - SPARSE_SIGMA * signal.sigma <= self._peak - RETURN_FRACTION * rise

    def _follow_dips(self, signal: Conditioner) -> Sequence[RepFinding]:
        if self._dips is None:
            alike = self._expected is None
            self._dips = Dips(self._settings.min_s, self._peak, self._peak_s, alike=alike)
        dips = self._dips.step(signal.t_s, signal.g, self._dip_depth(signal.sigma))
        return self._count_late(dips, signal) if dips else ()

    def _dip_depth(self, sigma: float) -> float:
        """How deep a dip is that would be a full movement by itself, or might be one."""
        depth = self._full_rise or PARTIAL_FRACTION * (self._peak - self._base)
        return max(depth, self._least_rise, FLOOR_SIGMA * sigma)

    def _begin(self, valley: float, signal: Conditioner) -> Sequence[RepFinding]:
        t_s, g = signal.t_s, signal.g
        if signal.began_odd and signal.first_s <= self._valley.low_s < signal.sure_s:
            valley = self._valley.drop(signal.first_s, signal.sure_s)
            if g - valley < self._least_rise:
                return ()
        # A new pull: the band is still there, so the quick fall before was none.
        found = [*self._decide_now(), *self._settle(t_s)]
        self._rising = self._valley.trace()
        self._base = valley
        self._peak, self._peak_s, self._peak_m = g, t_s, signal.m
        self._doubt = DOUBT_SIGMA * signal.sigma
        self._interrupted = False
        self._dips = None
        return found

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
        start_s = _start_s(part, dip.low, rise, dip.peak_s)
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
        if trace.t_s[0] > signal.sure_s and self._is_knock(trace, movement.peak_s):
            return ()
        self._falling = Falling(movement, self._base, self._peak_m, trace, signal.sigma, m, t_s)
        self._undecided = movement, Fall(trace)
        return self._judge_fall()

    def _is_knock(self, trace: Trace, peak_s: float) -> bool:
        rise = self._peak_m - self._base
        line = self._base + (1 - RETURN_FRACTION) * rise
        most_s = min(KNOCK_S, self._settings.min_s or KNOCK_S)
        around = trace.between(peak_s - most_s, peak_s + most_s)
        rose_s = around.last_rise_through(min(line, self._base + self._least_rise), peak_s)
        fell_s = around.first_fall_through(line, peak_s)
        if rose_s is None or fell_s is None:
            return False
        return fell_s - rose_s < most_s

    def _judge_fall(self) -> Sequence[RepFinding]:
        """Decide the movement that fell, unless its fall may still become a band's release."""
        if self._undecided is None:
            return ()
        movement, fall = self._undecided
        if fall.release(self._settings.slack):
            self._falling = None
            return [self._decide(_let_go(movement))]
        # A limb never comes to slack.
        is_open = self._settings.slack > float("-inf") and fall.is_open()
        return () if is_open else [self._decide(movement)]

    def _movement(self, t_s: float) -> Movement:
        trace = self._rising
        assert trace is not None  # noqa: S101 - only called for a movement under way
        rise = self._peak - self._base
        start_s = _start_s(trace, self._base, rise, self._peak_s)
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
        if rise < self._full_rise - self._doubt:
            return Grade.PARTIAL
        return Grade.FULL

    def _decide(self, movement: Movement) -> Movement:
        self._undecided = None
        self.index = movement.index
        self._learn(movement)
        return movement

    def _decide_now(self) -> list[RepFinding]:
        return [] if self._undecided is None else [self._decide(self._undecided[0])]

    def _learn(self, movement: Movement) -> None:
        planned = self._settings.amplitude
        if planned is None:
            # Whatever its grade: one large pull at the start must not make all others partial.
            if movement.grade is not Grade.ABORTED:
                self._accepted = [*self._accepted[-4:], movement.excursion]
            if len(self._accepted) >= LEARN_FROM:
                self._expect(median(self._accepted))
        elif movement.grade is Grade.FULL and len(self._accepted) < LEARN_FROM:
            self._accepted.append(movement.excursion)
            if len(self._accepted) == LEARN_FROM:
                least, most = (planned * share for share in LEARN_WITHIN)
                self._expect(min(max(median(self._accepted), least), most))

    def _expect(self, excursion: float | None) -> None:
        self._expected = excursion
        self._full_rise = FULL_FRACTION * (excursion or 0.0)
        self._least_rise = max(PARTIAL_FRACTION * (excursion or 0.0), self._settings.floor)

    def _follow_down(self, falling: Falling, signal: Conditioner) -> Sequence[RepFinding]:
        if signal.is_held:
            return ()
        t_s, m = signal.t_s, signal.m
        falling.trace.add(signal.tm_s, m)
        if m < falling.low:
            falling.low, falling.low_s = m, t_s
        if self._undecided is not None:
            return self._judge_fall()
        back = m <= falling.valley + EDGE_FRACTION * (falling.peak - falling.valley)
        return self._settle(t_s) if back or t_s - falling.low_s > SETTLE_S else ()

    def _settle(self, t_s: float) -> Sequence[RepFinding]:
        falling, self._falling = self._falling, None
        return () if falling is None else (settled(falling, t_s),)


def _let_go(movement: Movement) -> Movement:
    return replace(movement, grade=Grade.ABORTED, flags=(*movement.flags, "band_release"))


def _start_s(trace: Trace, base: float, rise: float, peak_s: float) -> float:
    """Where a movement rose from its base through its edge."""
    rose_s = trace.last_rise_through(base + PARTIAL_FRACTION * rise, peak_s)
    before_s = peak_s if rose_s is None else rose_s
    start_s = trace.last_rise_through(base + EDGE_FRACTION * rise, before_s)
    if start_s is None:
        return trace.t_s[0]
    if rose_s is None or rose_s - start_s <= REST_S:
        return start_s
    rest = min(trace.levels_between(rose_s - REST_S, rose_s))
    edge = rest + EDGE_FRACTION * (base + rise - rest)
    left_s = trace.last_rise_through(edge, peak_s)
    return start_s if left_s is None else left_s

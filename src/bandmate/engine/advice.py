"""Advice on how a set is done: its pace, the band, the sensor's zero. Given seldom."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bandmate.domain.alerts import HINTS, AlertCode, HintCode
from bandmate.domain.events import Event, Grade, Hint
from bandmate.domain.exercises import HOLD_RECOGNISERS, Exercise
from bandmate.domain.samples import Quantity
from bandmate.domain.zones import ZoneLimits
from bandmate.engine.alert_book import AlertBook
from bandmate.engine.alert_path import DEFAULT_SLACK_N
from bandmate.engine.stamp import Stamp
from bandmate.signal.conditioner import Conditioner
from bandmate.signal.drift import DriftWatch
from bandmate.signal.health import Fault
from bandmate.signal.movement import Movement, Settled
from bandmate.signal.reps import FLOOR_N
from bandmate.signal.swings import SwingWatch

IN_A_ROW: Final = 3
"""One movement is none: advice is given after so many of a kind, one after the other."""
PACE_PAUSE_S: Final = 10.0
"""Advice on the pace is given at most this often, and is over so long after the last movement."""
HINT_PAUSE_S: Final = 20.0
HELD_S: Final = 2.0
"""A movement that is near its top for longer is held there …"""
HELD_SHARE: Final = 0.4
"""… if that is so much of it: a slow one without any hold is there for three tenths."""
FLOSS_ZONE: Final = "floss_light"
FLOSS_VALLEY_N: Final = 12.0
"""A band for flossing that pulls more than this between movements is too strong for it."""
QUICK_N_PER_S: Final = 40.0
"""A stretch or a floss that changes faster than this is too quick. No source has such a figure."""
QUICK_PULL_N_PER_S: Final = 20.0
"""The same for traction while it is built up."""
SLOPE_S: Final = 0.1
_LONGEST_SLOPE_S: Final = 0.3
"""Over more than this readings are missing."""
_SLOPE_SIGMA: Final = 3.0
"""What is over the limit is no more noise from so many standard deviations on."""
_SETTLE_S: Final = 1.0
"""A fast movement is known to be one, and a jerk is over, after so long."""
_KEPT_SHARE: Final = 0.25
"""A change of which less is left then was a jerk."""
_LET_GO_S: Final = 0.3
"""A band that is slack so soon was let go, or slipped."""
_ROUNDING_S: Final = 1e-6
_LOOK_S: Final = 0.04
"""Nothing here is in a hurry: readings closer than this are passed over."""


class _Adviser:
    """Looks at one side of a set; says nothing unless told otherwise."""

    def moved(self, movement: Movement, t_s: float) -> Sequence[Event]:
        """A movement was decided at `t_s`."""
        del movement, t_s
        return ()

    def rested(self, settled: Settled, t_s: float) -> Sequence[Event]:
        """A counted movement came to rest."""
        del settled, t_s
        return ()

    def look(self, signal: Conditioner) -> Sequence[Event]:
        """Take a conditioned reading."""
        del signal
        return ()

    def gap(self) -> None:
        """Readings are missing."""

    def stop(self, t_s: float) -> Sequence[Event]:
        """The set or the input is over, or there is a new zero."""
        del t_s
        return ()


class Advice:
    """All advisers of one set."""

    def __init__(self, advisers: Sequence[_Adviser]) -> None:
        self._advisers = advisers
        self._look_at_s = -float("inf")

    def moved(self, movement: Movement, t_s: float) -> Sequence[Event]:
        """A movement was decided at `t_s`."""
        return [event for adviser in self._advisers for event in adviser.moved(movement, t_s)]

    def rested(self, settled: Settled, t_s: float) -> Sequence[Event]:
        """A counted movement came to rest."""
        return [event for adviser in self._advisers for event in adviser.rested(settled, t_s)]

    def step(self, signal: Conditioner) -> Sequence[Event]:
        """Take one conditioned reading."""
        if signal.t_s < self._look_at_s:
            return ()
        self._look_at_s = signal.t_s + _LOOK_S
        events: Sequence[Event] = ()
        for adviser in self._advisers:
            advised = adviser.look(signal)
            if advised:
                events = [*events, *advised]
        return events

    def gap(self) -> None:
        """Readings are missing."""
        for adviser in self._advisers:
            adviser.gap()

    def stop(self, t_s: float) -> Sequence[Event]:
        """The set or the input is over, or there is a new zero."""
        return [event for adviser in self._advisers for event in adviser.stop(t_s)]


def advice(exercise: Exercise, stamp: Stamp, book: AlertBook, quantity: Quantity) -> Advice:
    """What there is to say about a set of `exercise`: of the pull only where it is a force."""
    moves = exercise.recogniser not in HOLD_RECOGNISERS
    zone = exercise.zone
    advisers: list[_Adviser] = [_Pace(book)] if moves else []
    if exercise.zone_name == FLOSS_ZONE and moves:
        advisers.append(_Flow(stamp))
    if quantity == "force":
        advisers.append(_Zero(book, zone))
        if zone is not None and exercise.phase != "stabilise":
            most_rise = QUICK_PULL_N_PER_S if "traction" in exercise.tags else QUICK_N_PER_S
            advisers.append(_Smooth(stamp, zone.slack_n, most_rise))
        if moves:
            advisers.append(_Size(stamp))
        if moves and zone is not None:
            most_base_n = FLOSS_VALLEY_N if exercise.zone_name == FLOSS_ZONE else float("inf")
            advisers.append(_Band(book, zone.high_n, most_base_n))
    return Advice(advisers)


class _Pace(_Adviser):
    """Three fast movements in a row: a little slower. Stands until one is not fast, or none is."""

    def __init__(self, book: AlertBook) -> None:
        self._book = book
        self._starts_s: list[float] = []
        self._last_s = 0.0
        self._quiet_until_s = -float("inf")

    def moved(self, movement: Movement, t_s: float) -> Sequence[Event]:
        if movement.grade is not Grade.FAST:
            return self.stop(t_s)
        self._starts_s = [*self._starts_s, movement.start_s][-IN_A_ROW:]
        self._last_s = movement.count_s
        if len(self._starts_s) < IN_A_ROW or t_s < self._quiet_until_s:
            return ()
        raised = self._book.raise_(
            AlertCode.PACE_FAST, t_s, self._starts_s[0], index=movement.index
        )
        if raised:
            self._quiet_until_s = t_s + PACE_PAUSE_S
        return raised

    def look(self, signal: Conditioner) -> Sequence[Event]:
        over = self._starts_s and signal.t_s - self._last_s > PACE_PAUSE_S
        return self.stop(signal.t_s) if over else ()

    def stop(self, t_s: float) -> Sequence[Event]:
        self._starts_s = []
        return self._book.clear(AlertCode.PACE_FAST, t_s, self._last_s)


class _Flow(_Adviser):
    """Flossing goes on and on: a movement that is held at its top is told, seldom."""

    def __init__(self, stamp: Stamp) -> None:
        self._stamp = stamp
        self._quiet_until_s = -float("inf")

    def rested(self, settled: Settled, t_s: float) -> Sequence[Event]:
        whole_s = settled.end_s - settled.start_s
        is_held = settled.top_s > HELD_S and settled.top_s > HELD_SHARE * whole_s
        if not is_held or t_s < self._quiet_until_s:
            return ()
        self._quiet_until_s = t_s + HINT_PAUSE_S
        code = HintCode.KEEP_MOVING
        return (Hint(**self._stamp.head(Hint, t_s), code=code, message=HINTS[code]),)


@dataclass(frozen=True, slots=True)
class _Quick:
    """The pull changed too quickly from one time and level to another."""

    from_s: float
    from_n: float
    to_s: float
    to_n: float

    def share_of(self, n: float) -> float:
        """How much of the change a level has kept."""
        return (n - self.from_n) / (self.to_n - self.from_n)


class _Smooth(_Adviser):
    """A pull that grows or fades too quickly is told, once it is known to be no jerk or release.

    Movements that are too fast as a whole are the pace's affair.
    """

    def __init__(self, stamp: Stamp, slack_n: float, most_rise: float) -> None:
        self._stamp = stamp
        self._slack_n = slack_n
        self._most_rise = most_rise
        self._past: deque[tuple[float, float]] = deque()
        self._quick: _Quick | None = None
        self._quiet_until_s = -float("inf")

    def moved(self, movement: Movement, t_s: float) -> Sequence[Event]:
        del t_s
        if movement.grade in {Grade.FAST, Grade.ABORTED}:
            self.gap()
        return ()

    def look(self, signal: Conditioner) -> Sequence[Event]:
        t_s, m, past = signal.t_s, signal.m, self._past
        if t_s < self._quiet_until_s:
            return ()
        if self._quick is not None:
            return self._judge(self._quick, t_s, m)
        past.append((t_s, m))
        while len(past) > 1 and past[1][0] <= t_s - SLOPE_S + _ROUNDING_S:
            past.popleft()
        from_s, from_n = past[0]
        length_s, change_n = t_s - from_s, m - from_n
        if SLOPE_S - _ROUNDING_S <= length_s <= _LONGEST_SLOPE_S:
            most = self._most_rise if change_n > 0.0 else QUICK_N_PER_S
            if abs(change_n) > most * length_s + _SLOPE_SIGMA * signal.sigma:
                self._quick = _Quick(from_s, from_n, t_s, m)
        return ()

    def gap(self) -> None:
        self._past.clear()
        self._quick = None

    def stop(self, t_s: float) -> Sequence[Event]:
        del t_s
        self.gap()
        return ()

    def _judge(self, quick: _Quick, t_s: float, m: float) -> Sequence[Event]:
        was_let_go = m < self._slack_n and t_s - quick.from_s <= _LET_GO_S
        if not was_let_go and t_s - quick.to_s < _SETTLE_S:
            return ()
        self.gap()
        if was_let_go or quick.share_of(m) < _KEPT_SHARE:
            return ()
        self._quiet_until_s = t_s + HINT_PAUSE_S
        code = HintCode.TOO_QUICK
        return (Hint(**self._stamp.head(Hint, t_s), code=code, message=HINTS[code]),)


class _Band(_Adviser):
    """Three repetitions in a row over the zone, or from too high a valley: said once a set."""

    def __init__(self, book: AlertBook, high_n: float, most_base_n: float) -> None:
        self._book = book
        self._high_n = high_n
        self._most_base_n = most_base_n
        self._starts_s: list[float] = []
        self._said = False

    def moved(self, movement: Movement, t_s: float) -> Sequence[Event]:
        if movement.grade is not Grade.FULL:
            return ()
        over = movement.peak > self._high_n
        if not over and movement.base <= self._most_base_n:
            return self._fits(t_s, movement.start_s)
        self._starts_s = [*self._starts_s, movement.start_s][-IN_A_ROW:]
        if len(self._starts_s) < IN_A_ROW or self._said:
            return ()
        raised = self._book.raise_(
            AlertCode.WRONG_BAND,
            t_s,
            self._starts_s[0],
            value=movement.peak if over else movement.base,
            limit=self._high_n if over else self._most_base_n,
            index=movement.index,
        )
        self._said = bool(raised)
        return raised

    def stop(self, t_s: float) -> Sequence[Event]:
        return self._fits(t_s, t_s)

    def _fits(self, t_s: float, gone_s: float) -> Sequence[Event]:
        self._starts_s = []
        return self._book.clear(AlertCode.WRONG_BAND, t_s, gone_s)


class _Zero(_Adviser):
    """The zero has moved. Valleys tell it only where an exercise says what the pull should be."""

    def __init__(self, book: AlertBook, zone: ZoneLimits | None) -> None:
        self._book = book
        self._has_zone = zone is not None
        self._drift = DriftWatch(DEFAULT_SLACK_N if zone is None else zone.slack_n)

    def moved(self, movement: Movement, t_s: float) -> Sequence[Event]:
        # A fast movement's valley is cut off by the filter: it would look like a rise.
        if not self._has_zone or movement.grade is Grade.FAST:
            return ()
        return self._tell(self._drift.moved(movement.start_s, movement.base), t_s)

    def look(self, signal: Conditioner) -> Sequence[Event]:
        return self._tell(self._drift.step(signal.t_s, signal.g, signal.sigma), signal.t_s)

    def gap(self) -> None:
        self._drift.gap()

    def stop(self, t_s: float) -> Sequence[Event]:
        self._drift.reset()
        return self._book.clear(AlertCode.BASELINE_DRIFT, t_s, t_s)

    def _tell(self, fault: Fault | None, t_s: float) -> Sequence[Event]:
        if fault is None:
            return ()
        if fault.gone:
            return self._book.clear(AlertCode.BASELINE_DRIFT, t_s, fault.onset_s)
        return self._book.raise_(AlertCode.BASELINE_DRIFT, t_s, fault.onset_s, value=fault.value)


class _Size(_Adviser):
    """Somebody moves, but too little to be counted."""

    def __init__(self, stamp: Stamp) -> None:
        self._stamp = stamp
        self._swings = SwingWatch(FLOOR_N)
        self._quiet_until_s = -float("inf")

    def moved(self, movement: Movement, t_s: float) -> Sequence[Event]:
        del movement, t_s
        self._swings.reset()
        return ()

    def look(self, signal: Conditioner) -> Sequence[Event]:
        t_s = signal.t_s
        going_on = self._swings.step(t_s, signal.m, signal.sigma)
        if not going_on or t_s < self._quiet_until_s:
            return ()
        self._quiet_until_s = t_s + HINT_PAUSE_S
        code = HintCode.MOVEMENT_TOO_SMALL
        return (Hint(**self._stamp.head(Hint, t_s), code=code, message=HINTS[code]),)

    def gap(self) -> None:
        self._swings.reset()

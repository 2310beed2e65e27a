"""Advice on how a set is done: its pace, the band, the sensor's zero. Given seldom."""

from collections.abc import Sequence
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

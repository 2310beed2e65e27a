"""From what a recogniser found to events, and to progress against the dose."""

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from bandmate.domain.alerts import AlertCode
from bandmate.domain.events import (
    DoseReached,
    Event,
    Grade,
    HoldEnd,
    HoldEnded,
    HoldStarted,
    Rep,
)
from bandmate.domain.exercises import HOLD_RECOGNISERS, Exercise, Recogniser
from bandmate.domain.samples import Quantity, Timing
from bandmate.engine.advice import advice
from bandmate.engine.alert_book import AlertBook
from bandmate.engine.finals import Finals
from bandmate.engine.second_pass import PoseRecord, Record
from bandmate.engine.stamp import Stamp
from bandmate.signal.angle_holds import AngleHoldMachine
from bandmate.signal.conditioner import Conditioner
from bandmate.signal.course import Course
from bandmate.signal.free_holds import FreeHoldMachine
from bandmate.signal.holds import (
    Ended,
    Found,
    HoldFinding,
    HoldMachine,
    HoldSettings,
    Lost,
    Recovered,
    Sagging,
    Started,
)
from bandmate.signal.motion_reps import MotionRepMachine
from bandmate.signal.movement import Movement, RepFinding
from bandmate.signal.repeats import REPEATS
from bandmate.signal.reps import FLOOR_DEG, FLOOR_N, RepMachine, RepSettings
from bandmate.signal.steadiness import steadiness

_FLOOR: Mapping[Quantity, float] = MappingProxyType(
    {"force": FLOOR_N, "arbitrary": 0.0, "angle": FLOOR_DEG}
)
"""The smallest rise worth looking at, by what the sensor shows."""


class Recognition(Protocol):
    """The recogniser of one set."""

    @property
    def record(self) -> Record | PoseRecord | None:
        """What keeps its readings for a second pass; of a hold nothing is kept."""
        ...

    @property
    def credited(self) -> float:
        """What counts toward the dose so far: movements, or seconds in zone."""
        ...

    @property
    def in_progress(self) -> int | None:
        """Index of the movement that is under way."""
        ...

    def step(self, signal: Conditioner, *, trusted: bool) -> Sequence[Event]:
        """Take one conditioned reading."""
        ...

    def gap(self, from_s: float, to_s: float) -> Sequence[Event]:
        """Readings are missing between two times."""
        ...

    def stop(self, t_s: float, reason: HoldEnd) -> Sequence[Event]:
        """The set or the input is over."""
        ...


def recognition(
    exercise: Exercise,
    stamp: Stamp,
    book: AlertBook,
    quantity: Quantity,
    *,
    course: Course | None = None,
    timing: Timing = "device",
) -> Recognition:
    """The recogniser that `exercise` asks for.

    Args:
        exercise: What is done.
        stamp: What every event begins with.
        book: Where alerts stand.
        quantity: What the sensor shows.
        course: The movement as it was calibrated with a motion sensor; `None`: it is learnt.
        timing: How its readings got their times.
    """
    if exercise.recogniser in HOLD_RECOGNISERS:
        return _Holds(exercise, stamp, book, quantity)
    return _Reps(exercise, stamp, book, quantity, course=course, timing=timing)


class _Reps:
    def __init__(
        self,
        exercise: Exercise,
        stamp: Stamp,
        book: AlertBook,
        quantity: Quantity,
        *,
        course: Course | None,
        timing: Timing,
    ) -> None:
        settings = _rep_settings(exercise, quantity)
        self._machine: RepMachine | MotionRepMachine
        self.record: Record | PoseRecord
        if quantity == "angle" and not _is_done_once(exercise, course):
            self._machine = machine = MotionRepMachine(settings, course)
            self.record = PoseRecord(settings, machine, shown=course is not None)
        else:
            self._machine, self.record = RepMachine(settings), Record(settings)
        self._finals = Finals(
            stamp,
            quantity=quantity,
            timing=timing,
            zone=exercise.zone,
            rise=settings.amplitude,
            hold_s=exercise.dose.hold_s,
        )
        self._advice = advice(exercise, stamp, book, quantity)
        self._is_angle = quantity == "angle"
        self._stamp = stamp
        self._target = exercise.dose.reps
        self._trusted = True
        self._credited = 0

    @property
    def credited(self) -> float:
        return self._credited

    @property
    def in_progress(self) -> int | None:
        return self._machine.in_progress

    def step(self, signal: Conditioner, *, trusted: bool) -> Sequence[Event]:
        self._trusted = trusted
        found = self._machine.step(signal)
        events = self._events(found, signal.t_s) if found else ()
        advised = self._advice.step(signal) if trusted else ()
        return [*events, *advised] if advised else events

    def gap(self, from_s: float, to_s: float) -> Sequence[Event]:
        self._advice.gap()
        return self._events(self._machine.gap(from_s, to_s), to_s)

    def stop(self, t_s: float, reason: HoldEnd) -> Sequence[Event]:
        del reason  # an open movement is aborted, whyever the set ends
        return [*self._events(self._machine.abort(t_s), t_s), *self._advice.stop(t_s)]

    def _events(self, found: Sequence[RepFinding], t_s: float) -> Sequence[Event]:
        events: list[Event] = []
        for finding in found:
            if isinstance(finding, Movement):
                self._finals.counted(finding)
                events.append(self._rep(finding))
                events.extend(self._credit(finding, t_s))
                if self._trusted:
                    events.extend(self._advice.moved(finding, t_s))
            else:
                events.append(self._finals.of(finding))
                if self._trusted:
                    events.extend(self._advice.rested(finding, t_s))
        return events

    def _rep(self, movement: Movement) -> Rep:
        flags = movement.flags if self._trusted else (*movement.flags, "unverified")
        return Rep(
            **self._stamp.head(Rep, movement.count_s),
            index=movement.index,
            grade=movement.grade,
            start_s=movement.start_s,
            peak_s=movement.peak_s,
            count_s=movement.count_s,
            peak_n=None if self._is_angle else movement.peak,
            peak_deg=movement.peak if self._is_angle else None,
            excursion=movement.excursion,
            flags=flags,
        )

    def _credit(self, movement: Movement, t_s: float) -> Sequence[Event]:
        if movement.grade is not Grade.FULL or not self._trusted:
            return ()
        self._credited += 1
        if self._credited != self._target:
            return ()
        head = self._stamp.head(DoseReached, t_s)
        return (DoseReached(**head, kind="reps", target=self._target, value=self._credited),)


def _is_done_once(exercise: Exercise, course: Course | None) -> bool:
    """A movement that is not done often enough to be learnt, and was not shown.

    It is counted in the angle to the pose of rest, as a pull is in a force.
    """
    return course is None and 0 < exercise.dose.reps < REPEATS


def _rep_settings(exercise: Exercise, quantity: Quantity) -> RepSettings:
    """What the counting machine is told of an exercise."""
    window = exercise.rep_window
    is_angle = quantity == "angle"
    return RepSettings(
        amplitude=(exercise.amplitude_deg if is_angle else exercise.amplitude_n) or None,
        min_s=window.min_s if window else 0.0,
        max_s=window.max_s if window else math.inf,
        slack=exercise.zone.slack_n if exercise.zone else FLOOR_N,
        floor=_FLOOR[quantity],
    )


def _hold_machine(
    exercise: Exercise, quantity: Quantity
) -> HoldMachine | AngleHoldMachine | FreeHoldMachine:
    """What finds the holds of an exercise: by its zone, by its angle, or by their shape alone."""
    zone, floor = exercise.zone, _FLOOR[quantity]
    if exercise.recogniser is not Recogniser.FREE_HOLDS:
        if quantity == "angle":
            return AngleHoldMachine(exercise.amplitude_deg or floor)
        if zone is not None:
            return HoldMachine(HoldSettings(zone.slack_n, zone.low_n, zone.high_n))
    return FreeHoldMachine(floor)


class _Holds:
    in_progress = None
    record = None

    def __init__(
        self, exercise: Exercise, stamp: Stamp, book: AlertBook, quantity: Quantity
    ) -> None:
        self._stamp = stamp
        self._book = book
        self._advice = advice(exercise, stamp, book, quantity)
        self._quantity = quantity
        zone = exercise.zone
        self._machine = _hold_machine(exercise, quantity)
        self._target_s = exercise.dose.hold_s * exercise.dose.reps
        self._reached = False
        self._low_n = zone.low_n if zone else None
        self._trusted_s: float | None = None

    @property
    def credited(self) -> float:
        return self._machine.in_zone_s

    def step(self, signal: Conditioner, *, trusted: bool) -> Sequence[Event]:
        t_s = signal.t_s
        if not trusted:
            return () if self._trusted_s is None else self.gap(self._trusted_s, t_s)
        self._trusted_s = t_s
        found = self._machine.step(signal)
        events = self._events(found, t_s) if found else ()
        advised = self._advice.step(signal)
        events = [*events, *advised] if advised else events
        if 0 < self._target_s <= self.credited and not self._reached:
            self._reached = True
            head = self._stamp.head(DoseReached, t_s)
            reached = DoseReached(**head, kind="hold", target=self._target_s, value=self.credited)
            return [*events, reached]
        return events

    def gap(self, from_s: float, to_s: float) -> Sequence[Event]:
        self._advice.gap()
        return self._events(self._machine.gap(from_s, to_s), to_s)

    def stop(self, t_s: float, reason: HoldEnd) -> Sequence[Event]:
        ended = self._events(self._machine.stop(t_s, reason), t_s)
        lost = self._book.clear(AlertCode.HOLD_LOST, t_s, t_s)
        return [*ended, *lost, *self._advice.stop(t_s)]

    def _events(self, found: Sequence[HoldFinding], t_s: float) -> Sequence[Event]:
        events: list[Event] = []
        for finding in found:
            match finding:
                case Started(index, start_s):
                    head = self._stamp.head(HoldStarted, start_s)
                    events.append(HoldStarted(**head, index=index, start_s=start_s))
                case Lost(onset_s):
                    code = AlertCode.HOLD_LOST
                    events.extend(self._book.raise_(code, t_s, onset_s, limit=self._low_n))
                case Found(gone_s):
                    events.extend(self._book.clear(AlertCode.HOLD_LOST, t_s, gone_s))
                case Sagging(onset_s, level):
                    code = AlertCode.HOLD_SAG
                    events.extend(self._book.raise_(code, t_s, onset_s, limit=level))
                case Recovered(gone_s):
                    events.extend(self._book.clear(AlertCode.HOLD_SAG, t_s, gone_s))
                case Ended():
                    events.append(self._ended(finding))
                    events.extend(self._book.clear(AlertCode.HOLD_SAG, t_s, finding.end_s))
        return events

    def _ended(self, hold: Ended) -> HoldEnded:
        kept = steadiness(hold.record, hold.start_s, hold.end_s)
        return HoldEnded(
            **self._stamp.head(HoldEnded, hold.end_s),
            index=hold.index,
            start_s=hold.start_s,
            end_s=hold.end_s,
            duration_s=hold.end_s - hold.start_s,
            in_zone_s=hold.in_zone_s,
            mean_n=hold.mean if self._quantity == "force" else None,
            mean_au=hold.mean if self._quantity == "arbitrary" else None,
            mean_deg=hold.mean if self._quantity == "angle" else None,
            sag_pct_per_min=kept.sag_pct_per_min,
            steadiness_pct=kept.steadiness_pct,
            breaks=hold.breaks,
            sags=hold.sags,
            reason=hold.reason,
        )

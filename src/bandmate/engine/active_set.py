"""One running set: zone, recogniser, dose and what it all comes to."""

from collections.abc import Sequence
from dataclasses import asdict, replace

from bandmate.domain.events import (
    Calibrated,
    Event,
    Grade,
    HoldEnd,
    SetEnded,
    SetStarted,
    ZoneChanged,
)
from bandmate.domain.exercises import HOLD_RECOGNISERS, Exercise
from bandmate.domain.zones import Zone
from bandmate.engine.alert_book import AlertBook
from bandmate.engine.band_settings import BandSettings
from bandmate.engine.recognition import recognition
from bandmate.engine.second_pass import PoseRecord, Record
from bandmate.engine.stamp import Stamp
from bandmate.engine.tally import Tally
from bandmate.signal.conditioner import Conditioner
from bandmate.signal.zone_account import ZoneAccount, ZoneAnnouncer


class ActiveSet:
    """Follows one set from start to end.

    Attributes:
        exercise: What is being done.
        tally: What it comes to so far.
    """

    def __init__(
        self,
        exercise: Exercise,
        stamp: Stamp,
        book: AlertBook,
        settings: BandSettings,
    ) -> None:
        self.exercise = exercise
        self.tally = Tally(settings.quantity, paced=exercise.rep_window is not None)
        self._stamp = stamp
        timing = settings.traits.timing
        if timing == "approximate":
            self.tally.flags.add("approximate_times")
        self._recognition = recognition(
            exercise, stamp, book, settings.quantity, course=settings.course, timing=timing
        )
        self._record = self._recognition.record
        zone = exercise.zone
        self._account = None if zone is None else ZoneAccount(zone)
        self._announcer = None if zone is None else ZoneAnnouncer(zone)
        self._interrupted = False
        self._accounted_s = 0.0
        self._ended_s = 0.0
        if self._account is not None:
            self.tally.zone_s = self._account.seconds

    @property
    def in_progress(self) -> int | None:
        """Index of the movement that is under way."""
        return self._recognition.in_progress

    @property
    def zone(self) -> Zone | None:
        """The announced zone; `None` where no zone means anything."""
        return None if self._announcer is None else self._announcer.zone

    @property
    def reps(self) -> int:
        """Full movements so far."""
        return self.tally.grades[Grade.FULL]

    @property
    def credited(self) -> float:
        """What counts toward the dose: movements, or seconds in zone."""
        return self._recognition.credited

    @property
    def target(self) -> float:
        """What the dose asks for in the same unit; 0 where it asks for nothing."""
        dose = self.exercise.dose
        holds = self.exercise.recogniser in HOLD_RECOGNISERS
        return dose.reps * dose.hold_s if holds else dose.reps

    def started(self, t_s: float) -> Event:
        """The event that the set began."""
        self._accounted_s = t_s
        zone = self.exercise.zone
        return SetStarted(
            **self._stamp.head(SetStarted, t_s),
            title=self.exercise.title,
            zone=None if zone is None else asdict(zone),
        )

    def step(self, signal: Conditioner, *, trusted: bool) -> Sequence[Event]:
        """Take one conditioned reading."""
        t_s, m = signal.t_s, signal.m
        self._account_to(t_s, m, trusted=trusted)
        if self.tally.peak is None or m > self.tally.peak:
            self.tally.peak = m
        if isinstance(self._record, PoseRecord):
            self._record.keep(signal)
        events = self._recognition.step(signal, trusted=trusted)
        if self._announcer is not None and self._announcer.step(m, trusted=trusted):
            return [*events, self._zone_changed(t_s, m if trusted else None)]
        return events

    def keep(self, readings: Sequence[tuple[float, float]]) -> None:
        """Keep a packet's readings, (time, value), for a second pass."""
        if isinstance(self._record, Record):
            self._record.keep(readings)

    def gap(self, from_s: float, to_s: float) -> Sequence[Event]:
        """Readings are missing between two times."""
        return self._recognition.gap(from_s, to_s)

    def rezeroed(self, t_s: float) -> Sequence[Event]:
        """There is a new zero: levels before and after it do not compare."""
        if self._record is not None:
            self._record.cut(t_s)
        return self._recognition.stop(t_s, HoldEnd.LOST)

    def silent(self, t_s: float, *, lost: bool) -> Sequence[Event]:
        """Nothing has been heard for too long: the zone is unknown."""
        self._interrupted = self._interrupted or lost
        if self._announcer is None or not self._announcer.lost():
            return ()
        return (self._zone_changed(t_s, None),)

    def end(
        self, t_s: float, reason: HoldEnd, *, stopped: bool, lost_s: float | None
    ) -> Sequence[Event]:
        """The set is over: close what is open, and say what it came to.

        Args:
            t_s: When it ended.
            reason: Why.
            stopped: A symptom ended it.
            lost_s: Since when the signal is lost; what was open then ended there.
        """
        events = [] if lost_s is None else [*self._recognition.gap(lost_s, t_s)]
        events += self._recognition.stop(t_s, reason)
        # The tail between the last reading and the end was not measured.
        self._account_to(t_s, 0.0, trusted=False)
        self.tally.count(events)
        self._ended_s = t_s
        if self._record is not None:
            self.tally.count_again(self._record, t_s)
        status = "complete" if self.credited >= self.target else "incomplete"
        ended = SetEnded(
            **self._stamp.head(SetEnded, t_s),
            status="stopped" if stopped else status,
            interrupted=self._interrupted,
            results={**self.tally.results(), "dose": self.dose()},
        )
        return [*events, ended]

    def calibrated(self, count: int, t_s: float) -> Event:
        """What is learnt of this set, which is over, as a person counted `count` movements."""
        record = self._record
        rise = record.rise_of(count, self._ended_s) if isinstance(record, Record) else None
        head = self._stamp.head(Calibrated, t_s)
        told = Calibrated(**head, count=count, amplitude=rise)
        return replace(told, exercise=self.exercise.slug)  # none runs now

    def dose(self) -> dict[str, object] | None:
        """Target and credit; `None` where nothing is asked for."""
        if not self.target:
            return None
        kind = "hold" if self.exercise.recogniser in HOLD_RECOGNISERS else "reps"
        return {"kind": kind, "target": self.target, "credited": self.credited}

    def _account_to(self, t_s: float, m: float, *, trusted: bool) -> None:
        """Account for the time since the last; none for a reading from before the set's start."""
        if self._account is not None and t_s > self._accounted_s:
            self._account.step(t_s - self._accounted_s, m, trusted=trusted)
            self._accounted_s = t_s

    def _zone_changed(self, t_s: float, m: float | None) -> ZoneChanged:
        zone = self.zone or Zone.UNKNOWN
        return ZoneChanged(**self._stamp.head(ZoneChanged, t_s), zone=zone, value_n=m)

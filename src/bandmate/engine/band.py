"""The pipeline of one band: readings, times and commands in, events out. No clock, no I/O."""

from collections.abc import Callable, Sequence

from bandmate.domain.alerts import AlertCode
from bandmate.domain.events import Event, HoldEnd, Summary, Tared
from bandmate.domain.exercises import Exercise
from bandmate.domain.samples import Block, MotionBlock
from bandmate.engine.active_set import ActiveSet
from bandmate.engine.admission import Admission
from bandmate.engine.alert_book import AlertBook
from bandmate.engine.alert_path import PullWatch
from bandmate.engine.band_settings import BandSettings
from bandmate.engine.battery import BatteryWatch
from bandmate.engine.commands import Command, parse_command
from bandmate.engine.quality import QualityLog
from bandmate.engine.sensing import Sensing
from bandmate.engine.stamp import Stamp
from bandmate.engine.tally import Tally
from bandmate.errors import UsageError
from bandmate.signal.silence import SilenceWatch
from bandmate.signal.tare import Loaded, Refused
from bandmate.signal.zone_account import LONGEST_STEP_S

_GAP_PERIODS = 3.5
"""A step of more than this many periods means readings were lost."""
_OVER_WITH_A_SET = (AlertCode.SIGNAL_LOST, AlertCode.SIGNAL_DEGRADED, AlertCode.PHASE_PATTERN)
_IMPOSSIBLE = 1e9
"""No sensor reads this much in any unit: such a value is as good as a NaN, and counted as one."""


class BandPipeline:
    """Decides everything about one band.

    All calls return the events they decided, in order. Between calls nothing happens: what must
    happen later is `deadline`, and `tick` is to be called then.

    Args:
        settings: See `BandSettings`.
        find_exercise: Looks up a slug; raises `UsageError` for an unknown one.

    Attributes:
        settings: The same.
    """

    def __init__(self, settings: BandSettings, find_exercise: Callable[[str], Exercise]) -> None:
        self.settings = settings
        self._stamp = Stamp(settings.session, settings.name)
        self._book = AlertBook(self._stamp)
        self._sensing = Sensing(settings.quantity, settings.traits, settings.strands, self._book)
        self._admission = Admission(find_exercise, self._sensing, self._book)
        self._battery = BatteryWatch(self._book)
        self._pull = PullWatch(self._book, self._stamp)
        self._silence = SilenceWatch(settings.traits.degraded_s, settings.traits.lost_s)
        self._set: ActiveSet | None = None
        self._last_s: float | None = None
        self._heard = False
        self._total = Tally(settings.quantity)
        self._dose: dict[str, object] | None = None
        self._quality = QualityLog(self._stamp)
        self._readings: list[tuple[float, float]] = []

    @property
    def deadline(self) -> float | None:
        """When `tick` is due, session clock; `None`: nothing to wait for."""
        return self._silence.deadline

    @property
    def alerts(self) -> tuple[AlertCode, ...]:
        """Active alerts, most urgent first."""
        return self._book.codes

    @property
    def active(self) -> ActiveSet | None:
        """The running set."""
        return self._set

    @property
    def stopped(self) -> bool:
        """A stop for tingling or pain is latched."""
        return self._admission.stopped

    @property
    def set_number(self) -> int:
        """Number of the running or last set."""
        return self._stamp.set

    @property
    def last_s(self) -> float | None:
        """Time of the newest valid reading."""
        return self._last_s

    @property
    def decided_s(self) -> float:
        """When what was decided last was decided, session clock."""
        return self._stamp.emitted_s

    @property
    def step_n(self) -> float | None:
        """The smallest step of the pull at the limb; `None` where it is not known."""
        return self._sensing.step_n

    @property
    def tension_n(self) -> float | None:
        """Newest fast signal; `None` before any, while silent, and where it cannot be trusted.

        It is `None` too where the sensor measures no pull.
        """
        return None if self.settings.quantity in {"angle", "none"} else self._newest

    @property
    def angle_deg(self) -> float | None:
        """The same for a motion sensor: the angle to the pose of rest."""
        return self._newest if self.settings.quantity == "angle" else None

    @property
    def _newest(self) -> float | None:
        if not self._heard or self._silence.degraded or not self._sensing.trusted:
            return None
        return self._sensing.signal.m

    def start(self, exercise: Exercise, at_s: float) -> list[Event]:
        """Begin a set of `exercise`; a running one ends first.

        Raises:
            UsageError: A stop for tingling or pain has not been acknowledged, the sensor cannot
                watch the exercise, or its battery is nearly empty.
        """
        exercise = self._admission.accepted(exercise)
        self._stamp.emitted_s = at_s
        events = self._end_set(at_s, HoldEnd.STOP)
        if self._quality.untold:  # of the time before: the set is told its own
            events.append(self._quality.tell(at_s))
        self._admission.newest, self._admission.over = exercise, None
        self._stamp.set += 1
        self._stamp.exercise = exercise.slug
        self._set = ActiveSet(exercise, self._stamp, self._book, self.settings)
        self._silence.start(at_s)
        self._sensing.begin_set()
        watched = self._pull.watch(exercise.zone, at_s)
        return [*events, self._set.started(at_s), *watched]

    def push(self, block: Block | MotionBlock) -> list[Event]:
        """Take one packet's readings."""
        self._readings = []
        events: list[Event] = []
        by_samples = self.settings.silence == "samples"
        if not by_samples:
            events.extend(self.tick(block.arrival_s))
        self._stamp.emitted_s = block.arrival_s
        valid = 0
        for t_s, x in self._sensing.readings(block):
            if by_samples:
                events.extend(self.tick(t_s))
                self._stamp.emitted_s = block.arrival_s
            if x is None:
                continue
            if not abs(x) < _IMPOSSIBLE:
                self._quality.counts.nan += 1
            elif self._last_s is not None and t_s < self._last_s:
                self._quality.counts.late += 1
            else:
                valid += 1
                events.extend(self._reading(t_s, x, due_s=t_s if by_samples else None))
        if self._set is not None:
            self._set.keep(self._readings)
        if valid and not by_samples:
            self._silence.heard(block.arrival_s + self._packet_s(len(block.t_s)))
        return events

    def tick(self, now_s: float) -> list[Event]:
        """Time went by: fire what is due up to `now_s`."""
        events: list[Event] = []
        while silence := self._silence.tick(now_s):
            self._stamp.emitted_s = silence.at_s
            code = AlertCode.SIGNAL_LOST if silence.lost else AlertCode.SIGNAL_DEGRADED
            events.extend(self._book.raise_(code, silence.at_s, silence.since_s))
            if self._set is not None:
                events.extend(self._set.silent(silence.at_s, lost=silence.lost))
        self._tally.count(events)
        return events

    def take_readings(self) -> list[tuple[float, float]]:
        """Readings of the newest packet, given once: (time, value).

        The value is the pull at the limb in newton, tared; or an arbitrary unit, or degrees. What
        is not taken before the next packet is forgotten.
        """
        readings, self._readings = self._readings, []
        return readings

    def count_faults(
        self, *, duplicate: int = 0, late: int = 0, malformed: int = 0, lost: int = 0
    ) -> None:
        """Readings that were dropped before they had a time, and packets that held errors."""
        counts = self._quality.counts
        counts.duplicate += duplicate
        counts.late += late
        counts.malformed += malformed
        counts.lost += lost

    def shows_steps_of(self, resolution_n: float) -> None:
        """The sensor told its smallest step, newton; the coarser of it and the known one counts.

        Where a set is running whose zone is too narrow for it, the readings are not trusted.
        """
        running = self._set
        zone = None if running is None else running.exercise.zone
        self._sensing.shows_steps_of(resolution_n, zone)
        if running is not None and self._sensing.coarse:
            running.tally.flags.add("too_coarse")

    def shows_battery(self, level_pct: float, at_s: float) -> Sequence[Event]:
        """The sensor told how full its battery is."""
        self._stamp.emitted_s = max(self._stamp.emitted_s, at_s)
        told = self._battery.step(at_s, level_pct)
        self._tally.count(told)
        return told

    def command(self, text: str, at_s: float) -> list[Event]:
        """Do what a person asked at `at_s` (`ack`, `stop:tingle` …; see `engine.commands`).

        Raises:
            UsageError: It is unknown, or cannot be done now.
        """
        command = parse_command(text)
        if command.verb == "tare" and self.settings.quantity == "none":
            raise UsageError("this sensor shows no movement, so it has no zero")
        exercise = self._admission.asked_for(command)
        due = self.tick(at_s)
        self._stamp.emitted_s = at_s
        return [*due, *self._do(command, exercise, at_s)]

    def advise(
        self, code: AlertCode, onset_s: float | None, t_s: float, at_s: float
    ) -> Sequence[Event]:
        """Raise advice that took several bands to give; without an onset its cause is gone."""
        self._stamp.emitted_s = max(self._stamp.emitted_s, at_s)
        if onset_s is None:
            return self._book.clear(code, t_s, t_s)
        raised = self._book.raise_(code, t_s, onset_s)
        self._tally.count(raised)
        return raised

    def zeroed(self, at_s: float) -> list[Event]:
        """The sensor set its own zero at `at_s`: the offset here is void."""
        self._stamp.emitted_s = at_s
        events = self._rezero(0.0, at_s)
        self._tally.count(events)
        return events

    def learn_pose(self) -> None:
        """A set of another band begins, in which this one has a say: its pose of now is rest."""
        if self._set is None:
            self._sensing.learn_pose()

    def finish(self, at_s: float) -> list[Event]:
        """The input is over: end what is open and sum up."""
        self._stamp.emitted_s = max(self._stamp.emitted_s, at_s)
        events = self._end_set(at_s, HoldEnd.END)
        events.extend(self._book.close(at_s))
        newest = self._admission.newest
        self._stamp.exercise = "" if newest is None else newest.slug
        if self._quality.untold:
            events.append(self._quality.tell(at_s))
        events.append(
            Summary(
                **self._stamp.head(Summary, at_s),
                **self._total.results(),
                quality=self._quality.total(),
                dose=self._dose,
                flags=tuple(sorted(self._total.flags)),
            )
        )
        return events

    @property
    def _tally(self) -> Tally:
        """Where events are counted now."""
        return self._total if self._set is None else self._set.tally

    def _do(self, command: Command, exercise: Exercise | None, at_s: float) -> list[Event]:
        if exercise is not None:
            return self.start(exercise, at_s)
        match command:
            case Command("stop", reason):
                return self._stop(reason, at_s)
            case Command("count", count) if self._admission.over is not None:
                return [self._admission.over.calibrated(int(count), at_s)]
            case Command("ack"):
                self._admission.stopped = False
                return list(self._book.acknowledge(at_s))
            case Command():
                return self._begin_tare(at_s)

    def _packet_s(self, readings: int) -> float:
        nominal_hz = self.settings.traits.nominal_hz
        return readings / nominal_hz if nominal_hz else 0.0

    def _reading(self, t_s: float, x: float, due_s: float | None) -> Sequence[Event]:
        quality, running, sensing = self._quality.counts, self._set, self._sensing
        quality.samples += 1
        events: list[Event] = []
        if self._last_s is not None:
            step_s = t_s - self._last_s
            if step_s > LONGEST_STEP_S:
                events.extend(self._gap(self._last_s, t_s))
            nominal_hz = self.settings.traits.nominal_hz
            if nominal_hz and step_s * nominal_hz > _GAP_PERIODS:
                quality.lost += round(step_s * nominal_hz) - 1
        self._last_s = t_s
        self._heard = True
        if self._silence.degraded:
            events.extend(self._book.clear(AlertCode.SIGNAL_LOST, t_s, t_s))
            events.extend(self._book.clear(AlertCode.SIGNAL_DEGRADED, t_s, t_s))
        self._silence.heard(t_s if due_s is None else due_s)
        tared = sensing.weigh(t_s, x)
        self._readings.append((t_s, sensing.value))
        if tared is not None:
            events.extend(self._tared(tared, t_s))
        events.extend(sensing.judge(t_s, active=running is not None))
        if self.settings.quantity == "force":
            in_progress = None if running is None else running.in_progress
            events.extend(self._pull.step(sensing.value, sensing.signal, in_progress))
        quality.saturated += sensing.saturated
        if running is not None:
            if sensing.saturated:
                running.tally.flags.add("saturated")
            events.extend(running.step(sensing.signal, trusted=sensing.trusted))
        self._tally.count(events)
        return events

    def _gap(self, from_s: float, to_s: float) -> Sequence[Event]:
        self._quality.counts.gaps += 1
        self._quality.counts.gap_s += to_s - from_s
        self._sensing.gap()
        self._pull.gap()
        return () if self._set is None else self._set.gap(from_s, to_s)

    def _begin_tare(self, at_s: float) -> list[Event]:
        """A force needs a second of readings for its zero; the zero of an angle is a pose."""
        if self.settings.quantity == "angle":
            self._sensing.learn_pose()
            return self._retared(None, at_s)
        self._sensing.begin_tare()
        return []

    def _tared(self, verdict: float | Refused, t_s: float) -> Sequence[Event]:
        if not isinstance(verdict, Refused):
            return self._rezero(verdict, t_s)
        refused = Tared(**self._stamp.head(Tared, t_s), zero_n=None, refused=str(verdict))
        if not isinstance(verdict, Loaded):
            return (refused,)
        return (refused, *self._book.raise_(AlertCode.NOT_SLACK, t_s, t_s))

    def _rezero(self, zero_n: float, t_s: float) -> list[Event]:
        """Take `zero_n` off every reading from now on."""
        self._pull.gap()
        slack = self._book.clear(AlertCode.NOT_SLACK, t_s, t_s)
        told = self._retared(zero_n, t_s)
        return [*told, *slack, *self._sensing.set_zero(zero_n, t_s)]

    def _retared(self, zero_n: float | None, t_s: float) -> list[Event]:
        """Levels before and after do not compare: what is under way ends."""
        closed = () if self._set is None else self._set.rezeroed(t_s)
        return [*closed, Tared(**self._stamp.head(Tared, t_s), zero_n=zero_n, refused=None)]

    def _stop(self, reason: str, at_s: float) -> list[Event]:
        code = {"tingle": AlertCode.TINGLE_STOP, "pain": AlertCode.PAIN_STOP}.get(reason)
        if code is None:
            return self._end_set(at_s, HoldEnd.STOP)
        self._admission.stopped = True
        raised = self._book.raise_(code, at_s, at_s)
        self._tally.count(raised)
        return [*raised, *self._end_set(at_s, HoldEnd.STOP, stopped=True)]

    def _end_set(self, at_s: float, reason: HoldEnd, *, stopped: bool = False) -> list[Event]:
        running, self._set = self._set, None
        if running is None:
            return []
        self._admission.over = running
        lost_s = self._last_s if self._silence.lost else None
        events = [
            *running.end(at_s, reason, stopped=stopped, lost_s=lost_s),
            *self._pull.rest(at_s),
            *self._sensing.rest(at_s),
        ]
        for code in _OVER_WITH_A_SET:
            events.extend(self._book.clear(code, at_s, at_s))
        self._silence.stop()
        events.append(self._quality.tell(at_s))
        self._total.add(running.tally)
        self._dose = running.dose()
        self._stamp.exercise = ""
        return events

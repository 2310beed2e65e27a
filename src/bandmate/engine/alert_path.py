"""The alert path: from one reading to an alert, before anything is counted or held."""

from collections.abc import Sequence

from bandmate.domain.alerts import AlertCode
from bandmate.domain.events import Event, Transient
from bandmate.domain.samples import SensorTraits
from bandmate.domain.zones import ZoneLimits
from bandmate.engine.alert_book import AlertBook
from bandmate.engine.stamp import Stamp
from bandmate.signal.conditioner import Conditioner
from bandmate.signal.health import Fault, FrozenWatch, saturation_watch, tare_watch
from bandmate.signal.overpull import Brief, CountWatch, DwellWatch, Over, Under
from bandmate.signal.release import ReleaseWatch

LIMIT_DWELL_S = 0.1
HIGH_DWELL_S = 0.3
DEFAULT_SLACK_N = 3.0


class SensorWatch:
    """Is the sensor telling the truth? Works on readings as the sensor gave them."""

    def __init__(self, book: AlertBook, traits: SensorTraits) -> None:
        self._book = book
        self._frozen = FrozenWatch(DEFAULT_SLACK_N, traits.full_scale_n, traits.resolution_n)
        self._saturated = saturation_watch(traits.full_scale_n)
        self._tare = tare_watch()
        self._full_scale_n = traits.full_scale_n

    @property
    def trusted(self) -> bool:
        """Readings mean what they say: not frozen, and the zero is good."""
        return not self._frozen.active and AlertCode.TARE_INVALID not in self._book

    @property
    def saturated(self) -> bool:
        """The sensor is at the end of its range."""
        return self._saturated.active

    def step(self, t_s: float, raw: float, force_n: float, *, active: bool) -> Sequence[Event]:
        """Take one reading, as given (`raw`) and as a pull; `active`: a set is running."""
        events: list[Event] | tuple[()] = ()
        frozen = self._frozen.step(t_s, raw, force_n) if active else None
        if frozen:
            events = [*events, *self._tell(AlertCode.SENSOR_FROZEN, t_s, frozen)]
        saturated = self._saturated.step(t_s, raw)
        if saturated:
            events = [*events, *self._tell(AlertCode.SENSOR_SATURATED, t_s, saturated)]
        tare = self._tare.step(t_s, force_n)
        if tare and not tare.gone:
            events = [*events, *self._tell(AlertCode.TARE_INVALID, t_s, tare)]
        return events

    def rest(self, t_s: float) -> Sequence[Event]:
        """The set is over: a value may well stay the same now."""
        self._frozen.reset()
        return self._book.clear(AlertCode.SENSOR_FROZEN, t_s, t_s)

    def rezeroed(self, t_s: float) -> Sequence[Event]:
        """There is a new zero: what was wrong with the old one is over."""
        self._tare.reset()
        return self._book.release(AlertCode.TARE_INVALID, t_s)

    def shows_steps_of(self, resolution_n: float) -> None:
        """The sensor's smallest step is another one than was known."""
        self._frozen.shows_steps_of(resolution_n)

    def gap(self) -> None:
        """Readings are missing."""
        self._frozen.gap()
        self._saturated.gap()
        self._tare.gap()

    def _tell(self, code: AlertCode, t_s: float, fault: Fault) -> Sequence[Event]:
        if fault.gone:
            return self._book.clear(code, t_s, fault.onset_s)
        limit = self._full_scale_n if code is AlertCode.SENSOR_SATURATED else None
        return self._book.raise_(code, t_s, fault.onset_s, value=fault.value, limit=limit)


class PullWatch:
    """Is the pull too strong, or did the band let go?

    Ceiling and release are watched whenever the sensor streams, limit and high only in a set.
    """

    def __init__(self, book: AlertBook, stamp: Stamp) -> None:
        self._book = book
        self._stamp = stamp
        self._ceiling: CountWatch | None = None
        self._limit: DwellWatch | None = None
        self._high: DwellWatch | None = None
        self._release = ReleaseWatch(DEFAULT_SLACK_N)
        self._limit_hidden_since_s: float | None = None

    def watch(self, limits: ZoneLimits | None, t_s: float) -> Sequence[Event]:
        """A set begins under these levels; `None`: levels mean nothing in it."""
        self._limit_hidden_since_s = None
        if limits is None:
            self._ceiling = self._limit = self._high = None
            return self._book.clear(AlertCode.TENSION_CEILING, t_s, t_s)
        self._limit = DwellWatch(limits.limit_n, LIMIT_DWELL_S)
        self._high = DwellWatch(limits.high_n, HIGH_DWELL_S)
        if self._ceiling is None:
            self._ceiling = CountWatch(limits.ceiling_n)
        # A pull that is over the ceiling as the set begins is over it still, and clears in time.
        self._ceiling.level = limits.ceiling_n
        return ()

    def rest(self, t_s: float) -> Sequence[Event]:
        """The set is over: limit and high are no longer watched; the ceiling is."""
        events = [
            *self._book.clear(AlertCode.TENSION_LIMIT, t_s, t_s),
            *self._book.clear(AlertCode.TENSION_HIGH, t_s, t_s),
        ]
        self._limit = self._high = None
        return events

    def step(self, raw: float, signal: Conditioner, index: int | None) -> Sequence[Event]:
        """Take one reading; `index`: the movement that is under way."""
        t_s, m = signal.t_s, signal.m
        events: list[Event] | tuple[()] = ()
        if self._ceiling is not None:
            change = self._ceiling.step(t_s, raw)
            if change:
                level = self._ceiling.level
                events = [
                    *events,
                    *self._pull(AlertCode.TENSION_CEILING, t_s, change, level, index),
                ]
                if isinstance(change, Under):
                    events = [*events, *self._unhide(t_s, m, index)]
        if self._limit is not None:
            change = self._limit.step(signal)
            if change:
                level = self._limit.level
                events = [*events, *self._pull(AlertCode.TENSION_LIMIT, t_s, change, level, index)]
        if self._high is not None:
            change = self._high.step(signal)
            if change and not isinstance(change, Brief):
                level = self._high.level
                events = [*events, *self._pull(AlertCode.TENSION_HIGH, t_s, change, level, index)]
        release = self._release.step(t_s, m)
        if release:
            code = AlertCode.BAND_RELEASE
            events = [
                *events,
                *self._book.raise_(
                    code, t_s, release.onset_s, value=release.level, index=index, again=True
                ),
            ]
        return events

    def gap(self) -> None:
        """Readings are missing: nothing may be decided across the hole."""
        for watch in (self._ceiling, self._limit, self._high, self._release):
            if watch is not None:
                watch.gap()

    def _pull(
        self,
        code: AlertCode,
        t_s: float,
        change: Over | Under | Brief,
        level: float,
        index: int | None,
    ) -> Sequence[Event]:
        match change:
            case Over(onset_s, value):
                if code is AlertCode.TENSION_LIMIT and self._book.hides(code):
                    self._limit_hidden_since_s = onset_s
                return self._book.raise_(code, t_s, onset_s, value=value, limit=level, index=index)
            case Under(gone_s):
                if code is AlertCode.TENSION_LIMIT:
                    self._limit_hidden_since_s = None
                return self._book.clear(code, t_s, gone_s)
            case Brief(onset_s, length_s, peak):
                head = self._stamp.head(Transient, onset_s)
                return (Transient(**head, peak_n=peak, length_s=length_s),)

    def _unhide(self, t_s: float, m: float, index: int | None) -> Sequence[Event]:
        """The ceiling is clear, but a limit that was hidden behind it may still be exceeded."""
        onset_s, self._limit_hidden_since_s = self._limit_hidden_since_s, None
        if onset_s is None or self._limit is None or m <= self._limit.level:
            return ()
        return self._book.raise_(
            AlertCode.TENSION_LIMIT, t_s, onset_s, value=m, limit=self._limit.level, index=index
        )

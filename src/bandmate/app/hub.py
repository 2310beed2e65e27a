"""From what a band decided to every way out: the one fan-out, and the one converter to UTC."""

from collections.abc import Callable, Sequence
from typing import Protocol

from bandmate.app.clock import SessionClock
from bandmate.domain.events import Event
from bandmate.domain.exercises import Exercise
from bandmate.domain.records import EventRecord, Record, SampleQuantity, SampleRecord

SAMPLES_S = 1.0
"""Readings are stored and sent in records of about this length."""
_SPREAD_NS = 1_000
"""Equal times are distinct readings: stores get them this far apart."""


class Local(Protocol):
    """What gets events at once."""

    def put(self, record: Record) -> None:
        """Take it; never waits."""
        ...


class Hub:
    """Hands records out: first to the local ways out, then to the store. Never waits.

    Args:
        session: The session's id.
        clock: The session clock.
        store: Takes every record; remote sinks read it from there.
    """

    def __init__(self, session: str, clock: SessionClock, store: Callable[[Record], None]) -> None:
        self._session = session
        self._clock = clock
        self._store = store
        self._local: list[Local] = []
        self._listeners: list[Callable[[Event], None]] = []

    def add_local(self, local: Local) -> None:
        """Another way out that gets events at once (page, sound, what stands on MQTT)."""
        self._local.append(local)

    def listen(self, listener: Callable[[Event], None]) -> None:
        """Call `listener` with every event (the terminal)."""
        self._listeners.append(listener)

    def publish(self, events: Sequence[Event]) -> None:
        """Hand events out, in order."""
        for event in events:
            record = EventRecord(self._session, self._clock.utc_ns(event.t_s), event.to_dict())
            for local in self._local:
                local.put(record)
            self._store(record)
            for listener in self._listeners:
                listener(event)

    def store(self, record: Record) -> None:
        """Hand a record to the store alone."""
        self._store(record)


class SampleBatch:
    """Collects one band's readings into records of about a second.

    Args:
        hub: Where the records go.
        band: The band's name.
        session: The session's id.
        clock: The session clock.
        quantity: What the readings are.

    Attributes:
        rate_hz: Readings a second, in the last record of more than one; `None` before there is one.
    """

    def __init__(
        self,
        hub: Hub,
        band: str,
        session: str,
        clock: SessionClock,
        quantity: SampleQuantity = "force",
    ) -> None:
        self._quantity: SampleQuantity = quantity
        self._hub = hub
        self._band = band
        self._session = session
        self._clock = clock
        self._running: Exercise | None = None
        self._ts_ns: list[int] = []
        self._values: list[float] = []
        self._last_ns = 0
        self.rate_hz: float | None = None

    def add(self, running: Exercise | None, t_s: float, value: float) -> None:
        """Add one finite reading; a pull is tared.

        Args:
            running: The exercise of the set that runs; `None` where none does.
            t_s: When it was measured.
            value: What was.
        """
        ts_ns = max(self._clock.utc_ns(t_s), self._last_ns + _SPREAD_NS)
        full = self._ts_ns and ts_ns - self._ts_ns[0] >= SAMPLES_S * 1e9
        if full or running is not self._running:
            self.flush()
        self._running = running
        self._last_ns = ts_ns
        self._ts_ns.append(ts_ns)
        self._values.append(value)

    def collected(self) -> SampleRecord | None:
        """What is collected of a second that is not over; `None` where nothing is."""
        if not self._ts_ns:
            return None
        running = self._running
        return SampleRecord(
            self._session,
            self._band,
            "" if running is None else running.slug,
            tuple(self._ts_ns),
            tuple(self._values),
            self._quantity,
            None if running is None else running.zone,
        )

    def flush(self) -> None:
        """Hand out what is collected."""
        record = self.collected()
        if record is not None:
            if (span_ns := record.ts_ns[-1] - record.ts_ns[0]) > 0:
                self.rate_hz = (len(record.ts_ns) - 1) / (span_ns / 1e9)
            self._ts_ns, self._values = [], []
            self._hub.store(record)

"""What a sink is, what it is fed from, and the one runner that keeps it alive.

Two kinds of feed:

- `Mailbox`, for the local ways out (page, sound, store): records at once, before any disk or
  network. When it is full the oldest samples are given up, then the oldest event that is no alert;
  what was given up is counted.
- `store.Outbox`, for the remote sinks (MQTT, InfluxDB): records after they were stored. It is a
  position in the store, so it needs no policy for being full.

A sink's `session` is one connected life. It ends by `SinkUnavailableError` (the runner waits and
tries again), by cancellation, or by a bug (the runner ends this sink and says so in health).
Nothing a sink does can delay another one, or an alert.
"""

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal, Protocol, cast

from bandmate.domain.records import Record, SampleRecord, SinkHealth
from bandmate.errors import SinkUnavailableError

_log = logging.getLogger(__name__)

BACKOFF_FIRST_S = 0.5
BACKOFF_MOST_S = 30.0
RETRY_AFTER_MOST_S = 300.0
"""A server may ask to be left alone, but not for longer."""


class Feed(Protocol):
    """Where a sink takes its records from, oldest first, each at least once.

    More may be taken before what was taken is done, so that the next is made ready meanwhile.
    """

    async def take(self, limit: int) -> Sequence[Record]:
        """Up to `limit` records that were not taken yet, at least one; waits for it."""
        ...

    def done(self, count: int) -> None:
        """The oldest `count` of the records taken were delivered; they are not given again."""
        ...

    def again(self) -> None:
        """What was taken and is not done is to be given again."""
        ...

    @property
    def queued(self) -> int:
        """Records waiting."""
        ...

    @property
    def queued_peak(self) -> int:
        """The most that ever waited."""
        ...

    @property
    def dropped(self) -> int:
        """Records given up because the feed was full."""
        ...

    @property
    def lag_s(self) -> float:
        """How old the record was, when it was delivered, that was delivered last."""
        ...


class Sink(Protocol):
    """One way out."""

    name: str

    async def session(self, feed: Feed, report: "Report") -> None:
        """One connected life: connect, `report.up()`, deliver from `feed` until cancelled.

        Raises:
            SinkUnavailableError: It is gone; the runner comes back after a pause.
        """
        ...


@dataclass(slots=True)
class Report:
    """How a sink says how it stands; `health()` is what others see."""

    name: str
    feed: Feed
    state: Literal["starting", "up", "down", "failed"] = "starting"
    text: str = "starting"
    delivered: int = 0
    refused: int = 0
    reconnects: int = 0
    changed: Callable[[], None] = field(default=lambda: None)

    def up(self, text: str) -> None:
        """It is connected and takes records."""
        if self.state == "down":
            self.reconnects += 1
            _log.info("%s is back: %s", self.name, text)
        self._set("up", text)

    def down(self, text: str) -> None:
        """It is gone and will be tried again. Logged once, not per attempt."""
        if self.state != "down":
            _log.warning("%s is down: %s", self.name, text)
        self._set("down", text)

    def failed(self, text: str) -> None:
        """It ended by a bug."""
        self._set("failed", text)

    def health(self) -> SinkHealth:
        """How it stands now."""
        return SinkHealth(
            name=self.name,
            state=self.state,
            text=self.text,
            queued=self.feed.queued,
            queued_peak=self.feed.queued_peak,
            delivered=self.delivered,
            dropped=self.feed.dropped + self.refused,
            reconnects=self.reconnects,
            lag_s=self.feed.lag_s,
        )

    def _set(self, state: Literal["up", "down", "failed"], text: str) -> None:
        if (self.state, self.text) != (state, text):
            self.state, self.text = state, text
            self.changed()


async def run_sink(sink: Sink, feed: Feed, report: Report) -> None:
    """Keep `sink` alive until cancelled: sessions, with back-off and jitter between them."""
    pause_s = BACKOFF_FIRST_S
    while True:
        asked_s, delivered, begun_s = 0.0, report.delivered, time.monotonic()
        feed.again()
        try:
            await _run_session(sink, feed, report)
        except SinkUnavailableError as gone:
            # Not for having been up alone: what refuses each record would be asked without end.
            if report.delivered > delivered or time.monotonic() - begun_s > BACKOFF_MOST_S:
                pause_s = BACKOFF_FIRST_S
            asked_s = min(gone.retry_after_s, RETRY_AFTER_MOST_S)
            report.down(str(gone))
        except Exception as bug:  # noqa: BLE001 - a bug ends this sink, not the process
            _log.exception("%s ended by an unexpected error; the rest goes on", sink.name)
            report.failed(f"ended by an unexpected error ({type(bug).__name__}); see the log")
            return
        jitter = random.uniform(0.8, 1.2)  # noqa: S311 - no secret
        await asyncio.sleep(max(pause_s * jitter, asked_s))
        pause_s = min(pause_s * 2, BACKOFF_MOST_S)


async def _run_session(sink: Sink, feed: Feed, report: Report) -> None:
    # In a task of its own: a session that fails while it is being cancelled (or, before Python
    # 3.13, whose task group fails) leaves its task's count of cancellations wrong; this one's not.
    session = asyncio.create_task(sink.session(feed, report), name=f"{sink.name} session")
    try:
        await asyncio.wait([session])
    except asyncio.CancelledError:
        session.cancel()
        await asyncio.gather(session, return_exceptions=True)
        raise
    try:
        session.result()
    except ExceptionGroup as group:
        gone, bugs = group.split(SinkUnavailableError)
        if bugs is not None or gone is None:
            raise
        raise first_of(gone) from group


def first_of(error: Exception) -> Exception:
    """The first error in a group, however deep; of what is no group itself."""
    while isinstance(error, ExceptionGroup):
        error = cast("ExceptionGroup[Exception]", error).exceptions[0]
    return error


class Mailbox:
    """A bounded in-memory feed. When full, the oldest of the least important is given up.

    Args:
        capacity: The most records that wait, 2 or more.
    """

    lag_s = 0.0  # what waits here is as new as can be

    def __init__(self, capacity: int = 1024) -> None:
        self._records: deque[Record] = deque()
        self._capacity = capacity
        self._filled = asyncio.Event()
        self._taken = 0
        self.queued_peak = 0
        self.dropped = 0

    @property
    def queued(self) -> int:
        """Records waiting."""
        return len(self._records)

    def put(self, record: Record) -> None:
        """Add a record; never waits."""
        if len(self._records) >= self._capacity:
            self._give_one_up()
        self._records.append(record)
        self.queued_peak = max(self.queued_peak, len(self._records))
        self._filled.set()

    async def take(self, limit: int) -> Sequence[Record]:
        """Up to `limit` records that were not taken yet, at least one; waits for it."""
        # One is kept back from a full mailbox, so that there is always one to give up.
        while not (count := min(limit, self._takeable())):
            self._filled.clear()
            await self._filled.wait()
        taken, self._taken = self._taken, self._taken + count
        return list(islice(self._records, taken, taken + count))

    def done(self, count: int) -> None:
        """Forget the oldest `count` of the records taken."""
        for _ in range(count):
            self._records.popleft()
        self._taken -= count
        self._filled.set()

    def again(self) -> None:
        """Give again what was taken and is not done."""
        self._taken = 0

    def _takeable(self) -> int:
        return min(len(self._records), self._capacity - 1) - self._taken

    def _give_one_up(self) -> None:
        del self._records[self._oldest_of_least_importance()]
        self.dropped += 1

    def _oldest_of_least_importance(self) -> int:
        # What was handed out stays in place until `done`, so that positions keep their meaning.
        for importance in (_SAMPLES, _EVENT, _ALERT):
            waiting = islice(self._records, self._taken, None)
            for index, record in enumerate(waiting, start=self._taken):
                if _importance(record) == importance:
                    return index
        raise AssertionError("a full mailbox holds more than was handed out")


_SAMPLES, _EVENT, _ALERT = range(3)


def _importance(record: Record) -> int:
    if isinstance(record, SampleRecord):
        return _SAMPLES
    return _ALERT if record.name in {"alert_raised", "alert_cleared"} else _EVENT

"""The local store: the first thing every record reaches, and what the remote sinks read from.

Records wait in a bounded mailbox and are written by one thread of the store's own, so a slow disk
never holds the loop. What is collected of a second that is not over is kept as a draft every
`KEEP_EVERY_S`, so a crash costs no more readings than that. A disk that takes nothing (full,
read-only) shows in health, is told once and tried again; the live path goes on, and when the
mailbox is full the oldest samples are given up. A damaged file is put aside, one that was deleted
is written again (`store_rescue`).

An `Outbox` is a remote sink's durable position in the store. Positions are saved with the next
batch, every `KEEP_EVERY_S`, and at `close`: after a crash the last records delivered may be given
again, none is left out.
"""

import asyncio
import logging
import sqlite3
import time
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from bandmate.domain.records import EventRecord, Record, SampleRecord
from bandmate.errors import SinkUnavailableError, StoreError
from bandmate.sinks import store_file
from bandmate.sinks.base import Feed, Mailbox, Report, run_sink
from bandmate.sinks.store_rescue import give_back, is_damage, open_or_rescue, rescue
from bandmate.sinks.store_room import Room, give_up_oldest

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

KEEP_EVERY_S: Final = 0.25
"""How often what is collected, and how far each sink is, is kept."""

_BATCH_MOST = 256
_WAITING_MOST = 4096
"""About an hour of one band: a record each second, and its events."""
_NEWEST_MOST = 512
"""Records that sinks are given from memory, where they keep up."""
_ROOM = Room()


class Store:
    """Every record, on disk. Open it, `append` from the loop, `run` it in a task, `close` it.

    Attributes:
        report: How it stands, for health.
        last_seq: The position of the newest stored record.
        drafts: Asked for what is collected of seconds that are not over yet.
    """

    name = "store"

    def __init__(self, path: Path, db: sqlite3.Connection, room: Room = _ROOM) -> None:
        self._path = path
        self._db = db
        self._room = room
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=self.name)
        self._mailbox = Mailbox(_WAITING_MOST)
        self._positions = store_file.read_positions(db)
        self._saved_positions = dict(self._positions)
        self._kept: Sequence[SampleRecord] = ()
        self._newest: deque[tuple[int, Record]] = deque(maxlen=_NEWEST_MOST)
        self._given_up: Counter[str] = Counter()
        self._room_made_seq = 0
        self._damage = ""
        self._identity = store_file.identity(path)
        self._committed = asyncio.Event()
        self.drafts: Callable[[], Iterable[SampleRecord]] = tuple
        self.last_seq = store_file.read_last_seq(db)
        self.report = Report(self.name, self._mailbox)
        self._tell()

    @classmethod
    def open(cls, path: Path, room: Room = _ROOM) -> Self:
        """Open the store, or make a new one where there is none; a damaged one is put aside.

        Args:
            path: The file.
            room: How much is kept.

        Raises:
            StoreError: It cannot be opened or written, or is not ours to write.
        """
        return cls(path, open_or_rescue(path), room)

    def append(self, record: Record) -> None:
        """Hand a record in; never waits."""
        self._mailbox.put(record)

    async def run(self) -> None:
        """Write what is appended until cancelled; survives a disk that takes nothing."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep(), name="store keep")
            await run_sink(self, self._mailbox, self.report)

    async def session(self, feed: Feed, report: Report) -> None:
        """Write until cancelled (see `Sink`).

        Raises:
            SinkUnavailableError: The disk did not take a batch; it is kept.
        """
        del report  # it is `self.report`, which stands from the opening on
        while True:
            records = await feed.take(_BATCH_MOST)
            await _seen_through(self._write(feed, records))

    async def close(self) -> None:
        """Write what waits, save the positions, close the file. `run` has ended before."""
        self._mailbox.again()
        try:
            while self._mailbox.queued:
                await self._write(self._mailbox, await self._mailbox.take(_BATCH_MOST))
            await self._keep_once()
        except SinkUnavailableError as gone:
            _log.error("%d records could not be stored: %s", self._mailbox.queued, gone)
        finally:
            self._thread.shutdown()
            self._db.close()

    def position(self, sink: str) -> int:
        """The position of a remote sink; a new one begins at what is stored from now on."""
        return self._positions.setdefault(sink, self.last_seq)

    def move(self, sink: str, seq: int) -> None:
        """The sink has delivered everything up to `seq`."""
        self._positions[sink] = seq

    def given_up(self, sink: str) -> int:
        """Records of readings that went, for want of room, before the sink had taken them."""
        return self._given_up[sink]

    async def read(self, after_seq: int, limit: int) -> Sequence[tuple[int, Record]]:
        """Up to `limit` stored records behind `after_seq`, at least one; waits for it.

        Raises:
            SinkUnavailableError: The disk cannot be read.
        """
        while True:
            while self.last_seq <= after_seq:
                await self._committed.wait()
            if found := await self._stored(after_seq, limit):
                return found
            after_seq = self.last_seq  # all of it was given up

    async def quarantine(self, sink: str, refused: Sequence[tuple[str, str]]) -> None:
        """Keep what a sink refused for good: each with the reason, and what it was.

        Raises:
            SinkUnavailableError: The disk did not take it.
        """
        now_ns = time.time_ns()
        await self._in_thread(lambda: store_file.write_refused(self._db, sink, now_ns, refused))

    async def _stored(self, after_seq: int, limit: int) -> Sequence[tuple[int, Record]]:
        if self._newest and self._newest[0][0] <= after_seq + 1:
            start = after_seq + 1 - self._newest[0][0]
            return list(islice(self._newest, start, start + limit))
        return await self._in_thread(lambda: store_file.read(self._db, after_seq, limit))

    async def _write(self, feed: Feed, records: Sequence[Record]) -> None:
        positions = dict(self._positions)
        moved = dict(positions.items() - self._saved_positions.items())
        last_seq = await self._in_thread(lambda: store_file.write(self._db, records, moved))
        feed.done(len(records))
        self._saved_positions = positions
        self._newest.extend(enumerate(records, start=last_seq - len(records) + 1))
        self.last_seq = last_seq
        self.report.delivered += len(records)
        self._tell()
        self._committed.set()
        self._committed = asyncio.Event()

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(KEEP_EVERY_S)
            try:
                await _seen_through(self._keep_once())
                await _seen_through(self._make_room())
            except SinkUnavailableError as gone:
                if not self._mailbox.queued:  # else the writer tells it, and when it is over
                    self.report.down(str(gone))

    async def _keep_once(self) -> None:
        drafts, positions = tuple(self.drafts()), dict(self._positions)
        if drafts == self._kept and positions == self._saved_positions:
            await self._in_thread(lambda: None)  # is the file still there?
            return
        moved = dict(positions.items() - self._saved_positions.items())
        await self._in_thread(lambda: store_file.write_drafts(self._db, drafts, moved))
        self._kept, self._saved_positions = drafts, positions
        if not self._mailbox.queued:
            self._tell()

    async def _make_room(self) -> None:
        last_seq, positions, now_ns = self.last_seq, dict(self._positions), time.time_ns()
        if last_seq == self._room_made_seq:
            return
        given_up = await self._in_thread(
            lambda: give_up_oldest(self._db, self._room, positions, now_ns)
        )
        if not given_up.seconds:
            self._room_made_seq = last_seq
        if given_up.undelivered and not self._given_up:
            _log.warning(
                "the local store has no room ([store] max_mb, keep_days): the oldest readings go, "
                "though %s had not taken them; further ones are counted in health",
                " and ".join(given_up.undelivered),
            )
        self._given_up.update(given_up.undelivered)

    def _tell(self) -> None:
        self.report.up(f"writing to {self._path}")

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._do, work)

    def _do(self, work: Callable[[], _T]) -> _T:
        """Do it, in the store's thread."""
        try:
            if self._damage:
                self._begin_anew()
            elif store_file.identity(self._path) != self._identity:
                self._use(give_back(self._path, self._db))
            try:
                return work()
            except sqlite3.DatabaseError as error:
                if not is_damage(error):
                    raise
                self._damage = str(error)
                self._db.close()
                self._begin_anew()
                return work()
        except (sqlite3.OperationalError, StoreError) as error:
            raise SinkUnavailableError(
                f"the local store {self._path} cannot be used: {error}; "
                "check that the disk has room and that this user may write the file"
            ) from error

    def _begin_anew(self) -> None:
        self._use(rescue(self._path, self._damage, self.last_seq))
        # They may have been unreadable, and are not written again until they move.
        store_file.write(self._db, [], dict(self._positions))
        self._damage = ""

    def _use(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._identity = store_file.identity(self._path)


class Outbox:
    """What a remote sink has yet to deliver, oldest first (a `Feed`).

    Args:
        store: Where records are kept.
        sink: The sink's name; its position is kept under it.
    """

    def __init__(self, store: Store, sink: str) -> None:
        self._store = store
        self._sink = sink
        self._position = store.position(sink)
        self._taken: deque[tuple[int, int]] = deque()  # sequence number and UTC
        self._peak = 0
        self._lag_s = 0.0

    @property
    def queued(self) -> int:
        """Records waiting; those that were given up among them, until it comes to them."""
        return self._store.last_seq - self._position

    @property
    def queued_peak(self) -> int:
        """The most that ever waited."""
        return max(self._peak, self.queued)

    @property
    def dropped(self) -> int:
        """Records that the store had no room for until they were delivered."""
        return self._store.given_up(self._sink)

    @property
    def lag_s(self) -> float:
        """How old the record was, when it was delivered, that was delivered last."""
        return self._lag_s

    async def take(self, limit: int) -> Sequence[Record]:
        """Up to `limit` stored records that were not taken yet, at least one; waits for it.

        Raises:
            SinkUnavailableError: The disk cannot be read.
        """
        newest = self._taken[-1][0] if self._taken else self._position
        found = await self._store.read(newest, limit)
        self._taken.extend((seq, _taken_ns(record)) for seq, record in found)
        return [record for _, record in found]

    def done(self, count: int) -> None:
        """Move behind the oldest `count` of the records taken."""
        self._peak = self.queued_peak  # it shrinks only here, so this sees every peak
        for _ in range(count):
            self._position, ts_ns = self._taken.popleft()
            self._lag_s = max(time.time_ns() - ts_ns, 0) / 1e9
        self._store.move(self._sink, self._position)

    def again(self) -> None:
        """Give again what was taken and is not done."""
        self._taken.clear()


def _taken_ns(record: Record) -> int:
    """When it was ready to be delivered: of readings, when the last of them was measured."""
    if isinstance(record, EventRecord):
        return record.ts_ns
    return record.ts_ns[-1] if record.ts_ns else time.time_ns()


async def _seen_through(work: Coroutine[Any, Any, None]) -> None:
    """Do it to its end, cancelled or not: the thread cannot be stopped half way."""
    task = asyncio.create_task(work, name="store work")
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise

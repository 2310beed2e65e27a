"""The local store: the first thing every record reaches, and what the remote sinks read from.

Records wait in a bounded mailbox and are written by one thread of the store's own, so a slow disk
never holds the loop. A disk that takes nothing (full, read-only) shows in health, is told once and
tried again; the live path goes on, and when the mailbox is full the oldest samples are given up.

An `Outbox` is a remote sink's durable position in the store. Positions are saved with the next
batch, when more is read, and at `close`: after a crash the last records delivered may be given
again, none is left out.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Self, TypeVar

from bandmate.domain.records import Record
from bandmate.errors import SinkUnavailableError
from bandmate.sinks import store_file
from bandmate.sinks.base import Feed, Mailbox, Report, run_sink

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

_BATCH_MOST = 256
_WAITING_MOST = 4096
"""About an hour of one band: a record each second, and its events."""


class Store:
    """Every record, on disk. Open it, `append` from the loop, `run` it in a task, `close` it.

    Attributes:
        report: How it stands, for health.
        last_seq: The position of the newest stored record.
    """

    name = "store"

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self._path = path
        self._db = db
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=self.name)
        self._mailbox = Mailbox(_WAITING_MOST)
        self._positions = store_file.read_positions(db)
        self._saved_positions = dict(self._positions)
        self._committed = asyncio.Event()
        self.last_seq = store_file.read_last_seq(db)
        self.report = Report(self.name, self._mailbox)
        self.report.up(f"writing to {path}")

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the store, or make a new one where there is none.

        Raises:
            StoreError: It cannot be opened or written, is damaged, or is not ours to write.
        """
        return cls(path, store_file.open_file(path))

    def append(self, record: Record) -> None:
        """Hand a record in; never waits."""
        self._mailbox.put(record)

    async def run(self) -> None:
        """Write what is appended until cancelled; survives a disk that takes nothing."""
        await run_sink(self, self._mailbox, self.report)

    async def session(self, feed: Feed, report: Report) -> None:
        """Write until cancelled (see `Sink`).

        Raises:
            SinkUnavailableError: The disk did not take a batch; it is kept.
        """
        del report  # it is `self.report`, which stands from the opening on
        while True:
            records = await feed.take(_BATCH_MOST)
            writing = asyncio.create_task(self._write(feed, records), name="store write")
            try:
                await asyncio.shield(writing)
            except asyncio.CancelledError:
                # The thread cannot be stopped: see it through, or `close` would write it again.
                await asyncio.wait([writing])
                raise

    async def close(self) -> None:
        """Write what waits, save the positions, close the file. `run` has ended before."""
        try:
            while self._mailbox.queued:
                await self._write(self._mailbox, await self._mailbox.take(_BATCH_MOST))
            await self._save_positions()
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

    async def read(self, after_seq: int, limit: int) -> Sequence[tuple[int, Record]]:
        """Up to `limit` stored records behind `after_seq`, at least one; waits for it.

        Raises:
            SinkUnavailableError: The disk cannot be read.
        """
        while self.last_seq <= after_seq:
            await self._committed.wait()
        with suppress(SinkUnavailableError):  # a full disk can still be read
            await self._save_positions()
        return await self._in_thread(lambda: store_file.read(self._db, after_seq, limit))

    async def _write(self, feed: Feed, records: Sequence[Record]) -> None:
        positions = dict(self._positions)
        last_seq = await self._in_thread(lambda: store_file.write(self._db, records, positions))
        feed.done(len(records))
        self._saved_positions = positions
        self.last_seq = last_seq
        self.report.delivered += len(records)
        self.report.up(f"writing to {self._path}")
        self._committed.set()
        self._committed = asyncio.Event()

    async def _save_positions(self) -> None:
        positions = dict(self._positions)
        if positions != self._saved_positions:
            await self._in_thread(lambda: store_file.write(self._db, [], positions))
            self._saved_positions = positions

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._thread, work)
        except sqlite3.OperationalError as error:
            raise SinkUnavailableError(
                f"the local store {self._path} cannot be used: {error}; "
                "check that the disk has room and that this user may write the file"
            ) from error


class Outbox:
    """What a remote sink has yet to deliver, oldest first (a `Feed`).

    Args:
        store: Where records are kept.
        sink: The sink's name; its position is kept under it.
    """

    dropped = 0
    """The store keeps everything, so nothing is given up here."""

    def __init__(self, store: Store, sink: str) -> None:
        self._store = store
        self._sink = sink
        self._position = store.position(sink)
        self._taken: list[int] = []
        self._peak = 0

    @property
    def queued(self) -> int:
        """Stored records behind the sink's position."""
        return self._store.last_seq - self._position

    @property
    def queued_peak(self) -> int:
        """The most that ever waited."""
        self._peak = max(self._peak, self.queued)
        return self._peak

    async def take(self, limit: int) -> Sequence[Record]:
        """Up to `limit` records, at least one; waits for it.

        Raises:
            SinkUnavailableError: The local store cannot be read.
        """
        found = await self._store.read(self._position, limit)
        self._taken = [seq for seq, _ in found]
        return [record for _, record in found]

    def done(self, count: int) -> None:
        """Move behind the first `count` records of the last `take`."""
        self._peak = self.queued_peak  # it shrinks only here, so this sees every peak
        if count:
            self._position = self._taken[count - 1]
            self._store.move(self._sink, self._position)
        self._taken = self._taken[count:]

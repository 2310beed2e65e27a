"""A damaged store stops nobody: it is put aside, and what can be read of it is taken over."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bandmate.domain.records import EventRecord, Record
from bandmate.sinks.store import Outbox, Store
from bandmate.sinks.store_file import open_file, read, write
from parts.waiting import until
from sinks.records import event, samples
from sinks.stores import run, running

COUNT = 3000


def filled(path: Path, positions: dict[str, int]) -> None:
    with closing(open_file(path)) as db:
        records: list[Record] = [event(n, text="x" * 100) for n in range(COUNT)]
        write(db, records, positions)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def scribble(path: Path, start: int, length: int) -> None:
    """Write nonsense into the file, as a dying card does."""
    with path.open("r+b") as file:
        file.seek(start)
        file.write(os.urandom(length))


def aside(path: Path) -> list[Path]:
    return list(path.parent.glob(f"{path.name}.damaged-*"))


async def test_what_is_no_database_is_put_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    path = tmp_path / "store.db"
    nonsense = b"this is no database, it only takes its place" * 100
    path.write_bytes(nonsense)

    async with running(path) as store:
        store.append(event(1))
        await until(lambda: store.last_seq == 1)

    (damaged,) = aside(path)
    assert damaged.read_bytes() == nonsense
    (told,) = [r.getMessage() for r in caplog.records]
    assert str(damaged) in told
    assert "0 of its records" in told


async def test_what_lies_before_and_behind_the_damage_is_taken_over(tmp_path: Path):
    path = tmp_path / "store.db"
    filled(path, {"mqtt": 100})
    with closing(sqlite3.connect(path)) as db:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
    scribble(path, pages // 2 * 4096, 3 * 4096)
    with closing(open_file(path)) as db, pytest.raises(sqlite3.DatabaseError):
        read(db, 0, COUNT)

    given: list[Record] = []
    async with running(path) as store:
        outbox = Outbox(store, "mqtt")
        while outbox.queued > 0:
            records = await outbox.take(100)
            given += records
            outbox.done(len(records))

    assert aside(path)
    numbers = [int(str(r.body["id"])[1:]) for r in given if isinstance(r, EventRecord)]
    assert numbers == sorted(set(numbers))
    assert (numbers[0], numbers[-1]) == (100, COUNT - 1)
    assert (COUNT - 100) * 0.9 < len(numbers) < COUNT - 100


async def test_a_file_that_breaks_while_it_is_written_is_replaced(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bandmate.sinks.base.BACKOFF_FIRST_S", 0.01)
    path = tmp_path / "store.db"
    db = open_file(path)
    async with run(Store(path, db)) as store:
        outbox = Outbox(store, "mqtt")
        store.append(event(1))
        assert await outbox.take(9) == [event(1)]
        outbox.done(1)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        scribble(path, 0, path.stat().st_size)
        db.execute("PRAGMA shrink_memory")

        store.append(event(2))
        store.append(samples(3))
        given: list[Record] = []
        while len(given) < 2:
            records = await outbox.take(9)
            given += records
            outbox.done(len(records))

        assert given == [event(2), samples(3)]
        assert store.report.state == "up"
        assert store.last_seq == 3
    assert len(aside(path)) == 1
    assert "was damaged" in caplog.text
    async with running(path) as reopened:
        assert Outbox(reopened, "mqtt").queued == 0


async def test_positions_that_are_ahead_of_what_is_left_are_not_waited_for(tmp_path: Path):
    path = tmp_path / "store.db"
    filled(path, {"mqtt": COUNT})
    with closing(sqlite3.connect(path)) as db:
        (root,) = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'record'").fetchone()
    scribble(path, (root - 1) * 4096, 4096)

    with pytest.raises(sqlite3.DatabaseError), closing(open_file(path)) as db:
        read(db, 0, 10)
    store = Store.open(path)
    store.append(event(1))
    outbox = Outbox(store, "mqtt")
    await store.close()
    assert store.last_seq == COUNT + 1
    assert outbox.queued == 1


@pytest.mark.parametrize("replaced", [False, True])
async def test_a_store_that_was_deleted_is_written_again_whole(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, *, replaced: bool
):
    path = tmp_path / "of this user" / "store.db"
    async with running(path) as store:
        store.append(event(1))
        await until(lambda: store.last_seq == 1)
        shutil.rmtree(path.parent)
        if replaced:
            filled(path, {})

        store.append(event(2))
        await until(lambda: store.last_seq == 2)
        assert store.report.state == "up"

    assert "deleted or replaced" in caplog.text
    with closing(open_file(path)) as db:
        assert read(db, 0, 9) == [(1, event(1)), (2, event(2))]
    assert len(list(path.parent.glob("store.db.foreign-*"))) == replaced


async def test_a_deleted_store_is_missed_though_nothing_happens(tmp_path: Path):
    path = tmp_path / "store.db"
    async with running(path) as store:
        store.append(event(1))
        await until(lambda: store.last_seq == 1)
        path.unlink()
        await until(path.exists)

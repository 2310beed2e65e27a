"""The local store: nothing committed is lost, positions last, a bad disk stops nobody."""

import asyncio
import json
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bandmate.domain.records import Record
from bandmate.errors import StoreError
from bandmate.sinks.store import Outbox, Store
from bandmate.sinks.store_file import open_file, read_positions
from parts.waiting import until
from sinks.records import event, samples
from sinks.stores import run, running


async def test_an_outbox_gives_records_in_order_after_they_were_stored(tmp_path: Path):
    async with running(tmp_path / "store.db") as store:
        outbox = Outbox(store, "mqtt")
        records = [event(1), samples(2), event(3)]

        for record in records:
            store.append(record)

        assert await outbox.take(2) == records[:2]
        outbox.done(2)
        assert await outbox.take(2) == records[2:]


async def test_an_outbox_waits_for_the_next_commit(tmp_path: Path):
    async with running(tmp_path / "store.db") as store:
        outbox = Outbox(store, "mqtt")
        waiting = asyncio.create_task(outbox.take(10))
        await asyncio.sleep(0)

        store.append(event(1))

        assert await waiting == [event(1)]


async def test_what_was_not_done_is_given_again_after_reopening(tmp_path: Path):
    path = tmp_path / "store.db"
    async with running(path) as store:
        outbox = Outbox(store, "mqtt")
        for n in range(5):
            store.append(event(n))
        await until(lambda: store.last_seq == 5)
        await outbox.take(5)
        outbox.done(3)

    async with running(path) as store:
        outbox = Outbox(store, "mqtt")

        assert outbox.queued == 2
        assert await outbox.take(5) == [event(3), event(4)]


async def test_each_sink_has_its_own_position(tmp_path: Path):
    async with running(tmp_path / "store.db") as store:
        mqtt, influx = Outbox(store, "mqtt"), Outbox(store, "influx")
        store.append(event(1))
        await mqtt.take(1)
        mqtt.done(1)

        assert await influx.take(1) == [event(1)]
        assert (mqtt.queued, influx.queued) == (0, 1)


async def test_a_new_sink_begins_at_what_is_stored_from_now_on(tmp_path: Path):
    async with running(tmp_path / "store.db") as store:
        old = Outbox(store, "old")
        store.append(event(1))
        await old.take(1)

        new = Outbox(store, "new")
        store.append(event(2))

        assert await new.take(10) == [event(2)]


async def test_a_new_sinks_position_survives_a_crash_before_it_ever_connected(tmp_path: Path):
    path = tmp_path / "store.db"
    db = open_file(path)
    crashed = Store(path, db)
    Outbox(crashed, "mqtt")
    task = asyncio.create_task(crashed.run())
    crashed.append(event(1))
    await until(lambda: crashed.last_seq == 1)
    task.cancel()
    await asyncio.wait([task])
    db.close()

    async with running(path) as store:
        assert await Outbox(store, "mqtt").take(10) == [event(1)]


async def test_close_writes_what_waits(tmp_path: Path):
    path = tmp_path / "store.db"
    store = Store.open(path)
    for n in range(1000):
        store.append(event(n))
    await store.close()

    async with running(path) as reopened:
        assert reopened.last_seq == 1000


async def test_cancelling_mid_write_stores_every_record_once(tmp_path: Path):
    path = tmp_path / "store.db"
    store = Store.open(path)
    task = asyncio.create_task(store.run())
    for n in range(500):
        store.append(event(n))
    await asyncio.sleep(0)  # the first batch is handed to the thread

    task.cancel()
    await asyncio.wait([task])
    await store.close()

    with sqlite3.connect(path) as db:
        counts = db.execute("SELECT count(*), count(DISTINCT body) FROM record").fetchone()
    db.close()
    assert counts == (500, 500)


async def test_a_full_disk_shows_in_health_is_told_once_and_recovers(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bandmate.sinks.base.BACKOFF_FIRST_S", 0.01)
    caplog.set_level("INFO")
    db = open_file(tmp_path / "store.db")
    async with run(Store(tmp_path / "store.db", db)) as store:
        outbox = Outbox(store, "mqtt")
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages}")
        for n in range(200):
            store.append(event(n))
        await until(lambda: store.report.state == "down")
        assert "disk" in store.report.text
        assert store.report.health().queued == 200

        await asyncio.sleep(0.05)  # several more attempts
        db.execute("PRAGMA max_page_count = 100000")

        assert len(await outbox.take(200)) == 200
        assert store.report.state == "up"
    assert [r.levelname for r in caplog.records] == ["WARNING", "INFO"]


async def test_records_that_cannot_be_stored_at_the_end_are_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    db = open_file(tmp_path / "store.db")
    store = Store(tmp_path / "store.db", db)
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA max_page_count = {pages}")
    for n in range(200):
        store.append(event(n))

    await store.close()

    assert "200 records could not be stored" in caplog.text


async def test_a_file_that_may_only_be_read_shows_in_health_and_recovers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bandmate.sinks.base.BACKOFF_FIRST_S", 0.01)
    db = open_file(tmp_path / "store.db")
    async with run(Store(tmp_path / "store.db", db)) as store:
        outbox = Outbox(store, "mqtt")
        db.execute("PRAGMA query_only = ON")  # as where the disk was mounted anew, read-only
        store.append(event(1))
        await until(lambda: store.report.state == "down")
        assert "this user may write" in store.report.text
        db.execute("PRAGMA query_only = OFF")

        assert await outbox.take(9) == [event(1)]
        assert store.report.state == "up"


async def test_a_sink_that_keeps_up_reads_nothing_from_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def none(*_: object) -> list[tuple[int, Record]]:
        raise AssertionError("it was read from the disk")

    monkeypatch.setattr("bandmate.sinks.store_file.read", none)
    async with running(tmp_path / "store.db") as store:
        outbox = Outbox(store, "mqtt")
        for n in range(1000):
            store.append(event(n))
            assert await outbox.take(10) == [event(n)]
            outbox.done(1)


async def test_a_sink_that_fell_behind_is_given_everything_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bandmate.sinks.store._NEWEST_MOST", 10)
    async with running(tmp_path / "store.db") as store:
        outbox = Outbox(store, "mqtt")
        for n in range(100):
            store.append(event(n))
        await until(lambda: store.last_seq == 100)
        given: list[Record] = []
        while len(given) < 100:
            records = await outbox.take(7)
            given += records
            outbox.done(len(records))

    assert given == [event(n) for n in range(100)]


async def test_positions_are_kept_though_nothing_new_is_stored(tmp_path: Path):
    path = tmp_path / "store.db"
    async with running(path) as store:
        outbox = Outbox(store, "mqtt")
        store.append(event(1))
        await outbox.take(1)
        outbox.done(1)
        with closing(sqlite3.connect(path)) as db:
            await until(lambda: read_positions(db) == {"mqtt": 1})


async def test_a_full_queue_gives_up_samples_not_events(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bandmate.sinks.store._WAITING_MOST", 4)
    store = Store.open(tmp_path / "store.db")
    for record in [samples(1), event(2), samples(3), event(4), event(5), event(6)]:
        store.append(record)

    assert store.report.health().dropped == 2
    outbox = Outbox(store, "mqtt")
    await store.close()

    async with running(tmp_path / "store.db") as reopened:
        assert await Outbox(reopened, "mqtt").take(9) == [event(2), event(4), event(5), event(6)]
    assert outbox.dropped == 0


def test_a_newer_store_is_refused_with_what_to_do(tmp_path: Path):
    path = tmp_path / "store.db"
    asyncio.run(Store.open(path).close())
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 7")
    db.close()

    with pytest.raises(StoreError, match=r"newer bandmate \(store version 7[\s\S]*Upgrade"):
        Store.open(path)


def test_another_programs_database_is_left_alone(tmp_path: Path):
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE theirs (x)")
    db.close()

    with pytest.raises(StoreError, match="another program"):
        Store.open(path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreError, match=r"file/store\.db cannot be opened"):
        Store.open(tmp_path / "file" / "store.db")


async def test_the_most_that_ever_waited_is_known(tmp_path: Path):
    async with running(tmp_path / "store.db") as store:
        outbox = Outbox(store, "mqtt")
        for n in range(7):
            store.append(event(n))
        await until(lambda: outbox.queued == 7)
        await outbox.take(7)
        outbox.done(7)

        assert (outbox.queued, outbox.queued_peak) == (0, 7)


WRITER = """
import asyncio, itertools, sys
from pathlib import Path
from bandmate.sinks.store import Store
from sinks.records import event

async def main():
    store = Store.open(Path(sys.argv[1]))
    writing = asyncio.create_task(store.run())
    for n in itertools.count():
        store.append(event(n))
        await asyncio.sleep(0)
        print(store.last_seq, flush=True)

asyncio.run(main())
"""


async def test_a_crash_loses_nothing_that_was_committed(tmp_path: Path):
    path = tmp_path / "store.db"
    writer = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", WRITER, str(path)),
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
    )
    assert writer.stdout is not None
    committed = 0
    while committed < 100:
        committed = int(await writer.stdout.readline())

    writer.kill()
    await writer.communicate()

    with sqlite3.connect(path) as db:
        bodies = [json.loads(body) for (body,) in db.execute("SELECT body FROM record")]
        (verdict,) = db.execute("PRAGMA integrity_check").fetchone()
    db.close()
    assert verdict == "ok"
    assert len(bodies) >= committed
    assert [body["id"] for body in bodies] == [f"e{n}" for n in range(len(bodies))]
    async with running(path) as store:
        assert store.last_seq == len(bodies)

"""The store keeps to its size: the oldest readings go first, events never, and it is told."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

from bandmate.domain.records import EventRecord, Record, SampleRecord
from bandmate.sinks.store import Outbox
from bandmate.sinks.store_file import open_file, read, write
from bandmate.sinks.store_room import GivenUp, Room, give_up_oldest, used_bytes
from parts.waiting import until
from sinks.records import T0_NS, event
from sinks.stores import running

DAY_NS = 86_400 * 10**9


def noise(n: int) -> SampleRecord:
    """A second of readings that cannot be packed well."""
    values = np.random.default_rng(n).uniform(0, 99, 100).tolist()
    first_ns = T0_NS + n * 10**9
    return SampleRecord("s1", "left", "", tuple(range(first_ns, first_ns + 100)), tuple(values))


def mixed(count: int) -> list[Record]:
    return [event(n) if n % 5 == 0 else noise(n) for n in range(count)]


def test_the_oldest_readings_go_and_events_stay(tmp_path: Path):
    db = open_file(tmp_path / "store.db")
    write(db, mixed(3000), {})
    room = Room(most_bytes=used_bytes(db) // 2)
    gone = 0
    while step := give_up_oldest(db, room, {"mqtt": 3000}, T0_NS).seconds:
        gone += step
    kept = [record for _, record in read(db, 0, 9999)]
    db.close()

    assert used_bytes_after(tmp_path) <= room.most_bytes
    assert [r for r in kept if isinstance(r, EventRecord)] == [event(n) for n in range(0, 3000, 5)]
    readings = [r for r in kept if isinstance(r, SampleRecord)]
    assert len(readings) == 2400 - gone
    assert readings == [r for r in mixed(3000) if isinstance(r, SampleRecord)][gone:]
    assert len(readings) > 600  # no more than was needed


def used_bytes_after(tmp_path: Path) -> int:
    db = open_file(tmp_path / "store.db")
    used = used_bytes(db)
    db.close()
    return used


def test_what_a_sink_had_not_taken_is_counted(tmp_path: Path):
    db = open_file(tmp_path / "store.db")
    write(db, mixed(1000), {})
    given_up = give_up_oldest(db, Room(most_bytes=1), {"mqtt": 100, "influx": 1000}, T0_NS)
    db.close()
    assert given_up.seconds == 500
    assert given_up.undelivered == {"mqtt": 420}  # 80 readings and 20 events were delivered


def test_events_alone_may_be_more_than_there_is_room_for(tmp_path: Path):
    db = open_file(tmp_path / "store.db")
    write(db, [event(n) for n in range(500)], {})
    assert give_up_oldest(db, Room(most_bytes=1), {}, T0_NS) == GivenUp()
    assert len(read(db, 0, 999)) == 500
    db.close()


def test_old_readings_go_after_their_days(tmp_path: Path):
    db = open_file(tmp_path / "store.db")
    write(db, mixed(100), {})
    assert give_up_oldest(db, Room(), {}, T0_NS + 900 * DAY_NS) == GivenUp()
    kept = Room(keep_days=30)
    assert give_up_oldest(db, kept, {}, T0_NS + 30 * DAY_NS) == GivenUp()
    # The first fifty seconds are older than thirty days now.
    given_up = give_up_oldest(db, kept, {}, T0_NS + 30 * DAY_NS + 50 * 10**9)
    assert given_up.seconds == 40
    assert len(read(db, 0, 999)) == 60
    db.close()


async def test_a_full_store_goes_on_and_tells_what_a_sink_missed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bandmate.sinks.store.KEEP_EVERY_S", 0.01)
    monkeypatch.setattr("bandmate.sinks.store._NEWEST_MOST", 1)
    async with running(tmp_path / "store.db", Room(most_bytes=200_000)) as store:
        outbox = Outbox(store, "influx")
        for start in range(0, 2000, 100):
            for record in mixed(2000)[start : start + 100]:
                store.append(record)
            await until(lambda: store.report.health().queued == 0)
        store.append(event(2000))
        await until(lambda: outbox.dropped > 1000)
        await asyncio.sleep(0.1)
        given: list[Record] = []
        while outbox.queued:
            records = await outbox.take(100)
            given += records
            outbox.done(len(records))
        assert len(given) == 2001 - outbox.dropped
    assert [r for r in given if isinstance(r, EventRecord)] == [event(n) for n in range(0, 2001, 5)]
    (told,) = [r.getMessage() for r in caplog.records]
    assert "[store] max_mb" in told
    assert "influx" in told

"""What is collected of a second that is not over survives a crash, and is there once."""

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from bandmate.domain.records import Record, SampleRecord
from bandmate.sinks.store import Outbox
from bandmate.sinks.store_file import open_file, read
from parts.waiting import until
from sinks.records import event, samples
from sinks.stores import running


def part(count: int, band: str = "left") -> SampleRecord:
    """The first readings of a second."""
    whole = samples(1, band=band)
    return SampleRecord(
        "s1", band, "free_reps", tuple(whole.ts_ns[:count]), tuple(whole.values[:count])
    )


def crashed(path: Path) -> Path:
    """What a crash at this very moment would leave."""
    left = path.parent / "left.db"
    for suffix in ("", "-wal"):
        shutil.copy(f"{path}{suffix}", f"{left}{suffix}")
    return left


def stored(path: Path) -> Sequence[Record]:
    with closing(open_file(path)) as db:
        return [record for _, record in read(db, 0, 99)]


def drafts(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT count(*) FROM draft").fetchone()[0]


async def test_a_crash_leaves_what_was_collected_as_a_record(tmp_path: Path):
    path = tmp_path / "store.db"
    async with running(path) as store:
        for count in (10, 30, 55):
            store.drafts = lambda count=count: [part(count)]
            await until(lambda count=count: stored(crashed(path)) == [part(count)])


async def test_it_is_given_to_every_sink_that_was_there(tmp_path: Path):
    path = tmp_path / "store.db"
    async with running(path) as store:
        store.position("mqtt")
        store.drafts = lambda: [part(55)]
        store.append(event(1))
        await until(lambda: store.last_seq == 1 and drafts(path) == 1)
        left = crashed(path)

    async with running(left) as store:
        assert await Outbox(store, "mqtt").take(9) == [event(1), part(55)]


async def test_a_second_that_is_over_is_no_draft_any_more(tmp_path: Path):
    path = tmp_path / "store.db"
    async with running(path) as store:
        store.drafts = lambda: [part(40), part(40, "right")]
        await until(lambda: drafts(path) == 2)
        store.drafts = lambda: [part(40, "right")]
        store.append(samples(1))
        await until(lambda: store.last_seq == 1)

        assert stored(crashed(path)) == [samples(1), part(40, "right")]

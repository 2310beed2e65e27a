"""An older store is brought up to today's, with all that is in it."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bandmate.domain.zones import ZoneLimits
from bandmate.errors import StoreError
from bandmate.sinks.store_file import open_file, read, read_positions, write
from bandmate.sinks.store_rows import to_row
from bandmate.sinks.store_schema import VERSION
from sinks.records import event, samples

VERSION_1 = """
CREATE TABLE record (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    session TEXT NOT NULL,
    name TEXT NOT NULL,
    band TEXT NOT NULL,
    exercise TEXT NOT NULL,
    ts_ns INTEGER NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX record_by_session ON record (session, name);
CREATE TABLE position (sink TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
PRAGMA application_id = 1112359252;
PRAGMA user_version = 1;
"""
"""As bandmate 0.1 made it."""
OLD = [event(1, index=1), samples(2), event(3, index=2)]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A store of version 1 with three records, of which one sink has delivered one."""
    path = tmp_path / "store.db"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(VERSION_1)
        rows = [to_row(record)[:6] for record in OLD]
        db.executemany(
            "INSERT INTO record (session, name, band, exercise, ts_ns, body) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            rows,
        )
        db.execute("INSERT INTO position VALUES ('mqtt', 1)")
    return path


def test_an_older_store_keeps_records_and_positions(old: Path):
    with closing(open_file(old)) as db:
        assert read(db, 0, 10) == list(enumerate(OLD, start=1))
        assert read_positions(db) == {"mqtt": 1}
        assert db.execute("PRAGMA user_version").fetchone() == (VERSION,)
        zone = ZoneLimits(5.0, 22.0, 24.0, 28.0, 40.0)
        assert write(db, [replace(samples(4), limits=zone)], {}) == 4
        assert read(db, 3, 1) == [(4, replace(samples(4), limits=zone))]


def test_both_ways_lead_to_the_same_schema(old: Path, tmp_path: Path):
    def schema(path: Path) -> list[tuple[str, str]]:
        with closing(open_file(path)) as db:
            return sorted(db.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL"))

    assert schema(old) == schema(tmp_path / "new.db")


def test_what_cannot_be_brought_up_is_left_as_it_was(old: Path, monkeypatch: pytest.MonkeyPatch):
    with closing(sqlite3.connect(old)) as db:
        before = sorted(db.execute("SELECT name FROM sqlite_schema"))
    broken = ("", "ALTER TABLE record ADD COLUMN zone TEXT; SELECT no_such_function();")
    monkeypatch.setattr("bandmate.sinks.store_schema._STEPS", broken)

    with pytest.raises(StoreError, match="cannot be used"):
        open_file(old)

    with closing(sqlite3.connect(old)) as db:
        assert sorted(db.execute("SELECT name FROM sqlite_schema")) == before
        assert db.execute("PRAGMA user_version").fetchone() == (1,)

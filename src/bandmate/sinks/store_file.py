"""The store's file: a SQLite database with one table of records in the order they came.

`record` holds every event and every second of samples; `seq` is a record's position. `position`
holds, for each remote sink, the `seq` of the last record it has delivered.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

from bandmate.domain.records import EventRecord, Record
from bandmate.errors import StoreError
from bandmate.sinks.store_rows import Row, from_row, to_row

VERSION = 1
"""The version of the schema this code reads and writes (`PRAGMA user_version`)."""

_APPLICATION_ID = 0x424D_4154
"""`BMAT`: SQLite's mark of whose file this is (`PRAGMA application_id`)."""

_SCHEMA = f"""
BEGIN;
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
PRAGMA application_id = {_APPLICATION_ID};
PRAGMA user_version = {VERSION};
COMMIT;
"""

_INSERT = """
INSERT INTO record (session, name, band, exercise, ts_ns, body) VALUES (?, ?, ?, ?, ?, ?)
"""

_SELECT = """
SELECT session, name, band, exercise, ts_ns, body, seq FROM record
WHERE seq > ? ORDER BY seq LIMIT ?
"""


def open_file(path: Path) -> sqlite3.Connection:
    """Open the store, or make a new one where there is none.

    The connection may be used from any one thread at a time.

    Raises:
        StoreError: It cannot be opened or written, is damaged, or is not ours to write.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            f"the local store {path} cannot be opened: {error}",
            hint="Check that its folder exists and that this user may write there.",
        ) from error
    try:
        _prepare(db, path)
    except sqlite3.DatabaseError as error:
        db.close()
        raise StoreError(
            f"the local store {path} cannot be used: {error}",
            hint="If it is damaged, move it away and start again; else check that this user "
            "may write it and that the disk has room.",
        ) from error
    except StoreError:
        db.close()
        raise
    return db


def write(db: sqlite3.Connection, records: Sequence[Record], positions: Mapping[str, int]) -> int:
    """Add `records` and save `positions` in one transaction.

    A crash of the process never loses a committed batch. A loss of power never loses one that
    holds an event; it may lose the last seconds of samples.

    Returns:
        The position of the newest record.

    Raises:
        sqlite3.OperationalError: The disk did not take it; nothing of it is stored.
    """
    has_event = any(isinstance(record, EventRecord) for record in records)
    db.execute(f"PRAGMA synchronous = {'FULL' if has_event else 'NORMAL'}")
    with db:
        db.execute("BEGIN IMMEDIATE")
        db.executemany(_INSERT, map(to_row, records))
        db.executemany("REPLACE INTO position VALUES (?, ?)", positions.items())
    return read_last_seq(db)


def read(db: sqlite3.Connection, after_seq: int, limit: int) -> list[tuple[int, Record]]:
    """Up to `limit` records behind the position `after_seq`, each with its own position."""
    rows = db.execute(_SELECT, (after_seq, limit)).fetchall()
    return [(seq, from_row(Row(*columns))) for *columns, seq in rows]


def read_last_seq(db: sqlite3.Connection) -> int:
    """The position of the newest record, 0 where there is none."""
    found: tuple[int | None] = db.execute("SELECT max(seq) FROM record").fetchone()
    return found[0] or 0


def read_positions(db: sqlite3.Connection) -> dict[str, int]:
    """The saved position of each remote sink."""
    return dict(db.execute("SELECT sink, seq FROM position"))


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    version = _pragma(db, "user_version")
    is_empty = db.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)
    if is_empty and version == 0:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(_SCHEMA)
    elif _pragma(db, "application_id") != _APPLICATION_ID:
        raise StoreError(
            f"{path} is a database of another program",
            hint="Name another folder at [store] path.",
        )
    elif version > VERSION:
        raise StoreError(
            f"the local store {path} was written by a newer bandmate "
            f"(store version {version}, this one knows {VERSION})",
            hint="Upgrade bandmate, or name another folder at [store] path.",
        )


def _pragma(db: sqlite3.Connection, name: str) -> int:
    found: tuple[int] = db.execute(f"PRAGMA {name}").fetchone()
    return found[0]

"""The schema of the store's file, and how an older file becomes one of today's.

`record` holds every event and every second of samples; `seq` is a record's position. `position`
holds, for each remote sink, the `seq` of the last record it has delivered. `draft` holds what is
collected of seconds that are not over yet, `refused` what a remote sink refused for good.
"""

import sqlite3
from pathlib import Path
from typing import Final

from bandmate.errors import StoreError

VERSION: Final = 2
"""The version of the schema this code reads and writes (`PRAGMA user_version`)."""

_APPLICATION_ID: Final = 0x424D_4154
"""`BMAT`: SQLite's mark of whose file this is (`PRAGMA application_id`)."""

_VERSION_1: Final = """
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
"""

_VERSION_2: Final = """
ALTER TABLE record ADD COLUMN zone TEXT NOT NULL DEFAULT '';
CREATE INDEX record_of_samples ON record (seq) WHERE name IN ('samples', 'angles');
CREATE TABLE draft (
    session TEXT NOT NULL,
    name TEXT NOT NULL,
    band TEXT NOT NULL,
    exercise TEXT NOT NULL,
    ts_ns INTEGER NOT NULL,
    body BLOB NOT NULL,
    zone TEXT NOT NULL,
    PRIMARY KEY (band, name, ts_ns)
) WITHOUT ROWID;
CREATE TABLE refused (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    sink TEXT NOT NULL,
    refused_ns INTEGER NOT NULL,
    reason TEXT NOT NULL,
    what TEXT NOT NULL
);
"""

_STEPS: Final = (_VERSION_1, _VERSION_2)
"""What makes each version of the one before; a new file goes through all of them."""


def prepare(db: sqlite3.Connection, path: Path) -> None:
    """Make the file one of today's: begin a new one, or bring an older one up.

    Raises:
        StoreError: It is of another program, or of a newer bandmate.
        sqlite3.DatabaseError: It is damaged, or the disk does not take it; it is as it was.
    """
    version = _pragma(db, "user_version")
    is_empty = db.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)
    if is_empty and version == 0:
        db.execute("PRAGMA journal_mode = WAL")
    else:
        check_ours(db, path)
    if version < VERSION:
        _bring_up(db, version)


def check_ours(db: sqlite3.Connection, path: Path) -> None:
    """Refuse what this code cannot read.

    Raises:
        StoreError: It is of another program, or of a newer bandmate.
        sqlite3.DatabaseError: It is damaged.
    """
    version = _pragma(db, "user_version")
    if _pragma(db, "application_id") != _APPLICATION_ID:
        raise StoreError(
            f"{path} is a database of another program",
            hint="Name another folder at [store] path.",
        )
    if version > VERSION:
        raise StoreError(
            f"the local store {path} was written by a newer bandmate "
            f"(store version {version}, this one knows {VERSION})",
            hint="Upgrade bandmate, or name another folder at [store] path.",
        )


def _bring_up(db: sqlite3.Connection, version: int) -> None:
    script = "\n".join(_STEPS[version:])
    try:
        db.executescript(f"""
            BEGIN IMMEDIATE;
            {script}
            PRAGMA application_id = {_APPLICATION_ID};
            PRAGMA user_version = {VERSION};
            COMMIT;
        """)
    except sqlite3.DatabaseError:
        if db.in_transaction:
            db.rollback()
        raise


def _pragma(db: sqlite3.Connection, name: str) -> int:
    found: tuple[int] = db.execute(f"PRAGMA {name}").fetchone()
    return found[0]

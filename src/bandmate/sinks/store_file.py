"""The store's file, a SQLite database: opened, written and read (`store_schema` tells its tables).

None of it waits or retries; `Store` calls it in a thread of its own.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from bandmate.domain.records import EventRecord, Record, SampleRecord
from bandmate.errors import StoreError
from bandmate.sinks.store_rows import SAMPLES, Row, from_row, to_row
from bandmate.sinks.store_schema import prepare

REFUSED_MOST: Final = 1000
"""Refused lines that are kept; the records they came from are kept in any case."""

_TELEMETRY: Final = frozenset({"zone_changed", "quality", "cue", "hint"})
"""Events that a loss of power may cost, as it may cost the last seconds of samples."""

_WAL_BYTES: Final = 16 * 1024 * 1024

_COLUMNS: Final = "session, name, band, exercise, ts_ns, body, zone"
_INSERT: Final = f"INSERT INTO record ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - ours
_DRAFT: Final = f"REPLACE INTO draft ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - ours
_SELECT: Final = f"SELECT {_COLUMNS}, seq FROM record WHERE seq > ? ORDER BY seq LIMIT ?"  # noqa: S608 - ours
_TAKE_UP: Final = f"""
BEGIN IMMEDIATE;
INSERT INTO record ({_COLUMNS}) SELECT {_COLUMNS} FROM draft ORDER BY ts_ns;
DELETE FROM draft;
COMMIT;
"""  # noqa: S608 - ours


def open_file(path: Path) -> sqlite3.Connection:
    """Open the store, or make a new one where there is none.

    What a crash left of seconds that were not over becomes records. The connection may be used
    from any one thread at a time.

    Raises:
        StoreError: It cannot be opened or written, or is not ours to write.
        sqlite3.DatabaseError: It is damaged.
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
        prepare(db, path)
        db.execute(f"PRAGMA journal_size_limit = {_WAL_BYTES}")
        db.executescript(_TAKE_UP)
    except sqlite3.OperationalError as error:
        db.close()
        raise StoreError(
            f"the local store {path} cannot be used: {error}",
            hint="Check that this user may write it and that the disk has room.",
        ) from error
    except (StoreError, sqlite3.DatabaseError):
        db.close()
        raise
    return db


def identity(path: Path) -> tuple[int, int] | None:
    """Which file is at the place; `None` where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def write(db: sqlite3.Connection, records: Sequence[Record], positions: Mapping[str, int]) -> int:
    """Add `records` and save `positions` in one transaction.

    A crash of the process never loses a committed batch. A loss of power never loses an alert, a
    result or what a session was at; it may lose the last seconds of samples.

    Returns:
        The position of the newest record.

    Raises:
        sqlite3.OperationalError: The disk did not take it; nothing of it is stored.
        sqlite3.DatabaseError: The file is damaged.
    """
    is_full = any(isinstance(r, EventRecord) and r.name not in _TELEMETRY for r in records)
    db.execute(f"PRAGMA synchronous = {'FULL' if is_full else 'NORMAL'}")
    rows = list(map(to_row, records))
    over = [(row.band, row.name, row.ts_ns) for row in rows if row.name in SAMPLES]
    with db:
        db.execute("BEGIN IMMEDIATE")
        db.executemany(_INSERT, rows)
        db.executemany("DELETE FROM draft WHERE band = ? AND name = ? AND ts_ns = ?", over)
        db.executemany("REPLACE INTO position VALUES (?, ?)", positions.items())
    return read_last_seq(db)


def write_drafts(
    db: sqlite3.Connection, drafts: Sequence[SampleRecord], positions: Mapping[str, int]
) -> None:
    """Keep what is collected of seconds that are not over, each in place of what it was before.

    Raises:
        sqlite3.OperationalError: The disk did not take it.
        sqlite3.DatabaseError: The file is damaged.
    """
    db.execute("PRAGMA synchronous = NORMAL")
    with db:
        db.execute("BEGIN IMMEDIATE")
        db.executemany(_DRAFT, map(to_row, drafts))
        db.executemany("REPLACE INTO position VALUES (?, ?)", positions.items())


def write_refused(
    db: sqlite3.Connection, sink: str, now_ns: int, refused: Sequence[tuple[str, str]]
) -> None:
    """Keep what a sink refused for good, and why; of very many the newest.

    Raises:
        sqlite3.OperationalError: The disk did not take it.
        sqlite3.DatabaseError: The file is damaged.
    """
    rows = [(sink, now_ns, reason, what) for reason, what in refused[-REFUSED_MOST:]]
    with db:
        db.execute("BEGIN IMMEDIATE")
        db.executemany(
            "INSERT INTO refused (sink, refused_ns, reason, what) VALUES (?, ?, ?, ?)", rows
        )
        db.execute(
            "DELETE FROM refused WHERE number <= (SELECT max(number) FROM refused) - ?",
            (REFUSED_MOST,),
        )


def read(db: sqlite3.Connection, after_seq: int, limit: int) -> list[tuple[int, Record]]:
    """Up to `limit` records behind the position `after_seq`, each with its own position."""
    rows = db.execute(_SELECT, (after_seq, limit)).fetchall()
    return [(seq, from_row(Row(*columns))) for *columns, seq in rows]


def read_last_seq(db: sqlite3.Connection) -> int:
    """The position of the newest record there ever was, 0 where there was none."""
    found = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'record'").fetchone()
    return 0 if found is None else found[0]


def read_positions(db: sqlite3.Connection) -> dict[str, int]:
    """The saved position of each remote sink."""
    return dict(db.execute("SELECT sink, seq FROM position"))

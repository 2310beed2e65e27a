"""A store whose file broke or went: what can still be read of it goes into a new one in its place.

A damaged file is put aside as it is. A file that somebody deleted, or put another in the place of,
is still whole behind the connection that has it open.
"""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from bandmate.errors import StoreError
from bandmate.sinks import store_file

_log = logging.getLogger(__name__)

_COLUMNS = "session, name, band, exercise, ts_ns, body, zone"
_PARTS = ("", "-wal", "-shm")
"""A database and what SQLite keeps beside it."""


def open_or_rescue(path: Path) -> sqlite3.Connection:
    """Open the store; a damaged one is put aside, and a new one begun with what is left of it.

    Raises:
        StoreError: It cannot be opened or written, or is not ours to write.
    """
    try:
        return store_file.open_file(path)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        return rescue(path, str(error))


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether it says that the file is damaged, and not the call."""
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return primary in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def rescue(path: Path, damage: str, last_seq: int = 0) -> sqlite3.Connection:
    """Put the damaged store aside, and open a new one with what is left of it. Tells it in the log.

    Args:
        path: Where it is; no connection to it is open.
        damage: What is wrong with it.
        last_seq: The newest position that was known.

    Raises:
        StoreError: It cannot be put aside, or no new one can be made.
    """
    try:
        aside = _put_aside(path, "damaged")
    except OSError as error:
        raise StoreError(
            f"the local store {path} is damaged ({damage}) and cannot be put aside: {error}",
            hint="Move it away, and start again.",
        ) from error
    db = store_file.open_file(path)
    count = _take_over(aside, db, last_seq)
    _log.error(
        "the local store was damaged (%s): it was put aside as %s, and %d of its records "
        "could be taken over into a new one",
        damage,
        aside,
        count,
    )
    return db


def give_back(path: Path, db: sqlite3.Connection) -> sqlite3.Connection:
    """Write a store whose file is gone to its place again, whole, and open it. Tells it in the log.

    Args:
        path: Where it was; what is there now is put aside.
        db: The connection that still has it; closed where all went well.

    Raises:
        StoreError: It cannot be written there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _put_aside(path, "foreign")
        with closing(sqlite3.connect(path)) as copy:
            db.backup(copy)
    except (OSError, sqlite3.OperationalError) as error:
        raise StoreError(
            f"the local store {path} was deleted or replaced, and cannot be written again: {error}",
            hint="Check that its folder exists and that this user may write there.",
        ) from error
    db.close()
    _log.error("the local store %s was deleted or replaced: it was written again, whole", path)
    return store_file.open_file(path)


def _put_aside(path: Path, why: str) -> Path:
    aside = path.with_name(f"{path.name}.{why}-{datetime.now(UTC):%Y%m%dt%H%M%S%f}")
    for part in _PARTS:
        with suppress(FileNotFoundError):
            path.with_name(path.name + part).rename(aside.with_name(aside.name + part))
    return aside


def _take_over(aside: Path, db: sqlite3.Connection, last_seq: int) -> int:
    """Copy what can be read, each record at its own position; how many."""
    with closing(sqlite3.connect(aside)) as old, db:
        db.execute("BEGIN IMMEDIATE")
        copied = db.executemany(
            f"INSERT INTO record (seq, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - ours
            _readable(old),
        ).rowcount
        positions = _positions(old)
        db.executemany("REPLACE INTO position VALUES (?, ?)", positions.items())
        # What comes now must lie behind all that was delivered, though that may be lost.
        last_seq = max([last_seq, store_file.read_last_seq(db), *positions.values()])
        db.execute("DELETE FROM sqlite_sequence WHERE name = 'record'")
        db.execute("INSERT INTO sqlite_sequence VALUES ('record', ?)", (last_seq,))
    return max(copied, 0)


def _readable(old: sqlite3.Connection) -> Iterator[tuple[object, ...]]:
    """The records before and behind what is damaged, with their positions."""
    last_seq = 0
    columns = _COLUMNS if _has_zones(old) else _COLUMNS.replace("zone", "''")
    query = f"SELECT seq, {columns} FROM record NOT INDEXED WHERE seq > ? ORDER BY seq"  # noqa: S608 - ours
    try:
        for row in old.execute(query, (last_seq,)):
            last_seq = row[0]
            yield row
    except sqlite3.DatabaseError:
        with suppress(sqlite3.DatabaseError):
            yield from old.execute(f"{query} DESC", (last_seq,))


def _has_zones(old: sqlite3.Connection) -> bool:
    with suppress(sqlite3.DatabaseError):
        return any(row[1] == "zone" for row in old.execute("PRAGMA table_info(record)"))
    return False


def _positions(old: sqlite3.Connection) -> dict[str, int]:
    try:
        return store_file.read_positions(old)
    except sqlite3.DatabaseError:
        return {}  # then each sink begins at what is stored from now on

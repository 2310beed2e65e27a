"""Looking into the store and copying it, beside a service that runs or without one."""

import sqlite3
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bandmate.errors import StoreError
from bandmate.sinks import store_file
from bandmate.sinks.store_rescue import is_damage
from bandmate.sinks.store_room import used_bytes
from bandmate.sinks.store_schema import VERSION, check_ours

_FAULTS_MOST: Final = 10
_STEP_PAGES: Final = 1000


@dataclass(frozen=True, slots=True)
class StoreState:
    """What a sound store holds, or what is wrong with it.

    Attributes:
        faults: What is damaged; empty where nothing is. Then all else is empty.
        version: Of its schema.
        used_bytes: What its records take.
        events: How many events.
        seconds: How many records of readings, of about a second each.
        waiting: How many records each sink has yet to deliver, by sink.
        refused: How many lines are in quarantine.
        refused_last: Why, of the newest of them; empty where there are none.
    """

    faults: Sequence[str] = ()
    version: int = 0
    used_bytes: int = 0
    events: int = 0
    seconds: int = 0
    waiting: Mapping[str, int] = field(default_factory=dict[str, int])
    refused: int = 0
    refused_last: str = ""


def examine(path: Path) -> StoreState:
    """Look through the whole file; it is not changed.

    Raises:
        StoreError: There is none, it cannot be read at all, or it is not ours.
    """
    with reading(path) as db:
        if faults := _faults(db):
            return StoreState(faults=faults)
        (version,) = db.execute("PRAGMA user_version").fetchone()
        refused = _refused(db) if version == VERSION else ()
        positions = store_file.read_positions(db)
        return StoreState(
            version=version,
            used_bytes=used_bytes(db),
            events=_count(db, "name NOT IN ('samples', 'angles')"),
            seconds=_count(db, "name IN ('samples', 'angles')"),
            waiting={sink: _count(db, f"seq > {seq}") for sink, seq in positions.items()},
            refused=len(refused),
            refused_last=refused[-1] if refused else "",
        )


def back_up(path: Path, to: Path) -> int:
    """Copy the store as it is at one moment, though the service goes on writing.

    Args:
        path: The store.
        to: The copy; nothing is there yet.

    Returns:
        Its size in bytes.

    Raises:
        StoreError: There is none, it cannot be read, or the copy cannot be written.
    """
    with reading(path) as db:
        try:
            to.touch(exist_ok=False)
        except FileExistsError as error:
            raise StoreError(f"{to} is there already", hint="Name a new file.") from error
        except OSError as error:
            raise StoreError(f"{to} cannot be written: {error.strerror}") from error
        try:
            copy = sqlite3.connect(to)
            db.backup(copy, pages=_STEP_PAGES)
            copy.execute("PRAGMA journal_mode = DELETE")  # so that it is one file
            copy.close()
        except sqlite3.Error as error:
            to.unlink()
            raise StoreError(f"{path} could not be copied to {to}: {error}") from error
    return to.stat().st_size


@contextmanager
def reading(path: Path) -> Generator[sqlite3.Connection]:
    """Look into the store, beside whoever writes it; nothing can be changed.

    Raises:
        StoreError: There is none, it cannot be read, or it is not ours.
    """
    if not path.is_file():
        raise StoreError(
            f"{path}: there is no local store here",
            hint="`bandmate run` makes it; or name --config.",
        )
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        check_ours(db, path)
        yield db
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"the local store {path} cannot be read: {error}",
            hint="Where it is damaged, the service puts it aside at its next start, and takes over "
            "what can be read of it.",
        ) from error
    finally:
        db.close()


def _faults(db: sqlite3.Connection) -> Sequence[str]:
    try:
        found = [row[0] for row in db.execute(f"PRAGMA integrity_check({_FAULTS_MOST})")]
    except sqlite3.DatabaseError as error:  # so damaged that it cannot even be looked through
        if not is_damage(error):
            raise
        return [str(error)]
    return () if found == ["ok"] else found


def _count(db: sqlite3.Connection, which: str) -> int:
    return db.execute(f"SELECT count(*) FROM record WHERE {which}").fetchone()[0]  # noqa: S608 - ours


def _refused(db: sqlite3.Connection) -> Sequence[str]:
    return [row[0] for row in db.execute("SELECT reason FROM refused ORDER BY number")]

"""Reading back what the store holds of one run of the service. Runs are named by their session."""

import logging
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import msgspec

from bandmate.domain.events import EVENT_TYPES, Event
from bandmate.domain.records import SampleRecord
from bandmate.domain.session_events import SESSION_EVENT_TYPES
from bandmate.errors import StoreError
from bandmate.sinks.store_rows import Row, from_row
from bandmate.sinks.store_schema import VERSION

_log = logging.getLogger(__name__)

NEWEST: Final = 2**63 - 1
"""A position behind all others."""

_KINDS: Final = MappingProxyType({kind.name: kind for kind in (*EVENT_TYPES, *SESSION_EVENT_TYPES)})
_LATE_RECORDS: Final = 16
"""The readings of a second are stored when it is over: so many records later, at most."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An event as it is stored.

    Attributes:
        seq: Its position.
        ts_ns: When it happened, UTC, nanoseconds since the epoch.
        event: What happened.
    """

    seq: int
    ts_ns: int
    event: Event


def check_version(db: sqlite3.Connection) -> None:
    """Refuse a store that an older bandmate wrote.

    Raises:
        StoreError: It did.
    """
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version < VERSION:
        raise StoreError(
            "the local store was written by an older bandmate",
            hint="Start the service once: it brings the store up to date.",
        )


def runs(db: sqlite3.Connection, until: str | None = None) -> Iterator[str]:
    """The runs of the service, newest first.

    Args:
        db: The store.
        until: Begin with this one; `None`: with the newest.
    """
    query = "SELECT max(session) FROM record"
    if until is None:
        (run,) = db.execute(query).fetchone()
    else:
        (run,) = db.execute(f"{query} WHERE session <= ?", (until,)).fetchone()
    while run is not None:
        yield run
        (run,) = db.execute(f"{query} WHERE session < ?", (run,)).fetchone()


def named(
    db: sqlite3.Connection, run: str, names: Sequence[str], after_seq: int = 0
) -> list[Stored]:
    """The events of these names, in the order that they were stored in."""
    found: list[Stored] = []
    for name in names:  # one by one, so that the index finds them
        rows = db.execute(
            "SELECT seq, ts_ns, name, body FROM record WHERE session = ? AND name = ? AND seq > ?",
            (run, name, after_seq),
        )
        found += _decoded(rows)
    return sorted(found, key=lambda stored: stored.seq)


def between(db: sqlite3.Connection, run: str, from_seq: int, to_seq: int) -> list[Stored]:
    """The events of a run from one position to another, both included.

    What was said and which zone was announced is left out: it is told by other events.
    """
    rows = db.execute(
        "SELECT seq, ts_ns, name, body FROM record WHERE seq BETWEEN ? AND ? AND +session = ? "
        "AND name NOT IN ('samples', 'angles', 'cue', 'zone_changed') ORDER BY seq",
        (from_seq, to_seq, run),
    )
    return list(_decoded(rows))


def samples(
    db: sqlite3.Connection,
    run: str,
    from_seq: int,
    to_seq: int,
    is_wanted: Callable[[int], bool] = lambda _: True,
) -> Iterator[SampleRecord]:
    """The readings of a run that were stored from one position to another, or just behind it.

    Args:
        db: The store.
        run: Its id.
        from_seq: From this position on …
        to_seq: … to this one.
        is_wanted: Whether a record is, by the time of its first reading, UTC, nanoseconds since the
            epoch; of one that is not, nothing is unpacked.
    """
    columns = "SELECT session, name, band, exercise, ts_ns, body, zone FROM record"
    for name in ("samples", "angles"):
        of_run = f"{columns} WHERE session = ? AND name = ? AND seq"
        inside = db.execute(f"{of_run} BETWEEN ? AND ? ORDER BY seq", (run, name, from_seq, to_seq))
        behind = db.execute(f"{of_run} > ? ORDER BY seq LIMIT {_LATE_RECORDS}", (run, name, to_seq))
        for rows in (inside, behind):
            for row in rows:
                stored = Row(*row)
                record = from_row(stored) if is_wanted(stored.ts_ns) else None
                if isinstance(record, SampleRecord):
                    yield record


def _decoded(rows: sqlite3.Cursor) -> Iterator[Stored]:
    for seq, ts_ns, name, body in rows:
        kind = _KINDS.get(name)
        if kind is None:
            continue
        try:
            yield Stored(seq, ts_ns, msgspec.json.decode(body, type=kind))
        except msgspec.DecodeError as error:
            _log.warning("record %d of the local store (%s) is left out: %s", seq, name, error)

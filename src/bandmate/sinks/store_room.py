"""How much the store keeps: readings only so long and only so many, events for ever.

What goes first, where the store has grown over its size: the oldest second of readings, then the
next one, whatever session or band it is of, delivered or not. Events and what was refused stay. So
a store that holds events alone may be larger than asked.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

_STEP_RECORDS: Final = 500
"""So many go at a time: some milliseconds, in which no event can be written."""

_DAY_NS: Final = 86_400 * 1_000_000_000

_OLDEST: Final = """
SELECT seq, ts_ns FROM record WHERE name IN ('samples', 'angles') ORDER BY seq LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Room:
    """How much is kept.

    Attributes:
        most_bytes: The size from which on the oldest readings go.
        keep_days: How long readings are kept; 0 for as long as there is room.
    """

    most_bytes: int = 2_000_000_000
    keep_days: int = 0


@dataclass(frozen=True, slots=True)
class GivenUp:
    """What was given up.

    Attributes:
        seconds: How many records of readings, of about a second each.
        undelivered: How many of them a sink had not taken yet, by sink.
    """

    seconds: int = 0
    undelivered: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


def give_up_oldest(
    db: sqlite3.Connection, room: Room, positions: Mapping[str, int], now_ns: int
) -> GivenUp:
    """One step towards the room there is; nothing where there is enough.

    Args:
        db: The store's file.
        room: How much is kept.
        positions: What each sink has delivered.
        now_ns: UTC, nanoseconds since the epoch.

    Raises:
        sqlite3.OperationalError: The disk did not take it.
        sqlite3.DatabaseError: The file is damaged.
    """
    is_large = used_bytes(db) > room.most_bytes
    if not is_large and room.keep_days == 0:
        return GivenUp()
    oldest: list[tuple[int, int]] = db.execute(_OLDEST, (_STEP_RECORDS,)).fetchall()
    if not is_large:
        kept_from_ns = now_ns - room.keep_days * _DAY_NS
        oldest = [(seq, ts_ns) for seq, ts_ns in oldest if ts_ns < kept_from_ns]
    if not oldest:
        return GivenUp()
    gone = [seq for seq, _ in oldest]
    with db:
        db.execute("BEGIN IMMEDIATE")
        db.executemany("DELETE FROM record WHERE seq = ?", [(seq,) for seq in gone])
    waiting = {sink: sum(seq > done for seq in gone) for sink, done in positions.items()}
    return GivenUp(len(gone), {sink: count for sink, count in waiting.items() if count})


def used_bytes(db: sqlite3.Connection) -> int:
    """What the records take; the file itself does not shrink, but what is free in it is used."""
    pages, free, size = (
        db.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "freelist_count", "page_size")
    )
    return (pages - free) * size

"""What was made, what was committed, and what arrived: counted from the store and both servers."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

from bandmate.domain.records import EventRecord, Record, SampleRecord
from bandmate.sinks.influx_points import encode
from bandmate.sinks.store_file import open_file, read
from parts.servers import InfluxDb

Point = tuple[str, str, str, str, int]
"""A measurement, its tags band, exercise and kind, and a time in nanoseconds."""


@dataclass(frozen=True, slots=True)
class Life:
    """One life of the service.

    Attributes:
        made: The ids of the events that it printed.
        ended_ns: When it was killed, UTC.
    """

    began_ns: int
    ended_ns: int
    made: frozenset[str]


@dataclass(frozen=True, slots=True)
class Account:
    """The sums, and what is wrong with them.

    Attributes:
        made: Events that were decided.
        committed: Those that are in the store.
        readings: Readings that are in the store.
        lost: Events that are in the store and reached no client of the broker, and points that are
            in the store and not in the database.
        repeated: Events that came to the client more than once, each time counted.
        windows_s: Of each life, how long before its end the newest reading was measured that is in
            the store.
    """

    made: int
    committed: int
    readings: int
    lost: Sequence[object]
    repeated: int
    windows_s: Sequence[float]


def account(store: Path, database: InfluxDb, heard: Counter[str], lives: Sequence[Life]) -> Account:
    """Add up, once the service is at rest and has delivered everything."""
    with closing(open_file(store)) as db:
        records = [record for _, record in read(db, 0, 10**9)]
    ids = [str(r.body["id"]) for r in records if isinstance(r, EventRecord)]
    assert len(ids) == len(set(ids)), "an event is in the store twice"
    expected = list(_points(records))
    found = _stored(database, {point[0] for point in expected})
    twice = [point for point, count in Counter(expected).items() if count > 1]
    assert not twice, "two points share their place"
    more = found - set(expected)
    assert not {p for p in more if p[0] != "health"}, "a point is in the database alone"
    made = frozenset(ids).union(*(life.made for life in lives))
    return Account(
        made=len(made),
        committed=len(ids),
        readings=sum(len(r.ts_ns) for r in records if isinstance(r, SampleRecord)),
        lost=[*(set(ids) - set(heard)), *(set(expected) - found)],
        repeated=sum(count - 1 for count in heard.values()),
        windows_s=[w for life in lives if (w := _window_s(life, records)) is not None],
    )


def _points(records: Sequence[Record]) -> Iterator[Point]:
    """Where in the database each record is to be; a movement's two events are one point."""
    seen: set[Point] = set()
    for record in records:
        for line in encode(record, "home"):
            head, _, rest = line.partition(" ")
            measurement, *tags = head.split(",")
            tag = dict(pair.split("=") for pair in tags)
            place = (tag.get("band", ""), tag.get("exercise", ""), tag.get("kind", ""))
            point = (measurement, *place, int(rest.rpartition(" ")[2]))
            if measurement == "rep" and point in seen:
                continue
            seen.add(point)
            yield point


def _stored(database: InfluxDb, measurements: set[str]) -> set[Point]:
    points: set[Point] = set()
    for name in measurements:
        query = {"db": "bandmate", "epoch": "ns", "q": f'select * from "{name}" group by *'}
        answer = json.loads(urlopen(f"{database.url}/query?{urlencode(query)}").read())
        for series in answer["results"][0].get("series", []):
            tags = series["tags"]
            place = (tags.get("band", ""), tags.get("exercise", ""), tags.get("kind", ""))
            points |= {(name, *place, row[0]) for row in series["values"]}
    return points


def _window_s(life: Life, records: Sequence[Record]) -> float | None:
    """How much the kill cost: from the newest reading in the store to the kill."""
    times_ns = [
        record.ts_ns[-1]
        for record in records
        if isinstance(record, SampleRecord) and life.began_ns < record.ts_ns[-1] < life.ended_ns
    ]
    return (life.ended_ns - max(times_ns)) / 1e9 if times_ns else None


def damage(store: Path) -> str:
    """SQLite's own verdict."""
    with closing(sqlite3.connect(store)) as db:
        return db.execute("PRAGMA integrity_check").fetchone()[0]

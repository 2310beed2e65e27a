"""What the local store holds of sessions: found and read, beside a service that runs or without."""

import sqlite3
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bandmate.app.people import People, past_of
from bandmate.app.reports.results import Results, results_of
from bandmate.app.reports.sessions import (
    MARKS,
    LocalTime,
    Session,
    guided_id,
    run_of,
    sessions_of,
)
from bandmate.app.reports.trace import Readings, readings_of
from bandmate.app.reports.windows import Windows, windows_of
from bandmate.domain.events import AlertCleared, Event
from bandmate.domain.records import SampleRecord
from bandmate.domain.session_events import Recounted
from bandmate.engine.review import side_by_side
from bandmate.errors import UsageError
from bandmate.sinks import store_history
from bandmate.sinks.store_admin import reading
from bandmate.sinks.store_history import Stored

PAGE_N: Final = 20
"""Sessions that are listed at a time."""
_LONGEST_RECORD_S: Final = 2.0
"""A record of readings is about a second, never so long."""


def local_time(ts_ns: int) -> datetime:
    """UTC nanoseconds since the epoch, as this host's local time of then."""
    return datetime.fromtimestamp(ts_ns / 1e9, UTC).astimezone()


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one session.

    Attributes:
        results: What it came to.
        samples: What its bands read, as it was stored …
        readings: … and by band, on the session clock.
    """

    results: Results
    samples: tuple[SampleRecord, ...]
    readings: Mapping[str, Readings]


class Archive:
    """Finds sessions in the store. Each call opens it anew, reads, and closes it.

    Args:
        store: The store's file.
        people: What is kept of people.
        local: The local time of a moment.
    """

    def __init__(self, store: Path, people: People, local: LocalTime = local_time) -> None:
        self._store = store
        self.people = people
        self._local = local

    def sessions(
        self, *, person: str = "", before: str = "", most: int | None = PAGE_N
    ) -> Sequence[Session]:
        """The sessions, newest first.

        Args:
            person: Whose; empty: everybody's, and free sets.
            before: Only those that came before this one; empty: from the newest on.
            most: At most so many; `None`: all.

        Raises:
            UsageError: There is no session `before`.
            StoreError: The store cannot be read.
        """
        found: list[Session] = []
        is_behind = not before
        with self._reading() as db:
            for run in store_history.runs(db, run_of(before) if before else None):
                for session in reversed(self._of_run(db, run)):
                    if is_behind and person in {"", session.person}:
                        found.append(session)
                        if len(found) == most:
                            return found
                    is_behind = is_behind or session.id == before
                if not is_behind:
                    break
        if not is_behind:
            raise _unknown(before)
        return found

    def find(self, session: str) -> Session:
        """One session by its id; empty: the newest.

        Raises:
            UsageError: There is none.
            StoreError: The store cannot be read.
        """
        if not session:
            newest = self.sessions(most=1)
            if not newest:
                raise UsageError(
                    "there are no sessions yet",
                    hint="`bandmate run` keeps them: guided ones, and sets that are begun by hand.",
                )
            return newest[0]
        with self._reading() as db:
            for known in self._of_run(db, run_of(session)):
                if known.id == session:
                    return known
        raise _unknown(session)

    def keep_of(self, session: Session) -> Kept:
        """What is kept of a session.

        Raises:
            UsageError: Nothing is kept of it any more.
            StoreError: The store cannot be read.
        """
        with self._reading() as db:
            stored = [
                one
                for from_seq, to_seq in session.spans
                for one in store_history.between(db, session.run, from_seq, to_seq)
            ]
            if not stored:
                raise _unknown(session.id)
            late = _late(db, session, stored)
            base_ns = stored[0].ts_ns - round(stored[0].event.t_s * 1e9)
            events = [one.event for one in stored]
            samples = _samples(db, session, windows_of(events, late), base_ns)
        readings = readings_of(samples, lambda ts_ns: (ts_ns - base_ns) / 1e9)
        results = results_of(
            session,
            events,
            readings,
            base_ns=base_ns,
            late=late,
            marked=self.marked(session),
        )
        return Kept(results, tuple(samples), readings)

    def _of_run(self, db: sqlite3.Connection, run: str) -> list[Session]:
        return sessions_of(run, store_history.named(db, run, MARKS), self._local)

    def marked(self, session: Session) -> list[str]:
        """The exercises whose sides differed much up to this session, several times in a row.

        Raises:
            StoreError: What is kept of the person cannot be read.
        """
        if not session.person:
            return []
        entries = self.people.sessions(session.person)
        ids = [entry.session for entry in entries]
        if session.id not in ids:
            return []
        past = past_of(entries[: ids.index(session.id) + 1]).facts
        return [one.exercise for one in side_by_side(past) if one.word == "marked"]

    @contextmanager
    def _reading(self) -> Generator[sqlite3.Connection]:
        with reading(self._store) as db:
            store_history.check_version(db)
            yield db


def _late(db: sqlite3.Connection, session: Session, stored: Sequence[Stored]) -> list[Event]:
    """What was told of a session behind its end: recounts, and what cleared its alerts."""
    inside = {one.seq for one in stored}
    after_seq = min(inside, default=0)
    behind = store_history.named(db, session.run, (Recounted.name, AlertCleared.name), after_seq)
    return [
        one.event
        for one in behind
        if one.seq not in inside
        and (isinstance(one.event, AlertCleared) or guided_id(one.event.id) == session.id)
    ]


def _samples(
    db: sqlite3.Connection, session: Session, windows: Windows, base_ns: int
) -> list[SampleRecord]:
    """The seconds of readings that reach into the session's windows, each once."""

    def t_s(ts_ns: int) -> float:
        return (ts_ns - base_ns) / 1e9

    def may_touch(ts_ns: int) -> bool:
        return windows.touch(t_s(ts_ns), t_s(ts_ns) + _LONGEST_RECORD_S)

    once = {
        (record.band, record.quantity, record.ts_ns[0]): record
        for span in session.spans
        for record in store_history.samples(db, session.run, *span, may_touch)
        if record.ts_ns and windows.touch(t_s(record.ts_ns[0]), t_s(record.ts_ns[-1]))
    }
    return list(once.values())


def _unknown(session: str) -> UsageError:
    return UsageError(
        f"there is no session {session!r}", hint="`bandmate report --list` names them."
    )

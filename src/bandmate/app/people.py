"""What is kept of each person, a pseudonym: the sessions they did and the answers they gave.

One file a person, one line a session, only ever appended to. While a session runs, what it came to
so far lies beside it: after a crash that is taken for the whole.
"""

import logging
import os
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import msgspec

from bandmate.app.config import Id
from bandmate.domain.plans import Phase
from bandmate.engine.done import Done
from bandmate.engine.gates import SessionFacts
from bandmate.engine.session.opening import Past
from bandmate.engine.session.recount import OnSide
from bandmate.errors import StoreError

_log = logging.getLogger(__name__)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One session, as a line of the file.

    Attributes:
        session: Its id; no session is kept twice.
        done: The exercises of which something was credited.
        exercises: What was done of each, by side.
        asked: The questions that were answered …
        yes: … and those with yes.
        status: How it ended.
    """

    session: str
    day: date
    plan: str
    phase: Phase
    pain_before: int
    pain_after: int | None
    distal_before: int
    distal_after: int | None
    tingle_stop: bool
    pain_stop: bool
    dose_share: float
    in_zone_share: float | None
    over_tension: int
    stopped: frozenset[str]
    done: tuple[str, ...]
    asked: tuple[str, ...]
    yes: tuple[str, ...]
    status: str
    exercises: tuple[Done, ...] = ()

    def facts(self) -> SessionFacts:
        """What gates need of it."""
        names = SessionFacts.__dataclass_fields__
        return SessionFacts(**{name: getattr(self, name) for name in names})


class People:
    """The files of all people.

    Args:
        folder: Where they are kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> Sequence[Id]:
        """Everybody of whom something is kept."""
        return sorted(path.stem for path in self._folder.glob("*.jsonl"))

    def sessions(self, person: Id) -> Sequence[Entry]:
        """The sessions of one person, oldest first; lines that were cut off are left out.

        Of several lines of one session the last one holds: a set was counted anew after its end.

        Raises:
            StoreError: The file cannot be read.
        """
        path = self._folder / f"{person}.jsonl"
        try:
            lines = path.read_bytes().splitlines() if path.exists() else []
        except OSError as error:
            raise StoreError(f"{path}: cannot be read: {error.strerror}") from error
        kept: dict[str, Entry] = {}
        for number, line in enumerate(lines, start=1):
            try:
                entry = msgspec.json.decode(line, type=Entry)
            except msgspec.DecodeError as error:
                _log.warning("%s:%d: is left out: %s", path, number, error)
                continue
            kept[entry.session] = entry
        return tuple(kept.values())

    def append(self, person: Id, entry: Entry) -> None:
        """Keep a session that is over.

        Raises:
            StoreError: It cannot be written.
        """
        path = self._folder / f"{person}.jsonl"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            before = path.read_bytes() if path.exists() else b""
            with path.open("ab") as file:
                # A line that was cut off by a crash is ended first: it costs no other one.
                file.write(
                    (b"" if before.endswith(b"\n") or not before else b"\n")
                    + msgspec.json.encode(entry)
                    + b"\n"
                )
                file.flush()
                os.fsync(file.fileno())
            self._running(person).unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(
                f"{path}: the session cannot be kept: {error.strerror}",
                hint="Make room, or name another folder at [store] path.",
            ) from error

    def keep_running(self, person: Id, entry: Entry) -> None:
        """What a session that still runs came to so far.

        Raises:
            StoreError: It cannot be written.
        """
        path = self._running(person)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            new = path.with_suffix(".new")
            new.write_bytes(msgspec.json.encode(entry))
            new.replace(path)
        except OSError as error:
            raise StoreError(f"{path}: cannot be written: {error.strerror}") from error

    def close_interrupted(self) -> Mapping[Id, Entry]:
        """Keep the sessions that an earlier life of the service did not end; by person."""
        closed: dict[Id, Entry] = {}
        for path in sorted(self._folder.glob("*.running")):
            person = path.stem
            try:
                entry = msgspec.json.decode(path.read_bytes(), type=Entry)
            except msgspec.DecodeError as error:
                _log.warning("%s: is left out: %s", path, error)
                path.unlink()
                continue
            if all(entry.session != kept.session for kept in self.sessions(person)):
                closed[person] = entry
                self.append(person, entry)
            path.unlink(missing_ok=True)
        return closed

    def _running(self, person: Id) -> Path:
        return self._folder / f"{person}.running"


def past_of(sessions: Sequence[Entry]) -> Past:
    """What gates and schedules need of a person's sessions.

    Those in which nothing was done, and nothing was stopped, open and close no gate.
    """
    done: dict[str, list[date]] = {}
    for entry in sessions:
        for slug in entry.done:
            done.setdefault(slug, []).append(entry.day)
    told = [entry for entry in sessions if entry.done or entry.tingle_stop or entry.pain_stop]
    return Past(tuple(entry.facts() for entry in told), done)


def amplitudes_of(sessions: Sequence[Entry]) -> Mapping[OnSide, float]:
    """What full movements rise by, as learnt last of a person's count."""
    return {
        (done.exercise, done.side): done.amplitude
        for entry in sessions
        for done in entry.exercises
        if done.amplitude is not None
    }


def answers_in_force(sessions: Sequence[Entry]) -> Mapping[str, tuple[date, bool]]:
    """When each question was answered last, and whether with yes."""
    return {
        question: (entry.day, question in entry.yes)
        for entry in sessions
        for question in entry.asked
    }

"""Which sessions a run of the service holds: guided ones, and free sets by their day. Pure.

An event belongs to the guided session that it happened in, or else to the free sets of its day, so
that none is left out and none is told twice.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final, Literal

from bandmate.app.reports.spans import Span, common, set_ends, spans_of_sets
from bandmate.domain.alerts import AlertCode
from bandmate.domain.events import AlertRaised, Quality, SetEnded, SetStarted
from bandmate.domain.session_events import Answered, SessionChanged, SessionSummary, Symptom
from bandmate.engine.done import OVER
from bandmate.engine.session.states import FINAL
from bandmate.sinks.store_history import NEWEST, Stored

MARKS: Final = (
    SessionChanged.name,
    SessionSummary.name,
    Answered.name,
    Symptom.name,
    SetStarted.name,
    SetEnded.name,
    Quality.name,
    AlertRaised.name,
)
"""The events that tell which sessions there were."""

STOPS: Final = frozenset({AlertCode.TINGLE_STOP, AlertCode.PAIN_STOP})
_OF_GUIDED: Final = (SessionChanged, SessionSummary, Answered, Symptom)
_GUIDED_ID: Final = re.compile(r"(?P<session>.+-g\d+)--\d+-[a-z_]+-\d+")
_AT_ONCE_NS: Final = 1_000_000_000
"""Stops of several bands within this are one."""

LocalTime = Callable[[int], datetime]
"""UTC nanoseconds since the epoch, as the local time of then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One session, as it is listed.

    Attributes:
        id: Its id: the run's, and `g` with a number, or the day of free sets.
        run: The run of the service that it belongs to.
        kind: `guided`, or the `free` sets of one day.
        day: The local date that it began on.
        begun_ns: When it began, UTC, nanoseconds since the epoch.
        ended_ns: When something of it was last told, the same.
        person: Whose it was, a pseudonym; empty of free sets.
        plan: The plan's id; empty of free sets.
        status: How a guided one ended (`done`, `ended`, `stopped`, `refused`, `interrupted`);
            `open`: it did not, or not yet. Empty of free sets.
        sets: How many sets bands began.
        sets_done: Sets of which something was credited, timed ones too.
        sets_planned: So many were planned; `None` where nothing was.
        dose_share: What was done of that, 0 to 1; `None` where nothing was planned.
        measured_share: Of what was done, what a sensor saw.
        pain: Before and after; `None`: not told.
        distal: The same of the most distal level.
        over_tension: How often the pull was over its limit.
        stops: Stops for tingling or pain.
        spans: Where its events are in the store.
    """

    id: str
    run: str
    kind: Literal["guided", "free"]
    day: date
    begun_ns: int
    ended_ns: int
    person: str = ""
    plan: str = ""
    status: str = ""
    sets: int = 0
    sets_done: int = 0
    sets_planned: int | None = None
    dose_share: float | None = None
    measured_share: float | None = None
    pain: tuple[int | None, int | None] = (None, None)
    distal: tuple[int | None, int | None] = (None, None)
    over_tension: int = 0
    stops: int = 0
    spans: tuple[Span, ...] = ()


@dataclass(slots=True)
class _Owned:
    """What belongs to one session.

    Attributes:
        marks: Those of its own.
        spans: From its first mark to the next one of another session, as often as there is one.
    """

    marks: list[Stored] = field(default_factory=list[Stored])
    spans: list[Span] = field(default_factory=list[Span])


def sessions_of(run: str, marks: Sequence[Stored], local: LocalTime) -> list[Session]:
    """The sessions of one run, oldest first.

    Args:
        run: Its id.
        marks: Its events whose names are in `MARKS`, by position.
        local: Tells the day of free sets.
    """
    owned: dict[str, _Owned] = {}
    guided, ends = _guided_spans(marks), set_ends(marks)
    owner_before = ""
    for stored, owner in _owners(run, marks, guided, local):
        mine = owned.setdefault(owner, _Owned())
        mine.marks.append(stored)
        if owner != owner_before:
            if owner_before:
                before = owned[owner_before].spans
                before[-1] = (before[-1][0], stored.seq - 1)
            mine.spans.append((stored.seq, NEWEST))
        owner_before = owner
    for owner, mine in owned.items():
        mine.spans = list(common(mine.spans, _wanted(mine.marks, guided.get(owner), ends)))
        mine.marks += [ends[one.seq] for one in mine.marks if one.seq in ends]
    found = [_session(owner, run, mine, local) for owner, mine in owned.items()]
    return sorted(found, key=lambda session: session.begun_ns)


def run_of(session: str) -> str:
    """The run that a session's id belongs to."""
    return session.rpartition("-")[0]


def guided_id(event_id: str) -> str | None:
    """The guided session that an event of its own belongs to."""
    found = _GUIDED_ID.fullmatch(event_id)
    return found["session"] if found else None


def _wanted(
    marks: Sequence[Stored], guided: Span | None, ends: Mapping[int, Stored]
) -> Sequence[Span]:
    """Where what belongs to a session is: a guided one is whole, free sets are apart.

    A set that the end of a guided session cut off is told to its own end.
    """
    own = [guided] if guided else [(stored.seq, stored.seq) for stored in marks]
    return [*own, *spans_of_sets(marks, ends, is_cut_off=guided is None)]


def _owners(
    run: str, marks: Sequence[Stored], guided: Mapping[str, Span], local: LocalTime
) -> Iterator[tuple[Stored, str]]:
    """Each mark that tells of a session, and which session that is."""
    names, begins = list(guided), [begun for begun, _ in guided.values()]
    for stored in marks:
        owner = guided_id(stored.event.id)
        at = bisect_right(begins, stored.seq) - 1
        if owner is None and at >= 0 and stored.seq <= guided[names[at]][1]:
            owner = names[at]
        if owner is not None:
            yield stored, owner
        elif _is_worth_telling(stored):
            yield stored, f"{run}-{local(stored.ts_ns):%Y%m%d}"


def _is_worth_telling(stored: Stored) -> bool:
    """A set, a pull over the limit or a stop makes a session, whatever else there was not."""
    event = stored.event
    return isinstance(event, SetStarted) or (
        isinstance(event, AlertRaised) and event.code in OVER | STOPS
    )


def _guided_spans(marks: Iterable[Stored]) -> dict[str, Span]:
    """From the beginning of each guided session to its end; one that has none is open."""
    spans: dict[str, Span] = {}
    is_over: dict[str, bool] = {}
    for stored in marks:
        event = stored.event
        if not isinstance(event, _OF_GUIDED) or (name := guided_id(event.id)) is None:
            continue
        spans[name] = (spans.get(name, (stored.seq, 0))[0], stored.seq)
        if isinstance(event, SessionSummary) or (
            isinstance(event, SessionChanged) and event.state in FINAL
        ):
            is_over[name] = True
    return {
        name: (begun, ended if name in is_over else NEWEST)
        for name, (begun, ended) in spans.items()
    }


def _session(name: str, run: str, owned: _Owned, local: LocalTime) -> Session:
    marks = owned.marks
    events = [stored.event for stored in marks]
    began = marks[0]
    raised = [event for event in events if isinstance(event, AlertRaised)]
    common = Session(
        id=name,
        run=run,
        kind="free",
        day=local(began.ts_ns).date(),
        begun_ns=began.ts_ns,
        ended_ns=max(stored.ts_ns for stored in marks),
        sets=sum(isinstance(event, SetStarted) for event in events),
        over_tension=sum(event.code in OVER for event in raised),
        stops=_stops(marks),
        spans=tuple(owned.spans),
    )
    return _guided(common, events)


def _guided(common: Session, events: Sequence[object]) -> Session:
    """The same of a guided session, where it is one."""
    changes = [event for event in events if isinstance(event, SessionChanged)]
    if not changes:
        return common
    first = changes[0]
    told = {event.moment: event for event in events if isinstance(event, Answered)}
    before, after = told.get("before"), told.get("after")
    found = replace(
        common,
        kind="guided",
        day=date.fromisoformat(first.date),
        person=first.person,
        plan=first.plan,
        status="open",
        pain=(before and before.pain, after and after.pain),
        distal=(before and before.distal, after and after.distal),
        stops=sum(isinstance(event, Symptom) and event.stops for event in events),
    )
    summaries = [event for event in events if isinstance(event, SessionSummary)]
    if not summaries:
        return found
    sums = summaries[-1]
    return replace(
        found,
        status=sums.status,
        sets_done=sums.sets_done,
        sets_planned=sums.sets_planned,
        dose_share=sums.dose_share,
        measured_share=sums.measured_share,
    )


def _stops(marks: Iterable[Stored]) -> int:
    """How often something was stopped: every band tells it."""
    count, last_ns = 0, -_AT_ONCE_NS
    for stored in marks:
        if isinstance(stored.event, AlertRaised) and stored.event.code in STOPS:
            count += stored.ts_ns - last_ns >= _AT_ONCE_NS
            last_ns = stored.ts_ns
    return count

"""What a session came to: everything that a report or a file tells of it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bandmate.app.reports.findings import (
    DataQuality,
    Jerk,
    OverTension,
    Place,
    Places,
    SideBySide,
    Stop,
    data_quality,
    jerks,
    over_tension,
    side_by_side,
    stops,
)
from bandmate.app.reports.sessions import Session
from bandmate.app.reports.trace import Readings
from bandmate.app.reports.work import Work, together, work_of, zone_seconds
from bandmate.domain.events import Event, SetStarted
from bandmate.domain.session_events import Credited, Recounted, SessionChanged
from bandmate.domain.zones import Zone
from bandmate.engine.gates import pain_change_marked
from bandmate.engine.sides import LEFT, RIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What a session came to.

    Attributes:
        session: As it is listed.
        base_ns: UTC of the session clock's zero, nanoseconds since the epoch.
        from_s: When it began, seconds on the session clock …
        to_s: … and when something was last told of it.
        sets: Every set, in order.
        exercises: The same by exercise and side.
        over_tension: Every time that the pull was over its limit.
        jerks: Too brief for an alert.
        stops: For tingling or pain.
        sides: Left and right.
        quality: How far the data can be relied on.
        recounts: Sets that the person counted otherwise.
        events: All of it, for what is told in single.
        late: What was told of it after its end.
        places: Which set each set of a band belongs to.
    """

    session: Session
    base_ns: int
    from_s: float
    to_s: float
    sets: tuple[Work, ...]
    exercises: tuple[Work, ...]
    over_tension: tuple[OverTension, ...]
    jerks: tuple[Jerk, ...]
    stops: tuple[Stop, ...]
    sides: tuple[SideBySide, ...]
    quality: DataQuality
    recounts: tuple[Recounted, ...]
    events: tuple[Event, ...]
    late: tuple[Event, ...]
    places: Places

    @property
    def dose_share(self) -> float | None:
        """Of all that was planned; of free sets, of what they asked for."""
        if self.session.kind == "guided":
            return self.session.dose_share
        shares = [work.dose_share for work in self.sets if work.dose_share is not None]
        return sum(shares) / len(shares) if shares else None

    @property
    def zone_s(self) -> Mapping[str, float] | None:
        """Seconds by zone, of all sets."""
        return zone_seconds(work.zone_s for work in self.sets)

    @property
    def in_zone_share(self) -> float | None:
        """In zone of that time; `None`: no zone was watched."""
        zone_s = self.zone_s or {}
        active_s = sum(zone_s.values())
        return zone_s[Zone.IN] / active_s if active_s else None

    @property
    def pain_change(self) -> int | None:
        """From before to after; `None`: not told, or too little to be told from chance."""
        before, after = self.session.pain
        if before is None or after is None or not pain_change_marked(before, after):
            return None
        return after - before


def results_of(
    session: Session,
    events: Sequence[Event],
    readings: Mapping[str, Readings],
    *,
    base_ns: int,
    late: Sequence[Event] = (),
    marked: Iterable[str] = (),
) -> Results:
    """What a session came to.

    Args:
        session: As it is listed.
        events: All of it, in order.
        readings: What its bands read, tared, by band.
        base_ns: UTC of the session clock's zero.
        late: What was told of it after its end: recounts, and what cleared its alerts.
        marked: Exercises whose sides differed much in several sessions in a row.
    """
    recounts = tuple(event for event in (*events, *late) if isinstance(event, Recounted))
    sets, places = _sets(session, events, readings, recounts)
    exercises = tuple(_by_exercise(sets))
    return Results(
        session=session,
        base_ns=base_ns,
        from_s=min((event.t_s for event in events), default=0.0),
        to_s=max((event.t_s for event in events), default=0.0),
        sets=sets,
        exercises=exercises,
        over_tension=over_tension([*events, *late], places, readings),
        jerks=jerks(events, places),
        stops=stops(events, places, readings),
        sides=side_by_side(exercises, set(marked)),
        quality=data_quality(events, sets),
        recounts=recounts if session.kind == "guided" else (),
        events=tuple(events),
        late=tuple(late),
        places=places,
    )


def _sets(
    session: Session,
    events: Sequence[Event],
    readings: Mapping[str, Readings],
    recounts: Sequence[Recounted],
) -> tuple[tuple[Work, ...], Places]:
    """The sets, and which of them each set of a band belongs to."""
    groups = _led(events) if session.kind == "guided" else _free(events)
    counted = {(one.exercise, one.side, one.set_number): one for one in recounts}
    sets: list[Work] = []
    places: dict[tuple[str, int], Place] = {}
    for seen, credited, side in groups:
        work = work_of(seen, readings, credited=credited, side=side)
        again = counted.get((work.exercise, work.side, work.set_number))
        if again is not None and credited is not None:
            work = replace(work, by_person=again.by_person, counted=again.counted)
        sets.append(work)
        place = Place(exercise=work.exercise, side=work.side, set_number=work.set_number)
        places |= {(one.band, one.set): place for one in seen if isinstance(one, SetStarted)}
    return tuple(sets), places


_Group = tuple[list[Event], Credited | None, str]
"""What bands told of one set, what was credited of it, and its side."""


def _led(events: Sequence[Event]) -> list[_Group]:
    """The sets of a guided session: each is what was told of its exercise until it was credited.

    A set that a crash cut off was never credited; its bands tell of it all the same.
    """
    groups: list[_Group] = []
    seen: dict[str, list[Event]] = {}
    side = ""
    for event in events:
        if isinstance(event, Credited):
            groups.append((seen.pop(event.exercise, []), event, event.side))
        elif event.band and event.exercise:
            seen.setdefault(event.exercise, []).append(event)
        elif isinstance(event, SessionChanged) and event.title:
            side = event.side
    cut_off = [told for told in seen.values() if any(isinstance(e, SetStarted) for e in told)]
    return [*groups, *((told, None, side) for told in cut_off)]


def _free(events: Sequence[Event]) -> list[_Group]:
    """The sets of bands that nobody led."""
    groups: dict[tuple[str, int], list[Event]] = {}
    for event in events:
        key = (event.band, event.set)
        if isinstance(event, SetStarted):
            groups[key] = [event]
        elif event.exercise and key in groups:
            groups[key].append(event)
    return [
        (told, None, band if band in {LEFT, RIGHT} else "") for (band, _), told in groups.items()
    ]


def _by_exercise(sets: Sequence[Work]) -> Iterable[Work]:
    """In the order that they were begun in."""
    grouped: dict[tuple[str, str], list[Work]] = {}
    for work in sets:
        grouped.setdefault((work.exercise, work.side), []).append(work)
    return [together(mine) for mine in grouped.values()]

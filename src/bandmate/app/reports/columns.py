"""The tables that are written to files: their columns, with units, and their rows. Pure.

No name of a person is in them, only the pseudonym.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final, Literal

from bandmate.app.reports.archive import Kept
from bandmate.app.reports.results import Results
from bandmate.domain.events import (
    AlertCleared,
    AlertRaised,
    Event,
    Grade,
    HoldEnded,
    Rep,
    RepFinal,
    Transient,
)
from bandmate.domain.session_events import Answered, Symptom
from bandmate.domain.zones import Zone

Type = Literal["text", "integer", "number", "truth"]
Value = str | int | float | bool | None
Row = Sequence[Value]
Columns = Mapping[str, Type]
"""The names of columns, and what they hold."""

_OF_SESSION: Final[Columns] = {"session": "text", "person": "text", "ts": "text", "t_s": "number"}
_OF_SET: Final[Columns] = {
    **_OF_SESSION,
    "band": "text",
    "exercise": "text",
    "side": "text",
    "set_number": "integer",
}
_ZONES: Final[Columns] = {f"{zone}_s": "number" for zone in Zone}
_GRADES: Final[Columns] = {str(grade): "integer" for grade in Grade}

TABLES: Final[Mapping[str, Columns]] = MappingProxyType(
    {
        "sessions": {
            "session": "text",
            "kind": "text",
            "person": "text",
            "plan": "text",
            "date": "text",
            "ts": "text",
            "duration_s": "number",
            "status": "text",
            "sets": "integer",
            "sets_planned": "integer",
            "dose_share": "number",
            "in_zone_share": "number",
            "timed_share": "number",
            "over_tension": "integer",
            "transients": "integer",
            "stops": "integer",
            "pain_before": "integer",
            "pain_after": "integer",
            "distal_before": "integer",
            "distal_after": "integer",
            "samples": "integer",
            "lost": "integer",
            "gaps": "integer",
            "gap_s": "number",
            "saturated": "integer",
        },
        "sets": {
            **_OF_SET,
            "duration_s": "number",
            "status": "text",
            "interrupted": "truth",
            "measured": "truth",
            "kind": "text",
            "target": "number",
            "credited": "number",
            "dose_share": "number",
            "by_person": "integer",
            **_GRADES,
            "cycle_s": "number",
            "cycle_cv_pct": "number",
            "top_s": "number",
            "holds": "integer",
            "hold_in_zone_s": "number",
            "sags": "integer",
            **_ZONES,
            "peak_n": "number",
            "peak_sustained_n": "number",
            "peak_raw_n": "number",
            "peak_deg": "number",
            "over_tension": "integer",
            "transients": "integer",
        },
        "reps": {
            **_OF_SET,
            "rep": "integer",
            "grade": "text",
            "start_s": "number",
            "peak_s": "number",
            "count_s": "number",
            "end_s": "number",
            "peak_n": "number",
            "peak_deg": "number",
            "excursion": "number",
            "rise_s": "number",
            "top_s": "number",
            "fall_s": "number",
            "time_under_tension_s": "number",
            "impulse_ns": "number",
            "in_zone_s": "number",
            "overshoot_n": "number",
            "confidence": "number",
            "flags": "text",
        },
        "holds": {
            **_OF_SET,
            "hold": "integer",
            "start_s": "number",
            "end_s": "number",
            "duration_s": "number",
            "in_zone_s": "number",
            "mean_n": "number",
            "mean_deg": "number",
            "sag_pct_per_min": "number",
            "steadiness_pct": "number",
            "breaks": "integer",
            "sags": "integer",
            "reason": "text",
        },
        "alerts": {
            **_OF_SET,
            "code": "text",
            "urgency": "text",
            "onset_s": "number",
            "duration_s": "number",
            "rep": "integer",
            "value": "number",
            "limit": "number",
        },
        "symptoms": {
            **_OF_SESSION,
            "exercise": "text",
            "kind": "text",
            "pain": "integer",
            "distal": "integer",
            "tingling": "truth",
            "stops": "truth",
        },
        "samples": {
            "session": "text",
            "band": "text",
            "exercise": "text",
            "ts": "text",
            "t_s": "number",
            "force_n": "number",
            "angle_deg": "number",
        },
    }
)
"""The columns of each table; one file holds one table."""


def rows_of(table: str, kept: Kept) -> Iterator[Row]:
    """The rows of a table that one session has."""
    yield from _ROWS[table](kept)


def _sessions(kept: Kept) -> Iterator[Row]:
    results, session = kept.results, kept.results.session
    counts = results.quality.counts
    yield (
        session.id,
        session.kind,
        session.person,
        session.plan,
        session.day.isoformat(),
        _ts(results, results.from_s),
        results.to_s - results.from_s,
        session.status,
        len(results.sets),
        session.sets_planned,
        results.dose_share,
        results.in_zone_share,
        results.quality.timed_share,
        len(results.over_tension),
        len(results.jerks),
        len(results.stops),
        *session.pain,
        *session.distal,
        *(counts[name] for name in ("samples", "lost", "gaps", "gap_s", "saturated")),
    )


def _sets(kept: Kept) -> Iterator[Row]:
    results = kept.results
    for work in results.sets:
        part = work.parts[0] if work.parts else None
        is_angle = work.quantity == "angle"
        zones = work.zone_s or {}
        yield (
            results.session.id,
            results.session.person,
            None if part is None else _ts(results, part.from_s),
            None if part is None else part.from_s,
            None if part is None else part.band,
            work.exercise,
            work.side,
            work.set_number,
            None if part is None else work.parts[-1].to_s - part.from_s,
            work.status,
            work.interrupted,
            work.measured,
            work.kind,
            work.target,
            work.credited,
            work.dose_share,
            work.by_person,
            *(work.grades[grade] for grade in Grade),
            work.cycle_s,
            work.cycle_cv_pct,
            work.top_s,
            work.holds,
            work.hold_in_zone_s,
            work.sags,
            *(zones.get(zone) for zone in Zone),
            None if is_angle else work.peak,
            None if is_angle else work.peak_sustained,
            None if is_angle else work.peak_raw,
            work.peak if is_angle else None,
            work.over_tension,
            work.transients,
        )


def _reps(kept: Kept) -> Iterator[Row]:
    events = kept.results.events
    finals = {(one.band, one.set, one.index): one for one in events if isinstance(one, RepFinal)}
    for rep in events:
        if not isinstance(rep, Rep):
            continue
        final = finals.get((rep.band, rep.set, rep.index))
        yield (
            *_of_set(kept.results, rep),
            rep.index,
            rep.grade,
            rep.start_s,
            rep.peak_s,
            rep.count_s,
            *_of(final, "end_s"),
            rep.peak_n,
            rep.peak_deg,
            rep.excursion,
            *_of(final, "rise_s", "top_s", "fall_s", "time_under_tension_s", "impulse_ns"),
            *_of(final, "in_zone_s", "overshoot_n", "confidence"),
            " ".join(rep.flags if final is None else (*rep.flags, *final.flags)),
        )


def _holds(kept: Kept) -> Iterator[Row]:
    for hold in kept.results.events:
        if isinstance(hold, HoldEnded):
            yield (
                *_of_set(kept.results, hold),
                hold.index,
                hold.start_s,
                hold.end_s,
                hold.duration_s,
                hold.in_zone_s,
                hold.mean_n,
                hold.mean_deg,
                hold.sag_pct_per_min,
                hold.steadiness_pct,
                hold.breaks,
                len(hold.sags),
                hold.reason,
            )


def _alerts(kept: Kept) -> Iterator[Row]:
    results = kept.results
    lengths = {
        (one.band, one.code, one.onset_s): one.duration_s
        for one in (*results.events, *results.late)
        if isinstance(one, AlertCleared)
    }
    for one in results.events:
        if isinstance(one, AlertRaised):
            yield (
                *_of_set(results, one),
                one.code,
                one.urgency,
                one.onset_s,
                lengths.get((one.band, one.code, one.onset_s)),
                one.index,
                one.value,
                one.limit,
            )
        elif isinstance(one, Transient):
            length = (one.t_s, one.length_s, None, one.peak_n, None)
            yield *_of_set(results, one), one.name, "", *length


def _symptoms(kept: Kept) -> Iterator[Row]:
    results = kept.results
    for one in results.events:
        if isinstance(one, Symptom):
            yield (
                *_of_session(results, one),
                one.exercise,
                one.kind,
                one.pain,
                None,
                None,
                one.stops,
            )
        elif isinstance(one, Answered):
            told = (one.moment, one.pain, one.distal, one.tingling, False)
            yield *_of_session(results, one), "", *told


def _samples(kept: Kept) -> Iterator[Row]:
    results = kept.results
    for record in kept.samples:
        is_angle = record.quantity == "angle"
        for ts_ns, value in zip(record.ts_ns, record.values, strict=True):
            yield (
                results.session.id,
                record.band,
                record.exercise,
                _utc(ts_ns),
                (ts_ns - results.base_ns) / 1e9,
                None if is_angle else value,
                value if is_angle else None,
            )


_ROWS: Final[Mapping[str, Callable[[Kept], Iterable[Row]]]] = {
    "sessions": _sessions,
    "sets": _sets,
    "reps": _reps,
    "holds": _holds,
    "alerts": _alerts,
    "symptoms": _symptoms,
    "samples": _samples,
}


def _of_session(results: Results, event: Event) -> Row:
    session = results.session
    return session.id, session.person, _ts(results, event.t_s), event.t_s


def _of_set(results: Results, event: Event) -> Row:
    place = results.places.get((event.band, event.set)) if event.exercise else None
    side, number = ("", 0) if place is None else (place.side, place.set_number)
    return *_of_session(results, event), event.band, event.exercise, side, number


def _of(final: RepFinal | None, *names: str) -> Row:
    return [None if final is None else getattr(final, name) for name in names]


def _ts(results: Results, t_s: float) -> str:
    return _utc(results.base_ns + round(t_s * 1e9))


def _utc(ts_ns: int) -> str:
    """RFC 3339 with microseconds."""
    seconds, rest_ns = divmod(ts_ns, 1_000_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest_ns // 1000:06d}Z"

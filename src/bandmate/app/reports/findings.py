"""What a session is told by beside its work: over-tension, stops, sides, data quality. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final, Literal

from bandmate.app.reports.sessions import STOPS
from bandmate.app.reports.trace import NOTHING, Readings, level_at, raw_peak
from bandmate.app.reports.work import Work
from bandmate.domain.alerts import AlertCode
from bandmate.domain.events import (
    AlertCleared,
    AlertRaised,
    Event,
    Quality,
    Rep,
    SetEnded,
    SetStarted,
    Tared,
    Transient,
)
from bandmate.domain.session_events import SessionSummary, Symptom
from bandmate.engine.done import OVER
from bandmate.engine.review import EVEN_PCT
from bandmate.signal.symmetry import symmetry

_AT_ONCE_S: Final = 1.0
"""Every band tells of a stop; so close together they are one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in a session something happened; empty and 0 outside of all sets."""

    exercise: str = ""
    side: str = ""
    set_number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OverTension:
    """The pull was over its limit, or over its ceiling.

    Attributes:
        code: Which of the two.
        band: Which sensor saw it.
        place: In which set; empty between sets.
        t_s: When it was first over, seconds on the session clock.
        duration_s: For how long; `None`: nothing tells its end.
        rep: The movement that was under way.
        limit_n: The limit.
        peak_n: The highest reading meanwhile, of all that follow where nothing tells its end;
            where the readings are not kept any more, the level at which it was told.
    """

    code: AlertCode
    band: str
    place: Place
    t_s: float
    duration_s: float | None
    rep: int | None
    limit_n: float | None
    peak_n: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Jerk:
    """The pull was over its limit too briefly for an alert."""

    band: str
    place: Place
    t_s: float
    length_s: float
    peak_n: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Something was stopped for a symptom.

    Attributes:
        kind: `tingle` or `pain`.
        pain: 0 to 10; `None`: not told.
        place: In which set; empty outside of all.
        t_s: When, seconds on the session clock.
        rep: The movement that was under way, or else the last one of that set; `None`: there was
            none yet.
        force_n: The pull at that moment; `None`: no reading is kept of it.
    """

    kind: Literal["tingle", "pain"]
    pain: int | None
    place: Place
    t_s: float
    rep: int | None
    force_n: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """Left and right of one exercise; see `engine.review.SideBySide`."""

    exercise: str
    asymmetry_pct: float
    weaker: str
    n_left: int
    n_right: int
    word: Literal["even", "uneven", "marked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataQuality:
    """How far the data can be relied on.

    Attributes:
        counts: Of all bands, by the names of the event `quality`.
        signal_lost: How often a sensor was not heard any more.
        drift: How often a zero seemed to have moved.
        saturated: How often a sensor was at the end of its range.
        tares: Zeros that were taken.
        tares_refused: Zeros that were asked for and refused.
        timed_share: Of what was done, what was timed and not measured; `None`: nothing was done.
    """

    counts: Mapping[str, float]
    signal_lost: int
    drift: int
    saturated: int
    tares: int
    tares_refused: int
    timed_share: float | None


Places = Mapping[tuple[str, int], Place]
"""By band, and by the number of its set."""


def over_tension(
    events: Sequence[Event], places: Places, readings: Mapping[str, Readings]
) -> tuple[OverTension, ...]:
    """Every time that the pull was over its limit or its ceiling.

    Args:
        events: Of the session, and what cleared its alerts later.
        places: Which set was meant.
        readings: By band.
    """
    cleared = {
        (event.band, event.code, event.onset_s): event.duration_s
        for event in events
        if isinstance(event, AlertCleared)
    }
    found: list[OverTension] = []
    for event in events:
        if not isinstance(event, AlertRaised) or event.code not in OVER:
            continue
        length_s = cleared.get((event.band, event.code, event.onset_s))
        until_s = (
            _next_set_s(event, events)
            if length_s is None
            else max(event.onset_s + length_s, event.t_s)
        )
        seen = readings.get(event.band, NOTHING).between(event.onset_s, until_s)
        levels = [level for level in (raw_peak(seen), event.value) if level is not None]
        found.append(
            OverTension(
                code=event.code,
                band=event.band,
                place=_place(event, places),
                t_s=event.onset_s,
                duration_s=length_s,
                rep=event.index,
                limit_n=event.limit,
                peak_n=max(levels, default=None),
            )
        )
    return tuple(found)


def jerks(events: Iterable[Event], places: Places) -> tuple[Jerk, ...]:
    """Every jerk over the limit."""
    return tuple(
        Jerk(
            band=event.band,
            place=_place(event, places),
            t_s=event.t_s,
            length_s=event.length_s,
            peak_n=event.peak_n,
        )
        for event in events
        if isinstance(event, Transient)
    )


def longest_s(found: Iterable[OverTension]) -> float | None:
    """The longest of them; `None`: of none is it known."""
    return max((one.duration_s for one in found if one.duration_s is not None), default=None)


def total_s(found: Sequence[OverTension]) -> float:
    """How long the pull was over its limit in all; where it was over both it counts once.

    It is the least where nothing tells how long one of them was.
    """
    total = 0.0
    for band in {one.band for one in found}:
        until_s = -float("inf")
        for one in sorted((one for one in found if one.band == band), key=lambda one: one.t_s):
            end_s = one.t_s + (one.duration_s or 0.0)
            total += max(end_s - max(one.t_s, until_s), 0.0)
            until_s = max(until_s, end_s)
    return total


def stops(
    events: Sequence[Event], places: Places, readings: Mapping[str, Readings]
) -> tuple[Stop, ...]:
    """Every stop for tingling or pain, with the movement and the pull at that moment.

    A session tells of one itself; where there was none, the bands do.
    """
    told: list[tuple[Symptom | AlertRaised, Literal["tingle", "pain"], int | None]] = [
        (event, event.kind, event.pain)
        for event in events
        if isinstance(event, Symptom) and event.stops
    ]
    for event in events:
        if not isinstance(event, AlertRaised) or event.code not in STOPS:
            continue
        if all(abs(event.t_s - other.t_s) > _AT_ONCE_S for other, _, _ in told):
            told.append((event, "tingle" if event.code is AlertCode.TINGLE_STOP else "pain", None))
    told.sort(key=lambda one: one[0].t_s)
    return tuple(
        _stop(event, kind, pain, events, places=places, readings=readings)
        for event, kind, pain in told
    )


def side_by_side(works: Iterable[Work], marked: Iterable[str]) -> tuple[SideBySide, ...]:
    """Left and right of the exercises that had enough movements on both sides.

    Args:
        works: One for each exercise and side.
        marked: Exercises whose sides differed much in several sessions in a row.
    """
    rises = {(work.exercise, work.side): work.excursions for work in works}
    found: list[SideBySide] = []
    for (slug, side), left in rises.items():
        right = rises.get((slug, "right"), ())
        both = symmetry([(x, x) for x in left], [(x, x) for x in right]) if side == "left" else None
        if both is None:
            continue
        word: Literal["even", "uneven", "marked"] = "even"
        if both.excursion_pct >= EVEN_PCT:
            word = "marked" if slug in marked else "uneven"
        found.append(
            SideBySide(
                exercise=slug,
                asymmetry_pct=both.excursion_pct,
                weaker=both.weaker or "",
                n_left=both.left,
                n_right=both.right,
                word=word,
            )
        )
    return tuple(found)


def data_quality(events: Sequence[Event], works: Sequence[Work]) -> DataQuality:
    """What was wrong with the data, over all bands, as it is told with sets."""
    counts: Counter[str] = Counter(dict.fromkeys(_COUNTS, 0))
    for event in events:
        if isinstance(event, Quality) and event.exercise:
            counts.update({name: getattr(event, name) for name in _COUNTS})
    raised = Counter(event.code for event in events if isinstance(event, AlertRaised))
    tared = [event for event in events if isinstance(event, Tared)]
    summaries = [event for event in events if isinstance(event, SessionSummary)]
    measured = summaries[-1].measured_share if summaries else None
    if not summaries and any(work.measured for work in works):
        measured = 1.0
    return DataQuality(
        counts=dict(counts),
        signal_lost=raised[AlertCode.SIGNAL_LOST],
        drift=raised[AlertCode.BASELINE_DRIFT],
        saturated=raised[AlertCode.SENSOR_SATURATED],
        tares=sum(event.refused is None for event in tared),
        tares_refused=sum(event.refused is not None for event in tared),
        timed_share=None if measured is None else 1.0 - measured,
    )


_COUNTS: Final = (
    "samples",
    "lost",
    "nan",
    "duplicate",
    "late",
    "saturated",
    "malformed",
    "gaps",
    "gap_s",
)


def _next_set_s(event: Event, events: Iterable[Event]) -> float:
    """When the band's next set began: what nothing ended went on no longer than that."""
    begun = (one.t_s for one in events if isinstance(one, SetStarted) and one.band == event.band)
    return min((t_s for t_s in begun if t_s > event.t_s), default=inf)


def _place(event: Event, places: Places) -> Place:
    """An event outside of all sets names no exercise, though a number of the set before."""
    return places.get((event.band, event.set), Place()) if event.exercise else Place()


def _stop(
    event: Symptom | AlertRaised,
    kind: Literal["tingle", "pain"],
    pain: int | None,
    events: Sequence[Event],
    *,
    places: Places,
    readings: Mapping[str, Readings],
) -> Stop:
    running = _running(events, event.t_s)
    last = [
        rep.index
        for rep in events
        if isinstance(rep, Rep) and (rep.band, rep.set) in running and rep.t_s <= event.t_s
    ]
    bands = [band for band, _ in running] or ([event.band] if event.band else list(readings))
    forces = [
        force
        for band in bands
        if (force := level_at(readings.get(band, NOTHING), event.t_s)) is not None
    ]
    place = next((places[key] for key in running if key in places), None)
    return Stop(
        kind=kind,
        pain=pain,
        place=place or Place(exercise=event.exercise),
        t_s=event.t_s,
        rep=last[-1] if last else None,
        force_n=max(forces, default=None),
    )


def _running(events: Iterable[Event], t_s: float) -> list[tuple[str, int]]:
    """The bands' sets that were under way; a stop ends them in the same moment."""
    began: dict[tuple[str, int], bool] = {}
    for event in events:
        key = (event.band, event.set)
        if isinstance(event, SetStarted) and event.t_s <= t_s:
            began[key] = True
        elif isinstance(event, SetEnded) and event.t_s < t_s:
            began[key] = False
    return [key for key, runs in began.items() if runs]

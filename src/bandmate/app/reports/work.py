"""What was done: of one set, or of all sets of one exercise on one side. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Literal, cast

from bandmate.app.reports.trace import NOTHING, Readings, raw_peak, sustained_peak
from bandmate.domain.events import (
    AlertRaised,
    Event,
    Grade,
    HoldEnded,
    Rep,
    RepFinal,
    SetEnded,
    SetStarted,
    Transient,
)
from bandmate.domain.session_events import Credited
from bandmate.domain.zones import Zone
from bandmate.engine.done import OVER
from bandmate.signal.fatigue import middle, spread_pct

Kind = Literal["reps", "hold", "timer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A movement of a set, as it is marked in a drawing: its peak, grade and number."""

    t_s: float
    level: float | None
    grade: Grade
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one band saw of a set, from its start to its end; a pause cuts a set in two."""

    band: str
    from_s: float
    to_s: float
    zone: Mapping[str, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What was done. Times are seconds; `None`: not available.

    Attributes:
        exercise: Its slug.
        title: As it was called when it was done.
        side: `left`, `right` or empty.
        set_number: Which set; 0 of several together.
        sets: How many sets these are.
        status: `complete`, `incomplete`, `skipped`, `stopped`, or `interrupted` where nothing tells
            how it ended; empty of several together.
        interrupted: Readings were lost meanwhile.
        measured: A sensor saw it; else it was timed.
        kind: What was credited: `reps`, seconds of `hold` or of a `timer`; `None`: nothing was
            asked for.
        target: So much of it was asked for.
        credited: So much of it was done.
        dose_share: Of what was asked for, each set 1 at most.
        grades: Movements by grade.
        cycles_s: From the start of each movement to that of the next.
        tops_s: At the top of each.
        excursions: How far those that count rose, newton or degrees.
        holds, hold_s, hold_in_zone_s, sags, breaks: Of all holds.
        zone_s: Seconds by zone; `None` where no zone means anything.
        has_zone: It was done within a zone, whether or not something tells of its time there.
        quantity: What the sensor showed: `force` or `angle`.
        peak: Median of three readings, newton or degrees.
        peak_sustained: The highest level kept for 0.1 s.
        peak_raw: The highest reading.
        over_tension: How often the pull was over its limit.
        transients: Jerks over it that were too brief for an alert.
        sliders, tensioners: Movements with that pattern.
        by_person: As the person counted it, where it was counted anew.
        counted: What had been counted of these.
        marks: Its movements.
        parts: When it was under way.
    """

    exercise: str
    title: str
    side: str
    set_number: int = 0
    sets: int = 1
    status: str = ""
    interrupted: bool = False
    measured: bool = True
    kind: Kind | None = None
    target: float = 0.0
    credited: float = 0.0
    dose_share: float | None = None
    grades: Mapping[str, int] = field(default_factory=dict[str, int])
    cycles_s: tuple[float, ...] = ()
    tops_s: tuple[float, ...] = ()
    excursions: tuple[float, ...] = ()
    holds: int = 0
    hold_s: float = 0.0
    hold_in_zone_s: float | None = None
    sags: int = 0
    breaks: int = 0
    zone_s: Mapping[str, float] | None = None
    has_zone: bool = False
    quantity: Literal["force", "angle"] = "force"
    peak: float | None = None
    peak_sustained: float | None = None
    peak_raw: float | None = None
    over_tension: int = 0
    transients: int = 0
    sliders: int = 0
    tensioners: int = 0
    by_person: int | None = None
    counted: int | None = None
    marks: tuple[Mark, ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def movements(self) -> int:
        """All movements, whatever their grade."""
        return sum(self.grades.values())

    @property
    def raw_share(self) -> float | None:
        """Of what was asked for, more than 1 too."""
        return self.credited / self.target if self.target else None

    @property
    def cycle_s(self) -> float | None:
        """From start to start, median."""
        return middle(self.cycles_s)

    @property
    def cycle_cv_pct(self) -> float | None:
        """The spread of that."""
        return spread_pct(self.cycles_s)

    @property
    def top_s(self) -> float | None:
        """At the top, median."""
        return middle(self.tops_s)

    @property
    def excursion(self) -> float | None:
        """How far movements that count rose, median."""
        return median(self.excursions) if self.excursions else None

    @property
    def active_s(self) -> float:
        """The time that the zone was accounted for."""
        return sum((self.zone_s or {}).values())

    def zone_pct(self, zone: Zone) -> float | None:
        """Of that time in one zone, percent."""
        if self.zone_s is None or not self.active_s:
            return None
        return 100 * self.zone_s[zone] / self.active_s


def work_of(
    events: Sequence[Event],
    readings: Mapping[str, Readings],
    *,
    credited: Credited | None = None,
    side: str = "",
) -> Work:
    """What one set came to.

    Args:
        events: Those of its bands, in order; none of a set that was timed or left out.
        readings: By band.
        credited: What the session credited of it; `None`: no session led it.
        side: Where no session tells it.
    """
    began = [event for event in events if isinstance(event, SetStarted)]
    ended = [event for event in events if isinstance(event, SetEnded)]
    reps = [event for event in events if isinstance(event, Rep)]
    holds = [event for event in events if isinstance(event, HoldEnded)]
    finals = [event for event in events if isinstance(event, RepFinal)]
    moved = [rep for rep in reps if rep.grade is not Grade.ABORTED]
    full = [rep for rep in reps if rep.grade is Grade.FULL and "unverified" not in rep.flags]
    parts = _parts(began, events)
    seen = [_part_readings(part, readings) for part in parts]
    first = credited or began[0]
    target, done, kind = _dose(credited, ended)
    flags = Counter(flag for rep in reps for flag in rep.flags)
    return Work(
        exercise=first.exercise,
        title=began[0].title if began else "",
        side=credited.side if credited else side,
        set_number=credited.set_number if credited else first.set,
        status=credited.status if credited else ended[-1].status if ended else "interrupted",
        interrupted=any(end.interrupted for end in ended)
        or (credited is not None and credited.interrupted),
        measured=credited.measured if credited else True,
        kind=kind,
        target=target,
        credited=done,
        dose_share=min(done / target, 1.0) if target else None,
        grades=_grades(reps),
        cycles_s=tuple(
            b.start_s - a.start_s for a, b in pairwise(moved) if (a.band, a.set) == (b.band, b.set)
        ),
        tops_s=tuple(final.top_s for final in finals if final.top_s is not None),
        excursions=tuple(rep.excursion for rep in full),
        holds=len(holds),
        hold_s=sum(hold.duration_s for hold in holds),
        hold_in_zone_s=_added(hold.in_zone_s for hold in holds),
        sags=sum(len(hold.sags) for hold in holds),
        breaks=sum(hold.breaks for hold in holds),
        zone_s=zone_seconds(end.results.get("zone_s") for end in ended),
        has_zone=any(one.zone is not None for one in began),
        quantity="angle" if _is_angle(ended, reps) else "force",
        peak=_peak(ended, reps),
        peak_sustained=_most(map(sustained_peak, seen)),
        peak_raw=_most(map(raw_peak, seen)),
        over_tension=sum(isinstance(one, AlertRaised) and one.code in OVER for one in events),
        transients=sum(isinstance(one, Transient) for one in events),
        sliders=flags["slider"],
        tensioners=flags["tensioner"],
        marks=tuple(
            Mark(t_s=rep.peak_s, level=_level(rep), grade=rep.grade, index=rep.index)
            for rep in reps
        ),
        parts=parts,
    )


def together(sets: Sequence[Work]) -> Work:
    """All sets of one exercise on one side as one."""
    first = sets[0]
    seen = next((one for one in sets if one.parts), first)
    shares = [one.dose_share for one in sets if one.dose_share is not None]
    grades: Counter[str] = Counter(_grades(()))
    for one in sets:
        grades.update(one.grades)
    return Work(
        exercise=first.exercise,
        title=first.title,
        side=first.side,
        sets=len(sets),
        interrupted=any(one.interrupted for one in sets),
        measured=any(one.measured for one in sets),
        kind=seen.kind,
        target=sum(one.target for one in sets),
        credited=sum(one.credited for one in sets),
        dose_share=sum(shares) / len(shares) if shares else None,
        grades=dict(grades),
        cycles_s=tuple(cycle_s for one in sets for cycle_s in one.cycles_s),
        tops_s=tuple(top_s for one in sets for top_s in one.tops_s),
        excursions=tuple(rise for one in sets for rise in one.excursions),
        holds=sum(one.holds for one in sets),
        hold_s=sum(one.hold_s for one in sets),
        hold_in_zone_s=_added(one.hold_in_zone_s for one in sets),
        sags=sum(one.sags for one in sets),
        breaks=sum(one.breaks for one in sets),
        zone_s=zone_seconds(one.zone_s for one in sets),
        has_zone=any(one.has_zone for one in sets),
        quantity=seen.quantity,
        peak=_most(one.peak for one in sets),
        peak_sustained=_most(one.peak_sustained for one in sets),
        peak_raw=_most(one.peak_raw for one in sets),
        over_tension=sum(one.over_tension for one in sets),
        transients=sum(one.transients for one in sets),
        sliders=sum(one.sliders for one in sets),
        tensioners=sum(one.tensioners for one in sets),
        by_person=_counts(one.by_person for one in sets),
        counted=_counts(one.counted for one in sets),
    )


def zone_seconds(sets: Iterable[object]) -> dict[str, float] | None:
    """Seconds by zone of all sets whose zone was watched; `None`: of none."""
    known = [cast("Mapping[str, float]", zone_s) for zone_s in sets if zone_s is not None]
    if not known:
        return None
    return {str(zone): sum(zone_s.get(zone, 0.0) for zone_s in known) for zone in Zone}


def _parts(began: Sequence[SetStarted], events: Sequence[Event]) -> tuple[Part, ...]:
    """A set that nothing ended reaches to what its band told last."""
    return tuple(
        Part(
            band=one.band,
            from_s=one.t_s,
            to_s=max(
                event.t_s for event in events if (event.band, event.set) == (one.band, one.set)
            ),
            zone=one.zone,
        )
        for one in began
    )


def _part_readings(part: Part, readings: Mapping[str, Readings]) -> Readings:
    return readings.get(part.band, NOTHING).between(part.from_s, part.to_s)


def _dose(credited: Credited | None, ended: Sequence[SetEnded]) -> tuple[float, float, Kind | None]:
    """What was asked for, what was done of it, and in what."""
    if credited is not None:
        return credited.target, credited.credited, credited.kind
    doses = [cast("Mapping[str, float] | None", end.results.get("dose")) for end in ended]
    known = [dose for dose in doses if dose]
    if not known:
        return 0.0, 0.0, None
    kind = cast("Kind", known[-1]["kind"])
    return known[-1]["target"], sum(dose["credited"] for dose in known), kind


def _grades(reps: Sequence[Rep]) -> dict[str, int]:
    counts = Counter(rep.grade for rep in reps)
    return {str(grade): counts[grade] for grade in Grade}


def _is_angle(ended: Sequence[SetEnded], reps: Sequence[Rep]) -> bool:
    peaks_deg = [end.results.get("peak_deg") for end in ended] + [rep.peak_deg for rep in reps]
    return any(peak is not None for peak in peaks_deg)


def _peak(ended: Sequence[SetEnded], reps: Sequence[Rep]) -> float | None:
    """Of the whole set where its end tells it, else of its movements."""
    told = [
        cast("float | None", end.results.get(name))
        for end in ended
        for name in ("peak_n", "peak_deg")
    ]
    return _most([*told, *map(_level, reps)])


def _level(rep: Rep) -> float | None:
    return rep.peak_n if rep.peak_deg is None else rep.peak_deg


def _most(values: Iterable[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)


def _added(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _counts(values: Iterable[int | None]) -> int | None:
    added = _added(values)
    return None if added is None else round(added)

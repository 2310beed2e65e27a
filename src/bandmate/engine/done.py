"""What one session came to in one exercise and on one side: a fold over its events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Literal, cast

from bandmate.domain.alerts import AlertCode
from bandmate.domain.events import AlertRaised, Event, Grade, Rep, SetEnded
from bandmate.domain.exercises import Exercise
from bandmate.domain.session_events import Credited, Recounted
from bandmate.domain.zones import Zone
from bandmate.engine.session.recount import OnSide, amplitudes

OVER: frozenset[AlertCode] = frozenset({AlertCode.TENSION_LIMIT, AlertCode.TENSION_CEILING})
"""The pull was over its limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescribed:
    """What was asked for of one exercise on one side.

    Attributes:
        sets: How many sets.
        reps: Repetitions, or holds, of each.
        hold_s: How long each is held.
        high_n: The upper edge of the zone; `None` where it has none.
    """

    sets: int
    reps: int
    hold_s: float
    high_n: float | None


def prescribed(exercise: Exercise) -> Prescribed:
    """What an exercise of a plan asks for on each side."""
    dose, zone = exercise.dose, exercise.zone
    return Prescribed(
        sets=dose.sets,
        reps=dose.reps,
        hold_s=dose.hold_s,
        high_n=None if zone is None else zone.high_n,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was done of one exercise on one side.

    Attributes:
        exercise: Its slug.
        side: `left`, `right` or empty.
        asked: What the plan asked for.
        kind: What was credited: `reps`, seconds of `hold` or of a `timer`.
        credited: So much of it.
        dose_share: Of what was asked for, each set 1 at most.
        measured: A sensor saw it.
        by_person: The repetitions as the person counted them, of the sets that they counted anew;
            beside what was credited of those sets. `None`: of none.
        counted_of_these: What was credited of those sets.
        in_zone_share: In zone of the time that the zone was watched; `None`: it was not.
        over_tension: How often the pull was over its limit.
        excursion: Median rise of the movements that counted, in newton or degrees; `None`: there
            were none.
        movements: How many these were.
        peak: The highest peak of them.
        amplitude: What a full movement was found to rise by when a set was counted anew; `None`:
            nothing was learnt.
    """

    exercise: str
    side: str
    asked: Prescribed
    kind: Literal["reps", "hold", "timer"]
    credited: float
    dose_share: float
    measured: bool
    by_person: int | None = None
    counted_of_these: int | None = None
    in_zone_share: float | None = None
    over_tension: int = 0
    excursion: float | None = None
    movements: int = 0
    peak: float | None = None
    amplitude: float | None = None


@dataclass(slots=True)
class _Sets:
    """The sets of one exercise on one side."""

    credited: list[Credited] = field(default_factory=list[Credited])
    recounted: dict[int, Recounted] = field(default_factory=dict[int, Recounted])
    seen: list[Event] = field(default_factory=list[Event])
    """What bands told meanwhile."""


def done_in(events: Sequence[Event], exercises: Sequence[Exercise]) -> tuple[Done, ...]:
    """What was done in a session, by exercise and side, in the order that it was begun in.

    Args:
        events: All of it, those of its bands too.
        exercises: As they were asked for.
    """
    asked = {exercise.slug: prescribed(exercise) for exercise in exercises}
    sets: dict[OnSide, _Sets] = {}
    seen: dict[str, list[Event]] = {}
    for event in events:
        match event:
            case Credited() if event.exercise in asked:
                mine = sets.setdefault((event.exercise, event.side), _Sets())
                mine.credited.append(event)
                mine.seen += seen.pop(event.exercise, [])
            case Recounted() if (event.exercise, event.side) in sets:
                sets[event.exercise, event.side].recounted[event.set_number] = event
            case Rep() | SetEnded() | AlertRaised():
                seen.setdefault(event.exercise, []).append(event)
            case _:
                pass
    learnt = amplitudes(events)
    return tuple(_done(key, sets[key], asked[key[0]], learnt.get(key)) for key in sets)


def _done(key: OnSide, sets: _Sets, asked: Prescribed, amplitude: float | None) -> Done:
    full = [one for one in sets.seen if isinstance(one, Rep) and one.grade is Grade.FULL]
    peaks = [peak for rep in full if (peak := _peak(rep)) is not None]
    recounts = sets.recounted.values()
    return Done(
        exercise=key[0],
        side=key[1],
        asked=asked,
        kind=sets.credited[-1].kind,
        credited=sum(one.credited for one in sets.credited),
        dose_share=min(sum(one.share for one in sets.credited) / max(asked.sets, 1), 1.0),
        measured=any(one.measured for one in sets.credited),
        by_person=sum(one.by_person for one in recounts) if recounts else None,
        counted_of_these=sum(one.counted for one in recounts) if recounts else None,
        in_zone_share=in_zone_share(sets.seen),
        over_tension=over_tension(sets.seen),
        excursion=median(rep.excursion for rep in full) if full else None,
        movements=len(full),
        peak=max(peaks, default=None),
        amplitude=amplitude,
    )


def _peak(rep: Rep) -> float | None:
    return rep.peak_n if rep.peak_deg is None else rep.peak_deg


def over_tension(events: Sequence[Event]) -> int:
    """How often the pull was over its limit."""
    return sum(isinstance(one, AlertRaised) and one.code in OVER for one in events)


def in_zone_share(events: Sequence[Event]) -> float | None:
    """In zone of the time of all sets whose zone was watched; `None`: of none."""
    total_s = in_s = 0.0
    for event in events:
        zone_s = event.results.get("zone_s") if isinstance(event, SetEnded) else None
        if zone_s is not None:
            seconds = cast("Mapping[str, float]", zone_s)
            total_s += sum(seconds.values())
            in_s += seconds[Zone.IN]
    return in_s / total_s if total_s else None

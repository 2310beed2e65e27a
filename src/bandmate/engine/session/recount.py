"""A person counted a set otherwise: which set is meant, and what is learnt of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import cast

from bandmate.domain.events import Calibrated, Event, SetEnded
from bandmate.domain.exercises import MOTION_RECOGNISERS, Exercise
from bandmate.domain.session_events import Credited, Recounted
from bandmate.engine.session.orders import Order
from bandmate.errors import UsageError

OnSide = tuple[str, str]
"""An exercise's slug, and a side."""


@dataclass(frozen=True, slots=True)
class CountedSet:
    """The last set that a band saw.

    Attributes:
        credited: What was credited of it.
        band: The band.
        before: What of that its band had counted before it was paused last.
    """

    credited: Credited
    band: str
    before: int

    def learning(self, count: int) -> list[Order]:
        """Have its band learn of a person's count; it remembers what came after a pause alone."""
        if count <= self.before:
            return []
        return [Order(self.band, "count", count=count - self.before)]


def last_counted(events: Iterable[Event]) -> CountedSet:
    """The last set that a band saw, which is the one that a person means.

    Args:
        events: All of the session so far.

    Raises:
        UsageError: There is none yet, or its repetitions were not counted.
    """
    seen: list[SetEnded] = []
    last: CountedSet | None = None
    for event in events:
        if isinstance(event, SetEnded):
            seen.append(event)
        elif isinstance(event, Credited):
            mine = [end for end in seen if end.exercise == event.exercise]
            if mine:
                last = CountedSet(event, mine[-1].band, sum(map(_credited, mine[:-1])))
            seen.clear()
    if last is None:
        raise UsageError("no set is over yet, so there is none to count anew")
    if last.credited.kind != "reps":
        raise UsageError("the last set was not counted", hint="Only repetitions are counted.")
    return last


def _credited(end: SetEnded) -> int:
    dose = cast("dict[str, float] | None", end.results.get("dose"))
    return round(dose["credited"]) if dose else 0


def amplitudes(events: Iterable[Event]) -> Mapping[OnSide, float]:
    """What a full movement rises by, where that was learnt of a person's counts."""
    sides: dict[str, str] = {}
    learnt: dict[OnSide, float] = {}
    for event in events:
        match event:
            case Recounted():
                sides[event.exercise] = event.side
            case Calibrated(exercise=slug, amplitude=amplitude) if slug in sides:
                if amplitude is not None:
                    learnt[slug, sides[slug]] = amplitude
            case _:
                pass
    return learnt


def with_amplitude(exercise: Exercise, amplitude: float | None) -> Exercise:
    """An exercise whose full movements are known to rise so far; `None`: it is not known."""
    if amplitude is None:
        return exercise
    if exercise.recogniser in MOTION_RECOGNISERS:
        return replace(exercise, amplitude_deg=amplitude)
    return replace(exercise, amplitude_n=amplitude)

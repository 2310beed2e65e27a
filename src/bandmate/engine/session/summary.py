"""What a session came to: a fold over its events, so that it can only be their sum."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bandmate.domain.events import AlertRaised, Event
from bandmate.domain.session_events import Answered, Credited, SessionChanged, Symptom

Status = Literal["done", "ended", "stopped", "refused", "interrupted"]


@dataclass(frozen=True, slots=True)
class Totals:
    """See `domain.session_events.SessionSummary`."""

    duration_s: float
    sets_done: int
    sets_planned: int
    dose_share: float | None
    measured_share: float | None
    alerts: dict[str, int]
    pain: tuple[int | None, int | None]
    distal: tuple[int | None, int | None]
    flags: tuple[str, ...]


def totals(events: Iterable[Event], sets_planned: int, end_s: float) -> Totals:
    """Sum up.

    Args:
        events: All of the session, those of its bands too.
        sets_planned: How many sets were planned for it.
        end_s: When it ended.
    """
    credited: list[Credited] = []
    answered: dict[str, Answered] = {}
    alerts: Counter[str] = Counter()
    flags: set[str] = set()
    begin_s: float | None = None
    for event in events:
        match event:
            case SessionChanged() if begin_s is None:
                begin_s = event.t_s
            case Credited():
                credited.append(event)
                flags |= {"interrupted"} if event.interrupted else set()
            case Answered():
                answered[event.moment] = event
            case Symptom() if event.stops:
                flags.add(f"{event.kind}_stop")
            case AlertRaised():
                alerts[event.code] += 1
            case _:
                pass
    before, after = answered.get("before"), answered.get("after")
    if before and after and after.distal > before.distal:
        flags.add("peripheralised")
    return Totals(
        duration_s=0.0 if begin_s is None else end_s - begin_s,
        sets_done=sum(one.credited > 0 for one in credited),
        sets_planned=sets_planned,
        dose_share=sum(one.share for one in credited) / sets_planned if sets_planned else None,
        measured_share=_measured_share(credited),
        alerts=dict(alerts),
        pain=(before and before.pain, after and after.pain),
        distal=(before and before.distal, after and after.distal),
        flags=tuple(sorted(flags)),
    )


def _measured_share(credited: list[Credited]) -> float | None:
    done = sum(one.share for one in credited)
    return sum(one.share for one in credited if one.measured) / done if done else None

"""What is kept of a session: a fold over its events."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

from bandmate.app.people import Entry
from bandmate.domain.alerts import AlertCode
from bandmate.domain.events import AlertRaised, Event, SetEnded
from bandmate.domain.plans import PHASES, Phase, Plan
from bandmate.domain.session_events import Answered, Credited, SessionSummary, Symptom
from bandmate.domain.zones import Zone
from bandmate.engine.gates import Answers
from bandmate.engine.session.summary import totals

_OVER = frozenset({AlertCode.TENSION_LIMIT, AlertCode.TENSION_CEILING})


def entry_of(
    events: Sequence[Event],
    plan: Plan,
    answers: Answers,
    asked: Sequence[str],
    begun: tuple[str, date],
) -> Entry | None:
    """What is to be kept; `None` before the self-check is answered.

    Args:
        events: All of the session so far, those of its bands too.
        plan: Its plan.
        answers: What was said before it.
        asked: The questions that were answered for it.
        begun: Its id, and the local date that it began on.
    """
    told = {event.moment: event for event in events if isinstance(event, Answered)}
    before, after = told.get("before"), told.get("after")
    if before is None:
        return None
    credited = [event for event in events if isinstance(event, Credited)]
    stops = [event for event in events if isinstance(event, Symptom) and event.stops]
    over = [event for event in events if isinstance(event, AlertRaised) and event.code in _OVER]
    summaries = [event for event in events if isinstance(event, SessionSummary)]
    sums = totals(events, summaries[-1].sets_planned if summaries else len(credited), 0.0)
    done = {event.exercise for event in credited if event.credited > 0}
    phases = [i.exercise.phase for i in plan.items if i.exercise.slug in done]
    known: list[Phase] = [phase for phase in PHASES if phase in phases]
    return Entry(
        session=begun[0],
        day=begun[1],
        plan=plan.id,
        phase=known[-1] if known else "calm",
        pain_before=before.pain,
        pain_after=None if after is None else after.pain,
        distal_before=before.distal,
        distal_after=None if after is None else after.distal,
        tingle_stop=any(stop.kind == "tingle" for stop in stops),
        pain_stop=any(stop.kind == "pain" for stop in stops),
        dose_share=sums.dose_share or 0.0,
        in_zone_share=_in_zone_share(events),
        over_tension=len(over),
        stopped=frozenset(stop.exercise for stop in stops),
        done=tuple(sorted(done)),
        asked=tuple(sorted(asked)),
        yes=tuple(sorted(answers.yes)),
        status=summaries[-1].status if summaries else "interrupted",
    )


def _in_zone_share(events: Sequence[Event]) -> float | None:
    """Of the time of all sets whose zone was watched."""
    total_s = in_s = 0.0
    for event in events:
        zone_s = event.results.get("zone_s") if isinstance(event, SetEnded) else None
        if zone_s is not None:
            seconds = cast("Mapping[str, float]", zone_s)
            total_s += sum(seconds.values())
            in_s += seconds[Zone.IN]
    return in_s / total_s if total_s else None

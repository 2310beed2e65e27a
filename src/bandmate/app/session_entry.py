"""What is kept of a session: a fold over its events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bandmate.app.people import Entry
from bandmate.domain.events import Event
from bandmate.domain.plans import PHASES, Phase, Plan, PlanItem
from bandmate.domain.session_events import Answered, Credited, SessionSummary, Symptom
from bandmate.engine.done import done_in, in_zone_share, over_tension
from bandmate.engine.gates import Answers
from bandmate.engine.session.summary import totals


@dataclass(frozen=True, slots=True)
class Begun:
    """What a session began with.

    Attributes:
        session: Its id.
        day: The local date that it began on.
        plan: Its plan.
        items: The exercises that were open.
        answers: What was said before it.
        asked: The questions that were answered for it.
    """

    session: str
    day: date
    plan: Plan
    items: Sequence[PlanItem]
    answers: Answers
    asked: Sequence[str]


def entry_of(events: Sequence[Event], begun: Begun) -> Entry | None:
    """What is to be kept; `None` before the self-check is answered.

    Args:
        events: All of the session so far, those of its bands too.
        begun: What it began with.
    """
    told = {event.moment: event for event in events if isinstance(event, Answered)}
    before, after = told.get("before"), told.get("after")
    if before is None:
        return None
    credited = [event for event in events if isinstance(event, Credited)]
    stops = [event for event in events if isinstance(event, Symptom) and event.stops]
    summaries = [event for event in events if isinstance(event, SessionSummary)]
    sums = totals(events, summaries[-1].sets_planned if summaries else len(credited), 0.0)
    done = {event.exercise for event in credited if event.credited > 0}
    phases = [item.exercise.phase for item in begun.items if item.exercise.slug in done]
    known: list[Phase] = [phase for phase in PHASES if phase in phases]
    return Entry(
        session=begun.session,
        day=begun.day,
        plan=begun.plan.id,
        phase=known[-1] if known else "calm",
        pain_before=before.pain,
        pain_after=None if after is None else after.pain,
        distal_before=before.distal,
        distal_after=None if after is None else after.distal,
        tingle_stop=any(stop.kind == "tingle" for stop in stops),
        pain_stop=any(stop.kind == "pain" for stop in stops),
        dose_share=sums.dose_share or 0.0,
        in_zone_share=in_zone_share(events),
        over_tension=over_tension(events),
        stopped=frozenset(stop.exercise for stop in stops),
        done=tuple(sorted(done)),
        asked=tuple(sorted(begun.asked)),
        yes=tuple(sorted(begun.answers.yes)),
        status=summaries[-1].status if summaries else "interrupted",
        exercises=done_in(events, [item.exercise for item in begun.items]),
    )

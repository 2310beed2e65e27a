"""How a person's sessions went from week to week, as the page draws it. Pure."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date

from bandmate.app.library import Library
from bandmate.app.people import Entry, past_of
from bandmate.domain.plans import Plan
from bandmate.engine.review import distal_trend, review
from bandmate.errors import UsageError


def trends(
    library: Library, person: str, entries: Sequence[Entry], today: date
) -> dict[str, object]:
    """The weeks with sessions, oldest first, and what they come to.

    Days are held against the plan of the last session; where it is not known any more, nothing is
    planned.

    Args:
        library: Plans.
        person: Whose sessions.
        entries: They, oldest first.
        today: The local date.
    """
    if not entries:
        return {"person": person, "plan": "", "weeks": [], "distal": None, "pain_change": None}
    plan = _plan(library, person, entries[-1].plan)
    found = review(plan, past_of(entries), today)
    return {
        "person": person,
        "plan": plan.title,
        "weeks": [_flat(asdict(week)) for week in found.weeks],
        "distal": asdict(distal_trend(found.weeks)),
        "pain_change": found.pain_change,
    }


def _plan(library: Library, person: str, plan_id: str) -> Plan:
    try:
        return library.find(plan_id, person)
    except UsageError:
        some = next(plan for _, plan in library.offered())
        return replace(some, id=plan_id, title=plan_id, items=())


def _flat(week: dict[str, object]) -> dict[str, object]:
    """A week with its days beside the rest."""
    days = week.pop("adherence")
    return {**week, "days": days}

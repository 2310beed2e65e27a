"""How a person's sessions went from week to week, as the page draws it. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Final

from bandmate.app.library import Library
from bandmate.app.people import Entry, past_of
from bandmate.domain.plans import Plan
from bandmate.engine.gates import WEEK
from bandmate.engine.review import Week, distal_trend, review
from bandmate.engine.schedule import Adherence, adherence
from bandmate.errors import UsageError

_MEASURED: Final = (
    "dose_share",
    "in_zone_share",
    "pain_before",
    "pain_after",
    "distal_before",
    "distal_after",
)
"""What is told by sessions alone."""


def trends(
    library: Library, person: str, entries: Sequence[Entry], today: date
) -> dict[str, object]:
    """The weeks from the first with a session to the last, and what they come to.

    A week without sessions tells what was planned, and nothing else.

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
    past = past_of(entries)
    found = review(plan, past, today)
    return {
        "person": person,
        "plan": plan.title,
        "weeks": _without_holes(found.weeks, lambda day: adherence(plan.items, past.done, day)),
        "distal": asdict(distal_trend(found.weeks)),
        "pain_change": found.pain_change,
    }


def _plan(library: Library, person: str, plan_id: str) -> Plan:
    try:
        return library.find(plan_id, person)
    except UsageError:
        some = next(plan for _, plan in library.offered())
        return replace(some, id=plan_id, title=plan_id, items=())


def _without_holes(
    weeks: Sequence[Week], kept: Callable[[date], Adherence]
) -> list[dict[str, object]]:
    """One after the other, those without sessions too."""
    if not weeks:
        return []
    told = {week.monday: _flat(asdict(week)) for week in weeks}
    mondays = [min(told)]
    while mondays[-1] < max(told):
        mondays.append(mondays[-1] + WEEK)
    return [told.get(monday) or _empty(monday, kept(monday)) for monday in mondays]


def _empty(monday: date, kept: Adherence) -> dict[str, object]:
    """A week without sessions."""
    none = dict.fromkeys(("sessions", "over_tension", "stops"), 0)
    return {"monday": monday, "days": asdict(kept), **none, **dict.fromkeys(_MEASURED)}


def _flat(week: dict[str, object]) -> dict[str, object]:
    """A week with its days beside the rest."""
    days = week.pop("adherence")
    return {**week, "days": days}

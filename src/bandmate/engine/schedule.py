"""What is due today, and how much of a week was done. Days are local dates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bandmate.domain.plans import Plan, PlanItem, Schedule

WEEK_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Adherence:
    """How much of a week was done.

    Attributes:
        done: Days with a session.
        planned: Days that the plan asks for.
    """

    done: int
    planned: int

    @property
    def share(self) -> float | None:
        """Done of planned, at most 1; `None` where nothing is planned."""
        return min(self.done / self.planned, 1.0) if self.planned else None


def due(plan: Plan, history: Mapping[str, Sequence[date]], today: date) -> tuple[PlanItem, ...]:
    """The exercises that are due, in the plan's order.

    Exercises with days of rest (strength) rest together: a day with one of them is no day of rest
    for the others.

    Args:
        plan: The plan.
        history: The days that an exercise was done on, by its slug; once for each session.
        today: The local date.
    """
    return tuple(
        item
        for item in plan.items
        if _has_room(item.schedule, history.get(item.exercise.slug, ()), today)
        and not _rests(item, plan, history, today)
    )


def adherence(
    items: Iterable[PlanItem], history: Mapping[str, Sequence[date]], day: date
) -> Adherence:
    """How much of a week was done.

    Args:
        items: All of a plan, or those that are asked about.
        history: As for `due`.
        day: Any day of the ISO week.
    """
    counted = tuple(items)
    done: set[date] = set()
    for item in counted:
        done |= _days_of_week(history.get(item.exercise.slug, ()), day)
    return Adherence(len(done), max((_planned(item.schedule) for item in counted), default=0))


def _planned(schedule: Schedule) -> int:
    return schedule.per_week if schedule.per_day else 0


def _has_room(schedule: Schedule, days: Sequence[date], today: date) -> bool:
    """Neither the day nor the ISO week has had it often enough."""
    others = _days_of_week(days, today) - {today}
    return days.count(today) < schedule.per_day and len(others) < schedule.per_week


def _rests(item: PlanItem, plan: Plan, history: Mapping[str, Sequence[date]], today: date) -> bool:
    """Its own rest is not over, or that after another exercise that rests (the shorter of both)."""
    rest_days = item.schedule.rest_days
    return any(
        timedelta() < today - day <= timedelta(days=min(rest_days, other.schedule.rest_days))
        for other in plan.items
        for day in history.get(other.exercise.slug, ())
    )


def _days_of_week(days: Iterable[date], day: date) -> set[date]:
    """Those of the same ISO week."""
    monday = day - timedelta(days=day.weekday())
    return {other for other in days if 0 <= (other - monday).days < WEEK_DAYS}

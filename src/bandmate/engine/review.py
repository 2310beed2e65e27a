"""Looking back at a person's sessions: weeks, sides, what is told of them, and what is proposed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from statistics import linear_regression, median
from typing import Final, Literal

from bandmate.catalog.questions import TextId
from bandmate.domain.plans import Plan, PlanItem
from bandmate.engine.done import Done, prescribed
from bandmate.engine.gates import WEEK, SessionFacts, pain_change_marked
from bandmate.engine.progression import PAUSE, Proposal, proposal
from bandmate.engine.schedule import Adherence, adherence
from bandmate.engine.session.opening import Past, noticed
from bandmate.signal.symmetry import LEAST

EVEN_PCT: Final = 15.0
"""Sides that differ by less are even: so much is within what a measurement varies."""
MARKED_PCT: Final = 25.0
MARKED_SESSIONS: Final = 3
"""Sides that differ by more in so many sessions in a row are marked."""
TREND_WEEKS: Final = 3
"""Fewer weeks make no trend."""
TREND_LEVELS: Final = 1.0
"""Nor does less than one level over all of them."""


@dataclass(frozen=True, slots=True)
class Week:
    """One ISO week with sessions.

    Attributes:
        monday: Its first day.
        sessions: How many.
        adherence: Days done and planned.
        dose_share: Of the prescribed dose, the mean of the sessions.
        in_zone_share: In zone, the mean of the sessions that measured it; `None`: none did.
        over_tension: How often the pull was over its limit.
        stops: For tingling or pain.
        pain_before, pain_after: Medians, 0 to 10; `None`: not told.
        distal_before, distal_after: Medians of the most distal level, 0 to 5.
    """

    monday: date
    sessions: int
    adherence: Adherence
    dose_share: float
    in_zone_share: float | None
    over_tension: int
    stops: int
    pain_before: float
    pain_after: float | None
    distal_before: float
    distal_after: float | None


@dataclass(frozen=True, slots=True)
class Trend:
    """How weekly medians went.

    Attributes:
        word: Which way; `few`: too few weeks to say.
        weeks: How many there are.
        per_week: The slope of the line of least squares.
    """

    word: Literal["falling", "rising", "level", "few"]
    weeks: int
    per_week: float | None


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Left and right of one exercise on one day: what the weaker side lacks of the stronger one.

    Attributes:
        exercise: Its slug.
        day: The local date.
        asymmetry_pct: Of the median excursion.
        weaker: Which.
        n_left, n_right: Movements on each side.
        word: `even`, `uneven`, or `marked` where it was so several sessions in a row.
    """

    exercise: str
    day: date
    asymmetry_pct: float
    weaker: Literal["left", "right"]
    n_left: int
    n_right: int
    word: Literal["even", "uneven", "marked"]


@dataclass(frozen=True, slots=True)
class Review:
    """What a person's sessions of one plan come to.

    Attributes:
        weeks: Those with sessions, oldest first.
        distal: How the most distal level before the sessions went; falling: towards the back.
        pain_change: From the first week's median to the last one's; `None`: below what can be
            told from chance.
        sides: The newest comparison of each exercise.
        notices: Fixed texts to be shown.
        proposals: Steps that somebody may take over into the plan.
    """

    weeks: tuple[Week, ...]
    distal: Trend
    pain_change: float | None
    sides: tuple[SideBySide, ...]
    notices: tuple[TextId, ...]
    proposals: tuple[Proposal, ...]


def review(plan: Plan, past: Past, today: date) -> Review:
    """Look back.

    Args:
        plan: The plan that weeks and proposals are held against.
        past: The sessions of one person.
        today: The local date.
    """
    history, found = past.facts, weeks(plan, past)
    return Review(
        weeks=found,
        distal=distal_trend(found),
        pain_change=_pain_change(found),
        sides=side_by_side(history),
        notices=tuple(noticed(history, today)),
        proposals=proposals(plan, history, today),
    )


def weeks(plan: Plan, past: Past) -> tuple[Week, ...]:
    """The ISO weeks with sessions, oldest first."""
    return tuple(
        _week(monday, list(held), adherence(plan.items, past.done, monday))
        for monday, held in groupby(past.facts, lambda facts: _monday(facts.day))
    )


def distal_trend(found: Sequence[Week]) -> Trend:
    """How the most distal level went from week to week."""
    if len(found) < TREND_WEEKS:
        return Trend("few", len(found), None)
    at = [(week.monday - found[0].monday) / WEEK for week in found]
    slope = linear_regression(at, [week.distal_before for week in found]).slope
    word: Literal["falling", "rising", "level"] = "level"
    if abs(slope) * at[-1] >= TREND_LEVELS:
        word = "falling" if slope < 0 else "rising"
    return Trend(word, len(found), slope)


def side_by_side(history: Sequence[SessionFacts]) -> tuple[SideBySide, ...]:
    """The newest comparison of left and right of each exercise, by its slug."""
    newest: dict[str, SideBySide] = {}
    uneven: dict[str, int] = {}
    for facts in history:
        for left, right in _pairs(facts.exercises):
            found = _compared(facts.day, left, right)
            row = uneven.get(left.exercise, 0) + 1 if found.asymmetry_pct > MARKED_PCT else 0
            uneven[left.exercise] = row
            if row >= MARKED_SESSIONS:
                found = replace(found, word="marked")
            newest[left.exercise] = found
    return tuple(newest[slug] for slug in sorted(newest))


def proposals(plan: Plan, history: Sequence[SessionFacts], today: date) -> tuple[Proposal, ...]:
    """The step that stands, one at most: a week has no other.

    It is found by going through all sessions as they came. Of several exercises that could go on
    the one is taken that waited longest. It stands for a week, until the plan asks for it.
    """
    last: date | None = None
    standing: Proposal | None = None
    proposed: dict[str, date] = {}
    for day in sorted({*(facts.day for facts in history if facts.day < today), today}):
        until = [facts for facts in history if facts.day <= day]
        steps = [
            step
            for item in plan.items
            if (step := proposal(item, _sessions_of(item, until), day, last=last)) is not None
        ]
        if steps:
            standing = min(steps, key=lambda step: proposed.get(step.exercise, date.min))
            last = proposed[standing.exercise] = day
    is_old = last is None or today - last >= PAUSE
    return () if standing is None or is_old else (standing,)


def _sessions_of(item: PlanItem, history: Iterable[SessionFacts]) -> list[SessionFacts]:
    """The sessions that held an exercise as the plan asks for it now, with its own shares."""
    slug, asked = item.exercise.slug, prescribed(item.exercise)
    held: list[SessionFacts] = []
    for facts in history:
        mine = [done for done in facts.exercises if done.exercise == slug and done.asked == asked]
        if not mine:
            continue
        shares = [done.in_zone_share for done in mine if done.in_zone_share is not None]
        was_stopped = slug in facts.stopped
        held.append(
            replace(
                facts,
                dose_share=min(done.dose_share for done in mine),
                in_zone_share=min(shares, default=None),
                over_tension=sum(done.over_tension for done in mine),
                tingle_stop=facts.tingle_stop and was_stopped,
                pain_stop=facts.pain_stop and was_stopped,
            )
        )
    return held


def _week(monday: date, held: Sequence[SessionFacts], kept: Adherence) -> Week:
    in_zone = [facts.in_zone_share for facts in held if facts.in_zone_share is not None]
    pain_after = [facts.pain_after for facts in held if facts.pain_after is not None]
    distal_after = [facts.distal_after for facts in held if facts.distal_after is not None]
    return Week(
        monday=monday,
        sessions=len(held),
        adherence=kept,
        dose_share=sum(facts.dose_share for facts in held) / len(held),
        in_zone_share=sum(in_zone) / len(in_zone) if in_zone else None,
        over_tension=sum(facts.over_tension for facts in held),
        stops=sum(facts.tingle_stop or facts.pain_stop for facts in held),
        pain_before=median(facts.pain_before for facts in held),
        pain_after=median(pain_after) if pain_after else None,
        distal_before=median(facts.distal_before for facts in held),
        distal_after=median(distal_after) if distal_after else None,
    )


def _pain_change(found: Sequence[Week]) -> float | None:
    if not found:
        return None
    first, last = found[0].pain_before, found[-1].pain_before
    return last - first if pain_change_marked(first, last) else None


def _pairs(exercises: Sequence[Done]) -> Iterable[tuple[Done, Done]]:
    """Both sides of the exercises that have enough movements on either."""
    told = {
        (done.exercise, done.side): done
        for done in exercises
        if done.excursion and done.movements >= LEAST
    }
    for (slug, side), left in told.items():
        if side == "left" and (right := told.get((slug, "right"))) is not None:
            yield left, right


def _compared(day: date, left: Done, right: Done) -> SideBySide:
    left_rise, right_rise = left.excursion or 0.0, right.excursion or 0.0
    strong = max(left_rise, right_rise)
    asymmetry_pct = 100 * (strong - min(left_rise, right_rise)) / strong
    return SideBySide(
        exercise=left.exercise,
        day=day,
        asymmetry_pct=asymmetry_pct,
        weaker="left" if left_rise < right_rise else "right",
        n_left=left.movements,
        n_right=right.movements,
        word="even" if asymmetry_pct < EVEN_PCT else "uneven",
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())

"""The next small step of an exercise: proposed to a person, never applied."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Literal

from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.exercises import Dose, Exercise
from bandmate.domain.plans import PHASES, PlanItem
from bandmate.domain.zones import ZoneLimits
from bandmate.engine.gates import SessionFacts, is_peripheralised, lowest_dose_due, progress_locked
from bandmate.errors import UsageError

IN_A_ROW: Final = 3
DOSE_SHARE: Final = 0.9
IN_ZONE_SHARE: Final = 0.8
PAUSE: Final = timedelta(weeks=1)
"""From one proposal to the next."""
MORE_REPS: Final = 2
MOST_REPS: Final = 20
MOST_SETS: Final = 3
ZONE_FACTOR: Final = 1.1
NEVER: Final = frozenset({"floss", "traction"})
"""Tags of exercises that nothing is ever proposed for."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A step that a person may take over into the plan.

    Attributes:
        exercise: The slug of the exercise.
        step: What differs from the plan.
        dose: As it would be.
        zone: The same; `None` where the exercise has none.
    """

    exercise: str
    step: Literal["reps", "sets", "zone"]
    dose: Dose
    zone: ZoneLimits | None


def proposal(
    item: PlanItem, history: Sequence[SessionFacts], today: date, *, last: date | None
) -> Proposal | None:
    """The next step of an exercise, where three sessions in a row went well since the last one.

    Args:
        item: The exercise as the plan has it.
        history: The sessions that held it, oldest first; their shares and stops are its own.
        today: The local date.
        last: When something was last proposed for any exercise of the plan; `None`: never.
    """
    exercise = item.exercise
    if not exercise.measured or exercise.phase not in PHASES or exercise.tags & NEVER:
        return None
    if last is not None and today - last < PAUSE:
        return None
    if progress_locked(history) or lowest_dose_due(history, today):
        return None
    # What was done up to the last proposal was done with less, or is what it was made of.
    row = [facts for facts in history if last is None or facts.day > last][-IN_A_ROW:]
    if len(row) < IN_A_ROW or not all(map(_went_well, row)) or _hurts_more(row):
        return None
    return _step(exercise)


def _went_well(facts: SessionFacts) -> bool:
    """Inside the plan, and told to be no worse afterwards; not told is not enough."""
    return (
        facts.dose_share >= DOSE_SHARE
        and (facts.in_zone_share is None or facts.in_zone_share >= IN_ZONE_SHARE)
        and not facts.over_tension
        and not (facts.tingle_stop or facts.pain_stop)
        and facts.pain_after is not None
        and facts.pain_after <= facts.pain_before
        and facts.distal_after is not None
        and not is_peripheralised(facts)
    )


def _hurts_more(row: Sequence[SessionFacts]) -> bool:
    return any(facts.pain_before > row[0].pain_before for facts in row)


def _step(exercise: Exercise) -> Proposal | None:
    dose, zone = exercise.dose, exercise.zone
    most_reps = min(dose.most_reps, MOST_REPS)
    if dose.reps < most_reps:
        more = replace(dose, reps=min(dose.reps + MORE_REPS, most_reps))
        return Proposal(exercise.slug, "reps", more, zone)
    if dose.sets < MOST_SETS:
        return Proposal(exercise.slug, "sets", replace(dose, sets=dose.sets + 1), zone)
    higher = None if zone is None else _higher(exercise, zone)
    return None if higher is None else Proposal(exercise.slug, "zone", dose, higher)


def _higher(exercise: Exercise, zone: ZoneLimits) -> ZoneLimits | None:
    """The zone one step up; `None` where that is over its caps."""
    levels_n = (zone.low_n, zone.high_n, zone.limit_n, zone.ceiling_n)
    higher = ZoneLimits(zone.slack_n, *(ZONE_FACTOR * level_n for level_n in levels_n))
    try:
        load_catalogue().check_caps(exercise, higher)
    except UsageError:
        return None
    return higher

"""One exercise as a plan's file asks for it, with all defaults, before any rule is applied."""

from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from bandmate.catalog.plan_schema import EntryTable, PlanFile
from bandmate.domain.exercises import Dose, Exercise, Sides
from bandmate.domain.plans import Override, PlanItem, Schedule
from bandmate.domain.zones import ZoneLimits
from bandmate.units import STANDARD_GRAVITY_MS2

HEAVY_FROM_N: Final = 30.0
"""A floss stays under it, traction begins with it: light and heavy never overlap."""
TRACTION_HIGH_N: Final = 65.0
"""Traction aims at no more, unless a clinician says so."""

_DAILY = Schedule(per_day=1, per_week=7, rest_days=0)
_STRENGTH = Schedule(per_day=1, per_week=3, rest_days=1)
_STRETCH = Schedule(per_day=1, per_week=3, rest_days=0)

_LONG_REST_S = 60.0
_SHORT_REST_S = 30.0


class Levels(NamedTuple):
    """The levels of a zone in newton, which may not be in order yet."""

    slack_n: float
    low_n: float
    high_n: float
    limit_n: float
    ceiling_n: float


_SHARES = (0.04, 0.09, 0.11, 0.16)
"""Low, high, limit and ceiling of traction, of the body's weight."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One exercise of a plan's file.

    Attributes:
        entry: As it was written.
        plan: The file that it stands in.
        exercise: As the catalogue has it.
        dose: What the plan asks for.
        levels: The levels of the plan; `None` where the exercise has none.
    """

    entry: EntryTable
    plan: PlanFile
    exercise: Exercise
    dose: Dose
    levels: Levels | None

    @property
    def is_floss(self) -> bool:
        """It is flossing, which is light."""
        return "floss" in self.exercise.tags

    @property
    def is_traction(self) -> bool:
        """It is traction, which is heavy."""
        return "traction" in self.exercise.tags

    @property
    def is_strength(self) -> bool:
        """It is strength work, which wants rest."""
        return self.exercise.phase == "stabilise"

    @property
    def schedule(self) -> Schedule:
        """When it is due."""
        usual = _DAILY if self.is_floss else _STRENGTH if self.is_strength else _STRETCH
        entry = self.entry
        return Schedule(
            usual.per_day if entry.per_day is None else entry.per_day,
            usual.per_week if entry.per_week is None else entry.per_week,
            usual.rest_days if entry.rest_days is None else entry.rest_days,
        )

    @property
    def rest_s(self) -> float:
        """Rest between sets, and before the next exercise."""
        if self.entry.rest_s is not None:
            return self.entry.rest_s
        return _LONG_REST_S if self.is_floss or self.is_strength else _SHORT_REST_S

    def item(self) -> PlanItem:
        """The domain's, once no rule speaks against it."""
        exercise, sides = self.exercise, self.entry.sides
        wanted = replace(
            exercise,
            dose=self.dose,
            zone=None if self.levels is None else ZoneLimits(*self.levels),
            sides=exercise.sides if sides is None else Sides(sides),
        )
        return PlanItem(wanted, self.rest_s, self.schedule)


def make_draft(entry: EntryTable, exercise: Exercise, plan: PlanFile) -> Draft:
    """What an entry asks for of an exercise of the catalogue."""
    return Draft(entry, plan, exercise, _dose(entry, exercise.dose), _levels(entry, exercise, plan))


def _dose(entry: EntryTable, usual: Dose) -> Dose:
    reps = usual.reps if entry.reps is None else entry.reps
    sets = usual.sets if entry.sets is None else entry.sets
    dose = replace(usual, reps=reps, sets=sets, most_reps=max(usual.most_reps, reps))
    if entry.hold_s is None:
        return dose
    # What counts, and what is long enough, keeps its proportion to what is aimed at.
    share = entry.hold_s / usual.hold_s if usual.hold_s else 0.0
    return replace(
        dose,
        hold_s=entry.hold_s,
        least_hold_s=usual.least_hold_s * share,
        most_hold_s=usual.most_hold_s * share,
    )


def _levels(entry: EntryTable, exercise: Exercise, plan: PlanFile) -> Levels | None:
    if exercise.zone is None:
        return None
    zone, change = exercise.zone, entry.zone
    usual = Levels(zone.slack_n, zone.low_n, zone.high_n, zone.limit_n, zone.ceiling_n)
    if entry.body_weight_kg is not None and "traction" in exercise.tags:
        raised = Override.TRACTION_CAP in plan.overrides
        return _by_weight(entry.body_weight_kg, usual.slack_n, raised=raised)
    if change is None:
        return usual
    return Levels(
        usual.slack_n if change.slack_n is None else change.slack_n,
        usual.low_n if change.low_n is None else change.low_n,
        usual.high_n if change.high_n is None else change.high_n,
        usual.limit_n if change.limit_n is None else change.limit_n,
        usual.ceiling_n if change.ceiling_n is None else change.ceiling_n,
    )


def _by_weight(body_weight_kg: float, slack_n: float, *, raised: bool) -> Levels:
    """The levels of traction for a person, in whole newton."""
    weight_n = body_weight_kg * STANDARD_GRAVITY_MS2
    low_n, high_n, limit_n, ceiling_n = (float(round(share * weight_n)) for share in _SHARES)
    most_n = high_n if raised else min(high_n, TRACTION_HIGH_N)
    return Levels(slack_n, max(low_n, HEAVY_FROM_N), most_n, limit_n, ceiling_n)

"""A plan in words."""

from bandmate.domain.exercises import HOLD_RECOGNISERS, Exercise, Sides
from bandmate.domain.plans import Plan, PlanItem, Schedule

_ANKLE = {
    "slider": "toes away as the knee straightens",
    "tensioner": "toes towards the body as the knee straightens",
    "off": "not looked at",
}
_SIDES = {Sides.EACH: ", each side", Sides.PAINFUL: ", the painful side"}


def item_rows(plan: Plan) -> list[tuple[str, str, str, str, str]]:
    """What is done, one exercise a row, under a heading."""
    rows = [("EXERCISE", "DOSE", "REST", "WHEN", "ZONE")]
    return rows + [
        (
            item.exercise.slug,
            _dose(item.exercise),
            f"{item.rest_s:g} s",
            _when(item.schedule),
            _zone(item),
        )
        for item in plan.items
    ]


def fact_rows(plan: Plan) -> list[tuple[str, str]]:
    """What holds for the plan as a whole: name and words of each fact."""
    limits, choices = plan.limits, plan.choices
    allowed = [
        name
        for name, chosen in (("forward folds", choices.forward_fold), ("twists", choices.twist))
        if chosen
    ]
    return [
        ("Warm-up", _length(plan.warm_up_s)),
        ("Cool-down", _length(plan.cool_down_s)),
        ("No session", f"from pain {limits.none_from} of 10 at rest"),
        ("Phase 1 only", f"from pain {limits.calm_from} at rest"),
        ("Stop", f"at pain {limits.stop_at}, or {limits.stop_rise} more than at the start"),
        ("Allowed", " and ".join(allowed) or "no forward folds, no twists"),
        ("Preference", choices.preference),
        ("Ankle", _ANKLE[choices.ankle]),
        ("Breath", "led" if choices.breath_pacer else "not led"),
        *((f"By {name}", override) for override, name in plan.overrides.items()),
    ]


def _dose(exercise: Exercise) -> str:
    dose = exercise.dose
    sides = _SIDES.get(exercise.sides, "")
    if not exercise.measured and dose.reps == 1:
        return f"{dose.hold_s:g} s{sides}"
    unit = "hold" if exercise.recogniser in HOLD_RECOGNISERS else "rep"
    held = f" of {dose.hold_s:g} s" if dose.hold_s else ""
    return f"{dose.sets} x {dose.reps} {unit}{'s' if dose.reps > 1 else ''}{held}{sides}"


def _when(schedule: Schedule) -> str:
    if not schedule.per_day:
        return "paused"
    days = "every day" if schedule.per_week == 7 else f"{schedule.per_week} days a week"
    often = "" if schedule.per_day == 1 else f", {schedule.per_day} times a day"
    rest = f", rest days between: {schedule.rest_days}" if schedule.rest_days else ""
    return f"{days}{often}{rest}"


def _zone(item: PlanItem) -> str:
    zone = item.exercise.zone
    if zone is None:
        return ""
    return f"{zone.low_n:g} to {zone.high_n:g} N, ease off over {zone.limit_n:g} N"


def _length(seconds: float) -> str:
    return f"{seconds:g} s" if seconds else "none"

"""What a plan may ask for. Each rule takes a draft, or the file, and tells `key: what is wrong`.

Rules know nothing of each other, so that all that is wrong with a plan is told at once.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from bandmate.catalog.plan_draft import Draft
from bandmate.catalog.plan_faults import place_of
from bandmate.catalog.plan_schema import PlanFile
from bandmate.catalog.plan_zone_rules import ZONE_RULES
from bandmate.domain.exercises import Recogniser, Sides
from bandmate.domain.plans import PHASE_TITLES, PHASES, Override

_ONE_AT_A_TIME = frozenset({Sides.EACH, Sides.PAINFUL})
_BEFORE_AND_AFTER = frozenset({"warm_up", "cool_down"})
_BREATHING: Final = "knee_elbow_breathing"
"""The movement that is breathing alone."""


def phase_is_reached(draft: Draft) -> Iterator[str]:
    """Exercises of later phases wait for them."""
    phase, reached = draft.exercise.phase, draft.plan.phase
    if phase in PHASES and PHASES.index(phase) > PHASES.index(reached):
        yield (
            f"id: this exercise is of {PHASE_TITLES[phase]}, and the plan is of "
            f"{PHASE_TITLES[reached]}; leave it out, or set phase"
        )


def forward_fold_is_chosen(draft: Draft) -> Iterator[str]:
    """Forward folds wait for the second phase, and for a choice."""
    if "forward_fold" in draft.exercise.tags:
        chosen = draft.plan.choices.forward_fold
        yield from _not_chosen(draft.plan, "forward_fold", "forward fold", chosen=chosen)


def twist_is_chosen(draft: Draft) -> Iterator[str]:
    """Twists wait for the second phase, and for a choice."""
    if "twist" in draft.exercise.tags:
        yield from _not_chosen(draft.plan, "twist", "twist", chosen=draft.plan.choices.twist)


def preference_is_kept(draft: Draft) -> Iterator[str]:
    """The back is bent one way alone, where the plan has a preference."""
    preference = draft.plan.choices.preference
    other = {"flexion": "extension", "extension": "flexion"}.get(preference)
    if other in draft.exercise.tags:
        yield (
            f"id: this exercise is {other}, and choices.preference is {preference}; "
            "leave it out, or change the preference"
        )


def by_plan_is_asked_for(draft: Draft) -> Iterator[str]:
    """What is off unless a plan asks for it needs somebody who asks."""
    if draft.exercise.tags & {"by_plan", "severe_pain"}:
        yield from _unnamed(draft.plan, Override.BY_PLAN, "id: this is for a clinician to ask for")


def pregnancy_is_known(draft: Draft) -> Iterator[str]:
    """What is for a pregnancy needs somebody who knows of it."""
    if "pregnancy" in draft.exercise.tags:
        yield from _unnamed(
            draft.plan, Override.PREGNANCY, "id: this is for a pregnancy, with a clinician"
        )


def pregnancy_alone(draft: Draft) -> Iterator[str]:
    """In a pregnancy nothing else is done."""
    exercise = draft.exercise
    fits = (
        "pregnancy" in exercise.tags
        or exercise.phase in _BEFORE_AND_AFTER
        or exercise.movement == _BREATHING
    )
    if Override.PREGNANCY in draft.plan.overrides and not fits:
        yield "id: the plan is for a pregnancy, and this exercise is not; leave it out"


def dose_in_range(draft: Draft) -> Iterator[str]:
    """The dose can be done."""
    dose = draft.dose
    yield from _outside("reps", dose.reps, 1, 50)
    yield from _outside("sets", dose.sets, 1, 5)
    if draft.entry.hold_s is not None or dose.hold_s:
        yield from _outside("hold_s", dose.hold_s, 30 if draft.is_traction else 1, 300)


def only_holds_are_held(draft: Draft) -> Iterator[str]:
    """Seconds are for what is held, or timed."""
    exercise = draft.exercise
    held = exercise.dose.hold_s > 0 or exercise.recogniser is Recogniser.FREE_HOLDS
    if draft.entry.hold_s is not None and not held:
        yield "hold_s: this movement is not held; leave the key out"


def sides_can_be_chosen(draft: Draft) -> Iterator[str]:
    """A side is chosen where one works at a time."""
    if draft.entry.sides is not None and draft.exercise.sides not in _ONE_AT_A_TIME:
        yield "sides: this exercise does not work one side at a time; leave the key out"


def only_a_floss_is_paused(draft: Draft) -> Iterator[str]:
    """What is never due has no place in a plan; flossing alone may pause."""
    if not (draft.schedule.per_day or draft.is_floss):
        yield "per_day: only a floss can be set to 0; leave the exercise out"


def schedule_fits_a_week(draft: Draft) -> Iterator[str]:
    """Days and the rest between them fit into a week."""
    days, rest = draft.schedule.per_week, draft.schedule.rest_days
    if days * (rest + 1) > 7 + rest:
        yield (
            f"per_week: {days} days do not fit into a week with {rest} of rest between; "
            f"ask for {(7 + rest) // (rest + 1)} at most, or set rest_days"
        )


def words_are_lines(plan: PlanFile) -> Iterator[str]:
    """Title and summary are a line of text each."""
    for key, text in (("title", plan.title), ("summary", plan.summary)):
        if not _is_line(text):
            yield f"{key}: {text!r} is not one line of text; write one"


def pain_limits_in_order(plan: PlanFile) -> Iterator[str]:
    """Pain that still allows Phase 1 is less than pain that allows none."""
    limits = plan.limits
    if limits.calm_from > limits.none_from:
        yield (
            f"limits.calm_from: {limits.calm_from} is over none_from, which is "
            f"{limits.none_from}; lower it"
        )


def clinicians_are_named(plan: PlanFile) -> Iterator[str]:
    """Somebody answers for an override."""
    for override, name in plan.overrides.items():
        if not _is_line(name):
            yield (
                f"override.{override}: {name!r} is nobody's name; write the clinician's, "
                "or leave the key out"
            )


def tensioner_is_known(plan: PlanFile) -> Iterator[str]:
    """The other pattern of the ankle is a clinician's choice."""
    if plan.choices.ankle == "tensioner":
        yield from _unnamed(
            plan, Override.TENSIONER, "choices.ankle: this is for a clinician to ask for"
        )


def holds_exercises(plan: PlanFile) -> Iterator[str]:
    """A plan is something to do."""
    if not plan.exercise:
        yield "exercise: the plan holds none; add [[exercise]] with an id"


def each_exercise_once(plan: PlanFile) -> Iterator[str]:
    """An exercise has one dose and one schedule."""
    first: dict[str, int] = {}
    for number, slug in enumerate((entry.id for entry in plan.exercise), start=1):
        if slug and first.setdefault(slug, number) != number:
            yield (
                f"{place_of(number, slug)}: id: this is exercise {first[slug]} already; "
                "leave one of the two out"
            )


DRAFT_RULES: Sequence[Callable[[Draft], Iterator[str]]] = (
    phase_is_reached,
    forward_fold_is_chosen,
    twist_is_chosen,
    preference_is_kept,
    by_plan_is_asked_for,
    pregnancy_is_known,
    pregnancy_alone,
    dose_in_range,
    only_holds_are_held,
    sides_can_be_chosen,
    only_a_floss_is_paused,
    schedule_fits_a_week,
    *ZONE_RULES,
)
"""What holds for each exercise of a plan."""

PLAN_RULES: Sequence[Callable[[PlanFile], Iterator[str]]] = (
    words_are_lines,
    pain_limits_in_order,
    clinicians_are_named,
    tensioner_is_known,
    holds_exercises,
    each_exercise_once,
)
"""What holds for a plan as a whole."""


def _outside(key: str, value: float, least: float, most: float) -> Iterator[str]:
    if not least <= value <= most:
        yield f"{key}: {value:g} is not within {least:g} to {most:g}"


def _not_chosen(plan: PlanFile, choice: str, name: str, *, chosen: bool) -> Iterator[str]:
    if plan.phase == "calm":
        yield f"id: a {name} has no place in {PHASE_TITLES['calm']}; leave it out"
    elif not chosen:
        yield f"id: this is a {name}; leave it out, or set {choice} = true under [choices]"


def _unnamed(plan: PlanFile, override: Override, what: str) -> Iterator[str]:
    if override not in plan.overrides:
        yield f"{what}; write the name as {override} under [override]"


def _is_line(text: str) -> bool:
    return bool(text.strip()) and text.isprintable()

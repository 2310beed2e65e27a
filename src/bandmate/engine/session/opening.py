"""What of a plan is open today: what is due, what the answers and earlier sessions leave of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from bandmate.catalog.catalogue import load_catalogue
from bandmate.catalog.questions import TextId
from bandmate.domain.plans import PHASES, Override, Phase, Plan, PlanItem
from bandmate.engine.gates import (
    Answers,
    SessionFacts,
    is_named,
    locked_today,
    lowest_dose_due,
    progress_locked,
    referral_due,
    release_gate,
    stabilise_gate,
    start_gate,
    steps_back,
)
from bandmate.engine.schedule import due


@dataclass(frozen=True, slots=True)
class Past:
    """The sessions of one person.

    Attributes:
        facts: What gates need of each, oldest first.
        done: The days that each exercise was done on, once for each session.
    """

    facts: Sequence[SessionFacts] = ()
    done: Mapping[str, Sequence[date]] = field(default_factory=dict[str, Sequence[date]])


@dataclass(frozen=True, slots=True)
class Opening:
    """What may be done now.

    Attributes:
        items: The exercises, in order; none: there is no session.
        reasons: The fixed texts to show.
    """

    items: tuple[PlanItem, ...]
    reasons: tuple[TextId, ...]


def opening(
    plan: Plan, answers: Answers, asked: Collection[str], past: Past, today: date
) -> Opening:
    """What of a plan is open.

    Args:
        plan: The plan.
        answers: What the person said before it.
        asked: The questions whose answers are in force.
        past: The sessions before.
        today: The local date.

    Raises:
        UsageError: A question was not answered.
    """
    gate, history = start_gate(plan, answers, asked), past.facts
    phase, held = _open_phase(plan, history, answers.pain, today)
    open_phases = [one for one in gate.phases if PHASES.index(one) <= PHASES.index(phase)]
    reasons: list[TextId] = [*gate.reasons, *held]
    items: list[PlanItem] = []
    for item in due(plan, past.done, today):
        exercise = item.exercise
        if exercise.phase in PHASES and exercise.phase not in open_phases:
            continue
        if locked_today(plan, history, exercise.slug, today):
            reasons.append("day_lock")
            continue
        items.append(item)
    if lowest_dose_due(history, today):
        reasons.append("away")
        items = [_at_lowest_dose(item) for item in items]
    reasons += noticed(history, today)
    return Opening(() if gate.refused else tuple(items), tuple(dict.fromkeys(reasons)))


def noticed(history: Sequence[SessionFacts], today: date) -> list[TextId]:
    """What earlier sessions give reason to tell, whatever is done today."""
    found: list[TextId] = []
    if progress_locked(history):
        found.append("peripheralised")
    if referral_due(history, today):
        found.append("persist")
    return found


def _open_phase(
    plan: Plan, history: Sequence[SessionFacts], pain: int, today: date
) -> tuple[Phase, list[TextId]]:
    """The latest phase that earlier sessions have opened, and what holds the plan's own back."""
    if is_named(plan, Override.PHASE_GATE):
        return plan.phase, []
    phase, reasons = plan.phase, list[TextId]()
    if phase == "stabilise" and not stabilise_gate(history, today):
        phase = "release"
        reasons.append("stabilise_gate")
    if phase == "release" and not release_gate(history):
        phase = "calm"
        reasons.append("release_gate")
    if phase != "calm" and steps_back(history, pain):
        phase = PHASES[PHASES.index(phase) - 1]
        reasons.append("step_back")
    return phase, reasons


def _at_lowest_dose(item: PlanItem) -> PlanItem:
    """With no more than the catalogue starts with."""
    exercise = item.exercise
    dose, start = exercise.dose, load_catalogue().find(exercise.slug).dose
    lowest = replace(
        dose,
        reps=min(dose.reps, start.reps),
        sets=min(dose.sets, start.sets),
        hold_s=min(dose.hold_s, start.hold_s),
    )
    return replace(item, exercise=replace(exercise, dose=lowest))

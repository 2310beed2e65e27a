"""What may be done today, and what earlier sessions open or lock. Histories are oldest first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bandmate.catalog.questions import TextId, load_questions
from bandmate.domain.plans import PHASES, Override, Phase, Plan
from bandmate.engine.done import Done
from bandmate.errors import UsageError

MOST_PAIN: Final = 10
MOST_DISTAL: Final = 5
"""0 none, 1 back, 2 buttock or upper thigh, 3 knee, 4 calf, 5 foot."""
MARKED_PAIN: Final = 2
"""Pain that changes by less did not detectably change."""
RELEASE_DAYS: Final = 3
RELEASE_PAIN: Final = 3
STABILISE_SESSIONS: Final = 3
STABILISE_PAIN: Final = 2
WEEK: Final = timedelta(weeks=1)
"""So long without a stop for tingling; longer than that is long away."""


def _check(name: str, value: float, most: float) -> None:
    if not 0 <= value <= most:
        raise UsageError(f"{name}: {value} is not between 0 and {most}", hint="Ask again.")


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person says before a session.

    Attributes:
        pain: At rest, 0 to 10.
        distal: How far down something is felt, 0 to 5 (`MOST_DISTAL`).
        tingling: Something tingles or is numb.
        flare: It is clearly worse than lately.
        yes: The questions whose answer in force is yes: given today, or as lately as it holds.

    Raises:
        UsageError: Pain or level is out of range.
    """

    pain: int
    distal: int
    tingling: bool
    flare: bool
    yes: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        _check("pain", self.pain, MOST_PAIN)
        _check("most distal level", self.distal, MOST_DISTAL)


@dataclass(frozen=True, slots=True)
class Gate:
    """What may be done today.

    Attributes:
        phases: Whose exercises are open; none: there is no session.
        reasons: The fixed texts to show.
    """

    phases: tuple[Phase, ...]
    reasons: tuple[TextId, ...] = ()

    @property
    def refused(self) -> bool:
        """There is no session."""
        return not self.phases


def start_gate(plan: Plan, answers: Answers, asked: Collection[str]) -> Gate:
    """What may be done today by the answers; what earlier sessions say comes on top.

    Args:
        plan: The plan.
        answers: What the person said.
        asked: The questions whose answer is in force; a red flag's yes needs no others.

    Raises:
        UsageError: A question is unknown, or one of `Questionnaire.for_plan` was not asked.
    """
    questionnaire = load_questions()
    yes = [questionnaire.find(name) for name in sorted(answers.yes)]
    if any(question.yes == "urgent" for question in yes):
        return Gate((), ("urgent",))
    if missing := [q.id for q in questionnaire.for_plan(plan) if q.id not in asked]:
        raise UsageError(f"self-check: not yet answered: {', '.join(missing)}", hint="Ask them.")
    refusals: list[TextId] = []
    if not all(is_named(plan, question.override) for question in yes):
        refusals.append("ask_first")
    if answers.flare or "flare" in answers.yes:
        refusals.append("flare_none")
    if answers.pain >= plan.limits.none_from:
        refusals.append("pain_none")
    if refusals:
        return Gate((), tuple(refusals))
    told: tuple[TextId, ...] = ("ask_first",) if yes else ()
    if answers.pain >= plan.limits.calm_from:
        return Gate(("calm",), (*told, "pain_calm"))
    return Gate(PHASES[: PHASES.index(plan.phase) + 1], told)


def is_named(plan: Plan, override: Override) -> bool:
    """The plan names who answers for an override."""
    return bool(plan.overrides.get(override, "").strip())


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What gates, progression and reports need of one session.

    Attributes:
        day: The local date of its start.
        plan: The plan's id.
        phase: The latest phase that was done.
        pain_before: At rest, 0 to 10.
        pain_after: The same afterwards; `None`: not told.
        distal_before: The most distal level, 0 to 5.
        distal_after: The same afterwards; `None`: not told.
        tingle_stop, pain_stop: Something was stopped for it.
        dose_share: Credited of the prescribed dose, 0 to 1.
        in_zone_share: In zone of the active time, 0 to 1; `None`: not measured.
        over_tension: How often the pull was over its limit.
        stopped: The exercises that were stopped for tingling or pain.
        exercises: What was done of each, by side.

    Raises:
        UsageError: A value is out of range.
    """

    day: date
    plan: str
    phase: Phase
    pain_before: int
    pain_after: int | None
    distal_before: int
    distal_after: int | None
    tingle_stop: bool = False
    pain_stop: bool = False
    dose_share: float = 0.0
    in_zone_share: float | None = None
    over_tension: int = 0
    stopped: frozenset[str] = frozenset()
    exercises: tuple[Done, ...] = ()

    def __post_init__(self) -> None:
        _check("pain before", self.pain_before, MOST_PAIN)
        _check("pain after", self.pain_after or 0, MOST_PAIN)
        _check("most distal level before", self.distal_before, MOST_DISTAL)
        _check("most distal level after", self.distal_after or 0, MOST_DISTAL)
        _check("dose share", self.dose_share, 1)
        _check("in-zone share", self.in_zone_share or 0, 1)


def pain_change_marked(before: float, after: float) -> bool:
    """A change of pain that is large enough to be told."""
    return abs(after - before) >= MARKED_PAIN


def is_peripheralised(facts: SessionFacts) -> bool:
    """Something was felt further down after the session than before."""
    return facts.distal_after is not None and facts.distal_after > facts.distal_before


def progress_locked(history: Sequence[SessionFacts]) -> bool:
    """A session was peripheralised, and none since stayed where it had begun."""
    lock: int | None = None
    for facts in history:
        if is_peripheralised(facts):
            lock = min(facts.distal_before, MOST_DISTAL if lock is None else lock)
        elif lock is not None and facts.distal_after is not None and facts.distal_before <= lock:
            lock = None
    return lock is not None


def release_gate(history: Sequence[SessionFacts]) -> bool:
    """Phase 2: release is open: three session days in a row with little pain at rest.

    Nothing may be felt further down after any of their sessions; not told is not enough.
    """
    days = sorted({facts.day for facts in history})[-RELEASE_DAYS:]
    return (
        len(days) == RELEASE_DAYS
        and not progress_locked(history)
        and all(
            facts.pain_before <= RELEASE_PAIN
            and facts.distal_after is not None
            and not is_peripheralised(facts)
            for facts in history
            if facts.day in days
        )
    )


def stabilise_gate(history: Sequence[SessionFacts], today: date) -> bool:
    """Phase 3: stabilise is open: enough sessions of the phase before, and no tingle stop lately.

    The pain before and after those of the newest day is little; not told is not enough.
    """
    return (
        sum(facts.phase == "release" for facts in history) >= STABILISE_SESSIONS
        and not progress_locked(history)
        and all(
            facts.pain_after is not None
            and max(facts.pain_before, facts.pain_after) <= STABILISE_PAIN
            for facts in history
            if facts.day == history[-1].day
        )
        and all(today - facts.day >= WEEK for facts in history if facts.tingle_stop)
    )


def steps_back(history: Sequence[SessionFacts], pain: int) -> bool:
    """The session that begins now is of the phase before the last one's.

    Args:
        history: The sessions so far.
        pain: At rest, now.
    """
    if not history:
        return False
    last = history[-1]
    return last.tingle_stop or is_peripheralised(last) or pain >= last.pain_before + MARKED_PAIN


def locked_today(plan: Plan, history: Sequence[SessionFacts], exercise: str, today: date) -> bool:
    """An exercise was stopped today for tingling or pain, and nobody answers for its going on."""
    stopped = any(facts.day == today and exercise in facts.stopped for facts in history)
    return stopped and not is_named(plan, Override.DAY_LOCK)


def days_away(history: Sequence[SessionFacts], today: date) -> int | None:
    """Days since the last session; `None`: there was none."""
    return max((today - history[-1].day).days, 0) if history else None


def lowest_dose_due(history: Sequence[SessionFacts], today: date) -> bool:
    """The person was away for so long that it goes on with the lowest dose of the phase."""
    return bool(history) and today - history[-1].day > WEEK


def referral_due(history: Sequence[SessionFacts], today: date) -> bool:
    """There is pain, and it is not markedly less than four weeks ago."""
    base = [facts for facts in history if today - facts.day >= 4 * WEEK]
    if not base or len(base) == len(history):
        return False
    newest = history[-1].pain_before
    return newest > 0 and newest > base[-1].pain_before - MARKED_PAIN

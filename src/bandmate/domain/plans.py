"""What a person set out to do: exercises and their doses, when, and within which limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal

from bandmate.domain.exercises import Exercise

Phase = Literal["calm", "release", "stabilise"]

PHASES: Final[tuple[Phase, ...]] = ("calm", "release", "stabilise")
"""In their order. Exercises of earlier phases go on in later ones."""

PHASE_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "calm": "Phase 1: calm",
        "release": "Phase 2: release",
        "stabilise": "Phase 3: stabilise",
    }
)
"""What a person reads for a phase."""


class Override(StrEnum):
    """What only a clinician may change, by name."""

    TRACTION_CAP = "traction_cap"
    """Traction over 65 N, or by a body weight that asks for more."""
    FLOSS_CAP = "floss_cap"
    """Flossing over its caps."""
    PHASE_GATE = "phase_gate"
    """The phase is entered before its gate is met."""
    DAY_LOCK = "day_lock"
    """An exercise goes on on a day when it was stopped for tingling or pain."""
    SELF_CHECK = "self_check"
    """A question of the self-check that was answered with yes is known to the clinician."""
    TENSIONER = "tensioner"
    """Toes towards the body while straightening the knee is what the plan wants."""
    BY_PLAN = "by_plan"
    """Exercises that are off unless a plan asks for them."""
    PREGNANCY = "pregnancy"
    """The plan is for a pregnancy: its exercises and no others."""


@dataclass(frozen=True, slots=True)
class SymptomLimits:
    """What pain, 0 to 10, means for a session.

    Attributes:
        none_from: At rest, from so much on there is no session.
        calm_from: … only exercises of the first phase.
        stop_at: So much ends an exercise.
        stop_rise: So much more than at the start ends it too.
    """

    none_from: int = 7
    calm_from: int = 4
    stop_at: int = 5
    stop_rise: int = 2

    def ends(self, pain: int, before: int) -> bool:
        """Pain on the way, after so much before it, ends the exercise."""
        return pain >= self.stop_at or pain - before >= self.stop_rise


@dataclass(frozen=True, slots=True)
class Schedule:
    """When an exercise is due.

    Attributes:
        per_day: Sessions a day at most that hold it.
        per_week: Days a week that it is planned for.
        rest_days: Days without it in between, at least.
    """

    per_day: int = 1
    per_week: int = 7
    rest_days: int = 0


@dataclass(frozen=True, slots=True)
class Choices:
    """How a plan settles what the articles disagree about; the defaults are the careful ones.

    Attributes:
        forward_fold: Forward folds, from the second phase on.
        twist: Twists, from the second phase on.
        preference: The way that the back is bent by preference.
        ankle: What the ankle is to do in a floss; `off`: it is not looked at.
        breath_pacer: Six breaths a minute are led where something is held or timed.
    """

    forward_fold: bool = False
    twist: bool = False
    preference: Literal["none", "flexion", "extension"] = "none"
    ankle: Literal["slider", "tensioner", "off"] = "slider"
    breath_pacer: bool = False


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One exercise of a plan.

    Attributes:
        exercise: With the dose and the zone of the plan.
        rest_s: Rest between sets, and before the next exercise.
        schedule: When it is due.
    """

    exercise: Exercise
    rest_s: float
    schedule: Schedule


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan.

    Attributes:
        id: Its name in commands, `[a-z0-9_-]`.
        title: What a person calls it.
        summary: What it is, one sentence.
        phase: Its phase.
        items: In the order they are done.
        limits: What pain means for it.
        choices: How it settles what is disputed.
        overrides: Who answers for what only a clinician may change.
        warm_up_s: Length of the warm-up; 0: none.
        cool_down_s: The same of the cool-down.
    """

    id: str
    title: str
    summary: str
    phase: Phase
    items: tuple[PlanItem, ...]
    limits: SymptomLimits
    choices: Choices
    overrides: Mapping[Override, str]
    warm_up_s: float
    cool_down_s: float

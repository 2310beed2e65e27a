"""The form of a plan's file; unknown keys are errors. What belongs together is in `plan_rules`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta, Struct

from bandmate.domain.plans import Choices, Override, Phase, SymptomLimits

Slug = Annotated[str, Meta(min_length=1)]
Pain = Annotated[int, Meta(ge=1, le=10)]
Rest = Annotated[float, Meta(ge=0, le=600)]
Bookend = Annotated[float, Meta(ge=0, le=1800)]
BodyWeight = Annotated[float, Meta(ge=40, le=250)]
DaysAWeek = Annotated[int, Meta(ge=1, le=7)]
RestDays = Annotated[int, Meta(ge=0, le=6)]
PerDay = Annotated[int, Meta(ge=0, le=3)]

_NOTHING: Mapping[str, object] = MappingProxyType({})


class Table(Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a plan's file.

    Attributes:
        stand_in: What stands in for a required key that is missing or wrong, so that the rest of
            the file can be looked at all the same. It is told, and the file refused.
    """

    stand_in: ClassVar[Mapping[str, object]] = _NOTHING


class ZoneTable(Table, frozen=True, forbid_unknown_fields=True):
    """`zone` of an exercise: the levels that differ from the catalogue's, newton at the limb."""

    slack_n: float | None = None
    low_n: float | None = None
    high_n: float | None = None
    limit_n: float | None = None
    ceiling_n: float | None = None


class EntryTable(Table, frozen=True, forbid_unknown_fields=True):
    """`[[exercise]]`: one exercise; what is left out is the catalogue's, or the careful default.

    Attributes:
        id: Its slug.
        reps: Movements or holds of a set.
        sets: How many sets.
        hold_s: Seconds to hold each.
        rest_s: Rest between sets, and before the next exercise.
        per_day: Sessions a day at most that hold it; 0 only for a floss: it is paused.
        per_week: Days a week.
        rest_days: Days without it in between, at least.
        sides: Which side works, where one works at a time.
        zone: Levels of its own.
        body_weight_kg: Traction only: the levels follow from it.
    """

    stand_in: ClassVar[Mapping[str, object]] = MappingProxyType({"id": ""})

    id: Slug
    reps: int | None = None
    sets: int | None = None
    hold_s: float | None = None
    rest_s: Rest | None = None
    per_day: PerDay | None = None
    per_week: DaysAWeek | None = None
    rest_days: RestDays | None = None
    sides: Literal["each", "painful"] | None = None
    zone: ZoneTable | None = None
    body_weight_kg: BodyWeight | None = None


class LimitsTable(Table, frozen=True, forbid_unknown_fields=True):
    """`[limits]`: what pain, 0 to 10, means for a session."""

    none_from: Pain = SymptomLimits().none_from
    calm_from: Pain = SymptomLimits().calm_from
    stop_at: Pain = SymptomLimits().stop_at
    stop_rise: Pain = SymptomLimits().stop_rise

    def limits(self) -> SymptomLimits:
        """The domain's."""
        return SymptomLimits(**msgspec.structs.asdict(self))


class ChoicesTable(Table, frozen=True, forbid_unknown_fields=True):
    """`[choices]`: how the plan settles what is disputed."""

    forward_fold: bool = False
    twist: bool = False
    preference: Literal["none", "flexion", "extension"] = "none"
    ankle: Literal["slider", "tensioner", "off"] = "slider"
    breath_pacer: bool = False

    def choices(self) -> Choices:
        """The domain's."""
        return Choices(**msgspec.structs.asdict(self))


class OverrideTable(Table, frozen=True, forbid_unknown_fields=True):
    """`[override]`: the clinician who answers for it, by what only a clinician may change."""

    traction_cap: str | None = None
    floss_cap: str | None = None
    phase_gate: str | None = None
    day_lock: str | None = None
    self_check: str | None = None
    tensioner: str | None = None
    by_plan: str | None = None
    pregnancy: str | None = None

    def overrides(self) -> dict[Override, str]:
        """The domain's."""
        named: dict[str, str | None] = msgspec.structs.asdict(self)
        return {Override(what): who for what, who in named.items() if who is not None}


class PlanFile(Table, frozen=True, forbid_unknown_fields=True):
    """A plan's file.

    Attributes:
        title: What a person calls it, one line.
        summary: What it is, one sentence.
        phase: Its phase.
        warm_up_s: Length of the warm-up; 0: none.
        cool_down_s: The same of the cool-down.
        limits: What pain means for it.
        choices: How it settles what is disputed.
        override: Who answers for what.
        exercise: What is done, in this order.
    """

    # Of all phases the last asks for the least, so that a missing one adds no faults of its own.
    stand_in: ClassVar[Mapping[str, object]] = MappingProxyType(
        {"title": "-", "summary": "-", "phase": "stabilise"}
    )

    title: str
    summary: str
    phase: Phase
    warm_up_s: Bookend = 180.0
    cool_down_s: Bookend = 120.0
    limits: LimitsTable = LimitsTable()
    choices: ChoicesTable = ChoicesTable()
    override: OverrideTable = OverrideTable()
    exercise: tuple[EntryTable, ...] = ()

    @property
    def overrides(self) -> dict[Override, str]:
        """Who answers for what only a clinician may change."""
        return self.override.overrides()

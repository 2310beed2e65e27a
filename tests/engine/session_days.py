"""Plans and earlier sessions, for what is asked of them."""

from collections.abc import Mapping
from datetime import date, timedelta

from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.plans import (
    Choices,
    Override,
    Phase,
    Plan,
    PlanItem,
    Schedule,
    SymptomLimits,
)
from bandmate.engine.gates import SessionFacts

MONDAY = date(2026, 3, 2)
FLOSS = PlanItem(load_catalogue().find("supine_sciatic_floss"), 60, Schedule())


def plan_of(
    phase: Phase = "stabilise",
    limits: SymptomLimits | None = None,
    overrides: Mapping[Override, str] | None = None,
) -> Plan:
    return Plan(
        "mine",
        "Mine",
        "Mine.",
        phase,
        (FLOSS,),
        limits or SymptomLimits(),
        Choices(),
        overrides or {},
        0,
        0,
    )


def on(
    day: int,
    pain: int = 2,
    after: int | None = 2,
    *,
    distal: tuple[int, int | None] = (2, 2),
    phase: Phase = "calm",
    tingle: bool = False,
    stopped: frozenset[str] = frozenset(),
) -> SessionFacts:
    """A session on a day, counted from a Monday."""
    return SessionFacts(
        day=MONDAY + timedelta(days=day),
        plan="mine",
        phase=phase,
        pain_before=pain,
        pain_after=after,
        distal_before=distal[0],
        distal_after=distal[1],
        tingle_stop=tingle,
        stopped=stopped,
        dose_share=1.0,
    )


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)

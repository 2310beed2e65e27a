"""What of a plan is open today."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.catalog.plans import find_plan
from bandmate.catalog.questions import load_questions
from bandmate.domain.plans import Override, Phase, Plan
from bandmate.engine.gates import Answers, SessionFacts
from bandmate.engine.session.opening import Opening, Past, opening

TODAY = date(2026, 3, 4)
FLOSS, TRACTION = "supine_sciatic_floss", "banded_leg_traction"


def facts(days_ago: int, phase: Phase = "calm", pain: int = 2, **more: object) -> SessionFacts:
    told = SessionFacts(
        day=TODAY - timedelta(days=days_ago),
        plan=phase,
        phase=phase,
        pain_before=pain,
        pain_after=pain,
        distal_before=1,
        distal_after=1,
        dose_share=1.0,
    )
    return replace(told, **more)


def opened(
    plan: Plan, history: Sequence[SessionFacts] = (), pain: int = 2, yes: Sequence[str] = ()
) -> Opening:
    asked = {question.id for question in load_questions().for_plan(plan)}
    answers = Answers(pain, 1, tingling=False, flare=False, yes=frozenset(yes))
    return opening(plan, answers, asked, Past(history), TODAY)


def slugs(opening: Opening) -> list[str]:
    return [item.exercise.slug for item in opening.items]


CALM, RELEASE, STABILISE = (find_plan(name) for name in ("calm", "release", "stabilise"))
CALMED = [facts(3), facts(2), facts(1)]
RELEASED = [*CALMED, *(facts(1, "release") for _ in range(3))]


def test_the_first_phase_is_open_to_everyone():
    assert slugs(opened(CALM)) == [FLOSS, TRACTION]


def test_a_later_phase_opens_by_its_gate():
    assert slugs(opened(RELEASE)) == [FLOSS]
    assert opened(RELEASE).reasons == ("release_gate",)
    assert len(opened(RELEASE, CALMED).items) == 3
    assert opened(RELEASE, CALMED).reasons == ()
    assert "stabilise_gate" in opened(STABILISE, CALMED).reasons
    assert slugs(opened(STABILISE, RELEASED)) == [item.exercise.slug for item in STABILISE.items]


def test_a_clinician_opens_a_phase_by_name():
    named = replace(RELEASE, overrides={Override.PHASE_GATE: "J. Doe"})
    assert len(opened(named).items) == 3


@pytest.mark.rule("severe_gate")
def test_pain_leaves_the_calm_exercises_or_none():
    assert slugs(opened(RELEASE, CALMED, pain=4)) == [FLOSS]
    assert opened(RELEASE, CALMED, pain=7).items == ()
    assert opened(CALM, yes=["both_legs"]).items == ()
    assert opened(CALM, yes=["both_legs"]).reasons == ("urgent",)


@pytest.mark.rule("tingle_stop")
def test_what_was_stopped_today_is_locked():
    stopped = facts(0, stopped=frozenset({FLOSS}), tingle_stop=True)
    assert slugs(opened(CALM, [stopped])) == [TRACTION]
    assert opened(CALM, [stopped]).reasons == ("day_lock",)
    named = replace(CALM, overrides={Override.DAY_LOCK: "J. Doe"})
    assert slugs(opened(named, [stopped])) == [FLOSS, TRACTION]


@pytest.mark.rule("no_long_breaks")
def test_after_a_long_break_it_begins_low():
    item = CALM.items[0]
    much = replace(item.exercise, dose=replace(item.exercise.dose, reps=15, sets=4))
    plan = replace(CALM, items=(replace(item, exercise=much),))
    (low,) = opened(plan, [facts(8)]).items
    assert (low.exercise.dose.reps, low.exercise.dose.sets) == (10, 2)
    assert opened(plan, [facts(8)]).reasons == ("away",)
    (same,) = opened(plan, [facts(7)]).items
    assert same.exercise == much


@given(
    plan=st.sampled_from([CALM, RELEASE, STABILISE]),
    pains=st.tuples(st.integers(0, 10), st.integers(0, 10)),
    history=st.sampled_from([[], CALMED, RELEASED]),
)
def test_more_pain_never_opens_more(
    plan: Plan, pains: tuple[int, int], history: list[SessionFacts]
):
    less, more = sorted(pains)
    assert set(slugs(opened(plan, history, more))) <= set(slugs(opened(plan, history, less)))

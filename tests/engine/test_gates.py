"""What the answers before a session open and close."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.catalog.questions import load_questions
from bandmate.domain.plans import PHASES, Override, Phase, Plan, SymptomLimits
from bandmate.engine.gates import Answers, Gate, start_gate
from bandmate.errors import UsageError
from engine.session_days import on, plan_of

QUESTIONS = load_questions()
ALL = frozenset(question.id for question in QUESTIONS)
RED_FLAGS = sorted(question.id for question in QUESTIONS if question.kind == "red_flag")
OTHERS = sorted(ALL - set(RED_FLAGS) - {"flare"})
WELL = Answers(pain=0, distal=0, tingling=False, flare=False)


@pytest.mark.rule("phase_order")
@pytest.mark.parametrize("phase", PHASES)
def test_who_is_well_may_do_the_phase_and_those_before(phase: Phase):
    gate = start_gate(plan_of(phase), WELL, ALL)
    assert gate == Gate(PHASES[: PHASES.index(phase) + 1])
    assert not gate.refused


@pytest.mark.rule("severe_gate")
@pytest.mark.parametrize(
    ("pain", "phases", "reasons"),
    [
        (3, PHASES, ()),
        (4, ("calm",), ("pain_calm",)),
        (6, ("calm",), ("pain_calm",)),
        (7, (), ("pain_none",)),
        (10, (), ("pain_none",)),
    ],
)
def test_pain_narrows_the_session(pain: int, phases: tuple[str, ...], reasons: tuple[str, ...]):
    gate = start_gate(plan_of(), replace(WELL, pain=pain), ALL)
    assert (gate.phases, gate.reasons) == (phases, reasons)
    assert gate.refused == (not phases)


def test_the_plan_says_how_much_pain_is_too_much():
    plan = plan_of(limits=SymptomLimits(none_from=5, calm_from=2))
    assert start_gate(plan, replace(WELL, pain=2), ALL).phases == ("calm",)
    assert start_gate(plan, replace(WELL, pain=5), ALL).refused


@pytest.mark.rule("severe_gate", "flare")
@pytest.mark.parametrize(
    "answers", [replace(WELL, flare=True), replace(WELL, yes=frozenset({"flare"}))]
)
def test_in_a_flare_there_is_no_session_whoever_knows_of_it(answers: Answers):
    known = plan_of(overrides={Override.SELF_CHECK: "Dr. A"})
    assert start_gate(known, answers, ALL) == Gate((), ("flare_none",))
    assert start_gate(plan_of(), answers, ALL).refused


@pytest.mark.rule(
    "bladder_bowel",
    "saddle_numbness",
    "growing_weakness",
    "both_legs",
    "fever_back_pain",
    "fall_accident",
)
@pytest.mark.parametrize("flag", RED_FLAGS)
def test_a_red_flag_is_urgent_whoever_knows_of_it(flag: str):
    everything = plan_of(overrides=dict.fromkeys(Override, "Dr. A"))
    urgent = Gate((), ("urgent",))
    assert start_gate(everything, replace(WELL, yes=frozenset({flag})), ALL) == urgent
    assert start_gate(plan_of(), replace(WELL, pain=9, yes=ALL), ALL) == urgent
    assert start_gate(plan_of(), replace(WELL, yes=frozenset({flag})), {flag}) == urgent


@pytest.mark.rule(
    "supervise",
    "mind_mood",
    "seizures",
    "tumour",
    "spinal_injury",
    "infection_fever",
    "heart_stroke",
    "severe_unadvised",
    "pregnancy",
    "other_condition",
    "leg_joints",
    "ankle_skin",
    "bruising",
    "osteoporosis",
    "latex",
)
@pytest.mark.parametrize("question", OTHERS)
def test_any_other_yes_needs_a_named_clinician(question: str):
    answers = replace(WELL, yes=frozenset({question}))
    answering = Override.PREGNANCY if question == "pregnancy" else Override.SELF_CHECK
    refused = Gate((), ("ask_first",))
    assert start_gate(plan_of(), answers, ALL) == refused
    assert start_gate(plan_of(overrides={answering: " "}), answers, ALL) == refused
    others = dict.fromkeys(set(Override) - {answering}, "Dr. A")
    assert start_gate(plan_of(overrides=others), answers, ALL) == refused
    known = start_gate(plan_of(overrides={answering: "Dr. A"}), answers, ALL)
    assert known == Gate(PHASES, ("ask_first",))


def test_all_that_refuses_is_told():
    answers = Answers(8, 3, tingling=True, flare=True, yes=frozenset({"latex"}))
    gate = start_gate(plan_of(), answers, ALL)
    assert gate.reasons == ("ask_first", "flare_none", "pain_none")
    known = plan_of(overrides={Override.SELF_CHECK: "Dr. A"})
    gate = start_gate(known, Answers(5, 3, tingling=True, flare=False, yes=answers.yes), ALL)
    assert gate == Gate(("calm",), ("ask_first", "pain_calm"))


def test_every_question_is_answered_before_anything_opens():
    asked = [question.id for question in QUESTIONS.for_plan(plan_of())]
    assert not start_gate(plan_of(), WELL, asked).refused
    for left_out in asked:
        with pytest.raises(UsageError, match=f"not yet answered: {left_out}"):
            start_gate(plan_of(), WELL, set(asked) - {left_out})
    with pytest.raises(UsageError, match="unknown question 'latx'"):
        start_gate(plan_of(), replace(WELL, yes=frozenset({"latx"})), ALL)


answers_given = st.builds(
    Answers,
    pain=st.integers(0, 10),
    distal=st.integers(0, 5),
    tingling=st.booleans(),
    flare=st.booleans(),
    yes=st.frozensets(st.sampled_from(sorted(ALL)), max_size=2),
)
plans = st.builds(
    plan_of,
    phase=st.sampled_from(PHASES),
    limits=st.builds(SymptomLimits, none_from=st.integers(1, 10), calm_from=st.integers(1, 10)),
    overrides=st.dictionaries(st.sampled_from(Override), st.just("Dr. A")),
)


@given(plan=plans, answers=answers_given, more=st.integers(0, 10))
def test_more_pain_never_opens_more(plan: Plan, answers: Answers, more: int):
    less = start_gate(plan, answers, ALL)
    worse = start_gate(plan, replace(answers, pain=min(answers.pain + more, 10)), ALL)
    assert set(worse.phases) <= set(less.phases)


@given(plan=plans, answers=answers_given, also=st.sampled_from(sorted(ALL)))
def test_another_yes_never_opens_more(plan: Plan, answers: Answers, also: str):
    more = replace(answers, yes=answers.yes | {also})
    assert set(start_gate(plan, more, ALL).phases) <= set(start_gate(plan, answers, ALL).phases)


@given(plan=plans, answers=answers_given)
def test_who_is_refused_is_told_why(plan: Plan, answers: Answers):
    gate = start_gate(plan, answers, ALL)
    assert gate.reasons or not gate.refused
    assert set(gate.phases) <= set(PHASES[: PHASES.index(plan.phase) + 1])
    assert {*gate.reasons} <= {*QUESTIONS.texts}


@pytest.mark.parametrize("pain", [-1, 11])
def test_pain_out_of_range_is_refused(pain: int):
    with pytest.raises(UsageError, match="pain"):
        replace(WELL, pain=pain)
    with pytest.raises(UsageError, match="pain before"):
        on(0, pain)
    with pytest.raises(UsageError, match="pain after"):
        on(0, 2, pain)


@pytest.mark.parametrize("level", [-1, 6])
def test_a_level_out_of_range_is_refused(level: int):
    with pytest.raises(UsageError, match="most distal level"):
        replace(WELL, distal=level)
    with pytest.raises(UsageError, match="level before"):
        on(0, distal=(level, 2))
    with pytest.raises(UsageError, match="level after"):
        on(0, distal=(2, level))


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_out_of_range_is_refused(share: float):
    with pytest.raises(UsageError, match="dose share"):
        replace(on(0), dose_share=share)
    with pytest.raises(UsageError, match="in-zone share"):
        replace(on(0), in_zone_share=share)

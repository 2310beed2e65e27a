"""What earlier sessions open, close and lock. Scenario S23."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.catalog.catalogue import load_catalogue
from bandmate.catalog.questions import load_questions
from bandmate.domain.plans import PHASES, Override, PlanItem, Schedule
from bandmate.engine.gates import (
    SessionFacts,
    days_away,
    is_named,
    is_peripheralised,
    locked_today,
    lowest_dose_due,
    pain_change_marked,
    progress_locked,
    referral_due,
    release_gate,
    stabilise_gate,
    steps_back,
)
from bandmate.engine.progression import proposal
from engine.session_days import day, on, plan_of

BRIDGE = PlanItem(load_catalogue().find("banded_bridge_knees_out"), 60, Schedule())
levels = st.tuples(st.integers(0, 5), st.none() | st.integers(0, 5))
sessions = st.builds(
    on,
    day=st.integers(0, 60),
    pain=st.integers(0, 10),
    after=st.none() | st.integers(0, 10),
    distal=levels,
    phase=st.sampled_from(PHASES),
    tingle=st.booleans(),
)
histories = st.lists(sessions, max_size=12).map(
    lambda history: sorted(history, key=lambda facts: facts.day)
)


@pytest.mark.rule("peripheralise")
def test_s23_what_reaches_further_down_locks_the_next_step():
    facts = on(2, 3, 5, distal=(2, 4))
    history = [on(0, distal=(2, 2)), on(1, distal=(2, 2)), facts]
    assert is_peripheralised(facts)
    assert progress_locked(history)
    assert not release_gate(history)
    assert not stabilise_gate(history, day(30))
    assert steps_back(history, 3)
    assert proposal(BRIDGE, history, day(3), last=None) is None
    for language, contact in (("en", "contact your clinician"), ("de", "bei deiner Fachperson")):
        text = load_questions(language).texts["peripheralised"]
        assert contact in text
        assert not re.search(r"diagnos|inflam|damage|entzünd|schaden", text, re.IGNORECASE)


@pytest.mark.parametrize(
    ("distal", "further"),
    [((2, 3), True), ((0, 1), True), ((2, 2), False), ((4, 1), False), ((2, None), False)],
)
def test_further_down_is_further_down(distal: tuple[int, int | None], further: bool):
    assert is_peripheralised(on(0, distal=distal)) == further


def test_the_lock_opens_when_it_is_back_where_it_was():
    locked = [on(0, distal=(2, 4))]
    assert progress_locked([*locked, on(1, distal=(4, 3))])
    assert progress_locked([*locked, on(1, distal=(3, 3))])
    assert progress_locked([*locked, on(1, distal=(2, None))])
    assert not progress_locked([*locked, on(1, distal=(2, 2))])
    assert progress_locked([*locked, on(1, distal=(4, 5)), on(2, distal=(4, 4))])
    again = [*locked, on(1, distal=(1, 2))]
    assert progress_locked([*again, on(2, distal=(2, 2))])
    assert not progress_locked([*again, on(2, distal=(1, 1))])


@given(history=histories, last=sessions)
def test_a_peripheralised_session_always_locks(history: list[SessionFacts], last: SessionFacts):
    locked = progress_locked([*history, last])
    assert locked or not is_peripheralised(last)
    if not locked:
        assert not progress_locked([*history, last, replace(last, day=day(90))])
    if not any(map(is_peripheralised, [*history, last])):
        assert not locked


@pytest.mark.rule("phase_gate_release")
def test_release_opens_after_three_calm_days_in_a_row():
    assert release_gate([on(0, 3), on(4, 3), on(9, 3)])
    assert release_gate([on(0, 9), on(1, 3), on(2, 1), on(9, 0)])
    assert not release_gate([on(0), on(4)])
    assert not release_gate([on(0), on(0), on(4)])
    assert not release_gate([on(0, 3), on(1, 4), on(2, 3)])
    assert not release_gate([on(0), on(1), on(2, 4), on(2, 2)])
    assert not release_gate([on(0), on(1, distal=(2, 3)), on(2, distal=(2, 2))])
    assert not release_gate([on(0), on(1), on(2, distal=(2, None))])
    assert not release_gate([])


def released(*pains: int) -> list[SessionFacts]:
    return [on(number, pain, pain, phase="release") for number, pain in enumerate(pains)]


@pytest.mark.rule("phase_gate_stabilise")
def test_stabilise_opens_after_three_sessions_of_the_phase_before():
    assert stabilise_gate(released(2, 2, 2), day(3))
    assert stabilise_gate([*released(5, 3, 3), on(4, 2, 2)], day(5))
    assert not stabilise_gate([*released(2, 2), on(4)], day(5))
    assert not stabilise_gate(released(2, 2, 3), day(3))
    assert not stabilise_gate([*released(2, 2, 2), on(3, 2, 3)], day(4))
    assert not stabilise_gate([*released(2, 2, 2), on(3, 2, None)], day(4))
    assert not stabilise_gate([], day(3))


@pytest.mark.rule("phase_gate_stabilise")
def test_stabilise_waits_seven_days_after_a_stop_for_tingling():
    history = [*released(2, 2, 2), on(3, tingle=True), on(6)]
    assert not stabilise_gate(history, day(9))
    assert stabilise_gate(history, day(10))


@given(history=histories, at=st.integers(0, 11), more=st.integers(1, 10), today=st.integers(0, 99))
def test_no_gate_opens_for_more_pain(history: list[SessionFacts], at: int, more: int, today: int):
    worse = list(history)
    if history:
        old = history[at % len(history)]
        after = None if old.pain_after is None else min(old.pain_after + more, 10)
        worse[at % len(history)] = replace(
            old, pain_before=min(old.pain_before + more, 10), pain_after=after
        )
    assert release_gate(history) >= release_gate(worse)
    assert stabilise_gate(history, day(today)) >= stabilise_gate(worse, day(today))


@given(history=histories, today=st.integers(0, 99))
def test_nothing_opens_while_the_next_step_is_locked(history: list[SessionFacts], today: int):
    if progress_locked(history):
        assert not release_gate(history)
        assert not stabilise_gate(history, day(today))


def test_what_is_still_further_down_opens_nothing_however_little_it_hurts():
    stayed = [on(number, phase="release", distal=(3, 3)) for number in range(1, 4)]
    locked = [on(0, distal=(2, 3)), *stayed]
    assert release_gate(stayed)
    assert not release_gate(locked)
    assert stabilise_gate(stayed, day(4))
    assert not stabilise_gate(locked, day(4))


def test_what_takes_a_session_one_phase_back():
    assert not steps_back([], 10)
    assert not steps_back([on(0, 2)], 3)
    assert steps_back([on(0, 2)], 4)
    assert steps_back([on(0, 2, tingle=True)], 0)
    assert steps_back([on(0, distal=(1, 2))], 0)
    assert not steps_back([on(0, tingle=True), on(1)], 2)


@given(history=histories, pain=st.integers(0, 10), more=st.integers(0, 10))
def test_more_pain_never_takes_less_back(history: list[SessionFacts], pain: int, more: int):
    assert steps_back(history, pain) <= steps_back(history, min(pain + more, 10))


def test_a_stopped_exercise_is_locked_for_its_day():
    history = [on(0, stopped=frozenset({"glute_bridge"})), on(0)]
    assert locked_today(plan_of(), history, "glute_bridge", day(0))
    assert not locked_today(plan_of(), history, "bird_dog", day(0))
    assert not locked_today(plan_of(), history, "glute_bridge", day(1))
    known = plan_of(overrides={Override.DAY_LOCK: "Dr. A"})
    assert not locked_today(known, history, "glute_bridge", day(0))


def test_an_override_without_a_name_is_none():
    assert is_named(plan_of(overrides={Override.DAY_LOCK: "Dr. A"}), Override.DAY_LOCK)
    assert not is_named(plan_of(overrides={Override.DAY_LOCK: ""}), Override.DAY_LOCK)
    assert not is_named(plan_of(), Override.DAY_LOCK)


@pytest.mark.rule("no_long_breaks")
def test_after_a_week_away_it_begins_low():
    history = [on(0)]
    assert days_away([], day(0)) is None
    assert not lowest_dose_due([], day(0))
    assert days_away(history, day(7)) == 7
    assert not lowest_dose_due(history, day(7))
    assert lowest_dose_due(history, day(8))
    # The host's clock may have been set back.
    assert days_away(history, day(-1)) == 0
    assert not lowest_dose_due(history, day(-1))


@pytest.mark.rule("persist")
@pytest.mark.parametrize(
    ("history", "today", "is_due"),
    [
        ([on(0, 5), on(28, 4)], 28, True),
        ([on(0, 5), on(28, 5)], 28, True),
        ([on(0, 5), on(28, 8)], 28, True),
        ([on(0, 5), on(28, 3)], 28, False),
        ([on(0, 5), on(27, 5)], 27, False),
        ([on(0, 5)], 60, False),
        ([on(0, 1), on(28, 0)], 28, False),
        ([on(0, 8), on(10, 4), on(38, 3)], 38, True),
        ([], 28, False),
    ],
)
def test_pain_that_persists_for_four_weeks_is_told(
    history: list[SessionFacts], today: int, is_due: bool
):
    assert referral_due(history, day(today)) == is_due


@given(before=st.integers(0, 10), after=st.integers(0, 10))
def test_pain_is_marked_from_two_points_on(before: int, after: int):
    assert pain_change_marked(before, after) == (abs(before - after) > 1)

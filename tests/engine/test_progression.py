"""The next step: small, seldom, never more pull for a floss or traction, and never applied."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.exercises import Exercise
from bandmate.domain.plans import PlanItem, Schedule
from bandmate.domain.zones import ZoneLimits
from bandmate.engine.gates import SessionFacts
from bandmate.engine.progression import Proposal, proposal

MONDAY = date(2026, 3, 2)
CATALOGUE = load_catalogue()
ROW = CATALOGUE.find("standing_row_band")
GOOD = SessionFacts(
    day=MONDAY,
    plan="mine",
    phase="stabilise",
    pain_before=2,
    pain_after=2,
    distal_before=1,
    distal_after=1,
    dose_share=0.9,
    in_zone_share=0.8,
)


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def item(exercise: Exercise, **dose: int) -> PlanItem:
    changed = replace(exercise, dose=replace(exercise.dose, **dose))
    return PlanItem(changed, 60, Schedule())


def three(*changed: SessionFacts) -> list[SessionFacts]:
    """Three good sessions, the newest of them as given."""
    kept = [GOOD, GOOD, GOOD][len(changed) :]
    return [replace(facts, day=day(2 * number)) for number, facts in enumerate([*kept, *changed])]


def proposed(plan_item: PlanItem, history: Sequence[SessionFacts] = ()) -> Proposal | None:
    return proposal(plan_item, history or three(), day(5), last=None)


@pytest.mark.rule("start_light")
def test_first_more_repetitions_then_more_sets_then_more_pull():
    found = proposed(item(ROW, reps=10, sets=2))
    assert found is not None
    assert (found.step, found.dose.reps, found.dose.sets) == ("reps", 12, 2)
    assert found.zone == ROW.zone
    found = proposed(item(ROW, reps=19, sets=2))
    assert found is not None
    assert (found.step, found.dose.reps) == ("reps", 20)
    found = proposed(item(ROW, reps=20, sets=2))
    assert found is not None
    assert (found.step, found.dose.reps, found.dose.sets) == ("sets", 20, 3)
    found = proposed(item(ROW, reps=20, sets=3))
    assert found is not None
    assert (found.step, found.dose) == ("zone", item(ROW, reps=20, sets=3).exercise.dose)
    assert ROW.zone is not None
    assert found.zone is not None
    assert found.zone.slack_n == ROW.zone.slack_n
    assert found.zone.low_n == pytest.approx(22)
    assert found.zone.high_n == pytest.approx(165)
    assert found.zone.limit_n == pytest.approx(220)
    assert found.zone.ceiling_n == pytest.approx(275)


def test_where_the_catalogue_ends_the_step_ends():
    stretch = CATALOGUE.find("glute_stretch_band")
    found = proposed(item(stretch, reps=2))
    assert found is not None
    assert found.dose.reps == stretch.dose.most_reps == 3
    bird_dog = CATALOGUE.find("bird_dog")
    assert proposed(item(bird_dog, reps=bird_dog.dose.most_reps, sets=3)) is None


def test_no_more_repetitions_than_twenty_whatever_the_dose_says():
    found = proposed(item(ROW, reps=19, most_reps=40))
    assert found is not None
    assert found.dose.reps == 20
    found = proposed(item(ROW, reps=25, most_reps=40))
    assert found is not None
    assert found.step == "sets"


@pytest.mark.parametrize(
    "bad",
    [
        replace(GOOD, dose_share=0.89),
        replace(GOOD, in_zone_share=0.79),
        replace(GOOD, over_tension=1),
        replace(GOOD, pain_after=3),
        replace(GOOD, pain_after=None),
        replace(GOOD, tingle_stop=True),
        replace(GOOD, pain_stop=True),
        replace(GOOD, distal_after=2),
        replace(GOOD, distal_after=None),
    ],
)
def test_one_session_that_did_not_go_well_is_enough_to_wait(bad: SessionFacts):
    assert proposed(item(ROW)) is not None
    assert proposed(item(ROW), three(bad)) is None
    assert proposed(item(ROW), three(bad, GOOD, GOOD)) is None
    recovered = [replace(bad, day=day(-9)), *three()]
    assert proposed(item(ROW), recovered) is not None


def test_pain_must_not_be_higher_than_at_the_first_of_the_three():
    worse = replace(GOOD, pain_before=3, pain_after=3)
    assert proposed(item(ROW), three(worse)) is None
    assert proposed(item(ROW), three(worse, GOOD)) is None
    assert proposed(item(ROW), three(worse, GOOD, GOOD)) is not None


def test_what_is_not_measured_in_zone_does_not_count_against_it():
    assert proposed(item(ROW), three(replace(GOOD, in_zone_share=None))) is not None


def test_it_waits_until_what_is_further_down_is_back():
    stayed = three(*[replace(GOOD, distal_before=3, distal_after=3)] * 3)
    assert proposed(item(ROW), stayed) is not None
    assert proposed(item(ROW), [replace(GOOD, day=day(-1), distal_after=3), *stayed]) is None


def test_it_waits_for_three_sessions_and_for_who_was_away():
    assert proposal(item(ROW), three()[1:], day(5), last=None) is None
    assert proposal(item(ROW), [], day(5), last=None) is None
    assert proposal(item(ROW), three(), day(11), last=None) is not None
    assert proposal(item(ROW), three(), day(12), last=None) is None


def test_it_waits_a_week_and_for_three_sessions_after_the_last_proposal():
    later = [replace(GOOD, day=day(number)) for number in (5, 6, 7, 9, 11)]
    assert proposal(item(ROW), later, day(11), last=day(5)) is None
    assert proposal(item(ROW), later, day(12), last=day(5)) is not None
    assert proposal(item(ROW), later, day(13), last=day(6)) is not None
    assert proposal(item(ROW), later, day(14), last=day(7)) is None


@pytest.mark.rule("control_tension")
@pytest.mark.parametrize("exercise", list(CATALOGUE), ids=lambda exercise: exercise.slug)
def test_what_nothing_is_proposed_for(exercise: Exercise):
    found = proposed(item(exercise))
    never = (
        exercise.zone_name in {"floss_light", "traction_heavy"}
        or exercise.phase in {"warm_up", "cool_down", ""}
        or not exercise.measured
    )
    if never:
        assert found is None
    elif exercise.dose.sets < 3:
        assert found is not None


@pytest.mark.rule("control_tension")
def test_a_zone_never_passes_its_caps():
    floss = CATALOGUE.find("supine_sciatic_floss")
    untagged = replace(floss, tags=frozenset())
    ended = item(untagged, reps=20, sets=3)
    found = proposed(ended)
    assert found is None, "a ceiling of 66 N would be over the cap of 60 N"
    lower = replace(untagged, zone=ZoneLimits(3, 5, 25, 35, 50))
    found = proposed(item(lower, reps=20, sets=3))
    assert found is not None
    assert found.zone is not None
    assert found.zone.ceiling_n == pytest.approx(55)


facts = st.builds(
    replace,
    st.just(GOOD),
    dose_share=st.sampled_from([0.5, 0.9, 1.0]),
    in_zone_share=st.sampled_from([None, 0.5, 0.8, 1.0]),
    over_tension=st.sampled_from([0, 0, 0, 1]),
    pain_before=st.sampled_from([2, 2, 2, 3]),
    pain_after=st.sampled_from([1, 2, 2, None]),
)
doses = st.fixed_dictionaries(
    {"reps": st.integers(1, 30), "sets": st.integers(1, 5), "most_reps": st.integers(0, 30)}
)


@pytest.mark.rule("start_light")
@given(exercise=st.sampled_from(list(CATALOGUE)), dose=doses)
def test_a_step_is_one_step_up_and_within_bounds(exercise: Exercise, dose: dict[str, int]):
    plan_item = item(exercise, **dose)
    before = plan_item.exercise.dose
    found = proposed(plan_item)
    if found is None:
        return
    after, zone = found.dose, found.zone
    assert found.exercise == exercise.slug
    assert replace(after, reps=before.reps, sets=before.sets) == before
    grown = {
        "reps": after.reps > before.reps,
        "sets": after.sets > before.sets,
        "zone": zone != exercise.zone,
    }
    assert [name for name, is_grown in grown.items() if is_grown] == [found.step]
    assert after.reps >= before.reps
    assert after.sets >= before.sets
    assert after.reps <= max(before.reps, min(before.reps + 2, 20, before.most_reps))
    assert after.sets <= max(before.sets, min(before.sets + 1, 3))
    if zone is not None and exercise.zone is not None:
        assert exercise.zone.high_n <= zone.high_n <= 1.1001 * exercise.zone.high_n
        assert exercise.zone.low_n <= zone.low_n
        CATALOGUE.check_caps(exercise, zone)


@given(
    days=st.lists(st.tuples(st.integers(0, 60), facts), min_size=3, max_size=40),
    careless=st.booleans(),
)
def test_never_more_than_one_proposal_a_week(days: list[tuple[int, SessionFacts]], careless: bool):
    history = sorted(
        (replace(fact, day=day(number)) for number, fact in days), key=lambda fact: fact.day
    )
    if careless:
        history = [replace(GOOD, day=fact.day) for fact in history]
    given: list[date] = []
    for number in range(70):
        today = day(number)
        so_far = [fact for fact in history if fact.day <= today]
        found = proposal(item(ROW), so_far, today, last=given[-1] if given else None)
        if found is not None:
            given.append(today)
    assert all(later - earlier >= timedelta(days=7) for earlier, later in pairwise(given))

"""Looking back: weeks, trends, sides, and the one step that is proposed in a week."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from session_days import day, on, plan_of

from bandmate.catalog.catalogue import load_catalogue
from bandmate.catalog.plans import ready_plans
from bandmate.domain.plans import Plan, PlanItem, Schedule
from bandmate.engine.done import Done, prescribed
from bandmate.engine.gates import SessionFacts
from bandmate.engine.review import (
    distal_trend,
    proposals,
    review,
    side_by_side,
    weeks,
)
from bandmate.engine.session.opening import Past

ROW = PlanItem(load_catalogue().find("standing_row_band"), 60, Schedule())
PRESS = PlanItem(load_catalogue().find("banded_side_steps"), 60, Schedule())


def strong(*items: PlanItem) -> Plan:
    return replace(plan_of(), items=items)


def done(item: PlanItem = ROW, side: str = "", **changed: object) -> Done:
    asked = prescribed(item.exercise)
    return replace(
        Done(
            exercise=item.exercise.slug,
            side=side,
            asked=asked,
            kind="reps",
            credited=20.0,
            dose_share=1.0,
            measured=True,
            in_zone_share=0.9,
            excursion=20.0,
            movements=10,
            peak=26.0,
        ),
        **changed,  # pyright: ignore[reportArgumentType]
    )


def held(number: int, *exercises: Done, pain: int = 2, **kwargs: object) -> SessionFacts:
    facts = on(number, pain, pain, distal=(1, 1))
    return replace(
        facts,
        in_zone_share=0.9,
        exercises=exercises or (done(),),
        **kwargs,  # pyright: ignore[reportArgumentType]
    )


def past(history: Sequence[SessionFacts]) -> Past:
    days = dict[str, list[date]]()
    for facts in history:
        for one in facts.exercises:
            days.setdefault(one.exercise, []).append(facts.day)
    return Past(history, days)


def test_weeks_are_those_of_the_calendar():
    thrice = replace(ROW, schedule=Schedule(per_day=1, per_week=3))
    history = [held(0, pain=4), held(2, pain=2), held(6, pain=3), held(7, over_tension=2)]
    first, second = weeks(strong(thrice), past(history))
    assert (first.monday, second.monday) == (day(0), day(7))
    assert (first.sessions, first.adherence.done, first.adherence.planned) == (3, 3, 3)
    assert (first.pain_before, first.distal_before) == (3, 1)
    assert (second.adherence.done, second.adherence.share) == (1, pytest.approx(1 / 3))
    assert (first.over_tension, second.over_tension) == (0, 2)
    assert first.in_zone_share == pytest.approx(0.9)


def test_a_week_without_answers_afterwards_or_zones_says_so():
    facts = replace(on(0, 3, None, distal=(2, None)), exercises=(done(),))
    (week,) = weeks(strong(ROW), past([facts]))
    assert (week.pain_after, week.distal_after, week.in_zone_share) == (None, None, None)


@pytest.mark.parametrize(
    ("levels", "word"),
    [
        ([5, 4, 3], "falling"),
        ([2, 3, 4], "rising"),
        ([3, 3, 3], "level"),
        ([3, 3, 2, 3], "level"),
        ([5, 3], "few"),
    ],
)
def test_the_most_distal_level_goes_up_or_down(levels: list[int], word: str):
    history = [on(7 * n, distal=(level, level)) for n, level in enumerate(levels)]
    trend = distal_trend(weeks(strong(ROW), past(history)))
    assert (trend.word, trend.weeks) == (word, len(levels))


def test_weeks_that_were_left_out_count_as_time():
    history = [on(7 * n, distal=(level, level)) for n, level in [(0, 4), (1, 4), (9, 2)]]
    trend = distal_trend(weeks(strong(ROW), past(history)))
    assert trend.per_week == pytest.approx(-0.24, abs=0.01)


def test_pain_is_compared_from_two_points_on():
    plan = strong(ROW)
    assert review(plan, past([held(0, pain=4), held(7, pain=3)]), day(8)).pain_change is None
    assert review(plan, past([held(0, pain=4), held(7, pain=2)]), day(8)).pain_change == -2
    assert review(plan, Past(), day(8)).pain_change is None


def sides(left: float, right: float) -> tuple[Done, Done]:
    return done(side="left", excursion=left), done(side="right", excursion=right)


def test_sides_are_even_uneven_or_marked():
    (found,) = side_by_side([held(0, *sides(20.0, 18.0))])
    assert (found.word, found.weaker, found.asymmetry_pct) == ("even", "right", pytest.approx(10))
    uneven = [held(n, *sides(14.0, 20.0)) for n in range(3)]
    assert [side_by_side(uneven[:n])[0].word for n in (1, 2, 3)] == ["uneven", "uneven", "marked"]
    between = [*uneven[:2], held(5, *sides(20.0, 20.0)), held(6, *sides(14.0, 20.0))]
    assert side_by_side(between)[0].word == "uneven"


def test_a_side_with_too_few_movements_is_not_compared():
    left, right = sides(14.0, 20.0)
    assert side_by_side([held(0, left, replace(right, movements=2))]) == ()
    assert side_by_side([held(0, left)]) == ()


def test_a_step_is_proposed_after_three_good_sessions_and_stands_for_a_week():
    history = [held(0), held(2), held(4)]
    plan = strong(ROW)
    assert proposals(plan, history[:2], day(2)) == ()
    (step,) = proposals(plan, history, day(4))
    assert (step.exercise, step.step) == (ROW.exercise.slug, "reps")
    assert proposals(plan, history, day(10)) == (step,)
    assert proposals(plan, history, day(12)) == ()


@pytest.mark.parametrize(
    "worse",
    [
        replace(done(), in_zone_share=0.5),
        replace(done(), over_tension=1),
        replace(done(), dose_share=0.5),
    ],
)
def test_what_went_badly_is_not_made_harder(worse: Done):
    history = [held(0), held(2), held(4, worse)]
    assert proposals(strong(ROW), history, day(4)) == ()


def test_each_side_has_to_go_well():
    both = done(side="left"), done(side="right", dose_share=0.5)
    assert proposals(strong(ROW), [held(n, *both) for n in (0, 2, 4)], day(4)) == ()


def test_sessions_with_another_dose_do_not_count_for_this_one():
    less = done(asked=replace(prescribed(ROW.exercise), reps=4))
    history = [held(0, less), held(2, less), held(4, less)]
    assert proposals(strong(ROW), history, day(4)) == ()


def test_a_week_has_one_step_and_each_exercise_its_turn():
    plan = strong(ROW, PRESS)
    history = [held(2 * n, done(ROW), done(PRESS)) for n in range(10)]
    turns = [proposals(plan, history, day(2 * n))[0].exercise for n in (3, 8)]
    assert turns == [ROW.exercise.slug, PRESS.exercise.slug]
    assert all(len(proposals(plan, history, day(n))) <= 1 for n in range(20))


@given(
    plan=st.sampled_from(ready_plans()),
    days=st.lists(st.integers(0, 40), min_size=1, max_size=12).map(sorted),
    pains=st.lists(st.integers(0, 10), min_size=12, max_size=12),
)
def test_no_floss_or_traction_is_ever_made_harder(plan: Plan, days: list[int], pains: list[int]):
    all_done = [done(item) for item in plan.items]
    history = [held(n, *all_done, pain=pain) for n, pain in zip(days, pains, strict=False)]
    for step in proposals(plan, history, day(days[-1])):
        assert not load_catalogue().find(step.exercise).tags & {"floss", "traction"}


def test_what_is_told_whatever_else():
    month = [held(0, pain=5), held(29, pain=5)]
    assert review(strong(ROW), past(month), day(29)).notices == ("persist",)
    spread = [replace(held(0), distal_before=1, distal_after=3)]
    assert review(strong(ROW), past(spread), day(1)).notices == ("peripheralised",)

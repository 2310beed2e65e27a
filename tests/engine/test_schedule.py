"""What is due: as often as planned, never more, strength with rest in between."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.plans import Choices, Plan, PlanItem, Schedule, SymptomLimits
from bandmate.engine.schedule import Adherence, adherence, due

MONDAY = date(2026, 3, 2)
SLUGS = ("supine_sciatic_floss", "banded_clamshell", "standing_row_band", "bird_dog")
FLOSS, CLAM, ROW, DOG = SLUGS
DAILY = Schedule()
STRENGTH = Schedule(per_day=1, per_week=3, rest_days=1)


def plan_of(**schedules: Schedule) -> Plan:
    items = [
        PlanItem(load_catalogue().find(slug), 60, schedule) for slug, schedule in schedules.items()
    ]
    return Plan(
        "mine", "Mine", "Mine.", "stabilise", tuple(items), SymptomLimits(), Choices(), {}, 0, 0
    )


def days(*numbers: int) -> list[date]:
    return [MONDAY + timedelta(days=number) for number in numbers]


def due_on(number: int, plan: Plan, history: Mapping[str, Sequence[date]]) -> list[str]:
    return [item.exercise.slug for item in due(plan, history, days(number)[0])]


def test_at_first_everything_is_due_in_the_order_of_the_plan():
    plan = plan_of(**{ROW: STRENGTH, FLOSS: DAILY, CLAM: STRENGTH})
    assert due_on(0, plan, {}) == [ROW, FLOSS, CLAM]


def test_as_often_a_day_as_planned():
    plan = plan_of(**{FLOSS: replace(DAILY, per_day=2)})
    assert due_on(0, plan, {FLOSS: days(0)}) == [FLOSS]
    assert due_on(0, plan, {FLOSS: days(0, 0)}) == []
    assert due_on(1, plan, {FLOSS: days(0, 0)}) == [FLOSS]
    paused = plan_of(**{FLOSS: replace(DAILY, per_day=0)})
    assert due_on(0, paused, {}) == []


def test_as_many_days_a_week_as_planned():
    plan = plan_of(**{DOG: Schedule(per_day=2, per_week=2)})
    assert due_on(2, plan, {DOG: days(0)}) == [DOG]
    assert due_on(2, plan, {DOG: days(0, 1)}) == []
    assert due_on(1, plan, {DOG: days(0, 1)}) == [DOG], "the second time of the second day"
    assert due_on(6, plan, {DOG: days(0, 0, 1, 1)}) == []
    assert due_on(7, plan, {DOG: days(0, 1)}) == [DOG], "a new ISO week"


def test_the_iso_week_goes_over_the_new_year():
    plan = plan_of(**{DOG: Schedule(per_week=1)})
    history = {DOG: [date(2025, 12, 31)]}
    assert due(plan, history, date(2026, 1, 4)) == ()
    assert due(plan, history, date(2026, 1, 5)) == plan.items


def test_strength_rests_together():
    plan = plan_of(**{CLAM: STRENGTH, ROW: STRENGTH, FLOSS: DAILY})
    assert due_on(1, plan, {CLAM: days(0)}) == [FLOSS]
    assert due_on(2, plan, {CLAM: days(0)}) == [CLAM, ROW, FLOSS]
    assert due_on(0, plan, {CLAM: days(0)}) == [ROW, FLOSS], "the same day is one strength day"
    assert due_on(7, plan, {ROW: days(6)}) == [FLOSS], "over the week's end too"


def test_the_longer_rest_is_its_own():
    long = replace(STRENGTH, rest_days=2)
    plan = plan_of(**{CLAM: STRENGTH, ROW: long})
    assert due_on(2, plan, {CLAM: days(0), ROW: days(0)}) == [CLAM]
    assert due_on(3, plan, {CLAM: days(0), ROW: days(0)}) == [CLAM, ROW]
    assert due_on(4, plan, {CLAM: days(0, 2), ROW: days(0)}) == [CLAM, ROW]


def test_what_comes_later_than_today_is_no_rest():
    plan = plan_of(**{CLAM: STRENGTH})
    assert due_on(0, plan, {CLAM: days(8)}) == [CLAM]


def test_adherence_counts_days_with_a_session():
    plan = plan_of(**{FLOSS: DAILY, CLAM: STRENGTH})
    history = {FLOSS: days(-1, 0, 0, 1, 7), CLAM: days(1, 3)}
    assert adherence(plan.items, history, days(6)[0]) == Adherence(done=3, planned=7)
    assert adherence(plan.items[1:], history, days(0)[0]) == Adherence(done=2, planned=3)
    assert adherence(plan.items, {}, days(0)[0]).share == 0
    assert Adherence(3, 7).share == pytest.approx(3 / 7)
    assert Adherence(8, 7).share == 1.0


def test_where_nothing_is_planned_there_is_no_share():
    paused = plan_of(**{FLOSS: replace(DAILY, per_day=0)})
    assert adherence(paused.items, {}, MONDAY) == Adherence(0, 0)
    assert adherence((), {}, MONDAY).share is None


schedules = st.builds(
    Schedule, per_day=st.integers(0, 3), per_week=st.integers(1, 7), rest_days=st.integers(0, 3)
)
plans = st.dictionaries(st.sampled_from(SLUGS), schedules, min_size=1).map(
    lambda schedules: plan_of(**schedules)
)
willing = st.lists(st.lists(st.sampled_from(SLUGS), max_size=8), min_size=1, max_size=30)


@given(plan=plans, wishes=willing)
def test_whoever_does_only_what_is_due_keeps_the_plan(plan: Plan, wishes: list[list[str]]):
    history: dict[str, list[date]] = {slug: [] for slug in SLUGS}
    for number, wished in enumerate(wishes):
        for slug in wished:
            if slug in due_on(number, plan, history):
                history[slug] += days(number)
    strength: set[date] = set()
    for item in plan.items:
        done, schedule = history[item.exercise.slug], item.schedule
        assert all(done.count(day) <= schedule.per_day for day in done)
        apart = sorted(set(done))
        assert all(
            later - earlier > timedelta(days=schedule.rest_days)
            for earlier, later in pairwise(apart)
        )
        weeks = [day.isocalendar()[:2] for day in apart]
        assert all(weeks.count(week) <= schedule.per_week for week in weeks)
        if schedule.rest_days:
            strength |= set(done)
    assert not any(day + timedelta(days=1) in strength for day in strength)
    share = adherence(plan.items, history, MONDAY).share
    assert share is None or 0 <= share <= 1


@given(plan=plans)
def test_what_is_planned_is_never_starved(plan: Plan):
    history: dict[str, list[date]] = {slug: [] for slug in SLUGS}
    for number in range(28):
        for item in due(plan, history, days(number)[0]):
            history[item.exercise.slug] += days(number)
    for item in plan.items:
        if item.schedule.per_day:
            assert len(history[item.exercise.slug]) >= 4

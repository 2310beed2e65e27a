"""The shipped plans: what they hold, how often it is due, and their words."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from bandmate.catalog.plans import find_plan, load_plan, ready_plans
from bandmate.domain.plans import PHASE_TITLES, PHASES, Choices, Plan, Schedule, SymptomLimits
from parts.plan_files import CATALOGUE, GATED

FORBIDDEN = re.compile(
    r"\b(treat|reliev|decompress|prevent|heal|safe|correct|normal|irritat|cure|diagnos)",
    re.IGNORECASE,
)
ARTICLES = {"band_routine": "000-", "gentle": "002-", "daily": "003-", "gymnastics": "004-"}

each_plan = pytest.mark.parametrize("plan", ready_plans(), ids=lambda plan: plan.id)


def slugs(plan: Plan) -> list[str]:
    return [item.exercise.slug for item in plan.items]


def test_the_ready_plans_come_in_the_order_of_their_phases():
    assert [plan.id for plan in ready_plans()] == [
        "calm",
        "release",
        "band_routine",
        "daily",
        "gentle",
        "gymnastics",
        "stabilise",
    ]


@pytest.mark.parametrize("phase", PHASES)
def test_each_phase_has_its_plan(phase: str):
    plan = find_plan(phase)
    assert (plan.phase, plan.title) == (phase, PHASE_TITLES[phase])


def test_the_plans_of_the_phases_go_on_flossing():
    assert slugs(find_plan("calm")) == ["supine_sciatic_floss", "banded_leg_traction"]
    assert slugs(find_plan("release")) == [
        "supine_sciatic_floss",
        "cross_body_piriformis_release",
        "seated_hamstring_isolation",
    ]
    assert slugs(find_plan("stabilise")) == [
        "supine_sciatic_floss",
        "banded_clamshell",
        "supine_bridge_abduction",
    ]


@pytest.mark.parametrize(("plan_id", "article"), ARTICLES.items())
def test_the_other_plans_hold_all_of_an_article_that_nobody_need_ask_for(
    plan_id: str, article: str
):
    expected = {
        exercise.slug
        for exercise in CATALOGUE
        if exercise.reference.startswith(article)
        and not exercise.tags & GATED
        and exercise.slug not in {"general_warm_up", "general_cool_down"}
    }
    assert set(slugs(find_plan(plan_id))) == expected


@each_plan
def test_a_ready_plan_is_the_catalogue_and_the_careful_defaults(plan: Plan):
    assert [item.exercise for item in plan.items] == [CATALOGUE.find(slug) for slug in slugs(plan)]
    choices = Choices(breath_pacer=plan.id == "calm")  # 001 L47: breathe slowly in the traction
    assert (plan.limits, plan.choices, plan.overrides) == (SymptomLimits(), choices, {})
    assert 180 <= plan.warm_up_s <= 300
    assert 120 <= plan.cool_down_s <= 300


@each_plan
def test_a_ready_plan_is_due_as_often_as_the_careful_defaults_say(plan: Plan):
    for item in plan.items:
        if "floss" in item.exercise.tags:
            assert (item.schedule, item.rest_s) == (Schedule(1, 7, 0), 60)
        elif item.exercise.phase == "stabilise":
            assert (item.schedule, item.rest_s) == (Schedule(1, 3, 1), 60)
        else:
            assert item.schedule.per_week == (7 if plan.id == "daily" else 3)
            assert (item.schedule.rest_days, item.rest_s) == (0, 30)


def test_a_bridge_is_held_as_its_article_says():
    held = {
        item.exercise.slug: (
            item.exercise.dose.reps,
            item.exercise.dose.sets,
            item.exercise.dose.hold_s,
        )
        for plan in ready_plans()
        for item in plan.items
        if "bridge" in item.exercise.slug and item.exercise.slug != "glute_bridge_arms_crossed"
    }
    assert held.pop("glute_bridge_3s_hold") == (10, 2, 3)
    assert set(held.values()) == {(10, 2, 2)}


@pytest.mark.parametrize("plan_id", [plan.id for plan in ready_plans()])
def test_no_text_of_a_ready_plan_promises_or_judges(plan_id: str):
    file = files("bandmate.catalog").joinpath("plans", f"{plan_id}.toml")
    assert not FORBIDDEN.search(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "module", ["plan_draft", "plan_faults", "plan_rules", "plan_schema", "plan_zone_rules", "plans"]
)
def test_no_fault_promises_or_judges(module: str):
    file = files("bandmate.catalog").joinpath(f"{module}.py")
    assert not FORBIDDEN.search(file.read_text(encoding="utf-8"))


def test_the_plan_of_the_documents_holds():
    page = Path(__file__).parents[2] / "docs" / "plans.md"
    found = re.search(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    plan = load_plan(found[1], "mornings", CATALOGUE)
    assert [item.exercise.dose.hold_s for item in plan.items] == [0.0, 30.0]

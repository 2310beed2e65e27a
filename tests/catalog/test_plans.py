"""What a plan's file means, and where plans are found."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.catalog.plan_schema import OverrideTable
from bandmate.catalog.plans import find_plan, load_plan, read_plan
from bandmate.domain.exercises import Exercise, Sides
from bandmate.domain.plans import Choices, Override, Plan, PlanItem, Schedule, SymptomLimits
from bandmate.errors import ConfigError, InputError, UsageError
from parts.plan_files import CATALOGUE, GATED

TOP = 'title = "Mine"\nsummary = "What I do."\nphase = "stabilise"\n'
FLOSS = '[[exercise]]\nid = "supine_sciatic_floss"\n'


def load(text: str) -> Plan:
    return load_plan(text, "mine", CATALOGUE)


def slugs(plan: Plan) -> list[str]:
    return [item.exercise.slug for item in plan.items]


def item_of(entry: str) -> PlanItem:
    return load(f"{TOP}[[exercise]]\n{entry}").items[0]


def test_a_plan_says_what_it_wants():
    plan = load(
        """
        title = "Mine"
        summary = "What I do."
        phase = "release"
        warm_up_s = 0
        cool_down_s = 300
        limits = { none_from = 6, calm_from = 3, stop_at = 4, stop_rise = 1 }
        choices = { forward_fold = true, twist = true, preference = "flexion", ankle = "off" }
        override = { phase_gate = "Dr Lee", floss_cap = "Dr Kim" }

        [[exercise]]
        id = "supine_sciatic_floss"
        reps = 12
        sets = 3
        rest_s = 45
        per_day = 2
        per_week = 3
        rest_days = 1
        sides = "each"
        zone = { low_n = 6, limit_n = 52 }
        """
    )
    (item,) = plan.items
    exercise, usual = item.exercise, CATALOGUE.find("supine_sciatic_floss")
    assert (plan.id, plan.title, plan.summary, plan.phase) == (
        "mine",
        "Mine",
        "What I do.",
        "release",
    )
    assert (plan.warm_up_s, plan.cool_down_s) == (0, 300)
    assert plan.limits == SymptomLimits(6, 3, 4, 1)
    assert plan.choices == Choices(forward_fold=True, twist=True, preference="flexion", ankle="off")
    assert plan.overrides == {Override.PHASE_GATE: "Dr Lee", Override.FLOSS_CAP: "Dr Kim"}
    assert (exercise.dose.reps, exercise.dose.sets, exercise.dose.most_reps) == (12, 3, 12)
    assert (item.rest_s, item.schedule, exercise.sides) == (45, Schedule(2, 3, 1), Sides.EACH)
    assert exercise.zone is not None
    assert (exercise.zone.low_n, exercise.zone.high_n, exercise.zone.limit_n) == (6, 25, 52)
    assert exercise.steps == usual.steps


def test_fewer_repetitions_leave_what_may_be_proposed():
    dose = item_of('id = "banded_clamshell"\nreps = 5').exercise.dose
    assert (dose.reps, dose.most_reps) == (5, 20)


def test_what_counts_as_a_hold_keeps_its_proportion():
    dose = item_of('id = "banded_leg_traction"\nhold_s = 60').exercise.dose
    assert (dose.least_hold_s, dose.hold_s, dose.most_hold_s) == pytest.approx((54, 60, 66))


@pytest.mark.parametrize(
    ("slug", "schedule", "rest_s"),
    [
        ("supine_sciatic_floss", Schedule(1, 7, 0), 60),
        ("banded_clamshell", Schedule(1, 3, 1), 60),
        ("glute_stretch_band", Schedule(1, 3, 0), 30),
        ("banded_leg_traction", Schedule(1, 3, 0), 30),
    ],
)
def test_what_is_left_out_is_the_careful_default(slug: str, schedule: Schedule, rest_s: float):
    item = item_of(f'id = "{slug}"')
    assert (item.schedule, item.rest_s) == (schedule, rest_s)


def test_every_override_has_its_key():
    assert set(OverrideTable.__struct_fields__) == set(Override)


@pytest.mark.parametrize("plan_id", ["My plan", "", "x" * 65, "plän", "a.b"])
def test_an_id_that_stands_in_no_command_is_refused(plan_id: str):
    with pytest.raises(ConfigError, match="cannot be what a plan is called by"):
        load_plan(TOP + FLOSS, plan_id, CATALOGUE)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"title = ", b"a = " + b"[" * 5000, b"a = \x01"])
def test_what_is_no_toml_is_told(content: bytes):
    with pytest.raises(ConfigError, match=r"^mine\.toml: (not valid TOML|this is not a text file)"):
        load_plan(content, "mine", CATALOGUE)


def test_a_byte_order_mark_is_no_fault():
    assert load_plan((TOP + FLOSS).encode("utf-8-sig"), "mine", CATALOGUE).title == "Mine"


def test_a_plan_is_found_by_id_or_path(tmp_path: Path):
    path = tmp_path / "my_own.toml"
    path.write_text(TOP + FLOSS, encoding="utf-8")
    assert find_plan(str(path)) == read_plan(path)
    assert find_plan(str(path)).id == "my_own"
    assert find_plan("calm") is find_plan("calm")


def test_an_unknown_plan_names_the_nearest():
    with pytest.raises(UsageError, match="unknown plan 'stabilize'; did you mean stabilise"):
        find_plan("stabilize")


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path):
    with pytest.raises(InputError, match="there is no plan here"):
        find_plan(str(tmp_path / "none.toml"))
    with pytest.raises(InputError, match="cannot be read: Is a directory"):
        read_plan(tmp_path)


def test_a_fault_names_the_file(tmp_path: Path):
    path = tmp_path / "mine.toml"
    path.write_text(TOP, encoding="utf-8")
    with pytest.raises(
        ConfigError, match=f"^{re.escape(str(path))}: exercise: the plan holds none"
    ):
        read_plan(path)


def entries_of(exercises: list[Exercise]) -> str:
    return "".join(f'[[exercise]]\nid = "{exercise.slug}"\n' for exercise in exercises)


@given(
    chosen=st.lists(
        st.sampled_from([e for e in CATALOGUE if e.reference and not e.tags & GATED]),
        unique_by=lambda exercise: exercise.slug,
        min_size=1,
    )
)
def test_a_plan_keeps_the_order_of_its_file(chosen: list[Exercise]):
    assert slugs(load(TOP + entries_of(chosen))) == [exercise.slug for exercise in chosen]

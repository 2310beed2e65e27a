"""What a plan may hold: up to its edges, with a clinician, and for every exercise there is."""

import pytest

from bandmate.catalog.catalogue import FREE
from bandmate.domain.exercises import Exercise
from bandmate.domain.plans import PHASES
from parts.plan_files import CATALOGUE, FLOSS, GATED, TRACTION, entry_of, faults, load

EXERCISES = [exercise for exercise in CATALOGUE if exercise not in FREE]


@pytest.mark.parametrize(
    ("slug", "entry"),
    [
        (FLOSS, "reps = 50\nsets = 5"),
        (FLOSS, "per_day = 0"),
        (FLOSS, 'sides = "each"'),
        (FLOSS, "zone = { high_n = 29.9, limit_n = 50, ceiling_n = 60 }"),
        (FLOSS, "zone.limit_n = 35"),
        (TRACTION, "hold_s = 30"),
        (TRACTION, "hold_s = 300"),
        (TRACTION, "zone = { low_n = 30, high_n = 65, limit_n = 150, ceiling_n = 200 }"),
        (TRACTION, "zone.limit_n = 80"),
        ("banded_clamshell", "per_week = 4"),
        ("banded_clamshell", "per_week = 7\nrest_days = 0"),
        ("glute_bridge", "hold_s = 1"),
        ("free_reps", "reps = 10"),
        ("free_holds", "reps = 3\nhold_s = 20"),
        ("general_cool_down", "hold_s = 300"),
    ],
)
def test_up_to_its_edge_all_is_allowed(slug: str, entry: str):
    assert faults(entry_of(slug, entry)) == []


@pytest.mark.rule("supervise")
@pytest.mark.parametrize(
    ("override", "entry"),
    [
        ("floss_cap", entry_of(FLOSS, "zone = { limit_n = 55, ceiling_n = 70 }")),
        (
            "traction_cap",
            entry_of(TRACTION, "zone = { high_n = 70, limit_n = 160 , ceiling_n = 210}"),
        ),
        ("traction_cap", entry_of(TRACTION, "body_weight_kg = 130")),
        ("by_plan", entry_of("pigeon_pose")),
        ("pregnancy", entry_of("cat_cow_held_pregnancy")),
        ("pregnancy", entry_of("general_warm_up")),
    ],
)
def test_a_named_clinician_lifts_what_a_clinician_may(override: str, entry: str):
    assert load(entry, head=f'override.{override} = "Dr Lee"').overrides == {override: "Dr Lee"}
    if "warm_up" not in entry:
        assert faults(entry)
        assert faults(entry, head='override.day_lock = "Dr Lee"')


def test_a_tensioner_is_for_a_clinician():
    head = 'choices.ankle = "tensioner"\noverride.tensioner = "Dr Lee"'
    assert load(entry_of(FLOSS), head=head).choices.ankle == "tensioner"


def test_in_a_pregnancy_breathing_stays_possible():
    head = 'override.pregnancy = "Dr Lee"\noverride.by_plan = "Dr Lee"'
    assert faults(entry_of("knee_elbow_breathing_severe_pain"), head=head) == []
    assert faults(entry_of("prone_over_edge_severe_pain"), head=head)


@pytest.mark.rule("avoid_forward_fold")
@pytest.mark.parametrize(
    ("slug", "choice"),
    [("kneeling_forward_reach", "forward_fold"), ("long_sitting_spinal_twist", "twist")],
)
def test_folds_and_twists_wait_for_the_second_phase_and_a_choice(slug: str, choice: str):
    head = f"choices.{choice} = true"
    assert faults(entry_of(slug), head=head, phase="release") == []
    assert len(faults(entry_of(slug), phase="release")) == 1
    early = faults(entry_of(slug), head=head, phase="calm")
    assert any("has no place in Phase 1: calm; leave it out" in told for told in early)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.slug)
def test_each_exercise_is_planned_as_the_catalogue_has_it(exercise: Exercise):
    names = ["by_plan", *(["pregnancy"] if "pregnancy" in exercise.tags else [])]
    head = "choices = { forward_fold = true, twist = true }\n" + "\n".join(
        f'override.{name} = "Dr Lee"' for name in names
    )
    assert load(entry_of(exercise.slug), head=head).items[0].exercise == exercise


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.slug)
def test_a_careful_plan_holds_what_nobody_need_ask_for(exercise: Exercise):
    assert bool(faults(entry_of(exercise.slug))) == bool(exercise.tags & GATED)


@pytest.mark.rule("phase_order")
@pytest.mark.parametrize("phase", PHASES)
def test_a_plan_holds_its_phase_and_earlier_ones(phase: str):
    reached = {"warm_up", "cool_down", *PHASES[: PHASES.index(phase) + 1]}
    for exercise in EXERCISES:
        if not exercise.tags & GATED:
            allowed = not faults(entry_of(exercise.slug), phase=phase)
            assert allowed == (exercise.phase in reached), exercise.slug


@pytest.mark.parametrize(
    ("preference", "other"), [("flexion", "extension"), ("extension", "flexion")]
)
def test_a_preference_leaves_the_other_way_out(preference: str, other: str):
    head = f'choices.preference = "{preference}"'
    for exercise in EXERCISES:
        if not exercise.tags & GATED:
            told = faults(entry_of(exercise.slug), head=head)
            assert bool(told) == (other in exercise.tags), exercise.slug


@pytest.mark.parametrize("rest_days", range(7))
def test_days_with_rest_between_fit_into_a_week(rest_days: int):
    for per_week in range(1, 8):
        days = [day * (rest_days + 1) for day in range(per_week)]
        entry = f"per_week = {per_week}\nrest_days = {rest_days}"
        assert (faults(entry_of(FLOSS, entry)) == []) == (days[-1] < 7), entry

"""Each rule of a plan: it is told, with its place, and with all others at once."""

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.catalog.plan_rules import DRAFT_RULES, PLAN_RULES
from bandmate.catalog.plans import load_plan
from bandmate.errors import ConfigError
from parts.plan_files import CATALOGUE, FLOSS, TRACTION, entry_of, faults


class Case(NamedTuple):
    """A plan that breaks one rule, once."""

    rule: str
    told: str
    slug: str = FLOSS
    entry: str = ""
    head: str = ""
    phase: str = "stabilise"


CASES = [
    Case(
        "phase_is_reached",
        "id: this exercise is of Phase 3: stabilise, and the plan is of Phase 1: calm",
        "banded_clamshell",
        phase="calm",
    ),
    Case(
        "forward_fold_is_chosen",
        "id: this is a forward fold; leave it out, or set forward_fold = true",
        "kneeling_forward_reach",
    ),
    Case(
        "twist_is_chosen",
        "id: this is a twist; leave it out, or set twist = true",
        "chair_turns_hands_behind_head",
    ),
    Case(
        "preference_is_kept",
        "id: this exercise is extension, and choices.preference is flexion",
        "prone_press_up",
        head='choices.preference = "flexion"',
    ),
    Case(
        "preference_is_kept",
        "id: this exercise is flexion, and choices.preference is extension",
        "single_knee_to_chest",
        head='choices.preference = "extension"',
    ),
    Case("by_plan_is_asked_for", "write the name as by_plan", "lower_back_leg_raise_right_angle"),
    Case("by_plan_is_asked_for", "write the name as by_plan", "knee_elbow_breathing_severe_pain"),
    Case("pregnancy_is_known", "write the name as pregnancy", "cat_cow_held_pregnancy"),
    Case(
        "pregnancy_alone",
        "id: the plan is for a pregnancy, and this exercise is not",
        head='override.pregnancy = "Dr Lee"',
    ),
    Case("dose_in_range", "reps: 51 is not within 1 to 50", entry="reps = 51"),
    Case("dose_in_range", "reps: 0 is not within 1 to 50", "bird_dog", "reps = 0"),
    Case("dose_in_range", "sets: 6 is not within 1 to 5", "banded_clamshell", "sets = 6"),
    Case("dose_in_range", "hold_s: 0.5 is not within 1 to 300", "glute_bridge", "hold_s = 0.5"),
    Case(
        "dose_in_range",
        "hold_s: nan is not within 1 to 300",
        "lying_figure4_stretch",
        "hold_s = nan",
    ),
    Case("dose_in_range", "hold_s: 29 is not within 30 to 300", TRACTION, "hold_s = 29"),
    Case("dose_in_range", "hold_s: 301 is not within 30 to 300", TRACTION, "hold_s = 301"),
    Case("only_holds_are_held", "hold_s: this movement is not held", entry="hold_s = 20"),
    Case(
        "sides_can_be_chosen",
        "sides: this exercise does not work one side at a time",
        "banded_bridge_knees_out",
        'sides = "each"',
    ),
    Case("only_a_floss_is_paused", "per_day: only a floss", TRACTION, "per_day = 0"),
    Case(
        "schedule_fits_a_week",
        "per_week: 5 days do not fit into a week with 1 of rest between; ask for 4 at most",
        "banded_clamshell",
        "per_week = 5",
    ),
    Case(
        "one_source",
        "body_weight_kg: zone is given too",
        TRACTION,
        "body_weight_kg = 80\nzone = { low_n = 35 }",
    ),
    Case(
        "weight_is_for_traction",
        "body_weight_kg: only traction goes by body weight",
        entry="body_weight_kg = 80",
    ),
    Case("zone_is_measured", "zone: this exercise has no levels", "bird_dog", "zone.low_n = 5"),
    Case("zone_order", "zone: zone levels must rise", "standing_row_band", "zone.low_n = 160"),
    Case(
        "zone_order", "zone: zone levels must be finite", "glute_stretch_band", "zone.low_n = nan"
    ),
    Case(
        "floss_is_light",
        "zone.high_n: 30 N is heavy, and a floss is light, whoever asks",
        entry="zone = { high_n = 30, limit_n = 40 }",
    ),
    Case(
        "floss_caps",
        "limit_n: 51 N is over 50 N; lower it, or name the clinician who wants it as floss_cap",
        entry="zone.limit_n = 51",
    ),
    Case("floss_caps", "zone.ceiling_n: 61 N is over 60 N", entry="zone.ceiling_n = 61"),
    Case(
        "traction_is_heavy",
        "zone.low_n: 29.9 N is light, and traction is heavy, whoever asks",
        TRACTION,
        "zone.low_n = 29.9",
    ),
    Case(
        "traction_target",
        "high_n: 66 N is over 65 N; lower it, or name the clinician who wants it as traction_cap",
        TRACTION,
        "zone = { high_n = 66, limit_n = 90 }",
    ),
    Case(
        "traction_caps",
        "zone.limit_n: 151 N is over 150 N",
        TRACTION,
        "zone = { limit_n = 151, ceiling_n = 200 }",
    ),
    Case("traction_caps", "zone.ceiling_n: 201 N is over 200 N", TRACTION, "zone.ceiling_n = 201"),
    Case("traction_caps", "body_weight_kg: ceiling_n: 204 N", TRACTION, "body_weight_kg = 130"),
    Case(
        "room_to_ease_off",
        "zone.limit_n: 9 N over high_n leaves too little room to ease off; leave 10 N",
        entry="zone.limit_n = 34",
    ),
    Case("room_to_ease_off", "leave 15 N", TRACTION, "zone.limit_n = 79"),
]


class WholeCase(NamedTuple):
    """A plan that as a whole breaks one rule, once."""

    rule: str
    told: str
    text: str


TITLED = 'title = "Mine"\nsummary = "What I do."\nphase = "stabilise"\n'
ONE = f'[[exercise]]\nid = "{FLOSS}"\n'
WHOLE_CASES = [
    WholeCase("words_are_lines", "title: ' ' is not one line", TITLED.replace("Mine", " ") + ONE),
    WholeCase(
        "words_are_lines",
        r"summary: 'What\nI do.' is not one line",
        TITLED.replace("What I", r"What\nI") + ONE,
    ),
    WholeCase(
        "pain_limits_in_order",
        "limits.calm_from: 8 is over none_from, which is 7",
        f"{TITLED}limits.calm_from = 8\n{ONE}",
    ),
    WholeCase(
        "clinicians_are_named",
        "override.day_lock: '' is nobody's name",
        f'{TITLED}override.day_lock = ""\n{ONE}',
    ),
    WholeCase(
        "tensioner_is_known",
        "write the name as tensioner",
        f'{TITLED}choices.ankle = "tensioner"\n{ONE}',
    ),
    WholeCase("holds_exercises", "exercise: the plan holds none", TITLED),
    WholeCase(
        "each_exercise_once",
        f"exercise 2 ({FLOSS}): id: this is exercise 1 already",
        f"{TITLED}{ONE}{ONE}",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{case.slug}")
def test_each_rule_for_an_exercise_is_told_with_its_place(case: Case):
    (told,) = faults(entry_of(case.slug, case.entry), head=case.head, phase=case.phase)
    assert told.startswith(f"mine.toml: exercise 1 ({case.slug}): ")
    assert case.told in told


@pytest.mark.parametrize("case", WHOLE_CASES, ids=lambda case: case.rule)
def test_each_rule_for_a_plan_is_told(case: WholeCase):
    with pytest.raises(ConfigError) as refused:
        load_plan(case.text, "mine", CATALOGUE)
    (told,) = str(refused.value).splitlines()
    assert told.startswith(f"mine.toml: {case.told}") or case.told in told


def test_each_rule_has_a_case():
    assert {case.rule for case in CASES} == {rule.__name__ for rule in DRAFT_RULES}
    assert {case.rule for case in WHOLE_CASES} == {rule.__name__ for rule in PLAN_RULES}


@given(
    chosen=st.lists(
        st.sampled_from([case for case in CASES if not case.head and case.phase == "stabilise"]),
        unique_by=lambda case: case.slug,
        min_size=2,
    )
)
def test_all_faults_are_told_at_once(chosen: list[Case]):
    told = faults(*(entry_of(case.slug, case.entry) for case in chosen))
    assert len(told) == len(chosen)
    for number, (case, line) in enumerate(zip(chosen, told, strict=True), start=1):
        assert line.startswith(f"mine.toml: exercise {number} ({case.slug}): ")
        assert case.told in line

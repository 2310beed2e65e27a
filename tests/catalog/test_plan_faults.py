"""Whatever stands in a plan's file: all that does not fit is told, with its place."""

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.catalog.catalogue import FREE
from bandmate.catalog.plan_schema import EntryTable, PlanFile
from bandmate.catalog.plans import load_plan
from bandmate.domain.plans import Plan
from bandmate.errors import ConfigError
from parts.plan_files import CATALOGUE

TOP = 'title = "Mine"\nsummary = "What I do."\nphase = "stabilise"\n'
FLOSS = '[[exercise]]\nid = "supine_sciatic_floss"\n'


def load(text: str) -> Plan:
    return load_plan(text, "mine", CATALOGUE)


def told(text: str) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        load(text)
    return str(refused.value).splitlines()


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("titles = 1", "titles: there is no such key; did you mean title?"),
        ("limits.stop = 1", "limits.stop: there is no such key; did you mean stop_at?"),
        ("choices.zzz = 1", "choices.zzz: there is no such key; known are forward_fold, twist, "),
        ('override.tensoner = "x"', "override.tensoner: there is no such key; did you mean tens"),
        ("warm_up_s = true", "warm_up_s: expected a number, got true or false"),
        ("warm_up_s = -1", "warm_up_s: expected a number >= 0"),
        ("cool_down_s = inf", "cool_down_s: expected a number <= 1800"),
        ("limits.stop_at = 11", "limits.stop_at: expected a whole number <= 10"),
        ("limits = 3", "limits: expected a table, got a whole number"),
        ('choices.ankle = "sldier"', "choices.ankle: 'sldier' is none of slider, tensioner, off; "),
        ('choices.twist = "yes"', "choices.twist: expected true or false, got text"),
        ("override.by_plan = 1979-05-27", "override.by_plan: expected text, got date"),
        ("", ""),
    ],
)
def test_a_wrong_key_of_the_plan_is_told(line: str, fault: str):
    if not line:
        assert load(f"{TOP}{FLOSS}")
        return
    (only,) = told(f"{TOP}{line}\n{FLOSS}")
    assert only.startswith(f"mine.toml: {fault}")


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("rep = 3", "rep: there is no such key; did you mean reps?"),
        ("zone.hihg_n = 3", "zone.hihg_n: there is no such key; did you mean high_n?"),
        ("zone = 3", "zone: expected a table, got a whole number"),
        ('zone.low_n = "5"', "zone.low_n: expected a number, got text"),
        ("reps = 2.5", "reps: expected a whole number, got a number"),
        ("rest_s = 601", "rest_s: expected a number <= 600"),
        ("per_day = 4", "per_day: expected a whole number <= 3"),
        ("per_week = 0", "per_week: expected a whole number >= 1"),
        ("rest_days = 7", "rest_days: expected a whole number <= 6"),
        ("body_weight_kg = 39", "body_weight_kg: expected a number >= 40"),
        ('sides = "left"', "sides: 'left' is none of each, painful"),
    ],
)
def test_a_wrong_key_of_an_exercise_is_told(line: str, fault: str):
    (only,) = told(f"{TOP}{FLOSS}{line}")
    assert only.startswith(f"mine.toml: exercise 1 (supine_sciatic_floss): {fault}")


def test_what_is_missing_is_told():
    assert told("") == [
        "mine.toml: title: this key is missing; add it",
        "mine.toml: summary: this key is missing; add it",
        "mine.toml: phase: this key is missing; add it",
        "mine.toml: exercise: the plan holds none; add [[exercise]] with an id",
    ]
    assert told(f"{TOP}[[exercise]]\n") == [
        "mine.toml: exercise 1: id: this key is missing; add it"
    ]
    assert len(told(f'{TOP}[[exercise]]\nid = ""')) == 1
    assert (
        told(f"{TOP}exercise = 3")[0] == "mine.toml: exercise: expected a list, got a whole number"
    )
    assert told(f"{TOP}exercise = [3]") == [
        "mine.toml: exercise 1: expected a table, got a whole number"
    ]


def test_a_missing_phase_adds_no_faults_of_its_own():
    only_titled = 'title = "Mine"\nsummary = "What I do."\n'
    assert len(told(f'{only_titled}[[exercise]]\nid = "banded_clamshell"')) == 1


def test_an_unknown_exercise_names_the_nearest():
    (only,) = told(f'{TOP}[[exercise]]\nid = "supine_siatic_floss"')
    assert only.startswith(
        "mine.toml: exercise 1 (supine_siatic_floss): id: unknown exercise 'supine_siatic_floss'. "
        "Did you mean supine_sciatic_floss?"
    )


def test_faults_of_every_kind_are_told_together():
    lines = told(
        """
        titles = "Mine"
        summary = "What I do."
        phase = "clam"
        choices.ankle = "tensioner"

        [[exercise]]
        id = "banded_clamshel"
        reps = "ten"

        [[exercise]]
        id = "supine_sciatic_floss"
        zone.limit_n = 70
        reps = 60

        [[exercise]]
        id = "supine_sciatic_floss"
        """
    )
    for part in (
        "titles: there is no such key; did you mean title?",
        "title: this key is missing",
        "phase: 'clam' is none of calm, release, stabilise; did you mean calm?",
        "choices.ankle: ",
        "exercise 1 (banded_clamshel): reps: expected a whole number, got text",
        "exercise 1 (banded_clamshel): id: unknown exercise",
        "exercise 2 (supine_sciatic_floss): zone.limit_n: 70 N is over 50 N",
        "exercise 2 (supine_sciatic_floss): reps: 60 is not within 1 to 50",
        "exercise 2 (supine_sciatic_floss): zone",
        "exercise 3 (supine_sciatic_floss): id: this is exercise 2 already",
    ):
        assert any(line.startswith(f"mine.toml: {part}") for line in lines), part


def told_or_loaded(text: str) -> list[str]:
    """What is told of a plan; nothing where it is one."""
    try:
        load(text)
    except ConfigError as fault:
        return str(fault).splitlines()
    return []


KEYS = sorted({*PlanFile.__struct_fields__, *EntryTable.__struct_fields__})
words = st.text(string.printable, max_size=8)
SLUGS = [exercise.slug for exercise in (*CATALOGUE, *FREE)]
scalars = (
    st.booleans().map(lambda value: str(value).lower())
    | st.integers(-(2**70), 2**70).map(str)
    | st.floats().map(str)
    | words.map(json.dumps)
    | st.sampled_from(SLUGS).map(json.dumps)
    | st.sampled_from(['"calm"', '"each"', "1979-05-27", "[]", "{}", "[1, {}]", "{ low_n = 3 }"])
)
tables = st.dictionaries(st.sampled_from(KEYS) | words.map(json.dumps), scalars, max_size=5)
headings = st.sampled_from(["[[exercise]]", "[limits]", "[override]", '["x`y"]', "[exercise.zone]"])


@given(top=tables, sections=st.lists(st.tuples(headings, tables), max_size=4))
def test_any_file_is_a_plan_or_told_line_by_line(
    top: dict[str, str], sections: list[tuple[str, dict[str, str]]]
):
    lines = [f"{key} = {value}" for key, value in top.items()]
    for heading, table in sections:
        lines += [heading, *(f"{key} = {value}" for key, value in table.items())]
    assert all(line.startswith("mine.toml: ") for line in told_or_loaded("\n".join(lines)))


@given(content=st.binary(max_size=50) | st.text(max_size=100).map(str.encode))
def test_any_content_is_told(content: bytes):
    with pytest.raises(ConfigError, match=r"^mine\.toml: "):
        load_plan(content, "mine", CATALOGUE)

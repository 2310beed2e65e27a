"""The rules and conflicts of the articles: all there, in our words, each with its keeper."""

import importlib
import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from bandmate.catalog.plan_schema import ChoicesTable, EntryTable, PlanFile, Table
from bandmate.catalog.rules import Conflict, Rule, load_conflicts, load_rules
from bandmate.domain.plans import Choices

SPECIFICATION = Path(__file__).parents[3] / "shared" / "spec" / "exercises.toml"
beside = pytest.mark.skipif(not SPECIFICATION.exists(), reason="the specification is not beside it")
RULES = {
    "tingle_stop",
    "pain_stop",
    "severe_gate",
    "centralise",
    "peripheralise",
    "phase_order",
    "phase_gate_release",
    "phase_gate_stabilise",
    "light_for_floss",
    "no_tension_floss",
    "control_tension",
    "smooth",
    "breath",
    "neutral_spine",
    "no_twist",
    "clam_form",
    "avoid_forward_fold",
    "avoid_activities",
    "warm_up",
    "start_light",
    "surface",
    "supervise",
    "no_long_breaks",
    "after_pregnancy",
    "persist",
    "expectation",
}
CONFLICTS = {
    "strength_frequency",
    "floss_frequency",
    "stretch_frequency",
    "stretch_hold",
    "traction_hold",
    "forward_fold",
    "twist",
    "train_in_pain",
    "smooth_vs_springy",
    "bridge_dose",
    "ankle_in_floss",
    "flexion_vs_extension",
    "supervision",
    "progress",
}
TABLES: dict[str, type[Table]] = {"exercise": EntryTable, "choices": ChoicesTable}
ONLY_TOLD = {"avoid_activities", "surface", "after_pregnancy", "expectation"}
FORBIDDEN = re.compile(
    r"treat|reliev|decompress|prevent|heal|safe|correct|normal|irritat|cure|diagnos", re.IGNORECASE
)
EVERY = [*load_rules(), *load_conflicts()]


def specified(table: str) -> list[dict[str, str]]:
    with SPECIFICATION.open("rb") as file:
        return tomllib.load(file)[table]


def test_every_rule_and_conflict_is_there_once():
    assert sorted(rule.id for rule in load_rules()) == sorted(RULES)
    assert sorted(conflict.id for conflict in load_conflicts()) == sorted(CONFLICTS)


@beside
def test_the_rules_are_those_of_the_specification():
    theirs = {rule["id"]: rule["source"] for rule in specified("rule")}
    assert {rule.id: rule.reference for rule in load_rules()} == theirs
    assert {conflict["id"] for conflict in specified("conflict")} == CONFLICTS


@beside
def test_the_words_are_ours():
    theirs = {rule["id"]: rule["article_says"] for rule in specified("rule")}
    for rule in load_rules():
        assert rule.text.lower() != theirs[rule.id].lower()


@pytest.mark.parametrize("entry", EVERY, ids=lambda entry: entry.id)
def test_each_is_one_plain_sentence(entry: Rule | Conflict):
    assert re.fullmatch(r"[A-Z][^.?!]{10,110}\.", entry.text)
    told = entry.text + (entry.default if isinstance(entry, Conflict) else "")
    assert not FORBIDDEN.search(told)


@pytest.mark.parametrize("rule", load_rules(), ids=lambda rule: rule.id)
def test_who_keeps_a_rule_exists(rule: Rule):
    assert (rule.kept_by == "text") == (rule.id in ONLY_TOLD)
    if not rule.kept_by.startswith("bandmate."):
        return
    try:
        found = importlib.import_module(rule.kept_by)
    except ModuleNotFoundError:
        module, name = rule.kept_by.rsplit(".", 1)
        found = getattr(importlib.import_module(module), name)
    assert found.__doc__


@pytest.mark.parametrize("conflict", load_conflicts(), ids=lambda conflict: conflict.id)
def test_what_settles_a_conflict_is_a_key_of_a_plan(conflict: Conflict):
    known = {field.name for field in msgspec.structs.fields(PlanFile)}
    for table, model in TABLES.items():
        known |= {f"{table}.{field.name}" for field in msgspec.structs.fields(model)}
    assert conflict.setting in {"", *known}


def test_the_defaults_are_the_careful_ones():
    default = {conflict.setting: conflict.default for conflict in load_conflicts()}
    assert default["choices.forward_fold"] == default["choices.twist"] == "off"
    assert not Choices().forward_fold
    assert not Choices().twist
    assert default["choices.ankle"] == Choices().ankle
    assert default["choices.preference"] == Choices().preference

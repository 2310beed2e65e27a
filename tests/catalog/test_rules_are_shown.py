"""Each rule and question of the catalogue is named by a test that shows it kept, or told."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bandmate.catalog.questions import load_questions
from bandmate.catalog.rules import load_rules
from bandmate.catalog.texts import load_texts

TESTS = Path(__file__).parents[1]
IDS = {rule.id for rule in load_rules()} | {question.id for question in load_questions()}


def named(source: str) -> Iterator[str]:
    """The ids that the marks of the tests in a file name."""
    for test in ast.walk(ast.parse(source)):
        if isinstance(test, ast.FunctionDef | ast.AsyncFunctionDef) and test.name[:5] == "test_":
            for mark in test.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.rule":
                    yield from map(ast.literal_eval, mark.args)


def named_by_tests() -> set[str]:
    sources = (file.read_text(encoding="utf-8") for file in TESTS.rglob("test_*.py"))
    return {name for source in sources if "pytest.mark.rule(" in source for name in named(source)}


def test_only_marks_of_tests_are_read():
    marked = '@pytest.mark.rule("a", "b")\n{} {}(): ...\n'
    assert set(named(marked.format("async def", "test_it"))) == {"a", "b"}
    assert not set(named(marked.format("def", "helper")))
    assert not set(named('@pytest.mark.parametrize("a", [])\ndef test_it(): ...\n'))


def test_each_rule_and_question_is_shown_by_a_test_and_no_other_is_named():
    shown = named_by_tests()
    assert sorted(shown - IDS) == []
    assert sorted(IDS - shown) == []


@pytest.mark.rule("surface", "avoid_activities", "expectation", "after_pregnancy")
@pytest.mark.parametrize(
    ("rule", "where", "german"),
    [
        ("surface", "ready", "glatten Boden mit Matte"),
        ("avoid_activities", "cool_down", "harte Stöße und schweres Heben vorerst aus"),
        ("expectation", "ask_after", "Veränderung braucht Wochen"),
        ("after_pregnancy", "pregnancy", "geht nach der Geburt zu Ärztin"),
    ],
)
def test_what_no_code_can_keep_is_told_where_people_meet_it(rule: str, where: str, german: str):
    (sentence,) = [entry.text for entry in load_rules() if entry.id == rule]
    for language, words in (("en", sentence), ("de", german)):
        asked = {question.id: question.text for question in load_questions(language)}
        assert words in (asked.get(where) or load_texts(language).say(where))

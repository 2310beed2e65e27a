"""What is asked before a session: complete, kind, in two languages, and asked again in time."""

import re
import tomllib
from datetime import date, timedelta
from importlib.resources import files
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.catalog.catalogue import load_catalogue
from bandmate.catalog.questions import Questionnaire, TextId, load_questions
from bandmate.domain.plans import Choices, Override, Plan, PlanItem, Schedule, SymptomLimits
from bandmate.errors import UsageError

REFERENCES = {
    "004 L251",
    "004 L252",
    "004 L253",
    "004 L254",
    "004 L255",
    "004 L256",
    "004 L45-47",
    "000 L52; 002 L43",
    "004 L141-149",
    "002 L5,43",
}
RED_FLAGS = {
    "bladder_bowel",
    "saddle_numbness",
    "growing_weakness",
    "both_legs",
    "fever_back_pain",
    "fall_accident",
}
ENGLISH = re.compile(
    r"treat|reliev|decompress|prevent|heal|safe|correct|normal|irritat|cure|diagnos", re.IGNORECASE
)
GERMAN = re.compile(
    r"behandel|lindern|gelindert|dekompr|entlast|verhinder|vorbeug|heil|sicher|korrekt|richtig"
    r"|normal|gesund|\b(ge)?reiz|kurier|diagnos",
    re.IGNORECASE,
)
QUOTED = re.compile(r"mental disorder|malignant|neoplasm|geisteskrank", re.IGNORECASE)
FORMAL = re.compile(r"\b(Si[e]|Ihr|Ihre|Ihren|Ihrem|Ihnen)\b")
ASKED = list(load_questions())
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def plan_of(*slugs: str) -> Plan:
    items = [PlanItem(load_catalogue().find(slug), 60, Schedule()) for slug in slugs]
    return Plan("mine", "Mine", "Mine.", "calm", tuple(items), SymptomLimits(), Choices(), {}, 0, 0)


def words(language: str) -> dict[str, str]:
    questionnaire = load_questions(language)
    told = {f"{question.id}?": question.text for question in questionnaire}
    return told | {str(name): text for name, text in questionnaire.texts.items()}


def test_all_that_is_to_be_asked_is_asked():
    kinds: dict[str, set[str]] = {}
    for question in ASKED:
        kinds.setdefault(question.kind, set()).add(question.id)
    assert kinds["red_flag"] == RED_FLAGS
    assert len(kinds["condition"]) == 10
    assert kinds["traction"] == {"leg_joints", "ankle_skin", "bruising", "osteoporosis"}
    assert kinds["materials"] == {"latex"}
    assert {question.reference for question in ASKED if question.reference} == REFERENCES
    assert len({question.id for question in ASKED}) == len(ASKED)


def test_a_yes_leads_to_urgent_advice_or_to_asking_first():
    for question in ASKED:
        assert question.yes == ("urgent" if question.kind == "red_flag" else "ask_first")
        expected = Override.PREGNANCY if question.id == "pregnancy" else Override.SELF_CHECK
        assert question.override is expected


def test_what_changes_in_days_is_asked_each_session():
    often = {question.id for question in ASKED if not question.every_weeks}
    assert often == RED_FLAGS | {"flare"}
    assert {question.every_weeks for question in ASKED} == {0, 4}


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_text_is_there_once(language: str):
    questionnaire = load_questions(language)
    assert set(questionnaire.texts) == set(get_args(TextId))
    assert [question.id for question in questionnaire] == [question.id for question in ASKED]
    told = list(words(language).values())
    assert len(set(told)) == len(told)
    for question in questionnaire:
        assert question.text.count("?") == 1
        assert len(question.text) < 150
    assert all(text.endswith(".") for text in questionnaire.texts.values())


def test_only_the_words_differ_between_languages():
    blank = [msgspec.structs.replace(question, text="-") for question in ASKED]
    german = load_questions("de")
    assert [msgspec.structs.replace(question, text="-") for question in german] == blank
    assert not set(words("de").values()) & set(words("en").values())
    file = files("bandmate.catalog").joinpath("texts", "de_questions.toml")
    translated = tomllib.loads(file.read_text(encoding="utf-8"))["questions"]
    assert list(translated) == [question.id for question in ASKED]


def test_a_language_without_a_translation_is_english():
    assert words("xx") == words("en")


@pytest.mark.parametrize(("name", "text"), words("en").items())
def test_no_english_text_promises_or_judges(name: str, text: str):
    assert not ENGLISH.search(text), name
    assert not QUOTED.search(text), name


@pytest.mark.parametrize(("name", "text"), words("de").items())
def test_no_german_text_promises_or_judges(name: str, text: str):
    assert not GERMAN.search(text), name
    assert not ENGLISH.search(text), name
    assert not QUOTED.search(text), name
    assert not FORMAL.search(text), name


def test_the_fixed_advice():
    english, german = load_questions().texts, load_questions("de").texts
    assert "seek urgent medical care now" in english["urgent"]
    assert "jetzt dringend ärztliche Hilfe" in german["urgent"]
    assert "a physiotherapist first" in english["ask_first"]
    assert "contact your clinician" in english["peripheralised"]
    assert "Phase 1: calm" in english["pain_calm"]
    assert "Phase 2: release" in english["release_gate"]
    assert "Phase 3: stabilise" in english["stabilise_gate"]


@pytest.mark.parametrize(
    ("slugs", "kinds"),
    [
        (["cobra_press_up"], {"red_flag", "condition"}),
        (["supine_sciatic_floss"], {"red_flag", "condition", "materials"}),
        (["banded_leg_traction"], {"red_flag", "condition", "materials", "traction"}),
        ([], {"red_flag", "condition"}),
    ],
)
def test_what_is_asked_for_a_plan(slugs: list[str], kinds: set[str]):
    asked = load_questions().for_plan(plan_of(*slugs))
    assert {question.kind for question in asked} == kinds
    assert [q for q in ASKED if q.kind in kinds] == list(asked)


@given(answered=DAYS, today=DAYS)
def test_an_answer_holds_for_four_weeks(answered: date, today: date):
    for question in ASKED:
        assert question.is_due(None, today)
        holds = timedelta() <= today - answered < timedelta(weeks=question.every_weeks)
        assert question.is_due(answered, today) == (not holds)


def test_an_unknown_question_names_the_nearest():
    with pytest.raises(UsageError, match="Did you mean latex"):
        load_questions().find("lattex")
    with pytest.raises(UsageError, match="Known are: bladder_bowel"):
        load_questions().find("9")


@pytest.mark.parametrize(
    "line", ["colour = 1", 'kind = "other"', 'id = "A"', "every_weeks = -1", 'yes = "no"']
)
def test_a_malformed_question_is_refused(line: str):
    good = {"id": '"a"', "kind": '"red_flag"', "yes": '"urgent"', "text": '"A?"'}
    key, value = line.split(" = ")

    def decoded(question: dict[str, str]) -> Questionnaire:
        lines = "\n".join(f"{name} = {given}" for name, given in question.items())
        return msgspec.toml.decode(f"[[question]]\n{lines}\n[texts]\n", type=Questionnaire)

    assert decoded(good).find("a").text == "A?"
    with pytest.raises(msgspec.ValidationError):
        decoded(good | {key: value})

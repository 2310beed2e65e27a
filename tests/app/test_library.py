"""What guided sessions are made of: shipped plans and words, and those that a person adds."""

from pathlib import Path

import pytest

from bandmate.app.config import SessionConfig
from bandmate.app.library import Library, load_library
from bandmate.errors import ConfigError, UsageError
from parts.plan_files import FLOSS, plan_of

MINE = plan_of(f'id = "{FLOSS}"', phase="calm")


def config_file(folder: Path) -> Path:
    """A configuration beside folders of plans and of words."""
    for name in ("plans/anna", "words"):
        (folder / name).mkdir(parents=True)
    return folder / "config.toml"


def test_the_shipped_ones():
    library = Library()
    assert library.find("calm", "me").id == "calm"
    assert {person for person, _ in library.offered()} == {""}
    with pytest.raises(UsageError, match="there is no plan 'mine'"):
        library.find("mine", "me")


def test_plans_for_everybody_and_for_one(tmp_path: Path):
    file = config_file(tmp_path)
    (tmp_path / "plans/mine.toml").write_text(MINE, encoding="utf-8")
    (tmp_path / "plans/anna/mine.toml").write_text(
        MINE.replace('"Mine"', '"Of Anna"'), encoding="utf-8"
    )
    library = load_library(SessionConfig(plans="plans"), file)
    assert library.find("mine", "anna").title == "Of Anna"
    assert library.find("mine", "bert").title != "Of Anna"
    assert library.find("calm", "anna").id == "calm"
    assert [(person, plan.id) for person, plan in library.offered()][-2:] == [
        ("", "mine"),
        ("anna", "mine"),
    ]


def test_a_further_language(tmp_path: Path):
    file = config_file(tmp_path)
    (tmp_path / "words/nl.toml").write_text('rest = "Rust."\n', encoding="utf-8")
    (tmp_path / "words/nl_questions.toml").write_text(
        '[questions]\nlatex = "Latex?"\n[texts]\nurgent = "Nu hulp."\n', encoding="utf-8"
    )
    library = load_library(SessionConfig(language="nl", texts="words"), file)
    english = Library()
    assert library.words.say("rest") == "Rust."
    assert library.words.say("paused") == english.words.say("paused")
    assert library.questions.find("latex").text == "Latex?"
    assert library.questions.find("tumour").text == english.questions.find("tumour").text
    assert library.questions.texts["urgent"] == "Nu hulp."


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("nl.toml", 'rust = "Rust."\n', "unknown line 'rust'"),
        ("nl.toml", 'rest = "Rust, {naam}."\n', "nothing is put in at 'naam'"),
        ("nl.toml", 'rest = "Rust {"\n', "rest"),
        ("nl.toml", "rest = 3\n", "nl.toml"),
        ("nl.toml", "rest =\n", "nl.toml"),
        ("nl_questions.toml", "[questions]\nlatexx = 'x'\n[texts]\n", "unknown line 'latexx'"),
        ("nl_questions.toml", "[questions]\n[texts]\nsoon = 'x'\n", "nl_questions.toml"),
        ("nl_exercises.toml", "[x]\ntitle = 'x'\n", "nl_exercises.toml"),
    ],
)
def test_words_that_nothing_can_say_are_refused_at_the_start(
    tmp_path: Path, name: str, text: str, told: str
):
    file = config_file(tmp_path)
    (tmp_path / "words/nl.toml").write_text("", encoding="utf-8")
    (tmp_path / "words" / name).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=told):
        load_library(SessionConfig(language="nl", texts="words"), file)


@pytest.mark.parametrize("session", [{"plans": "none"}, {"texts": "none"}, {"language": "xx"}])
def test_what_is_not_there_is_told(tmp_path: Path, session: dict[str, str]):
    with pytest.raises(ConfigError):
        load_library(SessionConfig(**session), config_file(tmp_path))

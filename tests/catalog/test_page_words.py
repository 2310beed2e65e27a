"""The words of the coach page, in every language."""

from pathlib import Path

import pytest
import tomlkit

from bandmate.catalog.page_words import load_page_words
from bandmate.catalog.word_files import word_file
from bandmate.errors import ConfigError

GERMAN = word_file("de_page", None, dict[str, dict[str, str]]) or {}


def test_every_line_is_there_in_german():
    english = load_page_words("en")
    assert {s: set(lines) for s, lines in GERMAN.items()} == {
        s: set(lines) for s, lines in english.items()
    }


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ({"live": {"hold": "{seconds}"}}, "nothing is put in at 'seconds'"),
        ({"live": {"hold": "{"}}, r"xx_page.toml: \[live\] hold"),
        ({"live": {"hodl": "x"}}, "unknown line 'hodl'"),
        ({"love": {}}, "unknown line 'love'"),
        ({"live": {"hold": 1}}, "Expected `str`"),
    ],
)
def test_a_malformed_file_is_named_with_what_is_wrong(
    tmp_path: Path, lines: dict[str, object], told: str
):
    (tmp_path / "xx_page.toml").write_bytes(tomlkit.dumps(lines).encode())
    with pytest.raises(ConfigError, match=told):
        load_page_words("xx", tmp_path)


def test_what_a_language_lacks_is_shown_in_english(tmp_path: Path):
    (tmp_path / "xx_page.toml").write_text('[live]\nhold = "houd vast"\n')
    words = load_page_words("xx", tmp_path)
    assert words["live"]["hold"] == "houd vast"
    assert words["live"]["angle"] == "angle"

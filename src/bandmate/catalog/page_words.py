"""The words of the coach page and of the report, in a language."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from bandmate.catalog.texts import ENGLISH
from bandmate.catalog.word_files import put_in, refuse_unknown, word_file
from bandmate.errors import ConfigError

PageWords = Mapping[str, Mapping[str, str]]
"""Lines by section and name."""


@cache
def load_page_words(language: str, folder: Path | None = None) -> PageWords:
    """The words of the coach page; what a language lacks is shown in English.

    Args:
        language: Its code, `en`, `de` …
        folder: Where further languages lie, as `<code>_page.toml`.

    Raises:
        ConfigError: The language's file is malformed.
    """
    english = word_file(f"{ENGLISH}_page", None, dict[str, dict[str, str]]) or {}
    name = f"{language}_page"
    own = word_file(name, folder, dict[str, dict[str, str]]) or {}
    refuse_unknown(name, own, english)
    for section, lines in own.items():
        refuse_unknown(name, lines, english[section])
        for code, line in lines.items():
            _check(f"{name}.toml: [{section}] {code}", line, english[section][code])
    return {section: lines | own.get(section, {}) for section, lines in english.items()}


def _check(where: str, line: str, english: str) -> None:
    """What is put in must be what can be put in."""
    try:
        unknown = sorted(put_in(line) - put_in(english))
    except ValueError as error:
        raise ConfigError(f"{where}: {error}") from error
    if unknown:
        raise ConfigError(f"{where}: nothing is put in at {unknown[0]!r}")

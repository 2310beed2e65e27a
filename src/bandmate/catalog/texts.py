"""The words of the product in a language: what is said in a session, and how exercises are done."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

import msgspec

from bandmate.domain.exercises import Exercise
from bandmate.errors import ConfigError

ENGLISH = "en"
_Words = TypeVar("_Words")


class ExerciseWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One table of `texts/<language>_exercises.toml`."""

    title: str
    summary: str
    steps: list[str]
    position: str
    stop_rule: str
    place: str = ""
    anchor: str = ""
    motion_site: str = ""


class Texts:
    """The words of one language; what it lacks is said in English.

    Args:
        language: Its code.
        lines: What is said, by code.
        exercises: How exercises are done, by slug.
    """

    def __init__(
        self, language: str, lines: Mapping[str, str], exercises: Mapping[str, ExerciseWords]
    ) -> None:
        self.language = language
        self._lines = dict(lines)
        self._exercises = dict(exercises)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all lines."""
        return tuple(self._lines)

    def raw(self, code: str) -> str:
        """The words of a line, with the names of what is put in."""
        return self._lines[code]

    def say(self, code: str, **values: str | float) -> str:
        """The words of a line, with values put in."""
        return self._lines[code].format(**values)

    def exercise(self, exercise: Exercise) -> Exercise:
        """The same exercise in the language's words."""
        words = self._exercises.get(exercise.slug)
        if words is None:
            return exercise
        band = exercise.band
        if band is not None:
            band = replace(band, place=words.place, anchor=words.anchor)
        return replace(
            exercise,
            title=words.title,
            summary=words.summary,
            steps=tuple(words.steps),
            position=words.position,
            stop_rule=words.stop_rule,
            band=band,
            motion_site=words.motion_site,
        )


@cache
def load_texts(language: str, folder: Path | None = None) -> Texts:
    """The words of a language.

    Args:
        language: Its code, `en`, `de` …
        folder: Where further languages lie, as `<code>.toml` and `<code>_exercises.toml`.

    Raises:
        ConfigError: There is no such language, or its file is malformed.
    """
    lines = _table(ENGLISH, None, dict[str, str])
    if language == ENGLISH:
        return Texts(language, lines, {})
    own = _table(language, folder, dict[str, str])
    exercises = _table(f"{language}_exercises", folder, dict[str, ExerciseWords])
    unknown = sorted(set(own) - set(lines))
    if unknown:
        raise ConfigError(f"{language}.toml: unknown line {unknown[0]!r}")
    return Texts(language, lines | own, exercises)


def languages() -> tuple[str, ...]:
    """Those that are shipped."""
    names = (file.name for file in files("bandmate.catalog").joinpath("texts").iterdir())
    return tuple(sorted(n.removesuffix(".toml") for n in names if "_" not in n))


def _table(name: str, folder: Path | None, kind: type[_Words]) -> _Words:
    shipped = files("bandmate.catalog").joinpath("texts", f"{name}.toml")
    own = None if folder is None else folder / f"{name}.toml"
    try:
        text = own.read_bytes() if own is not None and own.exists() else shipped.read_bytes()
        return msgspec.toml.decode(text, type=kind)
    except FileNotFoundError as error:
        raise ConfigError(
            f"there are no words in {name!r}",
            hint=f"Known are {', '.join(languages())}; others are added as files.",
        ) from error
    except msgspec.DecodeError as error:
        raise ConfigError(f"{name}.toml: {error}") from error

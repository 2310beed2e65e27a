"""The words of the product in a language: what is said in a session, and how exercises are done."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import msgspec

from bandmate.catalog.word_files import languages, put_in, refuse_unknown, word_file
from bandmate.domain.alerts import AlertCode, HintCode
from bandmate.domain.exercises import Exercise
from bandmate.errors import ConfigError

ENGLISH = "en"


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
        alerts: Alerts and hints, by code.
    """

    def __init__(
        self,
        language: str,
        lines: Mapping[str, str],
        exercises: Mapping[str, ExerciseWords],
        alerts: Mapping[str, str],
    ) -> None:
        self.language = language
        self._lines = dict(lines)
        self._alerts = dict(alerts)
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

    def advice(self, code: str, english: str) -> str:
        """The words of an alert or hint; `english` where the language has none."""
        return self._alerts.get(code, english)

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
        folder: Where further languages lie, as `<code>.toml` and, if any, `<code>_exercises.toml`
            and `<code>_alerts.toml`.

    Raises:
        ConfigError: There is no such language, or its file is malformed.
    """
    lines = word_file(ENGLISH, None, dict[str, str]) or {}
    if language == ENGLISH:
        return Texts(language, lines, {}, {})
    own = word_file(language, folder, dict[str, str])
    if own is None:
        raise ConfigError(
            f"there are no words in {language!r}",
            hint=f"Known are {', '.join(languages())}; others are added as files.",
        )
    refuse_unknown(language, own, lines)
    for code, line in own.items():
        _check_line(language, code, line, put_in(lines[code]))
    exercises = word_file(f"{language}_exercises", folder, dict[str, ExerciseWords])
    alerts = word_file(f"{language}_alerts", folder, dict[str, str]) or {}
    refuse_unknown(f"{language}_alerts", alerts, [*AlertCode, *HintCode])
    return Texts(language, lines | own, exercises or {}, alerts)


def _check_line(language: str, code: str, line: str, known: set[str]) -> None:
    """A line that asks for what nobody puts in would fail once it is said."""
    try:
        unknown = sorted(put_in(line) - known)
    except ValueError as error:
        raise ConfigError(f"{language}.toml: {code}: {error}") from error
    if unknown:
        raise ConfigError(f"{language}.toml: {code}: nothing is put in at {unknown[0]!r}")

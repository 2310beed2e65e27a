"""What is asked before a session, and the fixed texts that follow: strict form, and loader."""

from collections.abc import Iterator
from datetime import date, timedelta
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from bandmate.catalog.schema import Text
from bandmate.catalog.word_files import refuse_unknown, word_file
from bandmate.domain.plans import Override, Plan
from bandmate.errors import UsageError

QuestionKind = Literal["red_flag", "condition", "traction", "materials"]
"""red_flag: always asked. condition: the same. traction, materials: where the plan has it."""

TextId = Literal[
    "urgent",
    "ask_first",
    "flare_none",
    "pain_none",
    "pain_calm",
    "release_gate",
    "stabilise_gate",
    "step_back",
    "day_lock",
    "away",
    "peripheralised",
    "persist",
    "proposal",
]
"""The fixed texts. Logic speaks of them by id; what is shown is looked up last."""


class Question(Struct, frozen=True, forbid_unknown_fields=True):
    """One question to be answered with yes or no.

    Attributes:
        id: Its name in answers and stores.
        kind: When it is asked, and how weighty a yes is.
        yes: The fixed text that follows a yes.
        text: As it is asked.
        reference: Where an article speaks of it; empty where none does.
        every_weeks: An answer holds for so many weeks; 0: it is asked each session.
    """

    id: Annotated[str, Meta(pattern=r"^[a-z][a-z_]*$")]
    kind: QuestionKind
    yes: Literal["urgent", "ask_first"]
    text: Text
    reference: str = ""
    every_weeks: Annotated[int, Meta(ge=0)] = 0

    @property
    def override(self) -> Override:
        """What of a plan answers for a yes; for a pregnancy only a plan that is made for it."""
        return Override.PREGNANCY if self.id == "pregnancy" else Override.SELF_CHECK

    def is_due(self, answered: date | None, today: date) -> bool:
        """It is to be asked again.

        Args:
            answered: The local date of the last answer; `None`: it was never asked.
            today: The local date.
        """
        if answered is None:
            return True
        return not answered <= today < answered + timedelta(weeks=self.every_weeks)


class Questionnaire(Struct, frozen=True, forbid_unknown_fields=True):
    """`questions.toml`.

    Attributes:
        question: In the order that they are asked.
        texts: The fixed texts.
    """

    question: tuple[Question, ...]
    texts: dict[TextId, Text]

    def __iter__(self) -> Iterator[Question]:
        return iter(self.question)

    def find(self, name: str) -> Question:
        """Look a question up by its id.

        Raises:
            UsageError: There is none of that id; the nearest is named.
        """
        known = {question.id: question for question in self.question}
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(known)}."
            raise UsageError(f"self-check: unknown question {name!r}", hint=hint)
        return known[name]

    def for_plan(self, plan: Plan) -> tuple[Question, ...]:
        """What must be answered before a session, today or lately (`Question.is_due`)."""
        exercises = [item.exercise for item in plan.items]
        kinds: set[QuestionKind] = {"red_flag", "condition"}
        if any("traction" in exercise.tags for exercise in exercises):
            kinds.add("traction")
        if any(exercise.band is not None for exercise in exercises):
            kinds.add("materials")
        return tuple(question for question in self.question if question.kind in kinds)


class _Translation(Struct, frozen=True, forbid_unknown_fields=True):
    """One file of `texts/`."""

    questions: dict[str, Text]
    texts: dict[TextId, Text]


@cache
def load_questions(language: str = "en", folder: Path | None = None) -> Questionnaire:
    """The questions and fixed texts.

    Args:
        language: In which the texts are, `en`, `de` …; English where there are none. All else is
            the same.
        folder: Where further languages lie, as `<code>_questions.toml`.

    Raises:
        ConfigError: A file is malformed.
    """
    file = files("bandmate.catalog").joinpath("questions.toml")
    english = msgspec.toml.decode(file.read_bytes(), type=Questionnaire)
    name = f"{language}_questions"
    words = word_file(name, folder, _Translation)
    if words is None:
        return english
    refuse_unknown(name, words.questions, (question.id for question in english))
    return Questionnaire(
        tuple(
            msgspec.structs.replace(question, text=words.questions.get(question.id, question.text))
            for question in english
        ),
        {**english.texts, **words.texts},
    )

"""What guided sessions are made of: plans, words and questions, the shipped ones and one's own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bandmate.app.config import SessionConfig
from bandmate.catalog.page_words import PageWords, load_page_words
from bandmate.catalog.plans import read_plans, ready_plans
from bandmate.catalog.questions import Questionnaire, load_questions
from bandmate.catalog.texts import ENGLISH, Texts, load_texts
from bandmate.domain.plans import Plan
from bandmate.errors import ConfigError, UsageError


def _ready() -> dict[str, Plan]:
    return {plan.id: plan for plan in ready_plans()}


@dataclass(frozen=True, slots=True)
class Library:
    """Plans, words and questions.

    Attributes:
        plans: By id, for everybody.
        own: The same of single persons, by pseudonym; they come before those for everybody.
        words: What is said.
        questions: What is asked.
        page: What stands on the coach page.
    """

    plans: Mapping[str, Plan] = field(default_factory=_ready)
    own: Mapping[str, Mapping[str, Plan]] = field(default_factory=dict[str, dict[str, Plan]])
    words: Texts = field(default_factory=lambda: load_texts(ENGLISH))
    questions: Questionnaire = field(default_factory=load_questions)
    page: PageWords = field(default_factory=lambda: load_page_words(ENGLISH))

    def find(self, plan: str, person: str) -> Plan:
        """Look a person's plan up by its id.

        Raises:
            UsageError: There is none; the known ones are named.
        """
        known = {**self.plans, **self.own.get(person, {})}
        if plan not in known:
            hint = f"Known are: {', '.join(sorted(known))}."
            raise UsageError(f"there is no plan {plan!r}", hint=hint)
        return known[plan]

    def offered(self) -> Iterator[tuple[str, Plan]]:
        """Every plan, with the person whose own it is; empty: everybody's."""
        for plan in self.plans.values():
            yield "", plan
        for person, plans in self.own.items():
            for plan in plans.values():
                yield person, plan


def load_library(session: SessionConfig, config_file: Path) -> Library:
    """The shipped ones and those that the configuration names.

    Args:
        session: `[session]` of the configuration.
        config_file: The configuration's file; folders are looked for beside it.

    Raises:
        ConfigError: There is no such folder or language, or a plan in it breaks rules.
        InputError: A plan cannot be read.
    """
    plans, own = _ready(), dict[str, dict[str, Plan]]()
    if session.plans:
        folder = _folder(config_file, session.plans)
        plans |= read_plans(folder)
        persons = sorted(one for one in folder.iterdir() if one.is_dir())
        own = {person.name: read_plans(person) for person in persons}
    texts = _folder(config_file, session.texts) if session.texts else None
    language = session.language
    return Library(
        plans,
        own,
        load_texts(language, texts),
        load_questions(language, texts),
        load_page_words(language, texts),
    )


def _folder(config_file: Path, name: str) -> Path:
    folder = config_file.parent / Path(name).expanduser()
    if not folder.is_dir():
        raise ConfigError(
            f"{config_file}: there is no folder {folder}", hint="Make it, or name another."
        )
    return folder

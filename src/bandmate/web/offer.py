"""What the pages offer, and in which words: settled when the service starts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bandmate.catalog.page_words import PageWords, load_page_words
from bandmate.catalog.texts import ENGLISH, Texts, load_texts
from bandmate.domain.alerts import ALERTS
from bandmate.domain.exercises import Exercise
from bandmate.domain.plans import Plan


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be begun, and the words for all that is shown.

    Attributes:
        exercises: Those that can be started by themselves.
        plans: Each with the person whose own it is; empty: everybody's.
        texts: What is said.
        words: What stands on the page.
    """

    exercises: Sequence[Exercise] = ()
    plans: Sequence[tuple[str, Plan]] = ()
    texts: Texts = field(default_factory=lambda: load_texts(ENGLISH))
    words: PageWords = field(default_factory=lambda: load_page_words(ENGLISH))

    def script_words(self) -> Mapping[str, object]:
        """The words as the page's scripts take them: all sections, the language, the alerts."""
        alerts = {code: self.texts.advice(code, kind.message) for code, kind in ALERTS.items()}
        return {**self.words, "language": self.texts.language, "alerts": alerts}

    def titles(self) -> Sequence[Mapping[str, str]]:
        """The exercises, as they are offered."""
        titled = (self.texts.exercise(exercise) for exercise in self.exercises)
        return [{"slug": exercise.slug, "title": exercise.title} for exercise in titled]

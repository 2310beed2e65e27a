"""A conversation with whoever sits before the coach page: it is shown, and answered from there.

Only this module knows which question is open. Nothing in it waits but for an answer.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Final, Literal

from bandmate.app.curve import Curve
from bandmate.catalog.page_words import PageWords
from bandmate.domain.setting_up import (
    Question,
    QuestionKind,
    SeenSensor,
    SetupState,
    TalkState,
    WayTest,
)
from bandmate.errors import UsageError

LINES_MOST: Final = 30
ANSWER_S: Final = 600.0
"""Whoever says nothing for so long has left: the sensor is let go."""


class NobodyThereError(UsageError):
    """A question was not answered."""


class Conversation:
    """One conversation (`app.dialogue.Dialogue`).

    Args:
        about: `pair` a new sensor, or `count` the movements of a band.
        band: Which band; empty for none.
        words: What is said, by line, in `[pairing]`.
    """

    def __init__(self, about: Literal["pair", "count"], band: str, words: PageWords) -> None:
        self._about: Literal["pair", "count"] = about
        self._band = band
        self._state: TalkState = "running"
        self._words = words["pairing"]
        self._lines: deque[str] = deque(maxlen=LINES_MOST)
        self._sensors: tuple[SeenSensor, ...] = ()
        self._curve: Curve | None = None
        self._asked_n = 0
        self._question: Question | None = None
        self._answered: asyncio.Future[str] | None = None

    def shown(self, tests: tuple[WayTest, ...] = ()) -> SetupState:
        """How it stands, beside the tests."""
        return SetupState(
            about=self._about,
            band=self._band,
            tests=tests,
            state=self._state,
            lines=tuple(self._lines),
            sensors=self._sensors,
            question=self._question,
            curve=None if self._curve is None else self._curve.state(),
        )

    def find(self, sensors: Sequence[SeenSensor]) -> None:
        """Show the sensors that are heard."""
        self._sensors = tuple(sensors)

    def end(self, state: TalkState, text: str = "") -> None:
        """It is over; `text` says why, where that was not said."""
        self._state, self._question, self._sensors, self._curve = state, None, (), None
        self._lines.extend(filter(None, text.split("\n")))

    # What whoever sets up hears and is asked: see `Dialogue`.

    def say(self, line: str, /, **values: object) -> None:
        """Tell something."""
        self._lines.append(self._words[line].format(**values))

    def show(self, curve: Curve, /) -> None:
        """Show a movement as it goes."""
        self._curve = curve

    async def pick(self) -> str:
        """Which of the sensors that are shown: its address."""
        address = await self._put("pick", "pick")
        self.find(())
        return address

    async def choose(self, question: str, options: Sequence[str], /) -> int:
        """Which of several; its place in `options`."""
        return int(await self._put("choose", question, options=tuple(options)))

    async def ask(self, question: str, /, *, default: str = "") -> str:
        """What is answered."""
        return (await self._put("ask", question, default=default)).strip() or default

    async def agree(self, question: str, /, **values: object) -> bool:
        """Yes or no."""
        return await self._put("agree", question, values) == "yes"

    async def ready(self, question: str, /) -> None:
        """Wait until something was done."""
        await self._put("ready", question)

    # What comes from the page.

    def answer(self, number: int, text: str) -> None:
        """Answer the open question.

        Raises:
            UsageError: It is not open any more, or that is no answer to it; it stays open.
        """
        question, answered = self._question, self._answered
        if question is None or answered is None or question.number != number or answered.done():
            raise UsageError("that question is not open any more")
        if not self._is_answer(question, text):
            raise UsageError("that cannot be chosen", hint="Choose one of what is shown.")
        answered.set_result(text)

    def _is_answer(self, question: Question, text: str) -> bool:
        match question.kind:
            case "pick":
                return any(one.address == text and not one.band for one in self._sensors)
            case "choose":
                return text in map(str, range(len(question.options)))
            case "agree":
                return text in {"yes", "no"}
            case "ready":
                return not text
            case "ask":
                return True

    async def _put(
        self,
        kind: QuestionKind,
        line: str,
        values: dict[str, object] | None = None,
        *,
        options: tuple[str, ...] = (),
        default: str = "",
    ) -> str:
        """Ask, and wait for the answer.

        Raises:
            NobodyThereError: None came.
        """
        self._asked_n += 1
        text = self._words[line].format(**(values or {}))
        self._question = Question(self._asked_n, kind, text, options, default)
        self._answered = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(ANSWER_S):
                return await self._answered
        except TimeoutError:
            raise NobodyThereError(self._words["nobody"]) from None
        finally:
            self._question = self._answered = None

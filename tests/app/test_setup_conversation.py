"""A conversation of set-up: what is open, what counts as an answer, and that it stays bounded."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.app.conversation import ANSWER_S, LINES_MOST, Conversation, NobodyThereError
from bandmate.app.curve import MOST_N, Curve
from bandmate.catalog.page_words import load_page_words
from bandmate.domain.setting_up import Question, SeenSensor
from bandmate.errors import UsageError

NEW = SeenSensor("A", "Progressor 1", "Tindeq Progressor", "strong")
KNOWN = SeenSensor("B", "Progressor 2", "Tindeq Progressor", "weak", band="left")

Ask = Callable[[Conversation], Awaitable[object]]


def talking() -> Conversation:
    return Conversation("pair", "", load_page_words("en"))


async def asked(talk: Conversation, ask: Ask) -> tuple[asyncio.Task[object], Question]:
    async def answer() -> object:
        return await ask(talk)

    task = asyncio.create_task(answer())
    await asyncio.sleep(0)
    question = talk.shown().question
    assert question is not None
    return task, question


ANSWERS: list[tuple[Ask, str, object]] = [
    (lambda talk: talk.ask("name", default="left"), "", "left"),
    (lambda talk: talk.ask("name", default="left"), " arm ", "arm"),
    (lambda talk: talk.ask("weight"), "", ""),
    (lambda talk: talk.choose("kind", ["a", "b"]), "1", 1),
    (lambda talk: talk.agree("again"), "yes", True),
    (lambda talk: talk.agree("again"), "no", False),
    (lambda talk: talk.ready("slack"), "", None),
    (lambda talk: talk.pick(), "A", "A"),
]
NO_ANSWERS: list[tuple[Ask, str]] = [
    (lambda talk: talk.choose("kind", ["a", "b"]), "2"),
    (lambda talk: talk.choose("kind", ["a", "b"]), "-1"),
    (lambda talk: talk.choose("kind", ["a", "b"]), "\u0660"),
    (lambda talk: talk.agree("again"), "perhaps"),
    (lambda talk: talk.ready("slack"), "x"),
    (lambda talk: talk.pick(), "C"),
    (lambda talk: talk.pick(), "B"),
]


@pytest.mark.parametrize(("ask", "text", "answer"), ANSWERS)
async def test_each_question_takes_its_answer(ask: Ask, text: str, answer: object):
    talk = talking()
    talk.find([NEW, KNOWN])
    task, question = await asked(talk, ask)
    talk.answer(question.number, text)
    assert await task == answer
    assert talk.shown().question is None


@pytest.mark.parametrize(("ask", "text"), NO_ANSWERS)
async def test_what_is_no_answer_leaves_the_question_open(ask: Ask, text: str):
    talk = talking()
    talk.find([NEW, KNOWN])
    task, question = await asked(talk, ask)
    with pytest.raises(UsageError, match="cannot be chosen"):
        talk.answer(question.number, text)
    assert talk.shown().question == question
    task.cancel()


async def test_an_answer_is_for_its_own_question_alone():
    talk = talking()
    with pytest.raises(UsageError, match="not open any more"):
        talk.answer(1, "yes")
    first, question = await asked(talk, lambda talk: talk.agree("again"))
    talk.answer(question.number, "yes")
    with pytest.raises(UsageError, match="not open any more"):
        talk.answer(question.number, "no")
    assert await first is True
    second, other = await asked(talk, lambda talk: talk.agree("movements", count=3))
    with pytest.raises(UsageError, match="not open any more"):
        talk.answer(question.number, "yes")
    talk.answer(other.number, "no")
    assert await second is False


@pytest.mark.virtual_time
async def test_whoever_has_left_is_not_waited_for():
    talk = talking()
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    with pytest.raises(NobodyThereError, match="Nobody answered"):
        await talk.ready("slack")
    assert loop.time() - began_s == pytest.approx(ANSWER_S)
    assert talk.shown().question is None


@pytest.mark.parametrize("language", ["en", "de"])
def test_it_is_said_in_the_language_of_the_page(language: str):
    talk = Conversation("pair", "", load_page_words(language))
    talk.say("connecting", sensor="X", address="Y")
    (line,) = talk.shown().lines
    assert line == {"en": "Connecting to X at Y.", "de": "Verbinde mit X, Y."}[language]


def test_lines_are_bounded_and_the_newest_stay():
    talk = talking()
    for number in range(3 * LINES_MOST):
        talk.say("count", seen=number)
    talk.end("failed", "It is lost.\nBring it closer.")
    lines = talk.shown().lines
    assert len(lines) == LINES_MOST
    assert lines[-3:] == (str(3 * LINES_MOST - 1), "It is lost.", "Bring it closer.")
    assert talk.shown().state == "failed"


@given(st.lists(st.floats(0.0, 0.5), max_size=3000))
def test_a_curve_is_bounded_and_in_order(steps_s: list[float]):
    curve, t_s = Curve("N"), 100.0
    for step_s in steps_s:
        t_s += step_s
        curve.add(t_s, step_s)
        curve.mark(t_s, step_s)
    state = curve.state()
    assert len(state.t_s) == len(state.values) <= MOST_N
    assert list(state.t_s) == sorted(set(state.t_s))
    assert len(state.found) <= MOST_N
    assert all(at_s >= state.t_s[0] for at_s, _ in state.found)

"""Commands are obeyed once, not too many of them, and a stop always."""

import asyncio

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.sinks.mqtt_commands import REF_KEPT_S, CommandDesk, RateLimit
from sinks.service import FakeService


class Desk:
    """A desk on a clock of its own."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.service = FakeService()
        self.desk = CommandDesk(self.service, lambda: self.now_s)

    async def ask(self, do: str = "ack", **more: object) -> str:
        payload = msgspec.json.encode({"do": do, **more})
        return await self.desk.obey(payload, retained=False)


async def test_a_ref_is_done_once_for_a_minute():
    desk = Desk()
    assert await desk.ask(ref="a") == ""
    desk.now_s += REF_KEPT_S
    assert await desk.ask(ref="a") == ""
    assert desk.service.commands == [("ack", None)]
    desk.now_s += 1
    assert await desk.ask(ref="a") == ""
    assert len(desk.service.commands) == 2


async def test_what_was_refused_is_refused_again():
    desk = Desk()
    first = await desk.ask("next", ref="a")
    assert "no next set" in first
    assert await desk.ask("next", ref="a") == first
    assert len(desk.service.commands) == 1


async def test_a_ref_is_of_one_command():
    desk = Desk()
    await desk.ask(ref="a")
    assert "another command" in await desk.ask("tare", ref="a")
    assert desk.service.commands == [("ack", None)]


async def test_without_a_ref_all_are_done():
    desk = Desk()
    for _ in range(3):
        await desk.ask()
    assert len(desk.service.commands) == 3


async def test_one_that_is_still_being_done_is_waited_for(monkeypatch: pytest.MonkeyPatch):
    desk, go = Desk(), asyncio.Event()
    done = 0

    async def slow(text: str, band: str | None = None) -> None:
        nonlocal done
        del text, band
        await go.wait()
        done += 1

    monkeypatch.setattr(desk.service, "command", slow)
    both = [asyncio.create_task(desk.ask("tare", ref="a")) for _ in range(2)]
    await asyncio.sleep(0)
    go.set()
    assert await asyncio.gather(*both) == ["", ""]
    assert done == 1


async def test_too_many_are_refused_and_a_stop_never():
    desk = Desk()
    answers = [await desk.ask() for _ in range(50)]
    assert answers[:20] == [""] * 20
    assert all("wait a second" in answer for answer in answers[20:])
    assert await desk.ask("stop", reason="tingle") == ""
    assert await desk.ask("stop", ref="a") == ""
    assert await desk.ask("stop", ref="a") == ""
    desk.now_s += 1
    assert await desk.ask() == ""


async def test_what_came_too_soon_may_be_sent_again_with_its_ref():
    desk = Desk()
    for _ in range(20):
        await desk.ask()
    assert "wait a second" in await desk.ask(ref="a")
    desk.now_s += 1
    assert await desk.ask(ref="a") == ""


async def test_refs_do_not_pile_up():
    desk = Desk()
    for number in range(2000):
        desk.now_s += 0.2
        assert await desk.ask(ref=str(number)) == ""
    assert len(desk.desk._asked) <= 300  # pyright: ignore[reportPrivateUsage]


@given(st.lists(st.floats(0, 3), max_size=300), st.integers(1, 30), st.floats(0.1, 50))
def test_no_more_than_the_rate_and_the_burst(steps_s: list[float], burst: int, per_s: float):
    limit, now_s, taken = RateLimit(burst, per_s), 0.0, 0
    for step_s in steps_s:
        now_s += step_s
        taken += limit.take(now_s)
    assert taken <= burst + now_s * per_s + 1e-6
    assert taken >= min(len(steps_s), burst)


async def test_nothing_is_set_up_by_mqtt():
    desk = Desk()
    assert "on the coach page" in await desk.ask("setup", setup={"ask": "pair"})
    assert desk.service.wishes == []

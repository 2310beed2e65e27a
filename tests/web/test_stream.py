"""The stream over real sockets: alerts first, slow pages, bad wishes, several pages."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import cast

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSCloseCode, WSMsgType
from yarl import URL

from bandmate.domain.alerts import AlertCode
from bandmate.errors import LinkError
from bandmate.web.outbound import MOST_WAITING
from bandmate.web.stream import MOST_UNDER_WAY, WHOLE_EVERY_N
from parts.waiting import until
from web.scripted import REPS, Page, ScriptedService, running_page

Message = dict[str, object]


@asynccontextmanager
async def connected(page: Page) -> AsyncGenerator[ClientWebSocketResponse, None]:
    async with ClientSession() as session, session.ws_connect(f"{page.url}stream") as socket:
        yield socket


async def next_of(socket: ClientWebSocketResponse, *types: str) -> Message:
    """The next message of one of these types."""
    while True:
        message = cast("Message", await socket.receive_json())
        if message["type"] in types:
            return message


async def test_a_page_is_greeted_with_the_whole_picture() -> None:
    async with running_page(ScriptedService(REPS)) as page:
        page.alert("alert_raised", AlertCode.TENSION_LIMIT)
        await until(lambda: page.report.delivered == 1)
        async with connected(page) as socket:
            hello = cast("Message", await socket.receive_json())
    assert hello["type"] == "hello"
    assert hello["session"] == page.service.session
    assert cast("list[Message]", hello["bands"])[0]["tension_n"] == 41.3
    assert cast("list[Message]", hello["sinks"])[0]["name"] == "mqtt"
    assert cast("list[Message]", hello["alerts"])[0]["code"] == "tension_limit"


async def test_every_page_gets_every_event_as_the_contract_has_it() -> None:
    async with (
        running_page(ScriptedService(REPS)) as page,
        connected(page) as one,
        connected(page) as other,
    ):
        await until(lambda: page.report.text == "2 open")
        page.happen("rep", grade="full", index=8)
        for socket in (one, other):
            event = await next_of(socket, "event")
            assert (event["event"], event["band"], event["index"]) == ("rep", "left", 8)
            assert (await next_of(socket, "sound"))["tone"] == "rep"


async def test_an_alert_overtakes_what_waits_and_is_sounded_until_acknowledged() -> None:
    async with running_page(ScriptedService(REPS)) as page, connected(page) as socket:
        await next_of(socket, "state")
        page.happen("rep", grade="partial")
        page.alert("alert_raised", AlertCode.TENSION_CEILING)
        first, second = await next_of(socket, "event"), await next_of(socket, "event")
        assert (first["event"], second["event"]) == ("alert_raised", "rep")
        page.happen("acknowledged", codes=["tension_ceiling"])
        assert (await next_of(socket, "sound"))["tone"] == "silence"
        seen = cast("list[Message]", (await next_of(socket, "alerts"))["alerts"])
        assert seen[0]["acknowledged"] is True


async def test_levels_keep_coming_and_now_and_then_the_whole() -> None:
    async with running_page(ScriptedService(REPS)) as page, connected(page) as socket:
        states = [await next_of(socket, "levels") for _ in range(5)]
        states.append(await next_of(socket, "state"))
        states.append(await next_of(socket, "levels"))
    times = [cast("list[dict[str, float]]", state["bands"])[0]["t_s"] for state in states]
    assert times == sorted(set(times))


async def test_what_changes_is_sent_at_once() -> None:
    service = ScriptedService(REPS)
    async with running_page(service) as page, connected(page) as socket:
        await next_of(socket, "state")
        await next_of(socket, "levels")
        service.bands = (replace(REPS, title="Another"),)
        coming = [cast("Message", await socket.receive_json()) for _ in range(WHOLE_EVERY_N // 2)]
        changed = next(message for message in coming if message["type"] == "state")
        assert cast("list[Message]", changed["bands"])[0]["title"] == "Another"


async def test_wishes_are_answered() -> None:
    service = ScriptedService(REPS)
    async with running_page(service) as page, connected(page) as socket:
        await socket.send_str('{"do": "stop", "reason": "tingle"}')
        assert (await next_of(socket, "reply"))["ok"] is True
        await socket.send_str("what?")
        refused = await next_of(socket, "reply")
        assert refused["ok"] is False
        service.refuse = LinkError("the sensor cannot tare itself")
        await socket.send_str('{"do": "tare", "band": "left"}')
        failed = await next_of(socket, "reply")
    assert (failed["ok"], failed["text"]) == (False, "the sensor cannot tare itself")
    assert service.commands == [("stop:tingle", None), ("tare", "left")]


async def test_a_stop_does_not_wait_for_a_tare() -> None:
    service = ScriptedService(REPS)
    service.tared = asyncio.Event()
    async with running_page(service) as page, connected(page) as socket:
        await socket.send_str('{"do": "tare"}')
        await socket.send_str('{"do": "stop", "reason": "tingle"}')
        assert (await next_of(socket, "reply"))["text"] == "Stopped."
        service.tared.set()
        assert (await next_of(socket, "reply"))["text"] == "Zeroed."


async def test_too_much_at_once_is_refused_and_a_stop_is_not() -> None:
    service = ScriptedService(REPS)
    service.tared = asyncio.Event()
    async with running_page(service) as page, connected(page) as socket:
        for _ in range(MOST_UNDER_WAY + 1):
            await socket.send_str('{"do": "tare"}')
        refused = await next_of(socket, "reply")
        assert (refused["ok"], str(refused["text"])[:11]) == (False, "too much is")
        await socket.send_str('{"do": "stop", "reason": "tingle"}')
        assert (await next_of(socket, "reply"))["text"] == "Stopped."
        service.tared.set()
        replies = [await next_of(socket, "reply") for _ in range(MOST_UNDER_WAY)]
        assert all(reply["ok"] for reply in replies)


async def test_the_ceiling_stays_until_somebody_has_seen_it() -> None:
    async with running_page(ScriptedService(REPS)) as page, connected(page) as socket:
        page.alert("alert_raised", AlertCode.TENSION_CEILING)
        page.alert("alert_cleared", AlertCode.TENSION_CEILING)
        await next_of(socket, "alerts")
        over = cast("list[Message]", (await next_of(socket, "alerts"))["alerts"])
        assert over[0]["over"] is True
        await socket.send_str('{"do": "ack"}')
        assert (await next_of(socket, "alerts"))["alerts"] == []


async def test_a_bug_ends_its_own_page_alone(caplog: pytest.LogCaptureFixture) -> None:
    service = ScriptedService(REPS)
    async with (
        running_page(service) as page,
        connected(page) as broken,
        connected(page) as other,
    ):
        service.refuse = ZeroDivisionError()
        await broken.send_str('{"do": "next"}')
        while not broken.closed:
            await broken.receive()
        page.happen("rep", grade="full")
        assert (await next_of(other, "event"))["event"] == "rep"
        assert page.report.state == "up"
        assert page.report.text == "1 open, 1 closed by an error (see the log)"
    assert "ZeroDivisionError" in caplog.text


UPGRADE = (
    "GET /stream HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


async def test_a_page_that_does_not_read_is_closed_and_delays_nobody() -> None:
    async with running_page(ScriptedService(REPS)) as page, connected(page) as quick:
        # Its reader takes a few bytes and no more, as a phone that hangs does.
        _, slow = await asyncio.open_connection("127.0.0.1", URL(page.url).port, limit=16)
        slow.write(UPGRADE.encode())
        await until(lambda: page.report.text == "2 open")
        sent = 0
        while page.report.text == "2 open":
            page.happen("hint", text="x" * 50_000, n=sent)
            assert (await next_of(quick, "event"))["n"] == sent
            sent += 1
        assert sent > MOST_WAITING
        slow.transport.abort()


async def test_a_page_that_leaves_is_forgotten() -> None:
    async with running_page(ScriptedService(REPS)) as page:
        async with connected(page):
            await until(lambda: page.report.text == "1 open")
        await until(lambda: page.report.text == "0 open")


async def test_a_page_is_not_greeted_where_nothing_would_follow() -> None:
    async with running_page(ScriptedService(REPS)) as page:
        page.fall_silent()
        await until(page.sink.done)
        async with connected(page) as socket:
            message = await socket.receive()
    assert (message.type, message.data) == (WSMsgType.CLOSE, WSCloseCode.TRY_AGAIN_LATER)


async def test_pages_are_told_when_the_service_ends() -> None:
    async with ClientSession() as session:
        async with running_page(ScriptedService(REPS)) as page:
            socket = await session.ws_connect(f"{page.url}stream")
        while (message := await socket.receive()).type is WSMsgType.TEXT:
            pass
        assert (message.type, message.data) == (WSMsgType.CLOSE, WSCloseCode.GOING_AWAY)


async def test_the_service_ends_though_a_page_waits_for_an_answer() -> None:
    service = ScriptedService(REPS)
    service.tared = asyncio.Event()
    # The server's own patience would be a minute.
    async with asyncio.timeout(20), ClientSession() as session, running_page(service) as page:
        socket = await session.ws_connect(f"{page.url}stream")
        await socket.send_str('{"do": "tare"}')
        await until(lambda: service.commands)

"""What nobody may do to the page's server, and how many may look at it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import pytest
from aiohttp import ClientError, ClientSession, WSCloseCode, WSMsgType
from yarl import URL

from bandmate.web import limits, server
from parts.waiting import until
from web.scripted import REPS, Page, ScriptedService, running_page


@asynccontextmanager
async def spoken(page: Page) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A bare connection to the page's server."""
    reader, writer = await asyncio.open_connection("127.0.0.1", URL(page.url).port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def is_closed(reader: asyncio.StreamReader) -> bool:
    async with asyncio.timeout(15):
        try:
            return await reader.read() == b""
        except ConnectionError:
            return True


@pytest.mark.parametrize("said", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: "])
async def test_who_never_comes_to_the_point_is_let_go(
    said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "Doorway", partial(limits.Doorway, head_s=0.05))
    async with running_page(ScriptedService(REPS)) as page, spoken(page) as (reader, writer):
        writer.write(said)
        assert await is_closed(reader)


async def test_who_has_come_to_the_point_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "Doorway", partial(limits.Doorway, head_s=0.2))
    async with (
        running_page(ScriptedService(REPS)) as page,
        ClientSession() as client,
        client.ws_connect(f"{page.url}stream") as socket,
    ):
        levels = 0
        while levels < 10:  # half a second
            levels += (await socket.receive_json())["type"] == "levels"


async def test_a_question_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "BODY_S", 0.05)
    head = (
        b"POST /command HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        b"Content-Type: application/json\r\nContent-Length: 20\r\n\r\n{"
    )
    service = ScriptedService(REPS)
    async with running_page(service) as page, spoken(page) as (reader, writer):
        writer.write(head)
        assert b" 408 " in await reader.readline()
    assert service.commands == []


async def test_a_question_that_is_too_long_is_refused() -> None:
    async with running_page(ScriptedService(REPS)) as page, ClientSession() as client:
        long = {"do": "ack", "ref": "x" * 2000}
        async with client.post(f"{page.url}command", json=long) as answer:
            assert answer.status == 413
        async with client.get(page.url, headers={"X": "x" * 20_000}) as answer:
            assert answer.status == 400


async def test_connections_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_CONNECTIONS", 3)
    async with running_page(ScriptedService(REPS)) as page, AsyncExitStack() as stack:
        held = [await stack.enter_async_context(spoken(page)) for _ in range(3)]
        reader, _ = await stack.enter_async_context(spoken(page))
        assert await is_closed(reader)
        held[0][1].close()
        await held[0][1].wait_closed()
        async with ClientSession() as client:
            answered: list[int] = []
            while not answered:  # until the server, too, has heard that one left
                try:
                    async with client.get(f"{page.url}health") as answer:
                        answered.append(answer.status)
                except ClientError:
                    await asyncio.sleep(0.01)
        assert answered == [200]


async def test_a_page_too_many_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_PAGES", 2)
    async with running_page(ScriptedService(REPS)) as page, ClientSession() as client:
        first, second = [await client.ws_connect(f"{page.url}stream") for _ in range(2)]
        for socket in (first, second):
            assert (await socket.receive_json())["type"] == "hello"
        message = await (await client.ws_connect(f"{page.url}stream")).receive()
        assert (message.type, message.data) == (WSMsgType.CLOSE, WSCloseCode.TRY_AGAIN_LATER)
        assert message.extra == "too many pages are open"
        await first.close()
        await until(lambda: page.report.text == "1 open")
        socket = await client.ws_connect(f"{page.url}stream")
        assert (await socket.receive_json())["type"] == "hello"

"""The page's server: its files, its headers, its door, its port."""

import json
import re
from pathlib import Path

import pytest
from aiohttp import ClientSession, WSServerHandshakeError

from bandmate.errors import ConfigError
from bandmate.web.entrance import Entrance
from bandmate.web.offer import Offer
from bandmate.web.page_files import page_files
from bandmate.web.server import serve_page
from bandmate.web.settings import PageSettings
from bandmate.web.stream import PageStream
from web.scripted import REPS, ScriptedService, running_page

FIXED = (
    "This is an exercise companion and recorder. It is not a medical device and gives no medical "
    "advice. Use it with a plan from a professional. Stop at any increase of tingling, numbness "
    "or pain."
)


async def test_the_page_and_all_it_needs_come_from_here_alone() -> None:
    async with running_page(ScriptedService(REPS)) as page, ClientSession() as session:
        seen: set[str] = set()
        ahead = {""}
        while ahead:
            path = ahead.pop()
            seen.add(path)
            async with session.get(page.url + path) as answer:
                assert answer.status == 200, path
                assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
                text = (await answer.read()).decode(errors="replace")
            assert re.findall(r"https?://(?!www\.w3\.org/|github\.com/leeoniya/uPlot)", text) == []
            named = re.findall(r'(?:src|href|from)[= ]"(?:\./)?([\w./]+)"', text)
            ahead |= set(named) - seen
        assert {"app.js", "style.css", "icon.svg", "dial.js"} <= seen


async def test_the_page_says_what_it_is_not() -> None:
    async with (
        running_page(ScriptedService(REPS)) as page,
        ClientSession() as session,
        session.get(page.url) as answer,
    ):
        assert FIXED in await answer.text()


def test_the_page_promises_nothing() -> None:
    promise = re.compile(
        r"\b(safe(?!-area)|correct|normal|healthy|treats?|relieves?|decompress\w*|prevents?)\b",
        re.IGNORECASE,
    )
    for path, (kind, body) in page_files(Offer()).items():
        if kind not in {"audio/wav", "image/png"} and not path.startswith("/vendor/"):
            assert promise.findall(body.decode()) == [], path


async def test_health_is_json() -> None:
    async with (
        running_page(ScriptedService(REPS)) as page,
        ClientSession() as session,
        session.get(f"{page.url}health") as answer,
    ):
        health = json.loads(await answer.text())
    assert health["session"] == page.service.session
    assert health["bands"][0]["link"] == "streaming"
    assert health["sinks"][0]["state"] == "up"


async def test_other_sites_and_foreign_names_stay_outside() -> None:
    async with running_page(ScriptedService(REPS)) as page, ClientSession() as session:
        for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}):
            with pytest.raises(WSServerHandshakeError, match="403"):
                await session.ws_connect(f"{page.url}stream", headers=headers)
            async with session.get(f"{page.url}health", headers=headers) as answer:
                assert answer.status == 403


async def test_a_port_in_use_is_told_with_what_to_do(free_port: int) -> None:
    async with running_page(ScriptedService(REPS), free_port):
        with pytest.raises(ConfigError, match=r"another program uses that port\n.*\[page\] port"):
            async with running_page(ScriptedService(REPS), free_port):
                pass


async def test_an_address_of_another_machine_is_told_with_what_to_do(tmp_path: Path) -> None:
    service = ScriptedService(REPS)
    settings = PageSettings(host="192.0.2.1", port=0)
    entrance = await Entrance.open(settings, tmp_path)
    with pytest.raises(ConfigError, match=r"cannot listen on 192\.0\.2\.1 port 0"):
        async with serve_page(
            settings, service, PageStream(service, Offer()), Offer(), entrance=entrance
        ):
            pass


async def test_nothing_is_served_beyond_loopback_without_an_entrance() -> None:
    service = ScriptedService(REPS)
    settings = PageSettings(host="127.0.0.2", port=0)
    with pytest.raises(ValueError, match="an entrance is needed"):
        async with serve_page(settings, service, PageStream(service, Offer()), Offer()):
            pass

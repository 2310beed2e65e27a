"""A page that other machines may reach, and a client that knows its certificate."""

import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from aiohttp import ClientSession, CookieJar, TCPConnector

from bandmate.web.certificate import AUTHORITY_FILE
from bandmate.web.entrance import Entrance
from web.scripted import BEYOND, REPS, Page, ScriptedService, running_page


@dataclass
class Time:
    """A clock and a calendar that a test sets."""

    now_s: float = 0.0
    today: date = field(default_factory=lambda: date(2026, 5, 1))

    def pass_days(self, days: int) -> None:
        self.today += timedelta(days=days)


@dataclass
class Beyond:
    """A page with its entrance.

    Attributes:
        url: Its address, without the slash.
    """

    page: Page
    entrance: Entrance
    time: Time
    folder: Path

    @property
    def url(self) -> str:
        return self.page.url.rstrip("/")

    def client(self, **headers: str) -> ClientSession:
        """A client that trusts the page's authority, and keeps cookies as a browser does."""
        trusting = ssl.create_default_context(cafile=self.folder / AUTHORITY_FILE)
        return ClientSession(
            connector=TCPConnector(ssl=trusting), cookie_jar=CookieJar(unsafe=True), headers=headers
        )

    async def let_in(self, client: ClientSession) -> None:
        """Let a client in by a code."""
        code = self.entrance.new_code()
        async with client.post(f"{self.url}/enter", json={"code": code}) as answer:
            assert answer.status == 200


@asynccontextmanager
async def beyond(folder: Path, time: Time | None = None) -> AsyncGenerator[Beyond]:
    """Serve a page beyond loopback."""
    time = time or Time()
    entrance = await Entrance.open(BEYOND, folder, lambda: time.now_s, lambda: time.today)
    async with running_page(ScriptedService(REPS), entrance=entrance) as page:
        yield Beyond(page, entrance, time, folder)

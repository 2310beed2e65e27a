"""The pictures of the coach page in the docs, taken of the running service.

`make pictures`; then look at each.
"""

import asyncio
import math
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Page, async_playwright

from app.guided import FollowingLink, Guided, guided
from bandmate.app.clock import SessionClock
from parts.programs import part
from parts.waiting import until
from web.conftest import QUIET

SIZES = {"phone": (360, 640), "desktop": (1280, 800)}
SPEED = 6.0
VIEWS = ("menu", "settings", "setup")


class Camera:
    """Takes pictures of a page into a folder, on every size."""

    def __init__(self, tab: Page, folder: Path) -> None:
        self._tab = tab
        self._folder = folder

    async def take(self, name: str) -> None:
        for size, (width, height) in SIZES.items():
            await self._tab.set_viewport_size({"width": width, "height": height})
            await asyncio.sleep(0.4)  # until the last transition is over
            await self._tab.screenshot(path=self._folder / f"{name}-{size}.png")


async def session(tab: Page, run: Guided, link: FollowingLink, camera: Camera) -> None:
    """A session from its questions to its end."""
    await tab.click("#lead")
    await tab.select_option("#plan", "calm")
    await tab.click("#asked [type=submit]")
    await tab.check("#told [name=pain][value='2']")
    await tab.check("#told [name=distal][value='4']")
    await camera.take("questions")
    await tab.click("#asked [type=submit]")
    await until(lambda: run.now.state == "ready")
    for _ in range(2):
        await tab.click("[data-ask=go]")
        await asyncio.sleep(0.3)
    await camera.take("next")
    await until(lambda: run.now.state == "active")
    await asyncio.sleep(20.0 / SPEED)
    await camera.take("active")
    link.shown = lambda t_s: 45.0 + 0.3 * math.sin(997.0 * t_s)
    await asyncio.sleep(4.0 / SPEED)
    await camera.take("too-hard")
    link.shown = lambda _: None
    await run.running.service.command("ack")
    await run.lead("next")
    await until(lambda: run.now.state == "explaining")
    await until(lambda: run.now.state == "active", within_s=60.0)
    await asyncio.sleep(60.0 / SPEED)
    await camera.take("hold")
    await tab.click("#tingle")
    await camera.take("stopped")


async def open_view(tab: Page, name: str) -> None:
    await tab.evaluate("async (name) => (await import('/views.js')).openView(name)", name)


async def main(folder: Path) -> None:
    link = FollowingLink(SessionClock())
    with tempfile.TemporaryDirectory() as home:
        async with (
            guided(Path(home), speed=SPEED, link=link) as run,
            async_playwright() as playwright,
        ):
            browser = await playwright.chromium.launch(executable_path=part("chromium"), args=QUIET)
            tab = await browser.new_page()
            camera = Camera(tab, folder)
            await tab.goto(run.running.page_url)
            await asyncio.sleep(1.0)
            await camera.take("idle")
            for view in VIEWS:
                await open_view(tab, view)
                await camera.take(view)
            await open_view(tab, "")
            await session(tab, run, link, camera)
            await run.running.service.command("ack")
            await run.lead("answer", pain=1, distal=3)
            await open_view(tab, "sessions")
            await camera.take("sessions")
            await browser.close()


if __name__ == "__main__":
    into = Path(sys.argv[1])
    into.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(into))

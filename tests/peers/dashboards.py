"""The pictures of the dashboards: Grafana's own components draw what a real InfluxDB answers.

`make dashboard-pictures`; then look at each. It fails where a panel has nothing to show or the
browser complains.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Page, Route, async_playwright

from dashboards.scene import Scene, filled_influx
from parts.programs import part
from peers.dashboard_answers import answered
from web.conftest import QUIET

BOARDS = Path(__file__).parents[2] / "deploy" / "grafana" / "dashboards"
NAMES = ("live", "review", "progress", "health")
WIDTH_PX = 1600
MOST_BYTES = 400_000
SITE = "http://dashboards.test"
WITHOUT_DATA = ("row", "text")
PLACES = {
    "/public/fonts/inter/Inter-Regular": "node_modules/@fontsource/inter/files/inter-latin-400-normal",
    "/public/fonts/inter/Inter-Medium": "node_modules/@fontsource/inter/files/inter-latin-500-normal",
    "/public/": "node_modules/@grafana/ui/dist/public/",
    "/": "",
}
"""Where in the folder of the tools lies what the page asks for."""

type Board = dict[str, Any]


class Studio:
    """A browser's tab in which dashboards are drawn, from the folder of the tools."""

    def __init__(self, tab: Page, tools: Path) -> None:
        self._tab = tab
        self._tools = tools
        self.complaints: list[str] = []
        tab.on("console", lambda told: self._hear(f"{told.type}: {told.text}"))
        tab.on("pageerror", lambda error: self._hear(f"error: {error}"))

    async def draw(self, drawing: Mapping[str, object]) -> list[str]:
        """Draw a dashboard and tell which of its panels stay empty."""
        await self._tab.goto(f"{SITE}/page.html")
        await self._tab.set_viewport_size({"width": WIDTH_PX, "height": 1000})
        panels = await self._tab.evaluate("(drawing) => window.draw(drawing)", drawing)
        await self._tab.wait_for_load_state("networkidle")
        return [
            panel["title"]
            for panel in panels
            if not panel["values"] and panel["type"] not in WITHOUT_DATA
        ]

    async def take(self, picture: Path) -> None:
        """The whole dashboard, in few colours."""
        await self._tab.screenshot(path=picture, full_page=True)
        subprocess.run(["node", self._tools / "shrink.mjs", picture], check=True)

    async def serve(self, route: Route) -> None:
        """Give the page what it asks for; nothing comes from outside."""
        asked = route.request.url.removeprefix(SITE).partition("?")[0]
        start = next(start for start in PLACES if asked.startswith(start))
        file = self._tools / (PLACES[start] + asked.removeprefix(start))
        await (route.fulfill(path=file) if file.is_file() else route.fulfill(status=404))

    def _hear(self, complaint: str) -> None:
        if complaint.startswith(("error", "warning")):
            self.complaints.append(complaint)


@asynccontextmanager
async def studio(tools: Path) -> AsyncGenerator[Studio]:
    """A browser for as long as dashboards are drawn."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=part("chromium"), args=QUIET)
        tab = await browser.new_page()
        drawer = Studio(tab, tools)
        await tab.route("**/*", drawer.serve)
        yield drawer
        await browser.close()


async def main(tools: Path, into: Path) -> Sequence[str]:
    """Draw all dashboards; what is wrong with them."""
    boards = {name: json.loads((BOARDS / f"{name}.json").read_text()) for name in NAMES}
    wrong: list[str] = []
    async with filled_influx() as scene, studio(tools) as drawer:
        for name, board in boards.items():
            others = [other["title"] for other in boards.values() if other is not board]
            empty = await drawer.draw(answered(board, scene, span_of(name, scene), others))
            wrong += [f"{name}: nothing to show in {title!r}" for title in empty]
            picture = into / f"{name}.png"
            await drawer.take(picture)
            if (size := picture.stat().st_size) > MOST_BYTES:
                wrong.append(f"{name}: the picture has {size} bytes, more than {MOST_BYTES}")
        wrong += drawer.complaints
    return wrong

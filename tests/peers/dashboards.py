"""The pictures of the dashboards: Grafana's own components draw what a real InfluxDB answers.

`make dashboard-pictures`; then look at each. It fails where a panel has nothing to show or the
browser complains.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Page, Route, async_playwright

from dashboards.queries import NAMES, load
from dashboards.scene import Scene, Span, filled_influx
from parts.programs import part
from peers.dashboard_answers import drawing
from web.conftest import QUIET

WIDTH_PX = 1600
MOST_BYTES = 400_000
SITE = "http://dashboards.test"
WITHOUT_DATA = ("row", "text")
FONTS = "node_modules/@fontsource/inter/files/inter-latin"
PLACES = {
    "/public/fonts/inter/Inter-Regular": f"{FONTS}-400-normal",
    "/public/fonts/inter/Inter-Medium": f"{FONTS}-500-normal",
    "/public/": "node_modules/@grafana/ui/dist/public/",
    "/": "",
}
"""Where in the folder of the tools lies what the page asks for."""


class Studio:
    """A browser's tab in which dashboards are drawn, from the folder of the tools."""

    def __init__(self, tab: Page, tools: Path) -> None:
        self._tab = tab
        self._tools = tools
        self.complaints: list[str] = []
        tab.on("console", lambda told: self._hear(f"{told.type}: {told.text}"))
        tab.on("pageerror", lambda error: self._hear(f"error: {error}"))

    async def draw(self, drawn: Mapping[str, object]) -> list[str]:
        """Draw a dashboard and tell which of its panels stay empty."""
        await self._tab.goto(f"{SITE}/page.html")
        await self._tab.set_viewport_size({"width": WIDTH_PX, "height": 1000})
        panels = await self._tab.evaluate("(drawn) => window.draw(drawn)", drawn)
        await self._tab.wait_for_load_state("networkidle")
        return [
            panel["title"]
            for panel in panels
            if not panel["values"] and panel["type"] not in WITHOUT_DATA
        ]

    async def take(self, picture: Path) -> None:
        """The whole dashboard, in few colours."""
        await self._tab.screenshot(path=picture, full_page=True)
        shrinking = await asyncio.create_subprocess_exec(
            "node", self._tools / "shrink.mjs", picture
        )
        if await shrinking.wait():
            self.complaints.append(f"error: {picture.name} could not be made smaller")

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


async def main(tools: Path, into: Path) -> list[str]:
    """Draw all dashboards; tells what is wrong with them."""
    boards = {name: load(name) for name in NAMES}
    wrong: list[str] = []
    async with filled_influx() as scene, studio(tools) as drawer:
        for name, board in boards.items():
            others = [other["title"] for other in boards.values() if other is not board]
            empty = await drawer.draw(drawing(name, board, scene, span_of(name, scene), others))
            wrong += [f"{name}: nothing to show in {title!r}" for title in empty]
            picture = into / f"{name}.png"
            await drawer.take(picture)
            if (size := picture.stat().st_size) > MOST_BYTES:
                wrong.append(f"{name}: the picture has {size} bytes, more than {MOST_BYTES}")
        return wrong + drawer.complaints


def span_of(name: str, scene: Scene) -> Span:
    """The time range that a dashboard is drawn with."""
    return {"review": scene.review, "progress": scene.progress}.get(name, scene.live)


if __name__ == "__main__":
    where = Path(sys.argv[2])
    where.mkdir(parents=True, exist_ok=True)
    if told := asyncio.run(main(Path(sys.argv[1]), where)):
        sys.exit("\n".join(told))

"""What the coach page costs a slow phone, and how long a pull takes from the radio to the screen.

`make bench-page`. Frames: two sensors of 80 readings a second, Chromium slowed down six times; the
script time of a frame is that of the messages since the last one, and of drawing. Paint: from the
notification of a sensor on a virtual radio to the frame that shows its alert, without the slowing.
"""

import asyncio
import math
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import click
from playwright.async_api import Page, async_playwright

from bandmate.app.recent import RecentReadings
from bandmate.domain.records import BandState, Trace
from parts.programs import part
from web.conftest import QUIET
from web.painting import paints_ms
from web.scripted import REPS, ScriptedService, running_page

RATE_HZ = 80.0
SLOWED = 6
MEASURED_S = 15.0
STEPS_N = 100
MOST_FRAME_MS = 8.0
MOST_PAINT_MS = 100.0

RECORDER = """
window.frames_ms = [];
let spent = 0;
const timed = (work) => (...all) => {
  const from = performance.now();
  work(...all);
  spent += performance.now() - from;
};
const ask = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (draw) => ask((now) => {
  timed(draw)(now);
  const from = performance.now();
  queueMicrotask(() => { // behind the plots, which draw in microtasks
    window.frames_ms.push(spent + performance.now() - from);
    spent = 0;
  });
});
const property = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage");
Object.defineProperty(WebSocket.prototype, "onmessage", {
  set(hear) { property.set.call(this, hear && timed(hear)); },
});
"""


class Pulling(ScriptedService):
    """Two bands that are pulled all the time."""

    def __init__(self) -> None:
        super().__init__(REPS, replace(REPS, band="right"))
        self._recent = {band.band: RecentReadings(band.band) for band in self.bands}
        self._read_n = 0

    def pull_n(self, t_s: float) -> float:
        return 40.0 + 15.0 * math.sin(t_s * 2.0)

    def states(self) -> Sequence[BandState]:
        states = super().states()
        return [replace(state, tension_n=self.pull_n(state.t_s)) for state in states]

    def traces(self, since_s: Mapping[str, float]) -> Sequence[Trace]:
        while self._read_n / RATE_HZ <= self.t_s:
            t_s = self._read_n / RATE_HZ
            for recent in self._recent.values():
                recent.add(t_s, self.pull_n(t_s))
            self._read_n += 1
        return [recent.since(since_s.get(band, -1.0)) for band, recent in self._recent.items()]


async def frames_ms(tab: Page, size: tuple[int, int]) -> list[float]:
    """Script time of each frame, in milliseconds; the curves are full before it begins."""
    await tab.set_viewport_size({"width": size[0], "height": size[1]})
    await tab.add_init_script(RECORDER)
    async with running_page(Pulling()) as page:
        await tab.goto(page.url)
        session = cast("Any", await tab.context.new_cdp_session(tab))
        await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        await asyncio.sleep(22.0)
        await tab.evaluate("window.frames_ms.splice(0)")
        await asyncio.sleep(MEASURED_S)
        return await tab.evaluate("window.frames_ms")


def told(what: str, spent_ms: Sequence[float], most_ms: float) -> bool:
    """Print a row; whether it is as asked."""
    hundredths = statistics.quantiles(spent_ms, n=100)
    p50_ms, p95_ms, p99_ms = hundredths[49], hundredths[94], hundredths[98]
    click.echo(
        f"{what:44} {len(spent_ms):5} {p50_ms:7.1f} {p95_ms:7.1f} {p99_ms:7.1f}"
        f"   p95 at most {most_ms:.0f}"
    )
    return p95_ms <= most_ms


async def main() -> int:
    click.echo(f"{'milliseconds':44} {'n':>5} {'p50':>7} {'p95':>7} {'p99':>7}")
    held: list[bool] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=part("chromium"), args=QUIET)
        for name, size in (("phone", (360, 640)), ("desktop", (1280, 800))):
            tab = await browser.new_page()
            spent_ms = await frames_ms(tab, size)
            what = f"script a frame, {name}, slowed {SLOWED} times"
            held.append(told(what, spent_ms, MOST_FRAME_MS))
            await tab.close()
        with tempfile.TemporaryDirectory() as folder:
            digits_ms, alerts_ms = await paints_ms(browser, Path(folder), STEPS_N)
        held.append(told("from notification to paint, digits", digits_ms, MOST_PAINT_MS))
        held.append(told("from notification to paint, alerts", alerts_ms, MOST_PAINT_MS))
        await browser.close()
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))

"""How long it takes from a sensor's notification until the page has painted what it says."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser

from app.rig import QUIET
from bandmate.app.clock import SessionClock
from bandmate.app.runner import BandPlan, Running, running_service
from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.events import AlertRaised, Event
from bandmate.domain.samples import Block
from bandmate.link.base import Receiver
from parts.waiting import until

EXERCISE = load_catalogue().find("supine_sciatic_floss")
RATE_HZ = 80.0
PACKET_N = 4
LEAST_S, MOST_S = 0.9, 1.3
"""How long a level stays: an alert clears in between, and meets the page's frames anywhere."""

# What is painted, and when (epoch, milliseconds). The page draws in animation frames: a task that
# one makes comes after its paint.
RECORDER = """
window.painted = [];
const after = new MessageChannel();
after.port1.onmessage = () => window.painted.push({
  at_ms: performance.timeOrigin + performance.now(),
  digits: document.querySelector(".digits")?.textContent,
  alert: document.querySelector("#alert .message").textContent,
});
const told = () => after.port2.postMessage(0);
const all = { subtree: true, childList: true, characterData: true, attributes: true };
document.addEventListener("DOMContentLoaded", () =>
  new MutationObserver(told).observe(document.body, all));
"""


@dataclass
class Stepping:
    """A link to a band whose pull steps from well inside the zone to too hard, and back.

    Attributes:
        clock: The session clock.
        steps: When a notification brought a new level (epoch, milliseconds), and the level.
    """

    clock: SessionClock
    steps: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    chance: random.Random = field(default_factory=lambda: random.Random(8))

    async def run(self, receiver: Receiver) -> None:
        receiver.on_state("streaming", "Streaming.")
        receiver.on_stream()
        zone = EXERCISE.zone
        assert zone is not None
        levels = ((zone.low_n + zone.high_n) / 2, zone.ceiling_n + 10.0)
        sent, level_n, until_s = 0, levels[0], 3.0
        while True:
            await self.clock.sleep(PACKET_N / RATE_HZ)
            now_s = self.clock.now()
            if now_s >= until_s:
                level_n = levels[level_n == levels[0]]
                until_s = now_s + self.chance.uniform(LEAST_S, MOST_S)
                self.steps.append((self.clock.utc_ns(now_s) / 1e6, level_n))
            due = int(now_s * RATE_HZ)
            t_s = [n / RATE_HZ for n in range(sent + 1, due + 1)]
            receiver.on_block(Block(now_s, t_s, [level_n] * len(t_s)))
            sent = due

    async def tare(self) -> None:
        """It has no zero of its own."""

    async def put_away(self) -> None:
        """It is never put away."""

    async def wake(self) -> None:
        """It is always awake."""


async def paints_ms(
    browser: Browser, folder: Path, steps_n: int
) -> tuple[list[float], list[float]]:
    """Milliseconds from notification to paint: of new digits, and of alerts.

    Args:
        browser: A page is opened in it.
        folder: Where the service keeps its store.
        steps_n: How many new levels are shown.
    """
    clock = SessionClock()
    link = Stepping(clock)
    raised_ms: list[float] = []

    def hear(event: Event) -> None:
        if isinstance(event, AlertRaised) and event.code == "tension_ceiling":
            raised_ms.append(clock.utc_ns(event.emitted_s) / 1e6)

    plan = BandPlan(link, None, exercise=EXERCISE.slug)
    async with (
        running_service(QUIET, clock, {"left": plan}, folder, on_event=hear) as running,
        asyncio.TaskGroup() as tasks,
    ):
        seeing = tasks.create_task(_see(running, raised_ms))
        tab = await browser.new_page()
        await tab.add_init_script(RECORDER)
        await tab.goto(running.page_url)
        await until(lambda: len(link.steps) > steps_n, within_s=10.0 + 2.0 * steps_n)
        await asyncio.sleep(0.5)
        painted = await tab.evaluate("window.painted")
        await tab.close()
        seeing.cancel()
    digits = [
        next(one["at_ms"] for one in painted if _shows(one, level_n, at_ms)) - at_ms
        for at_ms, level_n in link.steps[:steps_n]
    ]
    alerts = [
        next(one["at_ms"] for one in painted if one["at_ms"] >= at_ms and one["alert"]) - at_ms
        for at_ms in raised_ms
    ]
    return digits, alerts


async def _see(running: Running, raised_ms: Sequence[float]) -> None:
    """Acknowledge each alert while it stands, so that it is gone when it is over."""
    seen = 0
    while True:
        await asyncio.sleep(0.3)
        if len(raised_ms) > seen:
            seen = len(raised_ms)
            await running.service.command("ack")


def _shows(painted: dict[str, object], level_n: float, at_ms: float) -> bool:
    return float(str(painted["at_ms"])) >= at_ms and painted["digits"] == f"{level_n:.0f}"

"""Whole guided sessions on the coach page of the real service, with a band that follows them."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from app.guided import guided
from app.rig import QUIET
from bandmate.app.clock import SessionClock
from bandmate.app.people import People
from bandmate.app.runner import Running, running_service
from bandmate.domain.events import SetEnded
from bandmate.domain.session_events import Credited, SessionSummary, Symptom
from web.scripted import choose

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

SPEED = 12.0
"""A set lasts some seconds: long enough to press something in the middle of it."""
WITHIN_MS = 60_000.0
TWO_OR_MORE = re.compile("^[2-9] /")
HALF_MINUTE = re.compile("^[3-9][0-9]$")
PHONE, DESKTOP = (360, 640), (1280, 800)


class Person:
    """Somebody in front of the page, who knows nothing but what it shows."""

    def __init__(self, tab: Page) -> None:
        self.tab = tab
        self.guide = tab.get_by_role("region", name="Session")
        self.asked = tab.get_by_role("dialog")

    def button(self, name: str) -> Locator:
        return self.tab.get_by_role("button", name=name, exact=True)

    async def press(self, name: str) -> None:
        await self.button(name).click(timeout=WITHIN_MS)

    async def sees(self, where: str) -> None:
        """Wait until the session is there, as a regular expression says it."""
        shown = self.guide.locator(".where")
        await expect(shown).to_have_text(re.compile(where), timeout=WITHIN_MS)

    async def begins(self, person: str, side: str, plan: str = "Phase 1: calm") -> None:
        await self.press("Session")
        await self.tab.get_by_label(re.compile("^Plan")).select_option(plan)
        await self.asked.get_by_label("Person").fill(person)
        await self.tab.get_by_label("Begin with").select_option(side)
        await self.press("Begin")
        await self.answers("Before you start", pain="2", distal="the back")

    async def answers(self, title: str, *, pain: str, distal: str) -> None:
        await expect(self.asked).to_contain_text(title, timeout=WITHIN_MS)
        await choose(self.tab, "Pain now", pain)
        await choose(self.tab, "Felt down to", distal)
        await self.press("Answer")

    async def presses_further(self, name: str) -> None:
        """What a phone shows only when it is asked for."""
        await expect(self.guide).to_be_visible(timeout=WITHIN_MS)
        if await self.button("More").is_visible():
            await self.press("More")
        await self.press(name)

    async def goes_to_the_first_set(self) -> None:
        await self.sees("ready")
        await self.press("Go")
        await self.sees("warming up")
        await expect(self.guide.locator(".where")).not_to_contain_text("set 1")
        await self.press("Go")
        await self.sees(r"next \d:\d\d · Sciatic nerve floss")
        await self.press("Go")
        await self.sees("active · Sciatic nerve floss")

    async def goes_on_after_a_pause(self) -> None:
        await expect(self.tab.locator(".reps")).to_have_text(TWO_OR_MORE, timeout=WITHIN_MS)
        await self.press("Pause")
        await self.sees("paused")
        await expect(self.tab.locator(".reps")).to_be_hidden()
        await self.press("Go on")
        await self.sees("active")


@asynccontextmanager
async def in_front_of(
    browser: BrowserContext, running: Running, size: tuple[int, int] = PHONE
) -> AsyncGenerator[Person]:
    """A person before the page of a service."""
    tab = await browser.new_page()
    wrong: list[str] = []
    tab.on("console", lambda message: wrong.append(message.text))
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    await tab.set_viewport_size({"width": size[0], "height": size[1]})
    await tab.goto(running.page_url)
    yield Person(tab)
    assert wrong == []
    await tab.close()


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
async def test_a_whole_session_by_the_page(
    browser: BrowserContext, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with (
        guided(tmp_path, speed=SPEED) as run,
        in_front_of(browser, run.running, size) as person,
    ):
        await person.begins("anna", "right")
        await person.goes_to_the_first_set()
        await person.goes_on_after_a_pause()
        await person.sees(r"resting \d:\d\d · Sciatic nerve floss · right side · set 2 of 2")
        await person.presses_further("Skip set")
        await person.sees(r"next \d:\d\d · Leg traction · right side")
        await person.press("Go")
        await person.sees("active · Leg traction")
        held = person.tab.get_by_role("progressbar", name="Hold")
        await expect(held).to_have_attribute("aria-valuenow", HALF_MINUTE, timeout=WITHIN_MS)
        await person.sees("cooling down")
        await person.press("Go")
        await person.answers("How is it now?", pain="1", distal="nowhere")
        await person.sees("session over")
        await expect(person.asked).to_be_hidden()
        shown = await person.guide.locator(".said").inner_text()
        floss, skipped, traction = run.told(Credited)
        (summary,) = run.told(SessionSummary)
    done = [one for one in (floss, skipped, traction) if one.credited]
    share = (floss.share + skipped.share + traction.share) / 3
    assert (floss.credited, skipped.status, traction.status) == (10, "skipped", "complete")
    assert traction.credited >= traction.target == 120
    assert shown.splitlines() == [
        f"{len(done)} of 3 sets, {100 * share:.0f} % of the dose.",
        "That is all for today.",
    ]
    assert tuple(shown.splitlines()) == summary.text
    (kept,) = People(tmp_path / "people").sessions("anna")
    assert kept.dose_share == summary.dose_share == pytest.approx(share)
    assert (kept.status, kept.pain_before, kept.pain_after) == ("done", 2, 1)
    assert (kept.distal_before, kept.distal_after) == (1, 0)
    assert kept.done == ("banded_leg_traction", "supine_sciatic_floss")


async def test_it_tingles(browser: BrowserContext, tmp_path: Path) -> None:
    async with guided(tmp_path, speed=SPEED) as run, in_front_of(browser, run.running) as person:
        await person.begins("ben", "left")
        await person.goes_to_the_first_set()
        await expect(person.tab.locator(".reps")).to_have_text(TWO_OR_MORE, timeout=WITHIN_MS)
        await person.tab.get_by_role("button", name="It tingles").click()
        await person.sees("stopped")
        alert = person.tab.get_by_role("alert")
        await expect(alert).to_have_text("Stopped. Lie still and let the band go slowly.")
        await expect(person.tab.locator(".reps")).to_be_hidden()
        (ended,) = run.told(SetEnded)
        assert ended.status == "stopped"
        # It stays: all there is to press is that it was seen, and the stop.
        shown = person.tab.locator("#controls button:visible")
        assert await shown.all_inner_texts() == ["Got it", "STOP\nIt tingles"]
        assert run.now.state == "stopped"
        await person.press("Got it")
        await person.answers("How is it now?", pain="3", distal="the back")
        await person.sees("session over")
        await expect(person.guide).to_contain_text("Stopped for today.")
        (summary,) = run.told(SessionSummary)
        assert (summary.status, summary.flags) == ("stopped", ("tingle_stop",))
        assert [symptom.stops for symptom in run.told(Symptom)] == [True]
    (kept,) = People(tmp_path / "people").sessions("ben")
    assert (kept.status, kept.stopped) == ("stopped", frozenset({"supine_sciatic_floss"}))


async def test_the_page_knows_who_was_here(browser: BrowserContext, tmp_path: Path) -> None:
    async with guided(tmp_path, speed=SPEED) as run, in_front_of(browser, run.running) as person:
        name = person.asked.get_by_label("Person")
        for who in ("ben", "anna"):
            await person.begins(who, "left")
            await person.presses_further("End session")
            await person.sees("session over")
        await person.tab.reload()
        await person.press("Session")
        await expect(name).to_have_value("anna")
        offered = person.tab.locator("#people option")
        assert await offered.evaluate_all("all => all.map((one) => one.value)") == ["anna", "ben"]


async def test_it_tingles_where_no_sensor_is(browser: BrowserContext, tmp_path: Path) -> None:
    async with (
        running_service(QUIET, SessionClock(SPEED), {}, tmp_path) as running,
        in_front_of(browser, running) as person,
    ):
        await person.begins("me", "left", "Gentle")
        await person.sees("ready")
        await person.press("Go")
        await person.sees("warming up")
        await person.tab.get_by_role("button", name="It tingles").click()
        await person.sees("stopped")
        await person.press("Got it")
        await person.answers("How is it now?", pain="3", distal="the back")
        await expect(person.guide).to_contain_text("Stopped for today.")
    (kept,) = People(tmp_path / "people").sessions("me")
    assert kept.tingle_stop


async def test_a_check_can_be_called_off(browser: BrowserContext, tmp_path: Path) -> None:
    async with guided(tmp_path, speed=SPEED) as run, in_front_of(browser, run.running) as person:
        await person.press("Session")
        await person.press("Begin")
        await expect(person.asked).to_contain_text("Before you start")
        await person.press("Cancel")
        await expect(person.asked).to_be_hidden()
        await expect(person.button("Session")).to_be_visible()
    assert People(tmp_path / "people").sessions("me") == ()

"""Whoever uses the page, and however: WCAG 2.2 AA by axe, screen readers, keys, languages."""

from dataclasses import replace
from typing import Any, cast

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import BrowserContext, expect
from playwright.async_api import Page as Tab

from bandmate.domain.alerts import AlertCode
from bandmate.domain.records import SessionState
from web.scripted import HOLD, IDLE, REPS, ScriptedService, running_page

pytestmark = pytest.mark.asyncio(loop_scope="module")

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OVER = replace(REPS, band="right", tension_n=68.0, zone="over")
LED = SessionState("resting", "calm", "Sciatic nerve floss", "left", 1, 2, "Rest.", 12)
QUESTIONS = (("latex", "Is latex a problem for you?"), ("both_legs", "Both legs?"))
VIEWS = ("menu", "pain", "count", "sessions", "setup", "settings")


async def faults(tab: Tab) -> list[str]:
    """What axe finds wrong, each with where."""
    axe = cast("Any", Axe())
    found = await axe.run(tab, options={"runOnly": WCAG})
    return [
        f"{violation['id']}: {node['html']} {node['failureSummary']}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(("width", "height"), [(360, 640), (1280, 800)])
async def test_no_state_of_the_page_breaks_wcag(
    browser: BrowserContext, width: int, height: int, language: str
) -> None:
    async with running_page(ScriptedService(IDLE), language=language) as page:
        tab = await browser.new_page()
        await tab.set_viewport_size({"width": width, "height": height})
        await tab.goto(page.url)
        assert await tab.get_attribute("html", "lang") == language
        for band in (IDLE, HOLD, REPS):
            page.service.bands = (band, OVER)
            await expect(tab.locator(".title").first).to_have_text(band.title)
            assert await faults(tab) == []
        page.service.session_state = LED
        await expect(tab.locator("#guide")).to_be_visible()
        assert await faults(tab) == []
        for view in VIEWS:
            await open_view(tab, view)
            assert await faults(tab) == [], view
            await tab.keyboard.press("Escape")
        for code in (AlertCode.SIGNAL_LOST, AlertCode.TENSION_LIMIT, AlertCode.TENSION_CEILING):
            page.alert("alert_raised", code)
            await expect(tab.get_by_role("alert")).to_be_visible()
            assert await faults(tab) == [], code
        page.service.session_state = replace(LED, state="checking", questions=QUESTIONS)
        await expect(tab.get_by_role("dialog")).to_be_visible()
        assert await faults(tab) == []
        page.fall_silent()
        await expect(tab.locator(".band").first).to_have_attribute("data-zone", "stale")
        assert await faults(tab) == []
        await tab.close()


async def open_view(tab: Tab, name: str) -> None:
    await tab.evaluate("async (name) => (await import('/views.js')).openView(name)", name)
    await expect(tab.locator(f"#view-{name}")).to_be_visible()

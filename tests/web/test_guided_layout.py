"""The guided session on the page fits: nothing covers anything else, on a phone or on a desk."""

from dataclasses import replace

import pytest
from playwright.async_api import BrowserContext, expect

from bandmate.domain.alerts import AlertCode
from bandmate.domain.records import SessionState
from web.scripted import HOLD, IDLE, REPS, ScriptedService, running_page

pytestmark = pytest.mark.asyncio(loop_scope="module")

SIZES = [(360, 640), (390, 844), (844, 390), (1280, 800)]
LED = SessionState(
    state="active",
    plan="calm",
    title="Sciatic nerve floss",
    side="right",
    set_number=1,
    sets=2,
    left_s=100,
    text="Sciatic nerve floss. Lie on your back, straighten the knee slowly with the toes away, "
    "and bend it with the toes towards you.",
)
STATES = {
    "explaining": IDLE,
    "active": REPS,
    "paused": IDLE,
    "resting": IDLE,
    "cooling_down": IDLE,
    "stopped": replace(REPS, phase="stopped"),
    "done": IDLE,
}

# What covers something else or leaves the window. A line of digits is higher than its digits.
COVERED = """() => {
  const shown = [...document.querySelectorAll(
    "#alert, .level, .word, .reps, .hold-time, .trace, .where, .said, button, select, .fixed")];
  const boxes = shown
    .filter((node) => node.checkVisibility())
    .map((node) => {
      const { left, right, top, bottom } = node.getBoundingClientRect();
      const spare = node.matches(".level") ? 0.1 * (bottom - top) : 1;
      const name = node.className || node.textContent;
      return { name, left, right, top: top + spare, bottom: bottom - spare };
    });
  const out = boxes.filter(
    (one) => one.top < 0 || one.bottom > innerHeight || one.right > innerWidth);
  const meet = (one, other) => one.left < other.right && other.left < one.right
    && one.top < other.bottom && other.top < one.bottom;
  const pairs = boxes.flatMap((one, i) => boxes.slice(i + 1)
    .filter((other) => meet(one, other)).map((other) => `${one.name} and ${other.name}`));
  return [...out.map((one) => one.name), ...pairs];
}"""


@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_nothing_covers_anything_in_a_session(
    browser: BrowserContext, width: int, height: int
) -> None:
    async with running_page(ScriptedService(IDLE)) as page:
        tab = await browser.new_page()
        await tab.set_viewport_size({"width": width, "height": height})
        await tab.goto(page.url)
        for is_alerted in (False, True):
            if is_alerted:
                page.alert("alert_raised", AlertCode.BAND_RELEASE)
                await expect(tab.get_by_role("alert")).to_be_visible()
            for state, band in (*STATES.items(), ("active", HOLD)):
                page.service.bands = (band,)
                page.service.session_state = replace(LED, state=state)
                await expect(tab.locator(".title")).to_have_text(band.title)
                name = {"explaining": "next", "done": "session over"}.get(state, state)
                await expect(tab.locator("#guide .where")).to_contain_text(name.replace("_", " "))
                assert await tab.evaluate(COVERED) == [], (state, is_alerted)
        await tab.close()


@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_what_is_asked_leaves_the_stop_in_reach(
    browser: BrowserContext, width: int, height: int
) -> None:
    questions = tuple((f"q{number}", "Is it new for you, or worse?") for number in range(20))
    async with running_page(ScriptedService(IDLE)) as page:
        tab = await browser.new_page()
        await tab.set_viewport_size({"width": width, "height": height})
        await tab.goto(page.url)
        await tab.get_by_role("button", name="Session").click()
        await tab.get_by_role("button", name="Begin").click(trial=True)
        await tab.get_by_role("button", name="It tingles").click(trial=True)
        for state in ("checking", "asking"):
            page.service.session_state = replace(LED, state=state, questions=questions)
            await expect(tab.get_by_role("button", name="Answer")).to_be_visible()
            await tab.get_by_role("button", name="Answer").click(trial=True)
            await tab.get_by_role("button", name="It tingles").click(trial=True)
            await expect(tab.locator("#guide")).to_be_hidden()
        await tab.close()


async def test_the_questions_are_answered_by_keyboard_alone(browser: BrowserContext) -> None:
    async with running_page(ScriptedService(IDLE)) as page:
        tab = await browser.new_page()
        await tab.goto(page.url)
        page.service.session_state = replace(LED, state="asking")
        pain = tab.get_by_role("group", name="Pain now")
        await expect(pain.get_by_role("radio", name="0", exact=True)).to_be_focused()
        await tab.keyboard.press("Enter")
        assert page.service.led == [], "nothing is answered beforehand"
        keys = (*["ArrowRight"] * 4, "Tab", "Space", *["ArrowDown"] * 3, "Tab", "Space", "Enter")
        for key in keys:
            await tab.keyboard.press(key)
        await expect(tab.locator("#reply")).to_have_text("Noted.")
        (told,) = page.service.led
        assert (told.pain, told.distal, told.tingling) == (4, 3, True)
        await tab.close()

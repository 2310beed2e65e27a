"""What the live view has beside the gauge: curve, units, voice, mute, keys, own counts."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from playwright.async_api import BrowserContext, expect
from playwright.async_api import Page as Tab

from bandmate.domain.alerts import AlertCode
from bandmate.domain.records import BandState, SessionState
from web.scripted import HOLD, IDLE, REPS, Page, ScriptedService, running_page
from web.test_page import allow_sound

pytestmark = pytest.mark.asyncio(loop_scope="module")

LED = SessionState("resting", "calm", "Sciatic nerve floss", "left", 1, 2, "Rest.", 12)

# The browser's voice, with what it says and what it was told to forget written down.
VOICE = """
window.said = [];
const voice = {
  pending: false,
  speak(utterance) { window.said.push([utterance.text, utterance.lang]); this.now = utterance; },
  cancel() { window.said.push("-"); },
};
Object.defineProperty(window, "speechSynthesis", { value: voice });
"""


@asynccontextmanager
async def opened(
    browser: BrowserContext, *bands: BandState, language: str = "en"
) -> AsyncGenerator[tuple[Page, Tab]]:
    async with running_page(ScriptedService(*bands), language=language) as page:
        tab = await browser.new_page()
        wrong: list[str] = []
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        await tab.add_init_script(VOICE)
        await tab.goto(page.url)
        await tab.wait_for_selector(".band")
        yield page, tab
        assert wrong == []
        await tab.close()


async def in_page(tab: Tab, module: str, code: str, *given: object) -> object:
    """What a function makes of one of the page's modules."""
    return await tab.evaluate(
        f"async (given) => ({code})(await import('/{module}.js'), ...given)",
        list(given),
    )


EXTENDED = """({ extend, newCurve }, ...pieces) => {
  const curve = newCurve();
  for (const [t_s, values] of pieces) extend(curve, { t_s, values });
  return [curve.t_s, curve.values];
}"""


async def test_a_curve_takes_what_is_new_and_joins_no_gap(browser: BrowserContext) -> None:
    async with opened(browser, REPS) as (_, tab):
        overlapping = await in_page(
            tab, "curve", EXTENDED, [[1.0, 1.1], [5, 6]], [[1.1, 1.2], [6, 7]]
        )
        assert overlapping == [[1.0, 1.1, 1.2], [5, 6, 7]]
        gap = await in_page(tab, "curve", EXTENDED, [[1.0], [5]], [[3.0], [6]])
        assert gap == [[1.0, 2.0, 3.0], [5, None, 6]]
        old = await in_page(tab, "curve", EXTENDED, [[1.0, 1.5], [5, 6]], [[21.25], [7]])
        assert old == [[1.5, 11.375, 21.25], [6, None, 7]]


PAINTED = """(node, colour) => {
  const { width, height } = node;
  const pixels = node.getContext("2d").getImageData(0, 0, width, height).data;
  const rows = [];
  for (let i = 0; i < pixels.length; i += 4)
    if (colour.every((part, k) => Math.abs(pixels[i + k] - part) < 12)) rows.push(i);
  return rows.length;
}"""
CURVE, STOP = [0xEE, 0xF3, 0xF6, 0xFF], [0xFF, 0x62, 0x59, 0xFF]


async def test_readings_and_alerts_are_drawn_into_the_strip(browser: BrowserContext) -> None:
    async with opened(browser, REPS) as (page, tab):
        strip = tab.locator(".trace canvas")
        await expect(strip).to_be_visible()
        drawn = f"node => ({PAINTED})(node, {CURVE}) > 0"
        await tab.wait_for_function(f"() => ({drawn})(document.querySelector('.trace canvas'))")
        # The edge of the limit is as red: a line from left to right.
        before = await strip.evaluate(PAINTED, STOP)
        page.alert("alert_raised", AlertCode.TENSION_CEILING, onset_s=page.service.t_s)
        page.happen("rep", grade="full", index=1, peak_s=page.service.t_s, peak_n=41.0)
        more = f"node => ({PAINTED})(node, {STOP}) > {before}"
        await tab.wait_for_function(f"() => ({more})(document.querySelector('.trace canvas'))")


async def test_pulls_are_shown_in_the_unit_that_is_liked(browser: BrowserContext) -> None:
    async with opened(browser, REPS) as (page, tab):
        for name, digits, unit in (("kilogram", "4.2", "kg"), ("pound", "9", "lb")):
            await tab.get_by_role("button", name="Menu").click()
            await tab.get_by_role("button", name="Settings").click()
            await tab.get_by_role("radio", name=name).check()
            await tab.get_by_role("button", name="Back").click()
            await expect(tab.locator(".digits")).to_have_text(digits)
            await expect(tab.locator(".unit")).to_have_text(unit)
        await tab.reload()
        await expect(tab.locator(".unit")).to_have_text("lb")
        page.service.bands = (replace(IDLE, tension_n=None, angle_deg=41.6),)
        await expect(tab.locator(".digits")).to_have_text("42")
        await expect(tab.locator(".unit")).to_have_text("°")


async def test_alerts_are_said_shortly_and_the_urgent_first(browser: BrowserContext) -> None:
    async with opened(browser, REPS) as (page, tab):
        page.alert("alert_raised", AlertCode.TENSION_CEILING)
        page.alert("alert_raised", AlertCode.SIGNAL_LOST)
        await tab.wait_for_function("() => window.said.length >= 2")
        assert await tab.evaluate("window.said") == [
            "-",
            ["Stop. Lie still, let the band go slowly.", "en"],
        ]
        await tab.evaluate("speechSynthesis.now.onend()")
        page.alert("alert_raised", AlertCode.TARE_INVALID)
        await tab.wait_for_function("() => window.said.length >= 4")
        assert await tab.evaluate("window.said.at(-1)") == ["Band.", "en"]


async def test_a_session_is_said_in_its_language(browser: BrowserContext) -> None:
    async with opened(browser, REPS, language="de") as (page, tab):
        page.service.session_state = LED
        await expect(tab.locator("#guide .where")).to_contain_text("Seite · Satz 1 von 2")
        page.happen("cue", code="rest", text="Pause.", urgency="info", sound="")
        page.alert("alert_raised", AlertCode.TENSION_LIMIT)  # which the guide says itself
        await tab.wait_for_function("() => window.said.length >= 1")
        assert await tab.evaluate("window.said") == [["Pause.", "de"]]
        await expect(tab.get_by_role("alert")).not_to_contain_text("Ease off")


async def test_a_mute_is_seen_and_ends_by_itself(browser: BrowserContext) -> None:
    async with opened(browser, REPS) as (page, tab):
        await tab.clock.install()
        await allow_sound(tab)
        await tab.get_by_role("button", name="Mute").click()
        mute = tab.locator("#mute")
        await expect(mute).to_have_text("Muted, 15 min")
        page.alert("alert_raised", AlertCode.TENSION_LIMIT)
        await expect(tab.get_by_role("alert")).to_be_visible()
        assert await tab.evaluate("window.heard") == []
        await tab.clock.fast_forward("14:30")
        await expect(mute).to_have_text("Muted, 1 min")
        await tab.clock.fast_forward("00:31")
        await expect(mute).to_have_text("")
        page.alert("alert_raised", AlertCode.TENSION_CEILING)
        await tab.wait_for_function("() => window.heard.length > 0")


async def test_two_keys_are_enough(browser: BrowserContext) -> None:
    async with opened(browser, IDLE) as (page, tab):
        await tab.keyboard.press("PageDown")
        await expect(tab.locator("#reply")).to_have_text("Begun.")
        page.service.bands = (REPS,)
        await expect(tab.get_by_role("button", name="Next")).to_be_visible()
        for key in ("ArrowRight", "PageUp", "ArrowLeft", "s", "p"):
            await tab.keyboard.press(key)
        await tab.wait_for_function(
            "() => document.querySelector('#reply').textContent === 'Ended.'"
        )
        asked = ["start:seated-row", "next", *["stop:tingle"] * 3, "stop"]
        assert [text for text, _ in page.service.commands] == asked


async def test_keys_mean_nothing_where_something_is_typed(browser: BrowserContext) -> None:
    async with opened(browser, IDLE) as (page, tab):
        await tab.get_by_role("button", name="Session").click()
        person = tab.get_by_role("dialog").get_by_label("Person")
        await person.fill("")
        await person.press_sequentially("susp")
        await expect(person).to_have_value("susp")
        assert page.service.commands == []


async def test_pain_and_an_own_count_are_told_in_the_middle(browser: BrowserContext) -> None:
    async with opened(browser, IDLE) as (page, tab):
        page.service.session_state = LED
        told = {"exercise": "x", "side": "left", "set_number": 1, "target": 10.0}
        page.happen(
            "credited", kind="reps", credited=9.0, measured=True, status="incomplete", **told
        )
        await tab.get_by_role("button", name="Pain").click()
        await tab.get_by_role("radio", name="4", exact=True).check()
        await tab.get_by_role("button", name="Tell").click()
        await expect(tab.locator("#reply")).to_have_text("Noted.")
        await tab.get_by_role("button", name="Count: 9").click()
        await tab.get_by_label("You counted").fill("10")
        await tab.get_by_role("button", name="Tell").click()
        await tab.wait_for_function("() => document.body.dataset.view === ''")
        asked = [(lead.ask, lead.pain, lead.count) for lead in page.service.led]
        assert asked == [("pain", 4, None), ("recount", None, 10)]


async def test_the_ring_of_a_hold_fills(browser: BrowserContext) -> None:
    async with opened(browser, HOLD) as (page, tab):
        done = "n => Number(n.style.getPropertyValue('--done'))"
        await expect(tab.locator(".hold")).to_have_attribute("visibility", "visible")
        assert await tab.eval_on_selector(".hold .done", done) == pytest.approx(12.4 / 30, abs=0.01)
        page.service.bands = (REPS,)
        await expect(tab.locator(".hold")).to_have_attribute("visibility", "hidden")


async def test_a_tick_is_heard_in_the_zone_where_it_is_liked(browser: BrowserContext) -> None:
    async with opened(browser, REPS) as (page, tab):
        await tab.evaluate(
            """() => {
              window.ticks = 0;
              const start = OscillatorNode.prototype.start;
              OscillatorNode.prototype.start = function () { window.ticks++; start.call(this); };
            }"""
        )
        await allow_sound(tab)
        assert await tab.evaluate("window.ticks") == 0
        await tab.get_by_role("button", name="Menu").click()
        await tab.get_by_role("button", name="Settings").click()
        ticking = tab.get_by_role("group", name="Tick while in the zone")
        await ticking.get_by_role("radio", name="on").check()
        await tab.wait_for_function("() => window.ticks >= 2")
        page.service.bands = (replace(REPS, zone="high", tension_n=55.0),)
        await tab.wait_for_timeout(1200)
        ticks = await tab.evaluate("window.ticks")
        await tab.wait_for_timeout(1200)
        assert await tab.evaluate("window.ticks") == ticks


async def test_the_strip_begins_anew_with_the_service(
    browser: BrowserContext, free_port: int
) -> None:
    tab = await browser.new_page()
    drawn = f"() => ({PAINTED})(document.querySelector('.trace canvas'), {CURVE}) > 0"
    first = ScriptedService(REPS)
    first.t_s = 1000.0
    async with running_page(first, free_port) as page:
        await tab.goto(page.url)
        await tab.wait_for_function(drawn)
    await expect(tab.locator(".word")).to_have_text("no data")
    async with running_page(ScriptedService(REPS), free_port):
        await expect(tab.locator(".word")).to_have_text("in zone")
        await tab.wait_for_timeout(500)  # what was drawn before is gone
        assert await tab.evaluate(f"({drawn})()")
    await tab.close()


async def test_a_stop_that_nobody_answers_is_told(browser: BrowserContext) -> None:
    async with opened(browser, REPS) as (page, tab):
        await tab.evaluate("WebSocket.prototype.send = () => {}")  # as into a dead network
        await tab.keyboard.press("PageUp")
        await expect(tab.locator("#reply")).to_contain_text("the stop is not recorded")
        assert page.service.commands == []


async def test_the_forward_key_answers_what_is_asked(browser: BrowserContext) -> None:
    async with opened(browser, IDLE) as (page, tab):
        await tab.get_by_role("button", name="Session").click()
        await tab.get_by_role("heading", name="A session").click()
        await tab.keyboard.press("PageDown")
        await expect(tab.locator("#reply")).to_have_text("The session begins.")
        assert page.service.commands == []


async def test_guidance_waits_for_what_is_urgent(browser: BrowserContext) -> None:
    async with opened(browser, REPS) as (page, tab):
        page.alert("alert_raised", AlertCode.TENSION_LIMIT)
        page.happen("cue", code="rest", text="Rest.", urgency="info", sound="")
        await tab.wait_for_function("() => window.said.length >= 3")
        assert await tab.evaluate("window.said") == ["-", ["Ease off.", "en"], ["Rest.", "en"]]
        # What waits behind it is no licence to speak into it.
        page.alert("alert_raised", AlertCode.SIGNAL_LOST)
        page.alert("alert_raised", AlertCode.TENSION_CEILING)
        await tab.wait_for_function("() => window.said.length >= 5")
        assert (await tab.evaluate("window.said"))[3:] == [
            "-",
            ["Stop. Lie still, let the band go slowly.", "en"],
        ]

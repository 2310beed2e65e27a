"""The coach page in a real browser."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from playwright.async_api import BrowserContext, expect
from playwright.async_api import Page as Tab

from bandmate.domain.alerts import AlertCode
from bandmate.domain.records import BandState, SessionState
from bandmate.sinks.cues import Tone
from bandmate.sinks.tones import RATE_HZ, pcm
from web.scripted import HOLD, IDLE, REPS, Page, ScriptedService, choose, running_page

pytestmark = pytest.mark.asyncio(loop_scope="module")

OVER = replace(REPS, tension_n=68.0, zone="over")
LOST = replace(
    REPS,
    available=False,
    tension_n=None,
    zone="unknown",
    link="searching",
    link_text="Looking for the sensor: wake it and keep it within reach.",
)


LONG = "Check the band for cracks and the anchor for a firm hold. Say go when you are ready."
LED = SessionState(
    state="active",
    plan="calm",
    title="Sciatic nerve floss",
    side="left",
    set_number=1,
    sets=2,
    text="Bend, toes towards you.",
)


@asynccontextmanager
async def opened(
    browser: BrowserContext, *bands: BandState
) -> AsyncGenerator[tuple[Page, Tab], None]:
    """The page in a tab; at the end nothing was forbidden, and nothing came from elsewhere."""
    async with running_page(ScriptedService(*bands)) as page:
        tab = await browser.new_page()
        wrong: list[str] = []
        asked: list[str] = []
        tab.on("console", lambda message: wrong.append(message.text))
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.on("request", lambda request: asked.append(request.url))
        await tab.goto(page.url)
        await tab.wait_for_selector(".band" if bands else "#no-band")
        yield page, tab
        assert wrong == []
        assert await tab.evaluate("window.forbidden") == []
        assert [url for url in asked if not url.startswith(page.url)] == []
        await tab.close()


async def allow_sound(tab: Tab) -> None:
    button = tab.get_by_role("button", name="Allow sound")
    await button.click()
    await expect(button).to_be_hidden()
    await wait_heard(tab, Tone.DONE)


async def wait_heard(tab: Tab, *tones: Tone) -> None:
    """Wait until exactly these tones were begun since the last look."""
    await tab.wait_for_function("count => window.heard.length >= count", arg=len(tones))
    lengths_s = await tab.evaluate("window.heard.splice(0)")
    assert lengths_s == pytest.approx([length_s(tone) for tone in tones], abs=0.002)


def length_s(tone: Tone) -> float:
    return len(pcm(tone)) / 2 / RATE_HZ


async def needle_deg(tab: Tab) -> float:
    turn: str = await tab.eval_on_selector(".needle", "n => n.style.rotate")
    return float(turn.removesuffix("deg"))


async def test_the_gauge_follows_the_band(browser: BrowserContext) -> None:
    async with opened(browser, REPS) as (page, tab):
        await expect(tab.locator(".digits")).to_have_text("41")
        await expect(tab.locator(".word")).to_have_text("in zone")
        await expect(tab.locator(".reps")).to_have_text("7 / 10")
        await expect(tab.locator(".title")).to_have_text("Seated row")
        shape = await tab.locator(".zone path").get_attribute("d")
        before_deg = await needle_deg(tab)
        page.service.bands = (replace(OVER, reps=8),)
        await expect(tab.locator(".digits")).to_have_text("68")
        await expect(tab.locator(".word")).to_have_text("over limit")
        await expect(tab.locator(".reps")).to_have_text("8 / 10")
        assert await needle_deg(tab) > before_deg
        assert await tab.locator(".zone path").get_attribute("d") != shape
        assert await tab.locator(".arcs .now").get_attribute("data-zone") == "over"


async def test_a_hold_shows_its_seconds(browser: BrowserContext) -> None:
    async with opened(browser, HOLD) as (page, tab):
        await expect(tab.locator(".hold-time")).to_have_text("12 / 30 s")
        bar = tab.get_by_role("progressbar", name="Hold")
        await expect(bar).to_have_attribute("aria-valuenow", "12")
        await expect(tab.locator(".reps")).to_be_hidden()
        page.service.bands = (replace(HOLD, hold_s=20.9),)
        await expect(tab.locator(".hold-time")).to_have_text("20 / 30 s")


async def test_an_alert_is_shown_sounded_and_acknowledged(browser: BrowserContext) -> None:
    async with opened(browser, OVER) as (page, tab):
        await allow_sound(tab)
        page.alert("alert_raised", AlertCode.TENSION_LIMIT)
        alert = tab.get_by_role("alert")
        await expect(alert).to_contain_text("Ease off: the pull is over the limit.")
        await wait_heard(tab, Tone.EASE)
        page.alert("alert_raised", AlertCode.TENSION_CEILING)
        await expect(alert).to_contain_text("Stop. Lie still, let the band go slowly.")
        await wait_heard(tab, Tone.STOP)
        await tab.get_by_role("button", name="Got it").click()
        await expect(tab.locator("#reply")).to_have_text("Noted.")
        assert page.service.commands == [("ack", None)]
        page.happen("acknowledged", codes=["tension_ceiling", "tension_limit"])
        await expect(tab.get_by_role("button", name="Got it")).to_be_hidden()
        await expect(alert).to_be_visible()
        page.alert("alert_cleared", AlertCode.TENSION_CEILING)
        page.alert("alert_cleared", AlertCode.TENSION_LIMIT)
        await expect(alert).to_be_hidden()
        assert await tab.evaluate("window.heard") == []


async def test_movements_are_heard(browser: BrowserContext) -> None:
    async with opened(browser, REPS) as (page, tab):
        await allow_sound(tab)
        page.happen("rep", grade="partial")
        page.happen("hold_started")
        await wait_heard(tab, Tone.HOLD_STARTED)


async def test_stop_is_one_key_away(browser: BrowserContext) -> None:
    async with opened(browser, REPS) as (page, tab):
        await tab.get_by_role("button", name="It tingles").focus()
        await tab.keyboard.press("Enter")
        await expect(tab.locator("#reply")).to_have_text("Stopped.")
        assert page.service.commands == [("stop:tingle", None)]


async def test_an_exercise_is_picked_and_started(browser: BrowserContext) -> None:
    async with opened(browser, IDLE) as (page, tab):
        await tab.get_by_label("Exercise").select_option("Seated row")
        await tab.get_by_role("button", name="Start").click()
        await expect(tab.locator("#reply")).to_have_text("Begun.")
        assert page.service.commands == [("start:seated-row", None)]


async def test_a_wrong_zero_can_be_set_right_in_the_middle_of_a_set(
    browser: BrowserContext,
) -> None:
    async with opened(browser, REPS) as (page, tab):
        tare = tab.get_by_role("button", name="Tare")
        await expect(tare).to_be_hidden()
        page.alert("alert_raised", AlertCode.TARE_INVALID)
        await tab.get_by_role("button", name="Got it").click()
        page.happen("acknowledged", codes=["tare_invalid"])
        await tare.click()
        await expect(tab.locator("#reply")).to_have_text("Zeroed.")


async def test_a_lost_sensor_has_no_zone_and_says_what_to_do(browser: BrowserContext) -> None:
    async with opened(browser, REPS) as (page, tab):
        await expect(tab.locator(".word")).to_have_text("in zone")
        page.service.bands = (LOST,)
        await expect(tab.locator(".word")).to_have_text("no data")
        await expect(tab.locator(".digits")).to_have_text("\N{EN DASH}")
        await expect(tab.locator(".needle")).to_be_hidden()
        await expect(tab.locator(".note")).to_have_text(LOST.link_text)


async def test_a_service_without_a_sensor_says_what_to_do(browser: BrowserContext) -> None:
    async with opened(browser) as (_, tab):
        await expect(tab.locator("#no-band")).to_have_text(
            "No sensor is set up yet: Menu, Set-up finds one."
        )


async def test_a_state_that_stands_still_is_not_shown_as_a_zone(browser: BrowserContext) -> None:
    async with opened(browser, REPS) as (page, tab):
        await expect(tab.locator(".word")).to_have_text("in zone")
        page.service.awake = False
        await expect(tab.locator(".word")).to_have_text("no data")


async def test_a_silent_service_is_told_and_heard(browser: BrowserContext) -> None:
    async with opened(browser, REPS) as (page, tab):
        await allow_sound(tab)
        page.fall_silent()
        await expect(tab.locator(".word")).to_have_text("no data")
        await expect(tab.get_by_role("alert")).to_contain_text("No connection to bandmate")
        await wait_heard(tab, Tone.LOST)


async def test_silence_counts_from_well_under_a_second(browser: BrowserContext) -> None:
    async with opened(browser, REPS) as (_, tab):
        zones = await tab.evaluate(
            """async (band) => {
              const { apply, initial, zoneOf } = await import("/model.js");
              const model = apply(initial, { type: "state", bands: [band], sinks: [] }, 0);
              return [0, 600, 900].map((nowMs) => zoneOf(model, band, nowMs));
            }""",
            {"band": "left", "t_s": 1, "tension_n": 40, "available": True, "zone": "in"}
            | {"limits": REPS.limits},
        )
    assert zones == ["in", "in", "stale"]


async def test_motion_and_heart_rate_are_shown_in_their_own_units(browser: BrowserContext) -> None:
    shank = replace(IDLE, band="shank", tension_n=None, zone="unknown", angle_deg=41.6, reps=3)
    heart = replace(IDLE, band="heart", tension_n=None, zone="unknown", heart_rate_bpm=72.0)
    async with opened(browser, shank, heart) as (_, tab):
        await expect(tab.locator(".digits")).to_have_text(["42", "72"])
        await expect(tab.locator(".unit")).to_have_text(["°", "bpm"])
        await expect(tab.locator(".word")).to_have_text(["angle", "heart rate"])
        await expect(tab.locator(".reps").first).to_have_text("3")


async def test_the_page_comes_back_with_the_service(
    browser: BrowserContext, free_port: int
) -> None:
    tab = await browser.new_page()
    async with running_page(ScriptedService(REPS), free_port) as page:
        await tab.goto(page.url)
        await expect(tab.locator(".word")).to_have_text("in zone")
    await expect(tab.locator(".word")).to_have_text("no data")
    await expect(tab.get_by_role("alert")).to_contain_text("Trying again")
    await tab.get_by_role("button", name="It tingles").click()
    await expect(tab.locator("#reply")).to_contain_text("the stop is not recorded")
    async with running_page(ScriptedService(OVER), free_port):
        await expect(tab.locator(".word")).to_have_text("over limit")
        await expect(tab.get_by_role("alert")).to_be_hidden()
    await tab.close()


SIZES = [(360, 640), (844, 390), (1280, 800)]

# What sticks out of its part of the page or of the window, or is cut off, by its words.
STICKS_OUT = """() => [...document.querySelectorAll("body *")]
  .filter((node) => node.checkVisibility() && node.matches(
    "button, select, .dial, .digits, .word, .reps, .hold-time, .trace, .note, .message, .fixed"))
  .filter((node) => {
    const box = node.getBoundingClientRect();
    const area = (node.closest("section, aside, footer") ?? document.body).getBoundingClientRect();
    const turns = node.matches(".dial"); // its pointer's square does, and is empty there
    const cut = !turns && node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0;
    return cut || area.left < 0 || area.right > innerWidth || area.bottom > innerHeight
      || box.left < area.left - 1 || box.top < area.top - 1
      || box.right > area.right + 1 || box.bottom > area.bottom + 1;
  })
  .map((node) => node.textContent || node.className)"""

DIGIT_HEIGHT = """(node) => {
  const context = document.createElement("canvas").getContext("2d");
  const { fontWeight, fontSize, fontFamily } = getComputedStyle(node);
  context.font = `${fontWeight} ${fontSize} ${fontFamily}`;
  return context.measureText("0").actualBoundingBoxAscent / innerHeight;
}"""


@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_all_fits_and_is_read_from_the_floor(
    browser: BrowserContext, width: int, height: int
) -> None:
    right = replace(OVER, band="right", exercise="abduction", title="Standing hip abduction")
    async with opened(browser, REPS) as (page, tab):
        await tab.set_viewport_size({"width": width, "height": height})
        for bands in ((IDLE,), (REPS,), (HOLD,), (LOST,), (REPS, right)):
            await show(page, tab, bands)
            assert await tab.evaluate(STICKS_OUT) == []
            for digits in await tab.locator(".digits").all():
                assert await digits.evaluate(DIGIT_HEIGHT) >= 1 / 8
        for state in ("active", "explaining"):
            page.service.session_state = replace(LED, state=state, text=LONG)
            await expect(tab.locator("#guide .said")).to_have_text(LONG)
            assert await tab.evaluate(STICKS_OUT) == []
        page.service.session_state = None
        page.alert("alert_raised", AlertCode.BAND_RELEASE)
        await expect(tab.get_by_role("alert")).to_be_visible()
        for bands in ((LOST,), (HOLD,), (replace(REPS, tension_n=104.0), right)):
            await show(page, tab, bands)
            assert await tab.evaluate(STICKS_OUT) == []
        # With everything open that can be, the stop button is still the one that is hit.
        await tab.locator("summary").click()
        await tab.get_by_role("button", name="It tingles").click()
        await expect(tab.locator("#reply")).to_be_visible()
        await tab.get_by_role("button", name="It tingles").click(trial=True)
        await tab.get_by_role("button", name="Got it").click(trial=True)


async def show(page: Page, tab: Tab, bands: Sequence[BandState]) -> None:
    page.service.bands = tuple(bands)
    digits = ["\N{EN DASH}" if b.tension_n is None else f"{b.tension_n:.0f}" for b in bands]
    await expect(tab.locator(".digits")).to_have_text(digits)
    await expect(tab.locator(".title")).to_have_text([band.title for band in bands])


async def test_nothing_moves_but_by_what_is_measured(browser: BrowserContext) -> None:
    moving = """() => [...document.querySelectorAll("*")].filter((node) => {
      const { transitionDuration, animationName } = getComputedStyle(node);
      return transitionDuration !== "0s" || animationName !== "none";
    }).length"""
    async with opened(browser, HOLD) as (_, tab):
        assert await tab.evaluate(moving) == 0
        await tab.eval_on_selector(".needle", "n => (n.style.transition = 'rotate 1s')")
        assert await tab.evaluate(moving) > 0


async def test_a_session_is_chosen_and_its_check_answered(browser: BrowserContext) -> None:
    async with opened(browser, IDLE) as (page, tab):
        await tab.get_by_role("button", name="Session").click()
        await tab.get_by_label("Plan").select_option("calm")
        await tab.get_by_label("Begin with").select_option("right")
        await tab.get_by_role("button", name="Begin").click()
        await expect(tab.locator("#reply")).to_have_text("The session begins.")
        (begun,) = page.service.led
        assert (begun.ask, begun.plan, begun.person, begun.side) == ("begin", "calm", "me", "right")
        questions = (("latex", "Is latex a problem for you?"), ("both_legs", "Both legs?"))
        page.service.session_state = replace(LED, state="checking", questions=questions)
        await choose(tab, "Pain now", "3")
        await choose(tab, "Felt down to", "buttock or thigh")
        await tab.get_by_label("Both legs?").check()
        await tab.get_by_role("button", name="Answer").click()
        await expect(tab.locator("#reply")).to_have_text("Noted.")
        told = page.service.led[-1]
        assert (told.pain, told.distal, told.tingling, told.yes) == (3, 2, False, ("both_legs",))
        page.service.session_state = replace(LED, state="ready")
        await expect(tab.get_by_role("dialog")).to_be_hidden()


async def test_plans_of_one_person_are_offered_to_nobody_else(browser: BrowserContext) -> None:
    async with opened(browser, IDLE) as (_, tab):
        await tab.get_by_role("button", name="Session").click()
        calm = await tab.locator("#plan option").all_inner_texts()
        for person, titles in (
            ("bert", calm),
            ("anna", ["Anna's own", "Anna's more"]),
            ("an", calm),
        ):
            await tab.locator("#person").fill(person)
            await expect(tab.locator("#plan option")).to_have_text(titles)


async def test_a_session_is_followed_and_led(browser: BrowserContext) -> None:
    async with opened(browser, REPS) as (page, tab):
        page.service.session_state = LED
        guide = tab.get_by_role("region", name="Session")
        where = "active · Sciatic nerve floss · left side · set 1 of 2"
        await expect(guide.locator(".where")).to_have_text(where)
        await expect(guide.locator(".said")).to_have_text("Bend, toes towards you.")
        await expect(tab.get_by_role("button", name="Other side")).to_be_hidden()
        await expect(tab.get_by_role("button", name="End set")).to_be_hidden()
        await tab.get_by_role("button", name="Pause").click()
        await expect(tab.locator("#reply")).to_have_text("Paused.")
        page.service.session_state = replace(LED, state="paused", text="Paused.")
        await tab.get_by_role("button", name="Go on").click()
        await expect(tab.locator("#reply")).to_have_text("Going on.")
        page.service.session_state = replace(LED, state="resting", left_s=65)
        await expect(guide.locator(".where")).to_contain_text("resting 1:05 · Sciatic")
        await tab.get_by_role("button", name="Other side").click()
        await expect(tab.locator("#reply")).to_have_text("Sides changed.")
        assert [lead.ask for lead in page.service.led] == ["pause", "resume", "swap"]
        done = "2 of 2 sets, 100 % of the dose. That is all for today."
        page.service.bands = (IDLE,)
        page.service.session_state = replace(LED, state="done", text=done, title="", sets=0)
        await expect(guide.locator(".said")).to_have_text(done)
        await expect(tab.get_by_role("button", name="Pause")).to_be_hidden()
        # It stays to be read until something else is done.
        page.service.bands = (REPS,)
        await expect(guide).to_be_hidden()


async def test_the_stop_stays_in_reach_while_something_is_asked(browser: BrowserContext) -> None:
    async with opened(browser, IDLE) as (page, tab):
        await tab.set_viewport_size({"width": 1280, "height": 800})
        page.service.session_state = replace(LED, state="asking", text="How is it now?")
        await expect(tab.get_by_role("dialog")).to_be_visible()
        await tab.get_by_role("button", name="It tingles").click()
        await expect(tab.locator("#reply")).to_have_text("Stopped.")

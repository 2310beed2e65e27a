"""Set-up by the real page: a sensor is found, named, tried, kept, and the service begins anew."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Locator, Page, expect

from app.household import LEFT, ONE_BAND, QUIET, RIGHT, Household, household
from bandmate.app.config_file import read_config
from bandmate.domain.setting_up import CurveState, Question, SeenSensor, SetupState, WayTest
from web.scripted import IDLE, ScriptedService, running_page
from web.test_accessible import faults

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]

PHONE, DESKTOP = (360, 640), (1280, 800)
WITHIN_MS = 45_000.0

# What leaves the window to the side, or is too small for a finger.
OUTSIDE = """() => [...document.querySelectorAll("#view-setup *")]
  .filter((node) => node.checkVisibility())
  .filter((node) => {
    const { left, right, height, width } = node.getBoundingClientRect();
    const small = node.matches("button, input") && (height < 44 || width < 44);
    return left < 0 || right > innerWidth + 0.5 || small;
  })
  .map((node) => node.id || node.textContent)"""


class Person:
    """Somebody before the page's set-up."""

    def __init__(self, tab: Page) -> None:
        self.tab = tab
        self.talk = tab.locator("#talk")

    def button(self, name: str | re.Pattern[str]) -> Locator:
        return self.tab.locator("#view-setup").get_by_role("button", name=name)

    async def hears(self, text: str) -> None:
        log = self.tab.get_by_role("log")
        await expect(log).to_contain_text(text, timeout=WITHIN_MS)

    async def is_asked(self, text: str) -> None:
        await expect(self.tab.locator("#talk-asked")).to_contain_text(text, timeout=WITHIN_MS)

    async def finds_and_takes(self, address: str) -> None:
        await self.button("Find sensors").click()
        await self.button(re.compile(f"^Use .*{address}$")).click(timeout=WITHIN_MS)

    async def names(self, name: str) -> None:
        await self.is_asked("What is the band called?")
        await self.tab.locator("#talk-input").fill(name)
        await self.button("Answer").click()

    async def leaves_it_slack_without_a_weight(self) -> None:
        await self.is_asked("Let it hang without a load.")
        await self.button("Go on").click()
        await self.is_asked("how many kg?")
        await self.button("Answer").click()

    async def fits(self) -> None:
        assert await self.tab.evaluate(OUTSIDE) == []
        await self.tab.locator("#tingle").click(trial=True)


@asynccontextmanager
async def at_the_page(
    browser: BrowserContext, house: Household, size: tuple[int, int] = PHONE
) -> AsyncGenerator[Person]:
    tab = await browser.new_page()
    wrong: list[str] = []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    await tab.set_viewport_size({"width": size[0], "height": size[1]})
    await tab.goto(house.running.page_url)
    await tab.get_by_role("button", name="Menu").click()
    await tab.get_by_role("button", name="Set-up").click()
    yield Person(tab)
    assert wrong == []
    assert await tab.evaluate("window.forbidden") == []
    await tab.close()


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
async def test_a_sensor_becomes_a_band_by_the_page(
    browser: BrowserContext, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with (
        household(tmp_path, LEFT, RIGHT, config=ONE_BAND) as house,
        at_the_page(browser, house, size) as person,
    ):
        await house.streaming("left")
        await person.fits()
        await person.finds_and_takes(RIGHT)
        await person.fits()
        await person.names("thigh")
        await person.hears("It sends")
        await person.leaves_it_slack_without_a_weight()
        await person.is_asked("Do 3 movements")
        house.moves = True
        await person.button("Yes").click()
        picture = person.tab.get_by_role("img", name="Your movements, 3 found")
        await expect(picture).to_be_visible(timeout=WITHIN_MS)
        await expect(picture.locator("canvas")).to_be_visible()
        await person.is_asked("Three?")
        house.moves = False
        await person.fits()
        first_url = house.running.page_url
        await person.button("Yes").click()
        # The service has begun anew, at the same address; the page came back by itself.
        await person.hears("Band thigh was added")
        assert house.running.page_url == first_url
        assert len(house.lives) == 2
        rows = person.tab.locator("#setup-bands li")
        await expect(rows).to_have_count(2)
        await expect(rows.nth(1)).to_contain_text("streaming", timeout=WITHIN_MS)
        await house.streaming("thigh")
        await house.streaming("left")
        await person.button("Close").click()
        await expect(person.talk).to_be_hidden()
        await expect(person.button("Find sensors")).to_be_focused()
    assert house.path.read_text().startswith("# mine\n")
    left, thigh = read_config(house.path, {}).band
    assert (left.name, left.address) == ("left", LEFT)
    assert (thigh.name, thigh.profile, thigh.address) == ("thigh", "tindeq-progressor", RIGHT)


async def test_whoever_cancels_half_way_leaves_all_as_it_was(
    browser: BrowserContext, tmp_path: Path
) -> None:
    async with household(tmp_path, RIGHT) as house, at_the_page(browser, house) as person:
        await expect(person.tab.locator("#setup-no-sensor")).to_be_visible()
        await person.finds_and_takes(RIGHT)
        await person.names("left")
        await person.is_asked("Let it hang without a load.")
        await person.button("Cancel").click()
        await person.hears("Cancelled. Nothing was changed.")
        await person.button("Close").click()
        await expect(person.talk).to_be_hidden()
        assert house.path.read_text() == QUIET
        # The sensor was let go of: it is found again.
        await person.finds_and_takes(RIGHT)
        await person.is_asked("What is the band called?")
        await expect(person.tab.locator("#talk-input")).to_have_value("left")
        assert len(house.lives) == 1


async def test_by_keyboard_alone_and_a_band_is_zeroed_and_counted(
    browser: BrowserContext, tmp_path: Path
) -> None:
    async with (
        household(tmp_path, LEFT, config=ONE_BAND) as house,
        at_the_page(browser, house) as person,
    ):
        await house.streaming("left")
        await expect(person.tab.locator("#view-setup header button")).to_be_focused()
        await expect(person.button("Zero left")).to_be_enabled(timeout=WITHIN_MS)
        await person.tab.keyboard.press("Tab")
        await expect(person.button("Zero left")).to_be_focused()
        await person.tab.keyboard.press("Enter")
        answer = person.tab.locator("#setup-bands .came-to")
        await expect(answer).to_contain_text("Zeroed:", timeout=WITHIN_MS)
        house.moves = True
        await person.tab.keyboard.press("Tab")
        await person.tab.keyboard.press("Space")
        await person.is_asked("Three?")
        await expect(person.button("Yes")).to_be_focused()
        await person.tab.keyboard.press("Enter")
        await person.hears("Good. So they are counted.")
        assert not any(event.name == "set_started" for event in house.events)


async def test_while_a_set_runs_nothing_can_be_pressed(
    browser: BrowserContext, tmp_path: Path
) -> None:
    async with (
        household(tmp_path, LEFT, config=ONE_BAND) as house,
        at_the_page(browser, house) as person,
    ):
        await house.streaming("left")
        await house.running.service.command("start:free_reps")
        await expect(person.tab.locator("#setup-busy")).to_be_visible()
        await expect(person.button("Find sensors")).to_be_disabled()
        await expect(person.button("Count movements of left")).to_be_disabled()
        await house.running.service.command("stop")
        await expect(person.tab.locator("#setup-busy")).to_be_hidden()
        await expect(person.button("Find sensors")).to_be_enabled()


async def test_sound_and_ways_out_say_how_they_stand(
    browser: BrowserContext, tmp_path: Path
) -> None:
    async with household(tmp_path) as house, at_the_page(browser, house) as person:
        await person.button("Ease off, on this page").click()
        await person.tab.wait_for_function("() => window.heard.length === 1")
        await person.button("Stop, on the computer").click()
        came_to = person.tab.locator('[data-part="sound"]')
        await expect(came_to).to_contain_text("It does not work: switched off by [sound] output")
        await expect(person.tab.locator('[data-way="mqtt"]')).to_contain_text("Not set up.")
        await expect(person.button("Test the broker")).to_be_hidden()


SENSOR = SeenSensor(LEFT, "Progressor 1", "Tindeq Progressor", "weak", 40.0, "left")
NEW = SeenSensor(RIGHT, "Progressor 2", "Tindeq Progressor", "strong")
CURVE = CurveState("N", (0.0, 1.0, 2.0, 3.0), (0.0, 9.0, 1.0, 0.0), ((1.0, 9.0),))
TALK = SetupState(about="pair", state="running", lines=("Looking for sensors.",))
TALKS = (
    replace(TALK, sensors=(SENSOR, NEW), question=Question(1, "pick", "Which sensor is it?")),
    replace(TALK, question=Question(2, "choose", "What is it?", ("this", "that"))),
    replace(TALK, question=Question(3, "ask", "How many kg?")),
    replace(TALK, question=Question(4, "agree", "Three?"), curve=CURVE),
    replace(TALK, state="failed", tests=(WayTest("sound", "trouble", "no output", "Plug it in."),)),
)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP])
async def test_no_state_of_a_conversation_breaks_wcag(
    browser: BrowserContext, size: tuple[int, int], language: str
) -> None:
    async with running_page(ScriptedService(IDLE), language=language) as page:
        tab = await browser.new_page()
        await tab.set_viewport_size({"width": size[0], "height": size[1]})
        await tab.goto(page.url)
        await tab.locator("#menu").click()
        await tab.locator("#view-menu [data-view=setup]").click()
        for talk in TALKS:
            page.service.setup_state = talk
            state = tab.locator(f'#talk[data-state="{talk.state}"]')
            await expect(state).to_be_visible()
            if talk.question is not None:
                await expect(tab.locator("#talk-asked")).to_have_text(talk.question.text)
            assert await faults(tab) == [], talk
            await Person(tab).fits()
        await tab.close()

"""The view of earlier sessions and the report, in a real browser."""

import asyncio
import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Route, expect
from playwright.async_api import Page as Tab

from app.kept import RUN, a_session, free_sets, keep, pulls
from app.test_people import entry
from bandmate.app.library import Library
from bandmate.app.reports.archive import Archive
from bandmate.app.reports.page_history import PageHistory
from bandmate.app.reports.report import report
from bandmate.catalog.page_words import load_page_words
from bandmate.catalog.texts import load_texts
from bandmate.domain.records import EventRecord, Record
from bandmate.web.history import history_routes
from web.scripted import REPS, ScriptedService, running_page

pytestmark = pytest.mark.asyncio(loop_scope="module")

SIZES = [(360, 640), (1280, 800)]
MONDAY = date(2026, 1, 5)


@pytest.fixture(scope="module")
def records() -> Sequence[Record]:
    """Flosses on both sides and a traction, with pulls over the limit; and free sets."""
    host = a_session(
        "supine_sciatic_floss", "banded_leg_traction", shown={(9.0, 12.0): 41.0, (20.0, 20.3): 45.0}
    )
    return [*host.records(), *free_sets(pulls(), from_s=host.now_s + 30.0)]


@pytest.fixture
def archive(tmp_path: Path, records: Sequence[Record]) -> Archive:
    found = keep(tmp_path, records)
    for week, (pain, distal) in enumerate([(6, 4), (5, 4), (4, 3), (3, 2)]):
        for n in range(3):
            found.people.append(
                "p1",
                entry(
                    f"s{week}-g{n}",
                    day=MONDAY + timedelta(days=7 * week + n),
                    pain_before=pain,
                    pain_after=pain - 1,
                    distal_before=distal,
                    distal_after=None if week == 1 else distal,
                    in_zone_share=None if week == 2 else 0.8,
                ),
            )
    return found


@asynccontextmanager
async def opened(
    browser: BrowserContext, archive: Archive, size: tuple[int, int]
) -> AsyncGenerator[Tab, None]:
    """The view, open; at the end nothing was forbidden."""
    routes = history_routes(PageHistory(archive, Library()))
    async with running_page(ScriptedService(REPS), more=routes) as page:
        tab = await browser.new_page()
        await tab.set_viewport_size({"width": size[0], "height": size[1]})
        wrong: list[str] = []
        tab.on("console", lambda message: wrong.append(message.text))
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        await tab.goto(page.url)
        await tab.get_by_role("button", name="Menu").click()
        await tab.get_by_role("button", name="Sessions").click()
        yield tab
        assert wrong == []
        assert await tab.evaluate("window.forbidden") == []
        await tab.close()


@pytest.mark.parametrize("size", SIZES)
async def test_sessions_are_listed_with_their_report_and_tables(
    browser: BrowserContext, archive: Archive, size: tuple[int, int]
) -> None:
    async with opened(browser, archive, size) as tab:
        # The one person there stands there already; before that a choice would be overtaken.
        await expect(tab.locator("#whose")).to_have_value("p1")
        await tab.get_by_label("Person").first.select_option("")
        rows = tab.locator("#past li")
        await expect(rows).to_have_count(2)
        await expect(rows.nth(0)).to_contain_text("Free sets")
        await expect(rows.nth(1)).to_contain_text("pain 3 to 1")
        await expect(rows.nth(1)).to_contain_text("over the limit: 2")
        boxes = [await link.bounding_box() for link in await tab.locator("#past a").all()]
        assert len(boxes) == 4
        for box in boxes:
            assert box is not None
            assert box["height"] >= 44
            assert box["x"] + box["width"] <= size[0]
        async with tab.context.expect_page() as coming:
            await rows.nth(1).get_by_role("link", name=re.compile("^Report of")).click()
        page = await coming.value
        await expect(page.get_by_role("heading", level=1)).to_have_text("Exercise report")
        await expect(page.locator("svg[role=img]")).to_have_count(5)
        assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == (
            "rgb(255, 255, 255)"
        )
        await page.close()
        async with tab.expect_download() as saving:
            await rows.nth(1).get_by_role("link", name=re.compile("^Tables")).click()
        saved = await saving.value
        assert saved.suggested_filename == f"bandmate-{RUN}-g1.zip"


@pytest.mark.parametrize("size", SIZES)
async def test_trends_are_drawn_with_a_table_behind_each(
    browser: BrowserContext, archive: Archive, size: tuple[int, int]
) -> None:
    async with opened(browser, archive, size) as tab:
        # The one person there is stands there already.
        await expect(tab.locator("#whose")).to_have_value("p1")
        await expect(tab.locator("#trends figure")).to_have_count(4)
        await expect(tab.locator("#trends .told")).to_contain_text(
            "moves up towards the back (4 weeks, 12 sessions)"
        )
        await expect(tab.locator("#trends .told")).to_contain_text("3 lower than in the first week")
        work = tab.locator("#trends figure").nth(1)
        await work.locator("summary").click()
        row = work.locator("tbody tr").nth(2)
        await expect(row.locator("td")).to_have_text(["100", "\N{EN DASH}", "3"])
        # The week without a measure is a break in the line, not a line across it.
        line = await work.locator(".line.s1").get_attribute("d")
        assert line is not None
        assert line.count("M") == 2
        await expect(work.locator(".dot.s1")).to_have_count(3)
        await expect(tab.locator("#trends figure").nth(3).locator("table")).to_contain_text(
            "4 the calf"
        )
        wide = await tab.evaluate("document.querySelector('#view-sessions').scrollWidth")
        assert wide <= size[0]
        await expect(tab.locator("#tingle")).to_be_in_viewport()


async def test_earlier_sessions_come_on_request(browser: BrowserContext, tmp_path: Path) -> None:
    records: list[Record] = []
    for number in range(1, 26):
        run = f"2026{number:04d}t100000-ab12"
        records += free_sets(pulls(), length_s=1.0, run=run)
    async with opened(browser, keep(tmp_path, records), SIZES[0]) as tab:
        await expect(tab.locator("#past li")).to_have_count(20)
        await tab.get_by_role("button", name="Earlier sessions").click()
        await expect(tab.locator("#past li")).to_have_count(25)
        await expect(tab.get_by_role("button", name="Earlier sessions")).to_be_hidden()
        assert await tab.evaluate("document.activeElement.getAttribute('href')") == (
            "report/20260005t100000-ab12-20260102"
        )


async def test_earlier_sessions_leave_the_trends_alone(
    browser: BrowserContext, tmp_path: Path
) -> None:
    host, records = a_session(), list[Record]()
    for number in range(1, 23):
        told = host.records(f"2026{number:04d}t100000-ab12")
        records += [one for one in told if isinstance(one, EventRecord)]
    archive = keep(tmp_path, records)
    archive.people.append("p1", entry("s-g1", day=MONDAY))
    go_on = asyncio.Event()

    async def slow(route: Route) -> None:
        await go_on.wait()
        await route.continue_()

    async with opened(browser, archive, SIZES[0]) as tab:
        await expect(tab.locator("#trends figure")).to_have_count(4)
        await tab.locator("#whose").select_option("")
        await expect(tab.locator("#trends figure")).to_have_count(0)
        await tab.route("**/trends?*", slow)
        await tab.locator("#whose").select_option("p1")
        await tab.get_by_role("button", name="Earlier sessions").click()
        await expect(tab.locator("#past li")).to_have_count(22)
        go_on.set()
        await expect(tab.locator("#trends figure")).to_have_count(4)


async def test_without_sessions_the_view_says_so(browser: BrowserContext, tmp_path: Path) -> None:
    async with opened(browser, keep(tmp_path, []), SIZES[0]) as tab:
        await expect(tab.locator("#past")).to_have_text("There are no sessions yet.")
        await expect(tab.locator("#trends .told")).to_contain_text("choose whose")


@pytest.mark.parametrize("language", ["en", "de"])
async def test_a_usual_session_is_one_printed_page(
    browser: BrowserContext, archive: Archive, tmp_path: Path, language: str
) -> None:
    kept = archive.keep_of(archive.find(f"{RUN}-g1"))
    library = Library(words=load_texts(language), page=load_page_words(language))
    path = tmp_path / "report.html"
    path.write_text(report(kept.results, kept.readings, library), encoding="utf-8")
    tab = await browser.new_page()
    wrong: list[str] = []
    tab.on("console", lambda message: wrong.append(message.text))
    await tab.goto(path.as_uri())
    table = tab.locator("details table").last
    await expect(table).to_be_hidden()
    pdf = await tab.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    await tab.emulate_media(media="print")
    await expect(table).to_be_visible()
    for width, _ in SIZES:
        await tab.emulate_media(media="screen")
        await tab.set_viewport_size({"width": width, "height": 640})
        assert await tab.evaluate("document.documentElement.scrollWidth") <= width
    assert wrong == []
    await tab.close()

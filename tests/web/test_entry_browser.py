"""The way in, the installed page and its wake lock, in a real browser on a phone's screen."""

import asyncio
import base64
import hashlib
import shutil
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import ClientWebSocketResponse
from cryptography.hazmat.primitives import serialization
from playwright.async_api import BrowserContext, expect
from playwright.async_api import Page as Tab

from bandmate.domain.alerts import AlertCode
from bandmate.domain.records import SessionState
from bandmate.web import server
from bandmate.web.certificate import AUTHORITY_FILE, SERVER_FILE, Signed, keep_certificate
from bandmate.web.machine import machine_names
from bandmate.web.offer import Offer
from bandmate.web.page_files import page_files
from parts.waiting import until
from web.beyond import Beyond, beyond
from web.scripted import BEYOND, IDLE, REPS, ScriptedService, running_page

pytestmark = pytest.mark.asyncio(loop_scope="module")

PHONE = {"width": 360, "height": 640}
MANY = 50
DEAF = 5


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the certificate that the browser knows."""
    folder = tmp_path_factory.mktemp("page")
    keep_certificate(folder, machine_names(BEYOND.host), datetime.now(UTC))
    return folder


@pytest.fixture(scope="module")
def browser_arguments(made: Path) -> Sequence[str]:
    """It trusts the page as if its authority had been installed."""
    public = Signed.from_pem((made / SERVER_FILE).read_bytes()).key.public_key()
    der = public.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    digest = base64.b64encode(hashlib.sha256(der).digest()).decode()
    return [f"--ignore-certificate-errors-spki-list={digest}"]


@asynccontextmanager
async def on_a_phone(
    browser: BrowserContext, made: Path, folder: Path
) -> AsyncGenerator[tuple[Beyond, Tab]]:
    """A page beyond loopback in a tab of a phone's size; at the end nothing was forbidden."""
    for name in (AUTHORITY_FILE, SERVER_FILE):
        shutil.copy(made / name, folder / name)
    async with beyond(folder) as run:
        tab = await browser.new_page()
        await tab.set_viewport_size({"width": 360, "height": 640})
        wrong: list[str] = []
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        await tab.goto(run.url)
        yield run, tab
        assert wrong == []
        await tab.close()


async def enter(run: Beyond, tab: Tab) -> None:
    await tab.get_by_label("Code").fill(run.entrance.new_code())
    await tab.get_by_role("button", name="Let it in").click()
    await expect(tab.locator(".digits")).to_have_text("41")


async def kept_by_the_worker(tab: Tab) -> None:
    """Wait until the service worker has taken the page over, and kept its files."""
    await tab.evaluate("navigator.serviceWorker.ready")
    await tab.wait_for_function("navigator.serviceWorker.controller !== null")


async def test_a_phone_enters_the_code_and_the_page_works(
    browser: BrowserContext, made: Path, tmp_path: Path
) -> None:
    async with on_a_phone(browser, made, tmp_path) as (run, tab):
        await expect(tab).to_have_url(f"{run.url}/enter")
        await expect(tab.get_by_label("Code")).to_be_focused()
        await tab.get_by_label("Code").fill("1111 1111")
        await tab.keyboard.press("Enter")
        await expect(tab.get_by_role("alert")).to_contain_text("No code holds now")
        await enter(run, tab)
        await expect(tab).to_have_url(f"{run.url}/")
        await tab.get_by_role("button", name="It tingles").click()
        await expect(tab.locator("#reply")).to_have_text("Stopped.")
        assert run.page.service.commands == [("stop:tingle", None)]
        assert await tab.evaluate("window.forbidden") == []
        assert await tab.evaluate("document.cookie") == ""


async def test_the_way_in_fits_a_phone_and_needs_no_script(
    browser: BrowserContext, made: Path, tmp_path: Path
) -> None:
    async with on_a_phone(browser, made, tmp_path) as (run, tab):
        for path in ("enter", "certificate"):
            await tab.goto(f"{run.url}/{path}")
            wide = await tab.evaluate("document.documentElement.scrollWidth")
            assert wide <= PHONE["width"]
            heights = await tab.eval_on_selector_all(
                "a, button, input",
                "nodes => nodes.map(node => node.getBoundingClientRect().height)",
            )
            assert min(heights) >= 24
            assert await tab.locator("script").count() == 0
            assert await tab.evaluate("window.forbidden") == []


async def test_a_forgotten_device_is_shown_the_way_in(
    browser: BrowserContext, made: Path, tmp_path: Path
) -> None:
    async with on_a_phone(browser, made, tmp_path) as (run, tab):
        await enter(run, tab)
        await kept_by_the_worker(tab)
        label = run.entrance.devices[0].label
        await tab.evaluate(
            """label => fetch("devices", {
              method: "POST",
              headers: { "Content-Type": "application/json" },
              body: JSON.stringify({ do: "forget", label }),
            })""",
            label,
        )
        await expect(tab).to_have_url(f"{run.url}/enter")
        await tab.goto(run.url)
        await expect(tab).to_have_url(f"{run.url}/enter")


async def test_devices_are_listed_and_let_in_from_the_page(
    browser: BrowserContext, made: Path, tmp_path: Path
) -> None:
    async with on_a_phone(browser, made, tmp_path) as (run, tab), run.client() as other:
        await enter(run, tab)
        await run.let_in(other)
        await tab.get_by_role("button", name="Menu").click()
        await tab.get_by_role("button", name="Settings").click()
        view = tab.locator("#view-settings")
        await expect(view.locator("li")).to_have_count(2)
        await expect(view.locator("li").first).to_contain_text("Linux, this device")
        await expect(view.locator("li").nth(1)).to_contain_text("Device")
        await view.get_by_role("button", name="A code for another device").click()
        code = await view.locator(".devices-code").inner_text()
        await expect(view.locator(".devices-note")).to_contain_text("within 10 minutes")
        await view.locator("li").nth(1).get_by_role("button").click()
        await expect(view.locator("li")).to_have_count(2)
        await view.get_by_role("button", name="Tap again to forget").click()
        await expect(view.locator("li")).to_have_count(1)
        async with other.post(f"{run.url}/enter", json={"code": code}) as answer:
            assert answer.status == 200


async def test_the_page_opens_without_the_service(
    browser: BrowserContext, made: Path, tmp_path: Path
) -> None:
    async with on_a_phone(browser, made, tmp_path) as (run, tab):
        await enter(run, tab)
        await kept_by_the_worker(tab)
        await browser.set_offline(True)
        await tab.reload()
        await expect(tab.locator("#status summary")).to_contain_text("no connection")
        await expect(tab.get_by_role("button", name="It tingles")).to_be_visible()
        kept = await tab.evaluate(
            """async () => {
              const [name] = await caches.keys();
              const requests = await (await caches.open(name)).keys();
              return requests.map(({ url }) => new URL(url).pathname);
            }"""
        )
        assert {"/", "/app.js", "/words.js", "/tones/lost.wav"} <= set(kept)
        assert not {"/health", "/devices", "/enter", "/stream", "/worker.js"} & set(kept)
        assert "No data" in await tab.evaluate(
            "fetch('/health').then(() => 'kept', () => 'No data')"
        )
        await browser.set_offline(False)
        await expect(tab.locator(".digits")).to_have_text("41")


async def test_a_service_that_ended_leaves_the_page_and_a_new_one_replaces_it(
    browser: BrowserContext, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = ScriptedService(REPS)
    tab = await browser.new_page()
    async with running_page(service, free_port) as page:
        await tab.goto(page.url)
        await expect(tab.locator(".digits")).to_have_text("41")
        await kept_by_the_worker(tab)
    (before,) = await tab.evaluate("caches.keys()")
    await tab.reload()
    await expect(tab.get_by_role("alert")).to_contain_text("No connection to bandmate")

    def newer(offer: Offer) -> dict[str, tuple[str, bytes]]:
        files = page_files(offer)
        kind, worker = files["/worker.js"]
        return files | {"/worker.js": (kind, worker.replace(b'VERSION = "', b'VERSION = "new'))}

    monkeypatch.setattr(server, "page_files", newer)
    async with running_page(service, free_port):
        await tab.reload()
        await expect(tab.locator(".digits")).to_have_text("41")
        await tab.wait_for_function(
            "async before => { const names = await caches.keys(); "
            "return names.length === 1 && names[0] !== before; }",
            arg=before,
        )
    await tab.close()


async def alert_on(socket: ClientWebSocketResponse) -> str:
    """The alert that a page is told first."""
    while True:
        message = await socket.receive_json()
        if message["type"] == "alerts":
            return message["alerts"][0]["code"]


async def test_fifty_pages_get_every_alert_while_others_read_nothing(
    browser: BrowserContext, made: Path, tmp_path: Path
) -> None:
    async with (
        on_a_phone(browser, made, tmp_path) as (run, tab),
        run.client() as client,
    ):
        await enter(run, tab)
        await run.let_in(client)
        sockets = [await client.ws_connect(f"{run.url}/stream") for _ in range(MANY + DEAF)]
        # What is sent to the others stays where it is: nobody reads them.
        read = sockets[:MANY]
        await until(lambda: run.page.report.text == f"{MANY + DEAF + 1} open")
        for n in range(100):
            run.page.happen("hint", text="x" * 2_000, n=n)
        run.page.alert("alert_raised", AlertCode.TENSION_CEILING)
        async with asyncio.timeout(30):
            shown = await asyncio.gather(*map(alert_on, read))
        assert shown == ["tension_ceiling"] * MANY
        await expect(tab.get_by_role("alert")).to_contain_text("Stop. Lie still")


WAKE = """
window.held = 0;
class Lock extends EventTarget {
  release() { window.held -= 1; this.dispatchEvent(new Event("release")); }
}
Object.defineProperty(navigator, "wakeLock", { value: {
  async request() { window.held += 1; window.lock = new Lock(); return window.lock; },
} });
"""


async def test_the_screen_stays_on_while_a_set_runs(browser: BrowserContext) -> None:
    tab = await browser.new_page()
    await tab.add_init_script(WAKE)
    async with running_page(ScriptedService(REPS)) as page:
        await tab.goto(page.url)
        await holds(tab, 1)
        page.service.bands = (IDLE,)
        await holds(tab, 0)
        page.service.session_state = SessionState("resting", "calm", "Floss", "left", 1, 2, "Rest.")
        await holds(tab, 1)
        # The browser takes it away with the page out of sight, and is asked again.
        await tab.evaluate("lock.release()")
        await holds(tab, 0)
        await tab.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        await holds(tab, 1)
    await tab.close()


async def holds(tab: Tab, locks: int) -> None:
    """Wait until the page keeps the screen on, or no longer does."""
    await tab.wait_for_function("(locks) => window.held === locks", arg=locks)

"""A real browser, as a person would have it in front of them."""

from collections.abc import AsyncGenerator, Sequence

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, async_playwright

from parts.programs import part

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""It shall start where tests run, and talk to nobody."""

# What the page does is written down: the tones by their length, and everything it was forbidden.
RECORDER = """
window.heard = [];
window.forbidden = [];
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (...when) {
  window.heard.push(this.buffer.duration);
  return start.apply(this, when);
};
document.addEventListener("securitypolicyviolation", (event) => {
  window.forbidden.push(event.violatedDirective);
});
"""


@pytest.fixture(scope="module")
def browser_arguments() -> Sequence[str]:
    """What else the browser is started with; a module may have its own."""
    return ()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium(browser_arguments: Sequence[str]) -> AsyncGenerator[Browser, None]:
    """One browser for all tests of a module, which share its event loop."""
    async with async_playwright() as playwright:
        args = [*QUIET, *browser_arguments]
        browser = await playwright.chromium.launch(executable_path=part("chromium"), args=args)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def browser(chromium: Browser) -> AsyncGenerator[BrowserContext, None]:
    """A fresh profile of it."""
    context = await chromium.new_context()
    await context.add_init_script(RECORDER)
    yield context
    await context.close()

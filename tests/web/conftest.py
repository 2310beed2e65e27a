"""A real browser, as a person would have it in front of them."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import BrowserContext, async_playwright

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


@pytest_asyncio.fixture
async def browser(tmp_path: Path) -> AsyncGenerator[BrowserContext, None]:
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            tmp_path / "profile", executable_path=part("chromium"), args=QUIET
        )
        await context.add_init_script(RECORDER)
        yield context
        await context.close()

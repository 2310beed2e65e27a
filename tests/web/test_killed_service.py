"""The page of a service that is killed, and started again."""

import re
import signal
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, expect

from app.program import program
from app.rig import write_csv

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(150)]

WITHIN_MS = 30_000.0
CONFIG = """
[page]
port = {port}
[sound]
output = "off"
[[band]]
name = "left"
link = "replay:pull.csv"
exercise = "supine_sciatic_floss"
"""


async def test_the_page_says_so_and_comes_back_by_itself(
    browser: BrowserContext, free_port: int, tmp_path: Path
) -> None:
    write_csv(tmp_path / "pull.csv", lambda t_s: 15.0 + t_s % 1.0, 300.0)
    config = tmp_path / "config.toml"
    config.write_text(CONFIG.format(port=free_port))
    arguments = ("run", "--config", config)
    tab = await browser.new_page()
    async with program(tmp_path / "home", *arguments) as service:
        url = (await service.told("Coach page   ")).split()[-1]
        await tab.goto(url)
        await expect(tab.locator(".word")).to_have_text("in zone", timeout=WITHIN_MS)
        service.stop(signal.SIGKILL)
        await service.ended()
        await expect(tab.locator(".word")).to_have_text("no data")
        await expect(tab.get_by_role("alert")).to_contain_text("No connection to bandmate")
    async with program(tmp_path / "home", *arguments) as service:
        await service.told("Coach page   ")
        await expect(tab.locator(".word")).to_have_text("in zone", timeout=WITHIN_MS)
        await expect(tab.locator("#alert")).to_be_hidden()
        await expect(tab.locator(".digits")).to_have_text(re.compile("^1[56]$"))
    await tab.close()

"""A pull is seen in time: from the notification to the painted page."""

import statistics
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext

from bandmate.domain.alerts import AlertCode
from web.painting import paints_ms
from web.scripted import REPS, ScriptedService, running_page
from web.test_page import allow_sound

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]

STEPS_N = 30
ASKED_MS = 100.0
"""`make bench-page` holds it on a machine that does nothing else …"""
SLACK = 4.0
"""… and this many times longer it may take beside all other tests."""
MEDIAN_SLACK, P95_SLACK = 2.0, 4.0
"""The same of many, which are measured with no other test beside them: of a slower machine."""


@pytest.mark.alone
async def test_a_pull_and_its_alert_are_painted_in_time(
    chromium: Browser, tmp_path: Path, told_figure: Callable[[str], None]
) -> None:
    digits, alerts = await paints_ms(chromium, tmp_path, STEPS_N)
    assert len(alerts) >= STEPS_N // 2 - 1
    for what, taken_ms in (("digits", digits), ("alerts", alerts)):
        p95_ms = statistics.quantiles(taken_ms, n=20)[-1]
        median_ms = statistics.median(taken_ms)
        told_figure(f"notification to paint, {what}: p50 {median_ms:.0f} ms, p95 {p95_ms:.0f} ms")
        assert median_ms < ASKED_MS * MEDIAN_SLACK
        assert p95_ms < ASKED_MS * P95_SLACK


# When an alert came on the socket, when its tone began, and when its banner was painted.
TIMES = """
window.times = {};
const begin = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (...when) {
  const goes_out = this.numberOfOutputs === 1 && this.context.state === "running";
  if (window.times.heard && goes_out) window.times.sounded ??= performance.now();
  return begin.apply(this, when);
};
const property = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage");
Object.defineProperty(WebSocket.prototype, "onmessage", {
  set(hear) {
    property.set.call(this, hear && ((message) => {
      if (message.data.includes('"alert_raised"')) window.times.heard = performance.now();
      hear(message);
    }));
  },
});
document.addEventListener("DOMContentLoaded", () => {
  new MutationObserver(() => setTimeout(() => window.times.shown ??= performance.now()))
    .observe(document.getElementById("alert"), { attributeFilter: ["hidden"] });
});
"""


async def test_an_alert_is_shown_and_sounded_at_once(browser: BrowserContext) -> None:
    async with running_page(ScriptedService(REPS)) as page:
        tab = await browser.new_page()
        await tab.add_init_script(TIMES)
        await tab.goto(page.url)
        await allow_sound(tab)
        page.alert("alert_raised", AlertCode.TENSION_LIMIT)
        await tab.wait_for_function("() => window.times.shown && window.times.sounded")
        times = await tab.evaluate("window.times")
        assert times["shown"] - times["heard"] < ASKED_MS * SLACK
        assert times["sounded"] - times["heard"] < ASKED_MS * SLACK
        await tab.close()

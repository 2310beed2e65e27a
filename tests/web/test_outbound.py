"""What waits for one page: the order, and the bound."""

import asyncio

import pytest

from bandmate.web.outbound import Outbound


def never() -> None:
    pytest.fail("the page was given up")


async def test_alerts_overtake_events_which_overtake_state_levels_and_curves() -> None:
    page = Outbound(never)
    page.put_trace("trace")
    page.put_state("state")
    page.put_levels("levels")
    page.put_event("event 1")
    page.put_event("event 2")
    page.put_urgent("alert 1")
    page.put_urgent("alert 2")
    assert [await page.next() for _ in range(7)] == [
        "alert 1",
        "alert 2",
        "event 1",
        "event 2",
        "state",
        "levels",
        "trace",
    ]


async def test_only_the_newest_state_is_kept_and_no_levels_that_are_older() -> None:
    page = Outbound(never)
    for n in range(1000):
        page.put_levels(f"levels {n}")
        page.put_state(f"state {n}")
    assert await page.next() == "state 999"
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await page.next()


async def test_a_waiting_reader_is_woken() -> None:
    page = Outbound(never)
    reader = asyncio.create_task(page.next())
    await asyncio.sleep(0)
    page.put_urgent("alert")
    assert await reader == "alert"


async def test_a_page_that_is_too_far_behind_is_given_up() -> None:
    given_up: list[bool] = []
    page = Outbound(lambda: given_up.append(True), most=3)
    for n in range(3):
        page.put_event(str(n))
    assert not given_up
    page.put_event("3")
    assert given_up

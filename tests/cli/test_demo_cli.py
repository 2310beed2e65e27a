"""`bandmate demo` as a person starts it, with an empty home and nothing else installed."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from app.program import program
from parts.waiting import until


@pytest.mark.timeout(150)
@pytest.mark.alone
async def test_the_whole_demo(tmp_path: Path):
    # Sensor and service share a loop: at five times, a stall of 0.2 s is a lost signal.
    arguments = ("demo", "--speed", "5", "--no-page", "--json")

    async with program(tmp_path / "home", *arguments) as demo:
        assert await demo.ended() == 0

    events = demo.events()
    summary = events[-1]
    alerts = Counter(event["code"] for event in events if event["event"] == "alert_raised")
    assert summary["event"] == "summary"
    assert (summary["reps"], summary["holds"]) == (10, 1)
    assert (alerts["tension_limit"], alerts["signal_lost"]) == (1, 1)
    doses = [event["kind"] for event in events if event["event"] == "dose_reached"]
    assert doses == ["reps", "hold"]
    assert "the broker is back" in str(demo)
    assert "Traceback" not in str(demo)


async def test_two_at_once_end_after_their_time(tmp_path: Path):
    arguments = ("demo", "--speed", "15", "--json", "--for", "150")

    async with program(tmp_path / "home", *arguments) as one:
        first_page = await one.told("Coach page   http://127.0.0.1:")
        async with program(tmp_path / "home", *arguments) as other:
            second_page = await other.told("Coach page   http://127.0.0.1:")
            assert await asyncio.gather(one.ended(), other.ended()) == [0, 0]

    assert first_page != second_page
    for demo in (one, other):
        events = demo.events()
        assert events[0]["event"] == "tared"
        assert events[-1]["event"] == "summary"
        # The time counts from the first reading on; the tare comes soon after it.
        assert 140 < events[-1]["t_s"] - events[0]["t_s"] < 160
        assert "Traceback" not in str(demo)


async def test_ctrl_c_ends_it_in_order(tmp_path: Path):
    async with program(tmp_path / "home", "demo", "--speed", "10") as demo:
        await demo.told("rep 1")
        demo.stop()
        assert await demo.ended() == 0

    assert demo.out[0].startswith("Coach page   http://127.0.0.1:")
    assert "summary: 1 reps" in demo.out[-1]
    assert "Traceback" not in str(demo)


async def test_ctrl_c_at_once_ends_it_in_order(tmp_path: Path):
    async with program(tmp_path / "home", "demo", "--no-page") as demo:
        await until(lambda: demo.out)
        demo.stop()
        assert await demo.ended() == 0

    assert "Traceback" not in str(demo)

"""The watchdog, on a clock that the test turns."""

import asyncio

import pytest

from bandmate.link.watch import LOOKS, Watchdog, happens_before


class HandClock:
    """Every sleep is over at once; `on_sleep` is called in each."""

    def __init__(self, fed_looks: set[int]) -> None:
        self.looks = 0
        self._fed_looks = fed_looks
        self.watchdog: Watchdog | None = None

    def now(self) -> float:
        return float(self.looks)

    async def sleep(self, seconds: float) -> None:
        assert seconds == 1.0
        self.looks += 1
        if self.looks in self._fed_looks and self.watchdog:
            self.watchdog.feed()


@pytest.mark.parametrize(
    ("fed_looks", "over_after"),
    [(set[int](), LOOKS), ({1}, 1 + LOOKS), ({LOOKS}, 2 * LOOKS), ({1, 3, 7}, 7 + LOOKS)],
)
async def test_silence_is_a_row_of_looks_without_anything(fed_looks: set[int], over_after: int):
    clock = HandClock(fed_looks)
    clock.watchdog = Watchdog(clock, 1.0)
    await clock.watchdog.starved()
    assert clock.looks == over_after
    assert clock.watchdog.fed == bool(fed_looks)


async def test_the_event_or_the_end_whichever_is_first():
    event = asyncio.Event()
    assert not await happens_before(event, asyncio.sleep(0))
    asyncio.get_running_loop().call_soon(event.set)
    assert await happens_before(event, asyncio.sleep(60))


async def test_a_bug_in_what_is_waited_for_is_not_swallowed():
    async def broken() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await happens_before(asyncio.Event(), broken())

"""What happens to links when the host's Bluetooth goes and comes, told by a watch of the test."""

import asyncio
from collections.abc import Sequence
from typing import NoReturn

import pytest

from bandmate.errors import LinkError, LinkLostError, RadioUnavailableError
from bandmate.link.base import Sighting
from bandmate.link.bluez_state import BluezState
from bandmate.link.host import Held, Host, OnChange
from bandmate.link.status import Status
from bandmate.link.supervisor import keep_alive
from link.rig import FastClock, Notes
from parts.waiting import until

ON = BluezState().service(is_running=True).adapter("hci0", is_on=True)
OFF = ON.adapter("hci0", is_on=False)
DEAD = ON.service(is_running=False)


class FakeWatch:
    """A watch whose changes are made by `now_is`."""

    def __init__(self) -> None:
        self.state = ON
        self.is_open = False
        self.opened_n = 0
        self.refuses = False
        self.held_now: list[Held] = []
        self.ended: list[str] = []
        self._on_change: OnChange | None = None

    async def open(self, on_change: OnChange) -> "FakeWatch":
        if self.refuses:
            raise LinkLostError("no bus")
        self._on_change = on_change
        self.is_open = True
        self.opened_n += 1
        return self

    async def close(self) -> None:
        self.is_open = False

    async def held(self) -> Sequence[Held]:
        return self.held_now

    async def disconnect(self, held: Held) -> None:
        self.ended.append(held.path)

    async def forget(self, address: str) -> None:
        self.ended.append(address)

    def now_is(self, state: BluezState) -> None:
        before, self.state = self.state, state
        assert self._on_change is not None
        self._on_change(before, state)


@pytest.fixture
def watch() -> FakeWatch:
    return FakeWatch()


@pytest.fixture
def host(watch: FakeWatch) -> Host:
    return Host(watch.open)


async def for_ever() -> NoReturn:
    await asyncio.Event().wait()
    raise AssertionError


async def live(host: Host, watch: FakeWatch, then: BluezState) -> None:
    """A session under which Bluetooth changes."""
    async with asyncio.timeout(5), host.session():
        watch.now_is(then)
        await for_ever()


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (OFF, "switched off"),
        (DEAD, "service is not running"),
        (ON.without("hci0"), "no Bluetooth adapter"),
        (BluezState(), "message bus"),
    ],
)
async def test_a_session_ends_at_once_and_says_why(
    watch: FakeWatch, host: Host, now: BluezState, said: str
):
    async with host.in_use():
        with pytest.raises(RadioUnavailableError, match=said):
            await live(host, watch, now)


async def test_one_of_two_adapters_going_ends_it_too(watch: FakeWatch, host: Host):
    watch.state = ON.adapter("hci1", is_on=True)
    async with host.in_use():
        with pytest.raises(LinkLostError, match="adapter went away"):
            await live(host, watch, ON)


async def test_a_second_change_while_it_tidies_up_is_no_trouble(watch: FakeWatch, host: Host):
    async def untidy() -> None:
        async with host.session():
            try:
                watch.now_is(OFF)
                await for_ever()
            finally:
                watch.now_is(ON)
                watch.now_is(DEAD)

    async with host.in_use():
        with pytest.raises(RadioUnavailableError):
            await untidy()


async def test_what_comes_does_not_end_a_session(watch: FakeWatch, host: Host):
    async with host.in_use(), host.session():
        watch.now_is(ON.adapter("hci1", is_on=True))
        await asyncio.sleep(0)


async def test_a_timeout_of_its_own_stays_one(host: Host):
    async with host.in_use():
        with pytest.raises(TimeoutError):
            async with host.session():
                raise TimeoutError


async def test_a_pause_ends_when_bluetooth_is_back_and_not_when_it_goes(
    watch: FakeWatch, host: Host
):
    async with host.in_use():
        async with host.session():
            pass
        pause = asyncio.create_task(host.pause(for_ever()))
        await asyncio.sleep(0)
        watch.now_is(OFF)
        await asyncio.sleep(0.01)
        assert not pause.done()
        watch.now_is(ON)
        async with asyncio.timeout(5):
            await pause


async def test_a_pause_is_over_by_itself_too(host: Host):
    await host.pause(asyncio.sleep(0))


async def test_the_watch_is_opened_once_and_closed_by_the_last(watch: FakeWatch, host: Host):
    async with host.in_use():
        async with host.in_use(), host.session(), host.session():
            assert watch.is_open
        assert watch.is_open
    assert not watch.is_open
    assert watch.opened_n == 1


async def test_a_watch_that_was_lost_is_opened_anew_by_the_next_session(
    watch: FakeWatch, host: Host
):
    async with host.in_use():
        async with host.session():
            watch.is_open = False
        async with host.session():
            assert watch.is_open
    assert watch.opened_n == 2


async def test_without_a_watch_sessions_run_all_the_same(watch: FakeWatch, host: Host):
    watch.refuses = True
    async with host.in_use(), host.session():
        await host.let_go(lambda _: True)
    async with Host(None).in_use(), Host(None).session():
        await host.pause(asyncio.sleep(0))


async def test_only_what_is_meant_is_disconnected(watch: FakeWatch, host: Host):
    watch.held_now = [Held(path, Sighting(path, "", 0, [], {})) for path in ("a", "b")]
    async with host.in_use(), host.session():
        await host.let_go(lambda seen: seen.address == "b")
    assert watch.ended == ["b"]


async def test_a_link_tries_again_at_once_when_bluetooth_is_back(watch: FakeWatch, host: Host):
    notes, sessions = Notes(), 0

    async def session() -> NoReturn:
        nonlocal sessions
        sessions += 1
        if watch.state != ON:
            raise RadioUnavailableError("Bluetooth is switched off")
        await for_ever()

    # On a clock that stands still no pause ends by itself.
    alive = asyncio.create_task(keep_alive(session, Status("S", notes), FastClock(1e-9), host))
    await until(lambda: sessions == 1)
    watch.now_is(OFF)
    await until(lambda: notes.states == ["off"])
    watch.now_is(ON)
    await until(lambda: sessions == 2)
    alive.cancel()
    await asyncio.wait([alive])
    assert not watch.is_open


async def test_a_bug_of_a_session_is_not_survived(host: Host):
    async def session() -> NoReturn:
        raise KeyError

    with pytest.raises(KeyError):
        await keep_alive(session, Status("S", Notes()), FastClock(), host)


def test_errors_of_a_link_are_link_errors():
    trouble = DEAD.trouble()
    assert isinstance(trouble, LinkError)
    assert trouble.hint
    assert ON.trouble() is None

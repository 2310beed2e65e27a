"""The production link on the real BlueZ: how soon it is back, and that nothing is left behind."""

import asyncio
import itertools
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from bandmate.devices.profile import Profile
from bandmate.link.bluetooth import BluetoothLink
from bandmate.link.radio import Radio
from bandmate.sim.gauge import VirtualGauge, virtual_gauge
from bluez_box.box import Box
from bluez_box.figures import SLACK, Figures
from bluez_box.measuring import Held, held
from link.rig import PROGRESSOR, SCALE, FastClock, Notes, running
from parts.waiting import until

pytestmark = [
    pytest.mark.box,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(400),
]

DROPS_N = 20
CYCLES_N = 3
BACK_S = 60.0
"""How long is waited for what should take seconds."""

_addresses = (f"F0:F1:F2:F3:{n >> 8:02X}:{n & 255:02X}" for n in itertools.count(1))
"""BlueZ remembers devices: each test has one of its own."""


def pull_n(_t_s: float) -> float:
    return 30.0


class Sent:
    """What a gauge sent, stream by stream."""

    def __init__(self, gauge: VirtualGauge) -> None:
        self.epochs: list[list[bytes]] = []
        notify = gauge.sensor._notify  # pyright: ignore - looked at from inside

        async def noted(role: str, value: bytes) -> None:
            if role == "data" and value[:1] == b"\1":  # a reading, no answer
                self.epochs[-1].append(value)
            await notify(role, value)

        gauge.sensor._sender._send = noted  # pyright: ignore - looked at from inside


class Linked:
    """A link that runs, what it told, and its gauge."""

    def __init__(self, gauge: VirtualGauge, notes: Notes) -> None:
        self.gauge = gauge
        self.notes = notes

    async def streams_again(self, epochs_n: int) -> float:
        """Wait for the first reading of a further stream; when it came, monotonic."""
        await until(lambda: len(self.notes.epochs) > epochs_n and self.readings(), within_s=BACK_S)
        return time.monotonic()

    def readings(self) -> int:
        """How many frames with readings came in this stream."""
        return sum(frame.role == "data" for frame in self.notes.epochs[-1])


@asynccontextmanager
async def linked(box: Box, profile: Profile = PROGRESSOR) -> AsyncGenerator[Linked]:
    clock, notes = FastClock(), Notes()
    address = next(_addresses)
    async with virtual_gauge(box.air, profile, pull_n, clock, address=address) as gauge:
        link = BluetoothLink(profile, address, clock, Radio())
        async with running(link, notes):
            await until(lambda: "streaming" in notes.states, within_s=BACK_S)
            yield Linked(gauge, notes)


async def test_a_drop_is_over_in_seconds_and_leaves_nothing_behind(box: Box, figures: Figures):
    times_s: list[float] = []
    left: list[Held] = []
    async with linked(box) as link:
        for _ in range(DROPS_N):
            await until(lambda: link.readings() >= 8)
            epochs_n = len(link.notes.epochs)
            dropped_s = time.monotonic()  # it advertises again at once
            await link.gauge.drop()
            times_s.append(await link.streams_again(epochs_n) - dropped_s)
            await until(lambda: link.notes.states[-1] == "streaming")
            left.append(held())
    figures.tell("back after a drop, from the advertisement on", times_s, "s", "p95 at most 3 s")
    figures.tell_held(f"{DROPS_N} drops in the box", left)
    assert sorted(times_s)[round(0.95 * (DROPS_N - 1))] <= SLACK * 3.0
    assert max(one.tasks for one in left[1:]) <= left[0].tasks + 1  # a callback may be due
    assert left[-1].files <= left[0].files
    assert left[-1].resident_mb - left[DROPS_N // 2].resident_mb < 2.0


async def test_every_reading_between_first_and_last_notification_arrives(
    box: Box, figures: Figures
):
    lost: list[int] = []
    async with linked(box) as link:
        sent = Sent(link.gauge)
        sent.epochs.append([])
        for _ in range(4):
            epochs_n = len(link.notes.epochs)
            sent.epochs.append([])
            await link.gauge.drop()
            await link.streams_again(epochs_n)
            await until(lambda: link.readings() >= 160)  # two seconds
            frames = [f.data for f in link.notes.epochs[-1] if f.role == "data" and f.data[0] == 1]
            whole = sent.epochs[-1][: len(frames)]
            lost.append(len(whole) - sum(map(bytes.__eq__, frames, whole)))
    figures.tell("readings lost between first and last notification", lost, "", "0")
    assert lost == [0, 0, 0, 0]


async def test_an_adapter_that_was_off_is_used_again_when_it_is_on(box: Box, figures: Figures):
    times_s: list[float] = []
    async with linked(box) as link:
        for _ in range(CYCLES_N):
            epochs_n = len(link.notes.epochs)
            await box.power(on=False)
            await until(lambda: link.notes.states[-1] == "off")
            assert "switched off" in link.notes.texts[-1]
            await asyncio.sleep(2.0)
            await box.ready()
            on_s = time.monotonic()
            times_s.append(await link.streams_again(epochs_n) - on_s)
    figures.tell("back after the adapter is on again", times_s, "s", "at most 15 s")
    assert max(times_s) <= 15.0


async def test_a_killed_bluetooth_service_is_noticed_at_once_and_used_again(
    box: Box, figures: Figures
):
    noticed_s: list[float] = []
    times_s: list[float] = []
    async with linked(box) as link:
        for _ in range(CYCLES_N):
            epochs_n = len(link.notes.epochs)
            killed_s = time.monotonic()
            await box.kill_bluetoothd()
            await until(lambda: link.notes.states[-1] == "off", within_s=BACK_S)
            noticed_s.append(time.monotonic() - killed_s)
            assert "service is not running" in link.notes.texts[-1]
            await box.start_bluetoothd()
            started_s = time.monotonic()
            times_s.append(await link.streams_again(epochs_n) - started_s)
    figures.tell("told that the Bluetooth service is gone", noticed_s, "s", "")
    figures.tell("back after `kill -9 bluetoothd` and its start", times_s, "s", "at most 15 s")
    assert max(times_s) <= 15.0


async def test_a_bluetooth_service_that_hangs_costs_no_more_than_its_own_time(box: Box):
    async with linked(box) as link:
        epochs_n = len(link.notes.epochs)
        await box.freeze_bluetoothd()
        try:
            await link.gauge.drop()
            await until(lambda: link.notes.states[-1] == "silent", within_s=BACK_S)
            await asyncio.sleep(5.0)
        finally:
            await box.thaw_bluetoothd()
        await link.streams_again(epochs_n)


async def test_nobody_scans_while_all_are_connected(box: Box):
    async with linked(box) as link:
        await until(lambda: link.readings() >= 8)
        assert await box.adapter("Discovering") is False


async def test_a_sensor_that_only_advertises_is_heard_at_its_full_rate(box: Box):
    async with linked(box, SCALE) as link:
        before_n = link.notes.frames_n
        await asyncio.sleep(5.0)
        heard_hz = (link.notes.frames_n - before_n) / 5.0
    nominal_hz = SCALE.rate_hz(SCALE.parameters())
    assert nominal_hz is not None
    assert heard_hz >= 0.7 * nominal_hz

"""What bleak alone does in each fault, on the same BlueZ: the other column of the fault table.

A newer bleak may do better. Then docs/reliability.md is to say so, and a watchdog may go.
"""

import asyncio
import itertools
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from bleak import BleakClient, BleakScanner
from bleak.exc import BleakError

from bandmate.sim.gauge import VirtualGauge, virtual_gauge
from bluez_box.box import Box
from bluez_box.figures import Figures
from link.rig import PROGRESSOR, FastClock
from parts.waiting import until

pytestmark = [
    pytest.mark.box,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(200),
]

WAIT_S = 8.0
"""So long is waited for a word that does not come."""

_addresses = (f"F0:F1:F2:F5:00:{n:02X}" for n in itertools.count(1))


def pull_n(_t_s: float) -> float:
    return 30.0


@dataclass
class Plain:
    """A connection as bleak's own examples make it."""

    gauge: VirtualGauge
    client: BleakClient
    heard: list[bytes] = field(default_factory=list[bytes])
    ended_s: list[float] = field(default_factory=list[float])


@asynccontextmanager
async def plain(box: Box) -> AsyncGenerator[Plain]:
    address = next(_addresses)
    ended_s: list[float] = []
    async with virtual_gauge(box.air, PROGRESSOR, pull_n, FastClock(), address=address) as gauge:
        device = await BleakScanner.find_device_by_address(address, timeout=20.0)
        assert device is not None
        client = BleakClient(device, lambda _: ended_s.append(time.monotonic()))
        await client.connect()
        here = Plain(gauge, client, ended_s=ended_s)
        data, control = (PROGRESSOR.gatt[role].char for role in ("data", "control"))
        await client.start_notify(data, lambda _part, value: here.heard.append(bytes(value)))
        await client.write_gatt_char(control, b"\x65", response=True)
        await until(lambda: here.heard)
        try:
            yield here
        finally:
            if client.is_connected:
                await client.disconnect()


async def test_a_drop_is_told(box: Box, figures: Figures):
    async with plain(box) as link:
        dropped_s = time.monotonic()
        await link.gauge.drop()
        await until(lambda: link.ended_s)
        assert not link.client.is_connected
    figures.tell("plain bleak: told of a drop", [link.ended_s[0] - dropped_s], "s", "")


async def test_silence_is_not_told(box: Box):
    async with plain(box) as link:
        box.air.blackout = True
        try:
            await asyncio.sleep(0.5)
            link.heard.clear()
            await asyncio.sleep(WAIT_S)
            assert not link.heard
            assert not link.ended_s
            assert link.client.is_connected
        finally:
            box.air.blackout = False


async def test_an_adapter_that_is_off_ends_the_connection_and_leaves_a_scan_deaf(box: Box):
    heard: list[str] = []
    async with plain(box) as link:
        scanner = BleakScanner(lambda device, _: heard.append(device.address))
        await scanner.start()
        await box.power(on=False)
        await until(lambda: link.ended_s)
        await box.ready()
        await asyncio.sleep(1.0)
        heard.clear()
        await asyncio.sleep(WAIT_S)
        assert not heard  # though the gauge advertises
        with pytest.raises(BleakError, match="No discovery started"):
            await scanner.stop()


async def test_a_killed_bluetooth_service_is_not_told(box: Box, figures: Figures):
    async with plain(box) as link:
        await box.kill_bluetoothd()
        try:
            await asyncio.sleep(WAIT_S)
            assert not link.ended_s
            assert link.client.is_connected
        finally:
            await box.start_bluetoothd()
        began_s = time.monotonic()
        with pytest.raises((TimeoutError, BleakError)):
            await link.client.disconnect()
        took_s = time.monotonic() - began_s
    figures.tell("plain bleak: `disconnect()` after the service was killed", [took_s], "s", "")

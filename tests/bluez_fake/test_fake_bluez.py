"""The fake behaves as the real BlueZ was measured to, seen through bleak alone."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.exc import BleakBluetoothNotAvailableError, BleakDBusError

from bluez_fake.world import World
from link.rig import PROGRESSOR
from parts.waiting import until


@asynccontextmanager
async def connected(world: World) -> AsyncGenerator[tuple[BleakClient, list[str]]]:
    ended: list[str] = []
    async with world.gauge():
        device = await found()
        async with BleakClient(device, lambda _: ended.append("ended")) as client:
            yield client, ended


async def found() -> BLEDevice:
    device = await BleakScanner.find_device_by_name("Progressor 1234", timeout=5.0)
    assert device is not None
    return device


async def test_scan_connect_listen_write(world: World):
    data, control = (PROGRESSOR.gatt[role].char for role in ("data", "control"))
    heard: list[bytes] = []
    async with connected(world) as (client, _):
        await client.start_notify(data, lambda _part, value: heard.append(bytes(value)))
        await client.write_gatt_char(control, b"\x65", response=True)
        await until(lambda: len(heard) > 20)


async def test_a_drop_is_told(world: World):
    async with connected(world) as (client, ended):
        world.bluez.remotes[device_path(client)].lose()
        await until(lambda: ended == ["ended"])
        assert not client.is_connected


def device_path(client: BleakClient) -> str:
    return f"/org/bluez/hci0/dev_{client.address.replace(':', '_')}"


async def test_a_dead_service_is_not_told(world: World):
    async with connected(world) as (client, ended):
        world.bluez.die()
        await asyncio.sleep(0.3)
        assert client.is_connected
        assert not ended
        with pytest.raises(BleakDBusError, match="ServiceUnknown"):
            await client.disconnect()


async def test_a_scan_stays_silent_after_the_adapter_was_off(world: World):
    heard: list[str] = []
    async with world.gauge():
        scanner = BleakScanner(lambda device, _: heard.append(device.address))
        await scanner.start()
        await until(lambda: heard)
        world.adapter.switch(on=False)
        world.adapter.switch(on=True)
        await asyncio.sleep(0.1)
        heard.clear()
        await asyncio.sleep(0.3)
        assert not heard
        with pytest.raises(BleakDBusError, match="No discovery started"):
            await scanner.stop()


async def test_an_adapter_that_is_off_is_told_by_a_new_scan(world: World):
    world.adapter.switch(on=False)
    with pytest.raises(BleakBluetoothNotAvailableError):
        await BleakScanner().start()


async def test_a_second_scan_beside_the_first_is_refused(world: World):
    async with BleakScanner():
        with pytest.raises(BleakDBusError, match="InProgress"):
            await BleakScanner().start()
    assert world.bluez.calls.count("StartDiscovery") == 2

"""The backend for bleak fails as bleak's own backends do."""

import asyncio

import pytest
from bleak import BleakClient, BleakScanner
from bleak.exc import BleakError, BleakGATTProtocolError
from msgspec.structs import replace

from bandmate.devices.traits import IdentifyRule
from bandmate.sim.gauge import virtual_gauge
from bandmate.sim.radio import VirtualRadio, virtual_radio
from link.rig import DIY, PROGRESSOR, FastClock
from parts.waiting import until

NOBODY = "F0:F1:F2:F3:F4:77"


def pull_n(_t_s: float) -> float:
    return 30.0


def client(virtual: VirtualRadio, address: str, timeout_s: float = 5.0) -> BleakClient:
    return BleakClient(address, timeout=timeout_s, backend=virtual.client_backend)


async def test_a_connection_to_nobody_times_out_and_the_next_one_works():
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, PROGRESSOR, pull_n, FastClock()) as gauge,
    ):
        with pytest.raises(TimeoutError):
            await client(virtual, NOBODY, timeout_s=0.05).connect()
        async with client(virtual, gauge.address) as connected:
            assert connected.is_connected
            assert connected.mtu_size == 247


async def test_a_cancelled_connection_leaves_the_radio_free():
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, PROGRESSOR, pull_n, FastClock()) as gauge,
    ):
        connecting = asyncio.create_task(client(virtual, NOBODY).connect())
        await asyncio.sleep(0.01)
        connecting.cancel()
        await asyncio.wait([connecting])
        assert connecting.cancelled()
        async with client(virtual, gauge.address) as connected:
            assert connected.is_connected


async def test_a_request_under_which_the_connection_ends_fails_as_disconnected():
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, DIY, pull_n, FastClock()) as gauge,
    ):
        gone = asyncio.Event()
        async with BleakClient(
            gauge.address, lambda _client: gone.set(), backend=virtual.client_backend
        ) as connected:
            virtual.air.blackout = True
            reading = asyncio.create_task(connected.read_gatt_char(DIY.gatt["battery"].char))
            await asyncio.sleep(0.01)
            await gauge.drop()
            with pytest.raises(BleakError, match="disconnected"):
                await reading
            await gone.wait()
            with pytest.raises(BleakError):
                await connected.read_gatt_char(DIY.gatt["battery"].char)


async def test_a_refused_request_is_a_protocol_error():
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, PROGRESSOR, pull_n, FastClock()) as gauge,
        client(virtual, gauge.address) as connected,
    ):
        control = connected.services.get_characteristic(PROGRESSOR.gatt["control"].char)
        assert control is not None
        with pytest.raises(BleakGATTProtocolError, match="Read Not Permitted"):
            await connected.read_gatt_char(control)


async def test_notifications_stop_when_they_are_stopped():
    values: list[bytearray] = []
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, DIY, pull_n, FastClock(10.0)) as gauge,
        client(virtual, gauge.address) as connected,
    ):
        data = DIY.gatt["data"].char
        await connected.start_notify(data, lambda _part, value: values.append(value))
        await until(lambda: len(values) > 3)
        await connected.stop_notify(data)
        seen = len(values)
        await asyncio.sleep(0.05)
        assert len(values) == seen


async def test_a_scan_filtered_by_service_hears_only_who_offers_it():
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, DIY, pull_n, FastClock()) as diy,
        virtual_gauge(virtual.air, PROGRESSOR, pull_n, FastClock(), address="F0:F1:F2:F3:F4:02"),
    ):
        service = DIY.gatt["data"].service
        found = await BleakScanner.discover(
            0.1, service_uuids=[service], backend=virtual.scanner_backend
        )
    assert [device.address for device in found] == [diy.address]


async def test_what_comes_in_advertisement_and_scan_response_is_put_together():
    service = PROGRESSOR.gatt["data"].service
    rule = IdentifyRule(name_prefix="Progressor", service=service)
    both = replace(PROGRESSOR, identify=replace(PROGRESSOR.identify, any=(rule,)))
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, both, pull_n, FastClock()) as gauge,
    ):
        found = await BleakScanner.discover(0.1, return_adv=True, backend=virtual.scanner_backend)
    advert = found[gauge.address][1]
    assert (advert.local_name, advert.service_uuids) == ("Progressor 1234", [service])

"""One scanner for all, and what is done when the radio fails."""

import asyncio
import sys
from typing import ClassVar

import pytest
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import (
    AdvertisementData,
    AdvertisementDataCallback,
    BaseBleakScanner,
)
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakError,
)

from bandmate.devices.match import Matcher
from bandmate.devices.profile import Profile
from bandmate.errors import RadioUnavailableError
from bandmate.link import scanner as scanner_module
from bandmate.link.base import Sighting
from bandmate.link.bluetooth import BluetoothLink
from bandmate.link.radio import Radio
from bandmate.link.scan import scan, sighting_of
from bandmate.sim.gauge import virtual_gauge
from bandmate.sim.radio import virtual_radio
from link.rig import DIY, PROGRESSOR, SCALE, FastClock, Notes, radio_of, running
from parts.waiting import until


class FakeScanner(BaseBleakScanner):
    """Counts scans; `adapter_on` and `stops` say how the adapter behaves."""

    made: ClassVar[list["FakeScanner"]] = []
    adapter_on: ClassVar[bool] = True

    def __init__(
        self,
        detection_callback: AdvertisementDataCallback | None,
        service_uuids: list[str] | None,
        *_platform: object,
        **settings: object,
    ) -> None:
        super().__init__(detection_callback, service_uuids)
        self.settings = settings
        self.scanning = False
        self.made.append(self)

    async def start(self) -> None:
        if not self.adapter_on:
            raise BleakBluetoothNotAvailableError("", BleakBluetoothNotAvailableReason.POWERED_OFF)
        self.scanning = True

    async def stop(self) -> None:
        self.scanning = False
        raise BleakError("[org.bluez.Error.Failed] No discovery started")


@pytest.fixture
def scanner(monkeypatch: pytest.MonkeyPatch) -> type[FakeScanner]:
    monkeypatch.setattr(FakeScanner, "made", [])
    monkeypatch.setattr(FakeScanner, "adapter_on", True)
    return FakeScanner


def ignore(_device: BLEDevice, _advert: AdvertisementData) -> None:
    pass


def advert(name: str | None, service_data: dict[str, bytes]) -> AdvertisementData:
    return AdvertisementData(
        local_name=name,
        manufacturer_data={0x0100: b"\x02"},
        service_data=service_data,
        service_uuids=["0000180F-0000-1000-8000-00805F9B34FB"],
        tx_power=None,
        rssi=-60,
        platform_data=(),
    )


async def test_listeners_share_one_scanner_that_ends_with_the_last(scanner: type[FakeScanner]):
    radio = Radio(scanner)
    async with radio.listening(ignore):
        async with radio.listening(ignore):
            assert [one.scanning for one in scanner.made] == [True]
        assert [one.scanning for one in scanner.made] == [True]
    assert [one.scanning for one in scanner.made] == [False]


async def test_repeated_advertisements_are_asked_for_before_the_scan_starts(
    scanner: type[FakeScanner],
):
    async with Radio(scanner).listening(ignore):
        assert scanner.made[0].settings["bluez"] == {"filters": {"DuplicateData": True}}


async def test_a_scanner_that_hears_nothing_is_replaced(
    scanner: type[FakeScanner], monkeypatch: pytest.MonkeyPatch
):
    radio = Radio(scanner)
    async with radio.listening(ignore):
        monkeypatch.setattr(scanner_module, "DEAF_S", 0.0)
        async with radio.listening(ignore):
            assert [one.scanning for one in scanner.made] == [False, True]


async def test_an_adapter_that_is_off_is_told_and_the_radio_can_be_tried_again(
    scanner: type[FakeScanner], monkeypatch: pytest.MonkeyPatch
):
    radio = Radio(scanner)
    monkeypatch.setattr(FakeScanner, "adapter_on", False)
    with pytest.raises(RadioUnavailableError, match="switched off"):
        await scan(radio, 0.0, lambda _sighting: None)
    monkeypatch.setattr(FakeScanner, "adapter_on", True)
    await scan(radio, 0.0, lambda _sighting: None)


@pytest.mark.parametrize("profile", [PROGRESSOR, SCALE], ids=["gatt", "advert"])
async def test_a_link_without_a_radio_says_off_and_goes_on_when_it_is_back(
    scanner: type[FakeScanner], monkeypatch: pytest.MonkeyPatch, profile: Profile
):
    monkeypatch.setattr(FakeScanner, "adapter_on", False)
    notes = Notes()
    async with running(BluetoothLink(profile, None, FastClock(200.0), Radio(scanner)), notes):
        await until(lambda: len(scanner.made) > 2)
        assert notes.states == ["off"]
        assert "switched off" in notes.texts[0]
        monkeypatch.setattr(FakeScanner, "adapter_on", True)
        await until(lambda: "searching" in notes.states)


async def test_scan_shows_who_is_there_with_the_signs_that_tell_its_profile():
    seen: dict[str, Sighting] = {}
    clock = FastClock(10.0)

    def pull_n(_t_s: float) -> float:
        return 30.0

    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, PROGRESSOR, pull_n, clock, address="F0:F1:F2:F3:F4:01"),
        virtual_gauge(virtual.air, SCALE, pull_n, clock, address="F0:F1:F2:F3:F4:02"),
        virtual_gauge(virtual.air, DIY, pull_n, clock, address="F0:F1:F2:F3:F4:03"),
    ):
        await scan(radio_of(virtual), 0.3, lambda one: seen.update({one.address: one}))
    matched = {
        address: [
            found.profile.device.id
            for found in Matcher([PROGRESSOR, SCALE, DIY]).match(
                name=one.name,
                service_uuids=one.service_uuids,
                manufacturer=one.manufacturer,
            )
        ]
        for address, one in seen.items()
    }
    assert matched == {
        "F0:F1:F2:F3:F4:01": [PROGRESSOR.device.id],
        "F0:F1:F2:F3:F4:02": [SCALE.device.id],
        "F0:F1:F2:F3:F4:03": [DIY.device.id],
    }
    assert {one.rssi_dbm for one in seen.values()} == {-50}


def test_a_sighting_is_plain_and_knows_an_advertised_battery():
    battery = {"0000180f-0000-1000-8000-00805f9b34fb": b"\x5a"}
    seen = sighting_of(BLEDevice("F0:01", None, None), advert("Band", battery))
    assert seen == Sighting(
        "F0:01", "Band", -60, ["0000180f-0000-1000-8000-00805f9b34fb"], {0x0100: b"\x02"}, 90
    )
    assert sighting_of(BLEDevice("F0:01", None, None), advert(None, {})).battery_pct is None


async def test_a_stuck_scanner_is_let_go(
    scanner: type[FakeScanner], monkeypatch: pytest.MonkeyPatch
):
    async def stuck(_self: FakeScanner) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(FakeScanner, "stop", stuck)
    monkeypatch.setattr(scanner_module, "TIDY_UP_S", 0.01)
    async with asyncio.timeout(5), Radio(scanner).listening(ignore):
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="only BlueZ is reached by D-Bus")
async def test_the_real_backend_without_a_message_bus_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/no/such/socket")
    with pytest.raises(RadioUnavailableError, match="D-Bus"):
        await scan(Radio(), 0.0, lambda _sighting: None)

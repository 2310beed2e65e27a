"""A virtual sensor is spoken to as the real one is: by any central, in its own bytes."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.exc import BleakGATTProtocolError

from bandmate.devices.decoder import Decoder
from bandmate.devices.params import ParamValue
from bandmate.devices.profile import Profile
from bandmate.domain.samples import Decoded, Frame
from bandmate.sim import client as client_module
from bandmate.sim.faults import Faults
from bandmate.sim.gatt_sensor import GattSensor
from bandmate.sim.gauge import virtual_gauge
from bandmate.sim.radio import virtual_radio
from link.rig import PROFILES, PROGRESSOR, FastClock

pytestmark = pytest.mark.virtual_time

LINESCALE = PROFILES.get("linescale-3")
MICROBIT = PROFILES.get("bbc-microbit")
ADAFRUIT = PROFILES.get("adafruit-accelerometer")
DOT = PROFILES.get("movella-dot")
CTS = PROFILES.get("cts500")
BOARD = PROFILES.get("pitchsix-force-board")
LINES = PROFILES.get("nus-csv")
HEART = PROFILES.get("sig-heart-rate")


def ramp(t_s: float) -> float:
    return 20.0 + t_s


@dataclass(slots=True)
class Central:
    """Whoever is connected to it.

    Attributes:
        sensor: The virtual sensor.
        heard: What it notified: role and bytes, in order.
    """

    profile: Profile
    client: BleakClient
    clock: FastClock
    sensor: GattSensor
    heard: list[tuple[str, bytes]] = field(default_factory=list[tuple[str, bytes]])

    async def listen(self, *roles: str) -> None:
        for role in roles:

            def on_notify(_part: object, value: bytearray, role: str = role) -> None:
                self.heard.append((role, bytes(value)))

            await self.client.start_notify(self.part(role), on_notify)

    async def write(self, role: str, *written: str) -> None:
        for one in written:
            await self.client.write_gatt_char(self.part(role), bytes.fromhex(one))

    async def read(self, role: str) -> bytes:
        return bytes(await self.client.read_gatt_char(self.part(role)))

    async def wait(self, for_s: float) -> list[Decoded]:
        """What arrives in so many seconds."""
        await self.clock.sleep(0.01)  # what is on its way
        self.heard.clear()
        await self.clock.sleep(for_s)
        return self.decoded()

    def decoded(self, **params: ParamValue) -> list[Decoded]:
        decoder = Decoder(self.profile, self.profile.parameters(params))
        return [decoder.feed(Frame(0.0, role, data)) for role, data in self.heard]

    def part(self, role: str) -> BleakGATTCharacteristic:
        place = self.profile.gatt[role]
        service = self.client.services.get_service(place.service)
        assert service is not None
        part = service.get_characteristic(place.char)
        assert part is not None
        return part


@asynccontextmanager
async def connected(
    profile: Profile,
    *,
    faults: Faults | None = None,
    params: dict[str, ParamValue] | None = None,
) -> AsyncGenerator[Central]:
    clock = FastClock()
    async with (
        virtual_radio() as virtual,
        virtual_gauge(
            virtual.air, profile, ramp, clock, faults=faults, params=profile.parameters(params)
        ) as gauge,
        BleakClient(gauge.address, backend=virtual.client_backend) as client,
    ):
        assert isinstance(gauge.sensor, GattSensor)
        yield Central(profile, client, clock, gauge.sensor)


def samples_n(decoded: list[Decoded]) -> int:
    return sum(one.count for one in decoded)


async def test_it_streams_from_its_start_to_its_stop():
    async with connected(PROGRESSOR) as central:
        await central.listen("data")
        assert samples_n(await central.wait(1.0)) == 0
        await central.write("control", "65")
        assert samples_n(await central.wait(1.0)) == pytest.approx(80, abs=1)
        await central.write("control", "66")
        assert samples_n(await central.wait(1.0)) == 0
        assert central.sensor.commands == ["start", "stop"]


async def test_starting_anew_sets_its_clock_to_zero():
    async with connected(PROGRESSOR) as central:
        await central.listen("data")
        await central.write("control", "65")
        await central.wait(2.0)
        central.heard.clear()
        await central.write("control", "65")
        await central.clock.sleep(0.5)
        ticks = [tick for one in central.decoded() for tick in one.ticks]
        assert ticks[ticks.index(0) :] == [12_500 * i for i in range(len(ticks) - ticks.index(0))]


async def test_without_a_start_it_streams_to_whoever_listens():
    async with connected(MICROBIT) as central:
        await central.listen("data")
        assert samples_n(await central.wait(1.0)) == pytest.approx(50, abs=1)


async def test_a_rate_that_is_set_is_kept_and_can_be_read_back():
    async with connected(MICROBIT) as central:
        await central.listen("data")
        await central.write("period", "5000")
        assert samples_n(await central.wait(4.0)) == pytest.approx(50, abs=1)  # 12.5 Hz
        assert await central.read("period") == bytes.fromhex("5000")


async def test_a_unit_that_is_set_is_sent():
    async with connected(LINESCALE) as central:
        await central.listen("notify")
        await central.write("write", "410d0a58", "410d0a58", "420d0a59")
        pulls = [one.force_n[0] for one in await central.wait(1.0) if one.count]
        assert b"B" in {data[15:16] for _, data in central.heard}
        assert pulls == pytest.approx([21.0] * len(pulls), abs=2.0)


async def test_a_mode_that_was_not_the_one_it_had_is_obeyed():
    async with connected(DOT) as central:
        await central.listen("medium_payload", "long_payload")
        await central.write("control", "01011a")
        await central.wait(1.0)
        assert {role for role, _ in central.heard} == {"long_payload"}
        readings = central.decoded(mode=26)
        assert {one.error for one in readings} == {None}
        assert set(readings[0].motion) == {"quat", "acc_ms2", "gyro_rads"}


async def test_each_quantity_comes_on_the_channel_of_its_own():
    async with connected(ADAFRUIT) as central:
        await central.listen("gyro", "quaternion", "acc")
        readings = await central.wait(1.0)
        shown = {name for one in readings for name in one.motion}
        assert shown == {"acc_ms2", "gyro_rads", "quat"}
        assert len(readings) == pytest.approx(3 * 20, abs=3)


async def test_characteristics_of_one_uuid_are_told_apart_by_their_service():
    async with connected(ADAFRUIT) as central:
        await central.listen("acc")
        for role in ("acc_period", "gyro_period", "quaternion_period"):
            await central.write(role, "64000000")
        assert central.sensor.commands == ["rate"]
        assert samples_n(await central.wait(2.0)) == pytest.approx(20, abs=1)


async def test_commands_are_answered_in_the_sensors_own_bytes():
    async with connected(CTS) as central:
        await central.listen("notify")
        for command in ("battery", "temperature", "start"):
            steps = CTS.commands.given()[command].chosen(CTS.parameters())
            await central.write(steps[-1].to, steps[-1].hex)
        readings = await central.wait(0.5)
        assert samples_n(readings) > 0
        assert central.sensor.commands == ["battery", "temperature", "start"]


async def test_bytes_that_are_no_command_change_nothing():
    async with connected(PROGRESSOR) as central:
        await central.listen("data")
        await central.write("control", "69", "ff", "650000")
        assert await central.wait(1.0) == []
        assert central.sensor.commands == []


async def test_what_it_is_can_be_read():
    async with connected(HEART) as central:
        assert await central.read("battery") == bytes([87])
        assert await central.read("manufacturer") == b"bandmate"
        assert await central.read("model") == b"sig-heart-rate"
        with pytest.raises(BleakGATTProtocolError):
            await central.read("heart_rate")


async def test_a_role_that_nothing_is_heard_from_can_only_be_written_to():
    async with connected(BOARD) as central:
        part = central.part("threshold")
        assert set(part.properties) == {"write", "write-without-response"}


async def test_a_low_battery_is_read_and_told():
    async with connected(PROGRESSOR, faults=Faults(low_battery=True)) as central:
        await central.listen("data")
        await central.write("control", "6f", "65")
        await central.clock.sleep(0.5)
        facts = {name: fact for one in central.decoded() for name, fact in one.facts.items()}
        assert (facts["battery_pct"], facts["battery_low"]) == (5.0, 1)


async def test_a_line_longer_than_a_packet_comes_in_parts(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(client_module, "WANTED_MTU", 23)
    columns = "t_ms,acc_x_g,acc_y_g,acc_z_g"
    async with connected(LINES, params={"columns": columns}) as central:
        await central.listen(LINES.main_role)
        await central.clock.sleep(1.0)
        readings = central.decoded(columns=columns)
        assert max(len(data) for _, data in central.heard) == 20
        assert samples_n(readings) >= 10
        assert {one.error for one in readings} == {None}


async def test_a_sensor_that_is_sent_to_sleep_ends_the_connection():
    async with connected(PROGRESSOR) as central:
        await central.write("control", "6e")
        await central.clock.sleep(0.1)
        assert not central.client.is_connected


async def test_out_of_reach_it_is_neither_connected_nor_heard_and_then_it_is_back():
    async with connected(PROGRESSOR) as central:
        gone_s = central.clock.now()
        await central.sensor.vanish(5.0)
        assert not central.client.is_connected
        assert central.clock.now() - gone_s >= 5.0
        await central.client.connect()
        assert central.client.is_connected

"""What `bandmate doctor` finds: each fault by its name, with what to do about it."""

import shutil
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from app.guided import guided
from app.rig import QUIET
from bandmate.app import host_checks, sensor_check
from bandmate.app.clock import SessionClock
from bandmate.app.config import Config, StoreConfig
from bandmate.app.doctor import examine
from bandmate.app.host_checks import examine_clock, examine_disk
from bandmate.app.sensor_check import examine_sensor
from bandmate.devices.command import Commands
from bandmate.devices.profile import Profile
from bandmate.domain.findings import Finding
from bandmate.link.bluetooth import BluetoothLink
from bandmate.link.examine import blocked_switches, examine_bluetooth
from bandmate.link.radio import Radio
from bandmate.sim.faults import Faults
from bandmate.sim.gauge import virtual_gauge
from bandmate.sim.radio import virtual_radio
from bandmate.sinks.influx_server import InfluxSettings
from bandmate.sinks.mqtt_broker import MqttSettings
from bandmate.web.server import PageSettings
from link.rig import PROGRESSOR, SCALE, FastClock, radio_of
from parts.programs import find_free_port
from parts.servers import InfluxDb, Mosquitto
from parts.waiting import until


def pull_n(_t_s: float) -> float:
    return 30.0


async def all_of(
    config: Config, findings: AsyncGenerator[Finding] | None = None
) -> dict[str, Finding]:
    found = findings or examine(config, {}, Radio(), SessionClock())
    return {finding.check: finding async for finding in found}


def config(tmp_path: Path, **more: object) -> Config:
    """A configuration whose page nobody serves."""
    page, store = PageSettings(port=find_free_port()), StoreConfig(path=str(tmp_path))
    return msgspec.structs.replace(QUIET, page=page, store=store, **more)


# Sensors.


@asynccontextmanager
async def sensor(
    profile: Profile, shown_as: Profile | None = None, faults: Faults | None = None
) -> AsyncGenerator[Finding]:
    """What is found of a virtual sensor that is said to be of a profile."""
    clock = FastClock(1.0)  # what is judged is a rate: a stall of the machine is a lower one
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, shown_as or profile, pull_n, clock, faults=faults) as gauge,
    ):
        link = BluetoothLink(profile, gauge.address, clock, radio_of(virtual))
        yield await examine_sensor("band left", link, profile, profile.parameters(), clock)


@pytest.mark.parametrize("profile", [PROGRESSOR, SCALE], ids=["gatt", "advert"])
async def test_a_sensor_that_sends_is_well(profile: Profile):
    async with sensor(profile) as found:
        assert found.is_well, found
        assert f"{profile.device.name} sends" in found.text


async def test_a_battery_that_is_low_is_told():
    async with sensor(PROGRESSOR, faults=Faults(low_battery=True)) as found:
        assert "battery" in found.text
        assert found.fix == "Charge it, or change its battery."


async def test_what_lacks_a_characteristic_may_have_another_firmware(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(sensor_check, "BEGIN_S", 5.0)
    other = msgspec.structs.replace(
        PROGRESSOR, commands=Commands(), gatt={"data": PROGRESSOR.gatt["data"]}
    )
    async with sensor(PROGRESSOR, shown_as=other) as found:
        assert "lacks the characteristic 'control'" in found.text
        assert "firmware" in found.fix


async def test_frames_that_cannot_be_read_may_be_of_another_firmware():
    async with sensor(PROGRESSOR, faults=Faults(garbage=0.5)) as found:
        assert "cannot be read" in found.text
        assert found.fix.startswith("Its firmware is another one")


async def test_packets_that_are_lost_on_the_way_are_told():
    async with sensor(PROGRESSOR, faults=Faults(loss=0.6)) as found:
        assert found.fix == "It should send 80: bring it closer, away from metal and other radios."


async def test_a_sensor_out_of_reach_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sensor_check, "BEGIN_S", 3.0)
    async with virtual_radio() as virtual:
        clock = FastClock(20.0)
        link = BluetoothLink(PROGRESSOR, "F0:00:00:00:00:07", clock, radio_of(virtual))
        found = await examine_sensor("band left", link, PROGRESSOR, PROGRESSOR.parameters(), clock)
    assert "not in reach at F0:00:00:00:00:07" in found.text
    assert "Switch it on" in found.fix


async def test_a_running_service_is_asked_and_its_sensors_left_alone(tmp_path: Path):
    page = PageSettings(port=find_free_port())
    served = msgspec.structs.replace(QUIET, page=page, store=StoreConfig(path=str(tmp_path)))
    async with guided(tmp_path, config=served):
        found = await all_of(served)
    assert found["service"].is_well
    assert found["band left"] == Finding("band left", "Streaming.")
    assert "adapter" not in found


# This computer.


class Switch(NamedTuple):
    """A radio switch of the kernel."""

    kind: str
    soft: bool = False
    hard: bool = False


def switches(folder: Path, *given: Switch) -> Sequence[Finding]:
    for number, switch in enumerate(given):
        at = folder / f"rfkill{number}"
        at.mkdir()
        (at / "type").write_text(f"{switch.kind}\n")
        (at / "name").write_text(f"hci{number}\n")
        (at / "soft").write_text(f"{switch.soft:d}\n")
        (at / "hard").write_text(f"{switch.hard:d}\n")
    return list(blocked_switches(folder))


def test_a_switch_that_blocks_bluetooth_is_named(tmp_path: Path):
    soft, hard = switches(
        tmp_path,
        Switch("wlan", soft=True),
        Switch("bluetooth", soft=True),
        Switch("bluetooth"),
        Switch("bluetooth", soft=True, hard=True),
    )
    assert soft.text == "Bluetooth of hci1 (rfkill1) is blocked"
    assert "rfkill unblock bluetooth" in soft.fix
    assert "hardware switch" in hard.text


def test_no_switch_is_no_problem(tmp_path: Path):
    assert not list(blocked_switches(tmp_path / "nowhere"))


async def test_without_a_message_bus_the_reason_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path / 'none'}")
    found = await all_of(QUIET, examine_bluetooth(Radio(), tmp_path))
    assert list(found) == ["adapter"]
    assert "D-Bus" in found["adapter"].text


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path):
    (tmp_path / "file").touch()
    found = examine_disk(tmp_path / "file" / "store")
    assert "cannot be written: Not a directory" in found.text
    assert "[store] path" in found.fix


def test_a_disk_without_room_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert examine_disk(tmp_path).is_well
    usage = shutil.disk_usage(tmp_path)._replace(free=1_000_000)

    def nearly_full(_folder: Path) -> object:
        return usage

    monkeypatch.setattr(shutil, "disk_usage", nearly_full)
    assert examine_disk(tmp_path).fix.startswith("Make room")


def test_a_clock_that_was_never_set_or_drifts_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(host_checks, "_is_adrift", lambda: False)
    assert examine_clock(2e9).is_well
    assert "never set" in examine_clock(1000.0).text
    monkeypatch.setattr(host_checks, "_is_adrift", lambda: True)
    assert "set-ntp" in examine_clock(2e9).fix


# Broker and database.


async def test_a_broker_and_a_database_that_work_are_well(
    mosquitto: Mosquitto, influxdb: InfluxDb, tmp_path: Path
):
    found = await all_of(
        config(
            tmp_path,
            mqtt=MqttSettings(host="127.0.0.1", port=mosquitto.port),
            influx=InfluxSettings(api="v1", url=influxdb.url),
        )
    )
    assert found["broker"] == Finding("broker", f"127.0.0.1:{mosquitto.port} (MQTT 5)")
    assert found["database"] == Finding("database", f"bandmate at {influxdb.url}")


async def test_where_nobody_listens_what_to_check_is_told(tmp_path: Path):
    found = await all_of(
        config(
            tmp_path,
            mqtt=MqttSettings(host="127.0.0.1", port=find_free_port()),
            influx=InfluxSettings(api="v1", url=f"http://127.0.0.1:{find_free_port()}"),
        )
    )
    assert found["broker"].fix == "Check that the broker runs, and [mqtt] host, port and tls."
    assert found["database"].fix == "Check that it runs, and [influx] url."


async def test_a_broker_that_passes_nothing_on_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bandmate.sinks.mqtt_broker.ECHO_WITHIN_S", 0.5)
    rules = tmp_path / "rules"
    rules.write_text("topic write bandmate/#\n")  # it may not hear itself
    broker = Mosquitto(
        tmp_path / "m", find_free_port(), access=f"allow_anonymous true\nacl_file {rules}"
    )
    broker.start()
    try:
        mqtt = MqttSettings(host="127.0.0.1", port=broker.port)
        found = await all_of(config(tmp_path, mqtt=mqtt))
    finally:
        broker.stop()
    assert "does not pass them on" in found["broker"].text
    assert "bandmate/home/#" in found["broker"].fix


async def test_looking_at_the_broker_does_not_disturb_the_service(
    mosquitto: Mosquitto, tmp_path: Path
):
    mqtt = MqttSettings(host="127.0.0.1", port=mosquitto.port)
    served = config(tmp_path, mqtt=mqtt)
    async with guided(tmp_path, config=served) as run:

        def broker() -> tuple[str, int]:
            (health,) = (sink for sink in run.running.service.sinks() if sink.name == "mqtt")
            return health.state, health.reconnects

        await until(lambda: broker() == ("up", 0))
        assert (await all_of(served))["broker"].is_well
        assert broker() == ("up", 0)

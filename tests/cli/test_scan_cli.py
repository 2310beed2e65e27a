"""`bandmate scan` as a person runs it, without Bluetooth and on the virtual radio."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from bandmate.app import reach as reach_module
from bandmate.app.reach import Reach, find_sensor
from bandmate.cli.scan import scan_and_show
from bandmate.errors import DeviceNotFoundError, UsageError
from bandmate.link.base import OnSighting, Sighting
from bandmate.sim.gauge import virtual_gauge
from bandmate.sim.radio import VirtualRadio, virtual_radio
from link.rig import DIY, PROFILES, PROGRESSOR, SCALE, FastClock, radio_of

HEAR_S = 0.2
OTHER = "F0:F1:F2:F3:F4:02"
NOTHING: Mapping[int, bytes] = MappingProxyType({})


@pytest.fixture(autouse=True)
def short_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach_module, "LOOK_S", HEAR_S)
    monkeypatch.setattr(reach_module, "LOOKS_N", 2)


def pull_n(_t_s: float) -> float:
    return 30.0


async def scanned(virtual: VirtualRadio, *, as_ndjson: bool = False) -> None:
    await scan_and_show(radio_of(virtual), PROFILES, HEAR_S, as_ndjson=as_ndjson)


def seen(
    name: str = "",
    rssi_dbm: int = -60,
    *,
    address: str = "A",
    services: tuple[str, ...] = (),
    manufacturer: Mapping[int, bytes] = NOTHING,
    battery_pct: float | None = None,
) -> Sighting:
    return Sighting(address, name, rssi_dbm, services, dict(manufacturer), battery_pct)


def test_without_bluetooth_the_reason_and_the_fix_are_told(tmp_path: Path):
    nowhere = {"DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={tmp_path / 'no_bus'}"}
    ended = subprocess.run(
        [sys.executable, "-m", "bandmate", "scan", "--for", "0.1"],
        env=os.environ | nowhere,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "message bus (D-Bus) cannot be reached\nStart it" in ended.stderr
    assert "Traceback" not in ended.stderr


async def test_the_table_shows_each_sensor_in_reach(capsys: pytest.CaptureFixture[str]):
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, PROGRESSOR, pull_n, FastClock()) as gauge,
        virtual_gauge(virtual.air, SCALE, pull_n, FastClock(), address=OTHER),
    ):
        await scanned(virtual)
    heading, *rows = capsys.readouterr().out.splitlines()
    assert heading.split() == ["ADDRESS", "NAME", "PROFILE", "MATCH", "SIGNAL", "BATTERY"]
    by_address = {row.split()[0]: row for row in rows}
    assert by_address.keys() == {gauge.address, OTHER}
    assert "tindeq-progressor  likely" in by_address[gauge.address]
    assert "weiheng-wh-c06" in by_address[OTHER]


async def test_json_is_one_object_a_sensor_and_nothing_else(capsys: pytest.CaptureFixture[str]):
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, DIY, pull_n, FastClock()) as gauge,
    ):
        await scanned(virtual, as_ndjson=True)
    (found,) = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (found["address"], found["profile"]) == (gauge.address, "sig-force")
    assert found.keys() == {
        "address",
        "name",
        "profile",
        "confidence",
        "also",
        "rssi_dbm",
        "battery_pct",
    }


async def test_nobody_in_reach_is_told_with_what_to_do(capsys: pytest.CaptureFixture[str]):
    async with virtual_radio() as virtual:
        await scanned(virtual)
    out, err = capsys.readouterr()
    assert out == ""
    assert "Sensors in reach: 0" in err
    assert "Switch it on" in err


async def test_a_name_from_the_air_cannot_steer_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    async def scan(_radio: object, _for_s: float, on_sighting: OnSighting) -> None:
        on_sighting(seen("Progressor\x1b[2J", battery_pct=87.0))

    monkeypatch.setattr("bandmate.cli.scan.scan", scan)
    async with virtual_radio() as virtual:
        await scanned(virtual)
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert out.splitlines()[1].endswith("87 %")


def test_what_is_heard_in_parts_is_put_together():
    reach = Reach(PROFILES)
    reach.hear(seen("Progressor_7", battery_pct=50.0))
    (by_name,) = reach.sensors
    reach.hear(seen("", -40, services=(PROGRESSOR.gatt["data"].service,)))
    (by_both,) = reach.sensors
    assert (by_name.match.confidence, by_both.match.confidence) == ("likely", "sure")
    assert (by_both.seen.name, by_both.seen.rssi_dbm) == ("Progressor_7", -40)
    assert by_both.seen.battery_pct == 50.0


def test_the_strongest_comes_first_and_strangers_are_counted():
    reach = Reach(PROFILES)
    reach.hear(seen("Progressor_1", -80, address="A"))
    reach.hear(seen("Progressor_2", -50, address="B"))
    reach.hear(seen("a lamp", -30, address="C"))
    assert [sensor.seen.address for sensor in reach.sensors] == ["B", "A"]
    assert reach.others_n == 1


async def test_of_several_sensors_one_must_be_named():
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, PROGRESSOR, pull_n, FastClock()) as gauge,
        virtual_gauge(virtual.air, PROGRESSOR, pull_n, FastClock(), address=OTHER),
    ):
        radio = radio_of(virtual)
        with pytest.raises(UsageError, match="2 sensors") as several:
            await find_sensor(radio, PROFILES, None)
        named = await find_sensor(radio, PROFILES, OTHER.lower())
    assert gauge.address in str(several.value)
    assert OTHER in str(several.value)
    assert "--address" in several.value.hint
    assert named.seen.address == OTHER


async def test_a_sensor_that_is_not_there_is_not_found():
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, PROGRESSOR, pull_n, FastClock()),
    ):
        with pytest.raises(DeviceNotFoundError, match=OTHER):
            await find_sensor(radio_of(virtual), PROFILES, OTHER)
        with pytest.raises(DeviceNotFoundError):
            await find_sensor(radio_of(virtual), [SCALE], None)


async def test_what_else_a_sensor_may_be_is_told_in_json(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    async def scan(_radio: object, _for_s: float, on_sighting: OnSighting) -> None:
        service = PROGRESSOR.gatt["data"].service
        on_sighting(seen("Progressor_7", services=(service, DIY.gatt["data"].service), address="A"))

    monkeypatch.setattr("bandmate.cli.scan.scan", scan)
    async with virtual_radio() as virtual:
        await scanned(virtual, as_ndjson=True)
    (found,) = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (found["profile"], found["confidence"]) == ("tindeq-progressor", "sure")
    assert found["also"] == ["sig-force"]

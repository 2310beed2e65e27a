"""`bandmate doctor --deploy`: each hop from the service to a panel, and which one is broken."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from app.rig import QUIET, playing, write_csv
from bandmate.app.config import Config, SiteConfig, StoreConfig
from bandmate.app.deploy_check import examine_deployment, expanded
from bandmate.domain.findings import Finding
from bandmate.errors import SinkUnavailableError
from bandmate.sim.person import reps
from bandmate.sinks.influx_points import service_health
from bandmate.sinks.influx_server import InfluxSettings, connected, rows
from bandmate.sinks.mqtt_broker import MqttSettings
from bandmate.web.settings import PageSettings
from parts.programs import find_free_port
from parts.servers import InfluxDb, Mosquitto
from parts.waiting import until


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bandmate.sinks.base.BACKOFF_FIRST_S", 0.05)


def deployed(tmp_path: Path, influxdb: InfluxDb, **more: object) -> Config:
    return msgspec.structs.replace(
        QUIET,
        page=PageSettings(port=find_free_port()),
        store=StoreConfig(path=str(tmp_path / "store")),
        influx=InfluxSettings(api="v1", url=influxdb.url),
        **more,
    )


async def found(config: Config) -> dict[str, Finding]:
    return {finding.check: finding async for finding in examine_deployment(config)}


def broken(findings: dict[str, Finding]) -> list[str]:
    return [check for check, finding in findings.items() if not finding.is_well]


async def write(config: Config, *lines: str) -> None:
    assert config.influx is not None
    async with connected(config.influx) as server:
        await server.greet('health,kind=connected,site=home version="0" 1')
        await server.write(lines)


def health_line(age_s: float = 0.0) -> str:
    (line,) = service_health("home", [], [], time.time_ns() - round(age_s * 1e9))
    return line


def second_line(age_s: float = 0.0) -> str:
    at_ns = time.time_ns() - round(age_s * 1e9)
    return f"tension_1s,site=home,band=left mean_n=12.5,max_n=13.5 {at_ns}"


@asynccontextmanager
async def service(config: Config, tmp_path: Path, mosquitto: Mosquitto) -> AsyncGenerator[Config]:
    recording = write_csv(tmp_path / "pulls.csv", reps(2, 4.0, 30.0, 2.0, start_s=1.0), 10.0)
    broker = MqttSettings(host="127.0.0.1", port=mosquitto.port)
    config = msgspec.structs.replace(config, mqtt=broker)
    async with playing(recording, tmp_path, "free_reps", speed=1.0, config=config) as run:
        await until(lambda: run.health("mqtt") == run.health("influx") == "up")
        await until(lambda: run.events)
        yield config


@pytest.mark.timeout(120)
async def test_where_all_is_well_every_hop_says_so(
    tmp_path: Path, influxdb: InfluxDb, mosquitto: Mosquitto
):
    async with service(deployed(tmp_path, influxdb), tmp_path, mosquitto) as config:
        findings: dict[str, Finding] = {}
        async with asyncio.timeout(40):
            while not findings or broken(findings):
                findings = await found(config)
        assert {"service, mqtt", "service, influx", "stored point", "reading", "panel"} <= set(
            findings
        )
        influxdb.stop()
        async with asyncio.timeout(40):
            while broken(findings) != ["service, influx", "stored point"]:
                findings = await found(config)
        assert findings["stored point"].fix == "Check that it runs, and [influx] url."


async def test_a_service_that_does_not_run_is_named(tmp_path: Path, influxdb: InfluxDb):
    config = deployed(tmp_path, influxdb)
    await write(config, health_line(), second_line())
    findings = await found(config)
    assert broken(findings) == ["service"]


async def test_without_a_database_there_is_nothing_to_see(tmp_path: Path, influxdb: InfluxDb):
    config = msgspec.structs.replace(deployed(tmp_path, influxdb), influx=None)
    assert (await found(config))["stored point"].text == "no database is configured"


async def test_a_point_that_is_missing_or_old_is_named(tmp_path: Path, influxdb: InfluxDb):
    config = deployed(tmp_path, influxdb)
    await write(config, second_line())
    assert "has stored nothing" in (await found(config))["stored point"].text
    await write(config, health_line(age_s=10_800.0))
    assert (await found(config))["stored point"].text == "the newest is 3 h old"
    await write(config, health_line(age_s=10.0))
    assert (await found(config))["stored point"].is_well


async def test_a_band_that_never_sent_is_named(tmp_path: Path, influxdb: InfluxDb):
    config = deployed(tmp_path, influxdb)
    await write(config, health_line())
    findings = await found(config)
    assert broken(findings) == ["service", "reading", "panel"]


async def test_a_database_that_is_gone_is_named(tmp_path: Path, influxdb: InfluxDb):
    config = deployed(tmp_path, influxdb)
    gone = InfluxSettings(api="v1", url=f"http://127.0.0.1:{find_free_port()}")
    findings = await found(msgspec.structs.replace(config, influx=gone))
    assert broken(findings) == ["service", "stored point"]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"<html>hello</html>", "what answers is no InfluxDB: <html>hello</html>"),
        (b'{"results":[]}', "what answers is no InfluxDB"),
        (b'{"results":[{"error":"database not found: x"}]}', "database not found: x"),
    ],
)
def test_what_is_no_answer_is_told(answer: bytes, told: str):
    with pytest.raises(SinkUnavailableError, match=told):
        rows(answer)


async def test_another_site_is_not_ones_own(tmp_path: Path, influxdb: InfluxDb):
    config = deployed(tmp_path, influxdb, site=SiteConfig(name="away"))
    await write(config, health_line(), second_line())
    findings = await found(config)
    assert broken(findings) == ["service", "stored point", "reading", "panel"]


async def test_motion_sensors_alone_are_enough(tmp_path: Path, influxdb: InfluxDb):
    config = deployed(tmp_path, influxdb)
    angle = f"imu,site=home,band=shank angle_deg=12.5 {time.time_ns()}"
    await write(config, health_line(), angle)
    assert broken(await found(config)) == ["service"]


def test_macros_and_variables_are_expanded():
    asked = 'SELECT mean("x") FROM "y" WHERE $timeFilter AND "site" =~ /^${site:regex}$/ '
    rest = 'AND "band" =~ /^${band:regex}$/ GROUP BY time($__interval)'
    assert expanded(asked + rest, "home") == (
        'SELECT mean("x") FROM "y" WHERE time > now() - 30d AND "site" =~ /^home$/ '
        'AND "band" =~ /^.*$/ GROUP BY time(1h)'
    )

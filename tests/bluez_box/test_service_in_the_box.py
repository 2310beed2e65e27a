"""The service as a process of its own on the real BlueZ, heard at a real broker."""

import asyncio
import json
import signal
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from app.program import Program, program
from app.rig import BASE, Ear, ear
from bandmate.sim.gauge import VirtualGauge, virtual_gauge
from bluez_box.box import Box
from bluez_box.figures import SLACK, Figures
from link.rig import PROGRESSOR, FastClock
from parts.servers import Mosquitto
from parts.waiting import until

pytestmark = [
    pytest.mark.box,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(400),
]

BAND = f"{BASE}/band/left"
BACK_S = 60.0
IN_ZONE_N = 15.0
TOO_HIGH_N = 75.0


@dataclass
class Person:
    """Who pulls the gauge, as the test says."""

    pull_n: float = 0.0

    def __call__(self, _t_s: float) -> float:
        return self.pull_n


@dataclass
class Session:
    """A running service and all around it."""

    gauge: VirtualGauge
    person: Person
    heard: Ear
    process: Program

    def availability(self) -> str:
        told = self.heard.on(f"{BAND}/availability")
        return told[-1].decode() if told else ""

    def link(self) -> str:
        states = self.heard.on(f"{BAND}/state")
        return json.loads(states[-1])["link"] if states else ""

    async def is_now(self, availability: str) -> None:
        await until(lambda: self.availability() == availability, within_s=BACK_S)

    def alerts(self) -> set[str]:
        """The codes of all that were raised."""
        events = (json.loads(event) for event in self.heard.on(f"{BAND}/event"))
        return {event["code"] for event in events if event["event"] == "alert_raised"}

    def sample_times_s(self) -> list[float]:
        """When each reading that was published was measured, UTC."""
        times_s: list[float] = []
        for batch in map(json.loads, self.heard.on(f"{BAND}/samples")):
            first_s = datetime.fromisoformat(batch["ts"]).timestamp()
            times_s += [first_s + offset_s for offset_s in batch["offset_s"]]
        return times_s


@asynccontextmanager
async def session(
    box: Box, mosquitto: Mosquitto, tmp_path: Path, address: str
) -> AsyncGenerator[Session]:
    config = tmp_path / "config.toml"
    config.write_text(f"""
[[band]]
name = "left"
profile = "{PROGRESSOR.device.id}"
address = "{address}"
exercise = "supine_sciatic_floss"

[mqtt]
host = "127.0.0.1"
port = {mosquitto.port}
samples = true

[page]
port = 0

[sound]
output = "off"
""")
    person = Person()
    service = program(tmp_path, "run", "--config", config, environment=box.environment)
    gauge = virtual_gauge(box.air, PROGRESSOR, person, FastClock(), address=address)
    async with ear(mosquitto.port) as heard, gauge as band, service as process:
        now = Session(band, person, heard, process)
        await now.is_now("online")
        yield now


async def test_a_stream_arrives_whole_and_an_alert_in_time(
    box: Box, mosquitto: Mosquitto, tmp_path: Path, figures: Figures
):
    async with session(box, mosquitto, tmp_path, "F0:F1:F2:F4:00:01") as now:
        now.person.pull_n = IN_ZONE_N
        await until(lambda: len(now.sample_times_s()) >= 640, within_s=BACK_S)
        gaps_s = [later - earlier for earlier, later in pairwise(now.sample_times_s())]
        assert max(gaps_s) < 0.020
        assert len(gaps_s) / sum(gaps_s) == pytest.approx(80.0, rel=0.01)

        now.person.pull_n = TOO_HIGH_N
        pulled_s = time.monotonic()
        await until(lambda: "tension_ceiling" in now.alerts(), within_s=BACK_S)
        took_s = time.monotonic() - pulled_s
        figures.tell("pull too high, to the alert at the broker", [took_s], "s", "at most 1.5 s")
        assert took_s <= 1.5


async def test_silence_is_told_and_ends(
    box: Box, mosquitto: Mosquitto, tmp_path: Path, figures: Figures
):
    async with session(box, mosquitto, tmp_path, "F0:F1:F2:F4:00:02") as now:
        now.person.pull_n = IN_ZONE_N
        await until(lambda: len(now.sample_times_s()) >= 80, within_s=BACK_S)
        box.air.blackout = True
        try:
            silent_s = time.monotonic()
            await until(lambda: "signal_lost" in now.alerts(), within_s=BACK_S)
            took_s = time.monotonic() - silent_s
            await now.is_now("offline")
            await until(lambda: now.link() == "silent", within_s=BACK_S)
        finally:
            box.air.blackout = False
        await now.is_now("online")
    figures.tell("silence, to the alert at the broker", [took_s], "s", "at most 2 s")
    assert took_s <= SLACK * 2.0


async def test_drops_an_adapter_that_is_off_and_a_dead_bluetooth_service(
    box: Box, mosquitto: Mosquitto, tmp_path: Path
):
    async with session(box, mosquitto, tmp_path, "F0:F1:F2:F4:00:03") as now:
        await now.gauge.vanish(for_s=3.0)
        await now.is_now("offline")
        await now.is_now("online")

        await box.power(on=False)
        await now.is_now("offline")
        await until(lambda: now.link() == "off", within_s=BACK_S)
        await box.ready()
        await now.is_now("online")

        await box.kill_bluetoothd()
        await now.is_now("offline")
        await box.start_bluetoothd()
        await now.is_now("online")
        await until(lambda: now.link() == "streaming")


async def test_a_killed_service_finds_its_sensor_again(
    box: Box, mosquitto: Mosquitto, tmp_path: Path, figures: Figures
):
    """BlueZ keeps the connection of who was killed, and a connected sensor does not advertise."""
    address = "F0:F1:F2:F4:00:04"
    async with session(box, mosquitto, tmp_path, address) as now:
        now.process.stop(signal.SIGKILL)
        await now.process.ended()
        await asyncio.sleep(1.0)
        again = program(
            tmp_path, "run", "--config", tmp_path / "config.toml", environment=box.environment
        )
        online_n = now.heard.on(f"{BAND}/availability").count(b"online")
        async with again as process:
            started_s = time.monotonic()
            await until(
                lambda: now.heard.on(f"{BAND}/availability").count(b"online") > online_n,
                within_s=BACK_S,
            )
            took_s = time.monotonic() - started_s
            assert "was still connected to this computer" in str(process)
    figures.tell("online after `kill -9` of the service and its start", [took_s], "s", "")

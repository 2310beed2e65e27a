"""Broker and database die while the person pulls too hard: they are warned, and nothing is lost."""

import asyncio
import json
from pathlib import Path

import aiohttp
import msgspec
import pytest

from app.rig import QUIET, Body, Ear, ear, playing, select, write_csv
from bandmate.app.config import Config
from bandmate.link.replay import PACKET_N
from bandmate.sim.person import reps
from bandmate.sinks.base import Feed, Report
from bandmate.sinks.influx_server import InfluxSettings
from bandmate.sinks.mqtt import MqttSink
from bandmate.sinks.mqtt_broker import MqttSettings
from parts.servers import InfluxDb, Mosquitto
from parts.waiting import until

PACKET_S = PACKET_N / 50
BOUND_S = 0.35
"""From the crossing to the alert, as promised."""
MACHINE_S = 1.0
"""What a busy machine may take on top of it."""


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """While it is clear, the service does not go to the broker; so nobody misses what it sends."""
    door = asyncio.Event()
    door.set()
    session = MqttSink.session

    async def waiting(sink: MqttSink, feed: Feed, report: Report) -> None:
        await door.wait()
        await session(sink, feed, report)

    monkeypatch.setattr(MqttSink, "session", waiting)
    monkeypatch.setattr("bandmate.sinks.base.BACKOFF_FIRST_S", 0.05)
    return door


async def first_alert(socket: aiohttp.ClientWebSocketResponse) -> Body:
    """The first alert of the limit that a page is told."""
    async for message in socket:
        body: Body = json.loads(message.data)
        if body.get("event") == "alert_raised" and body["code"] == "tension_limit":
            return body
    raise AssertionError("the page was closed")


def publishing_to(mosquitto: Mosquitto, influxdb: InfluxDb) -> Config:
    return msgspec.structs.replace(
        QUIET,
        mqtt=MqttSettings(host="127.0.0.1", port=mosquitto.port),
        influx=InfluxSettings(api="v1", url=influxdb.url),
    )


def ids(heard: Ear) -> set[str]:
    """The events that were heard."""
    return {body["id"] for body in heard.events()}


async def test_s37_a_pull_over_the_limit_is_told_and_all_is_delivered_later(
    mosquitto: Mosquitto, influxdb: InfluxDb, tmp_path: Path, door: asyncio.Event
):
    pull = reps(1, 4.0, 40.0, 3.0, start_s=2.0)
    recording = write_csv(tmp_path / "over.csv", pull, 5.0)
    config = publishing_to(mosquitto, influxdb)
    async with playing(
        recording, tmp_path, "supine_sciatic_floss", speed=1.0, config=config
    ) as run:
        async with ear(mosquitto.port) as before:
            await until(lambda: run.health("mqtt") == run.health("influx") == "up")
            # What a broker took and did not hand on yet would die with it.
            await until(lambda: before.events() and ids(before) == {e.id for e in run.events})
            door.clear()
            mosquitto.kill()
            influxdb.kill()
        async with (
            aiohttp.ClientSession() as client,
            client.ws_connect(f"{run.running.page_url}stream") as page,
        ):
            alert = await first_alert(page)
            late_s = run.clock.now() - alert["onset_s"]
        await until(run.over)
        assert run.health("mqtt") == run.health("influx") == "down"

        mosquitto.start()
        influxdb.start()
        async with ear(mosquitto.port) as after:
            door.set()
            await until(lambda: run.delivered("mqtt") and run.delivered("influx"))

    assert alert["emitted_s"] - alert["onset_s"] <= BOUND_S
    assert late_s < BOUND_S + PACKET_S + MACHINE_S
    assert ids(before) | ids(after) == {event.id for event in run.events}
    assert select(influxdb, "select count(force_n) from tension")[0]["count"] == 250
    (point,) = select(influxdb, "select * from alert where kind = 'tension_limit' limit 1")
    assert point["onset_s"] == pytest.approx(alert["onset_s"])


async def test_s37_three_sets_long_nothing_is_missing_and_nothing_twice(
    mosquitto: Mosquitto, influxdb: InfluxDb, tmp_path: Path, door: asyncio.Event
):
    floss = reps(30, 4.0, 14.0, 6.0, start_s=3.0)
    recording = write_csv(tmp_path / "floss.csv", floss, 184.0)
    config = publishing_to(mosquitto, influxdb)
    async with playing(recording, tmp_path, "supine_sciatic_floss", config=config) as run:
        async with ear(mosquitto.port) as before:
            await until(lambda: run.clock.now() >= 30.0)
            # As above: nothing is on its way from the broker when that dies.
            await until(lambda: ids(before) == {event.id for event in run.events})
            door.clear()
            await asyncio.to_thread(mosquitto.kill)
            await asyncio.to_thread(influxdb.kill)
        await until(lambda: run.clock.now() >= 90.0)
        assert run.health("mqtt") == run.health("influx") == "down"
        await asyncio.to_thread(mosquitto.start)
        await asyncio.to_thread(influxdb.start)
        async with ear(mosquitto.port) as after:
            door.set()
            await until(run.over, within_s=40.0)
            await until(lambda: run.delivered("mqtt") and run.delivered("influx"), within_s=40.0)

    told = {event.id: event for event in run.events}
    assert ids(before) | ids(after) == set(told)
    assert len(run.named("rep")) == 30
    # At this speed a short stall of the machine is a silent sensor.
    assert not [raised for raised in run.named("alert_raised") if "tension" in raised.id]
    for body in after.events():
        assert body["t_s"] == pytest.approx(told[body["id"]].t_s)
    # A point that was written twice is one: its time and its tags are the same.
    assert select(influxdb, "select count(force_n) from tension")[0]["count"] == 184 * 50
    assert select(influxdb, "select count(peak_n) from rep")[0]["count"] == 30

"""Store, MQTT and InfluxDB together: one dead way out delays no other and loses nothing."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from bandmate.domain.records import Record
from bandmate.sinks.base import Report, Sink, run_sink
from bandmate.sinks.influx import InfluxSink
from bandmate.sinks.influx_server import InfluxSettings
from bandmate.sinks.mqtt import MqttSink
from bandmate.sinks.mqtt_broker import MqttSettings
from bandmate.sinks.store import Outbox, Store
from parts.servers import InfluxDb, Mosquitto
from parts.waiting import until
from sinks.records import event, samples
from sinks.service import FakeService


class Out:
    """A remote sink with its outbox."""

    def __init__(self, store: Store, sink: Sink) -> None:
        self.sink = sink
        self.outbox = Outbox(store, sink.name)
        self.report = Report(sink.name, self.outbox)


@asynccontextmanager
async def service(
    path: Path, mosquitto: Mosquitto, influxdb: InfluxDb
) -> AsyncGenerator[tuple[Store, Out, Out]]:
    """A store and both remote sinks, as a service runs them."""
    store = Store.open(path)
    mqtt_settings = MqttSettings(host="127.0.0.1", port=mosquitto.port)
    influx_settings = InfluxSettings(api="v1", url=influxdb.url)
    mqtt = Out(store, MqttSink(mqtt_settings, "home", FakeService()))
    influx = Out(store, InfluxSink(influx_settings, "home", store.quarantine))
    tasks = [asyncio.create_task(store.run())]
    tasks += [asyncio.create_task(run_sink(o.sink, o.outbox, o.report)) for o in (mqtt, influx)]
    try:
        yield store, mqtt, influx
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await store.close()


def put(store: Store, *records: Record) -> None:
    for record in records:
        store.append(record)


def count_reps(influxdb: InfluxDb) -> int:
    query = "db=bandmate&q=SELECT+count(%22index%22)+FROM+%22rep%22"
    answer = json.loads(urlopen(f"{influxdb.url}/query?{query}").read())
    return answer["results"][0]["series"][0]["values"][0][1]


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bandmate.sinks.base.BACKOFF_FIRST_S", 0.05)
    monkeypatch.setattr("bandmate.sinks.base.BACKOFF_MOST_S", 0.1)
    monkeypatch.setattr("bandmate.sinks.mqtt_broker._ANSWER_S", 0.5)


async def test_a_frozen_broker_does_not_delay_the_database(
    tmp_path: Path, mosquitto: Mosquitto, influxdb: InfluxDb
):
    async with service(tmp_path / "store.db", mosquitto, influxdb) as (store, mqtt, influx):
        await until(lambda: mqtt.report.state == influx.report.state == "up")
        mosquitto.freeze()
        put(store, *(event(n, index=n) for n in range(50)), samples(51))

        await until(lambda: influx.report.delivered == 51)

        assert mqtt.report.delivered == 0
        assert mqtt.outbox.queued == 51
        mosquitto.thaw()
        await until(lambda: mqtt.outbox.queued == 0)
    assert count_reps(influxdb) == 50


async def test_a_dead_database_does_not_delay_the_broker(
    tmp_path: Path, mosquitto: Mosquitto, influxdb: InfluxDb
):
    async with service(tmp_path / "store.db", mosquitto, influxdb) as (store, mqtt, influx):
        await until(lambda: mqtt.report.state == influx.report.state == "up")
        influxdb.kill()
        put(store, *(event(n, index=n) for n in range(50)))

        await until(lambda: mqtt.report.delivered == 50)

        assert influx.report.delivered == 0
        influxdb.start()
        await until(lambda: influx.outbox.queued == 0)
    assert count_reps(influxdb) == 50


async def test_what_an_outage_kept_back_is_delivered_after_a_restart(
    tmp_path: Path, mosquitto: Mosquitto, influxdb: InfluxDb
):
    influxdb.kill()
    mosquitto.kill()
    async with service(tmp_path / "store.db", mosquitto, influxdb) as (store, mqtt, influx):
        put(store, *(event(n, index=n) for n in range(50)))
        await until(lambda: mqtt.report.state == influx.report.state == "down")
        await until(lambda: store.last_seq == 50)
    influxdb.start()
    mosquitto.start()

    async with service(tmp_path / "store.db", mosquitto, influxdb) as (_, mqtt, influx):
        await until(lambda: mqtt.report.delivered == influx.report.delivered == 50)

    assert count_reps(influxdb) == 50

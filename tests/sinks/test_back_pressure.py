"""A frozen broker and a database that swallows everything neither block nor grow memory."""

import asyncio
import gc
import socket
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from bandmate.sinks.base import Report, run_sink
from bandmate.sinks.influx import InfluxSink
from bandmate.sinks.influx_server import InfluxSettings
from bandmate.sinks.mqtt import MqttSink
from bandmate.sinks.mqtt_broker import MqttSettings
from bandmate.sinks.store import Outbox, Store
from parts.servers import Mosquitto
from parts.waiting import until
from sinks.records import event, samples
from sinks.service import FakeService
from sinks.stores import running

BEFORE_N = 800
AFTER_N = 3000
"""Seconds of readings; in memory they would take some 30 MB."""
GROWN_BYTES = 4_000_000
LAG_S = 0.5
"""What a busy machine may hold the loop up by itself."""


@pytest.fixture
def small_heap() -> Iterator[None]:
    """What other tests left in memory is not looked through while this one measures the loop."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def black_hole() -> Iterator[int]:
    """A port that takes connections, and never says anything."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield server.getsockname()[1]


async def worst_lag_s(worst: list[float]) -> None:
    """How late the loop is, at worst."""
    loop = asyncio.get_running_loop()
    while True:
        due_s = loop.time() + 0.01
        await asyncio.sleep(0.01)
        worst[0] = max(worst[0], loop.time() - due_s)


async def put(store: Store, first: int, count: int) -> None:
    for n in range(first, first + count):
        store.append(samples(n))
        store.append(event(n))
        if n % 50 == 0:
            await until(lambda: not store.report.health().queued)
    await until(lambda: not store.report.health().queued)


@pytest.mark.alone
@pytest.mark.timeout(120)
@pytest.mark.usefixtures("small_heap")
async def test_nobody_waits_and_nothing_grows(
    tmp_path: Path, mosquitto: Mosquitto, black_hole: int
):
    influx = InfluxSettings(api="v2", url=f"http://127.0.0.1:{black_hole}", org="o")
    mqtt = MqttSettings(host="127.0.0.1", port=mosquitto.port)
    async with running(tmp_path / "store.db") as store:
        sinks = [
            MqttSink(mqtt, "home", FakeService()),
            InfluxSink(influx, "home", store.quarantine),
        ]
        reports = [Report(sink.name, Outbox(store, sink.name)) for sink in sinks]
        worst = [0.0]
        works = [
            run_sink(sink, report.feed, report) for sink, report in zip(sinks, reports, strict=True)
        ]
        tasks = [asyncio.create_task(work) for work in (*works, worst_lag_s(worst))]
        await until(lambda: reports[0].state == "up")
        await asyncio.to_thread(mosquitto.freeze)
        await put(store, 0, BEFORE_N)
        gc.collect()
        tracemalloc.start()
        before_bytes, _ = tracemalloc.get_traced_memory()
        # The collection is the test's own: its lag is told now, and not counted.
        await asyncio.sleep(0.05)
        worst[0] = 0.0
        await put(store, BEFORE_N, AFTER_N)
        gc.collect()
        grown_bytes = tracemalloc.get_traced_memory()[0] - before_bytes
        tracemalloc.stop()
        health = store.report.health()
        waiting = [report.health().queued for report in reports]
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    assert (health.dropped, health.state) == (0, "up")
    assert health.queued_peak <= 200
    assert waiting[1] == 2 * (BEFORE_N + AFTER_N)
    assert waiting[0] > 2 * AFTER_N
    assert grown_bytes < GROWN_BYTES
    assert worst[0] < LAG_S

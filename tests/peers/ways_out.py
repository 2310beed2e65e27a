"""MQTT and InfluxDB beside plainer ways, in the same run: latency, loss in outages, rate.

    python tests/peers/ways_out.py [--outages]

`--outages` takes the broker away for 5 s and for 60 s, too.
"""

import asyncio
import random
import statistics
import sys
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import count, islice
from pathlib import Path
from time import perf_counter

import click
import msgspec
import numpy as np
from aiomqtt import MqttError

from bandmate.app.service import LiveService
from bandmate.domain.records import SampleRecord
from bandmate.domain.zones import ZoneLimits
from bandmate.errors import SinkUnavailableError
from bandmate.sinks.base import Feed, Report, Sink, run_sink
from bandmate.sinks.influx import InfluxSink
from bandmate.sinks.influx_points import encode
from bandmate.sinks.influx_server import InfluxSettings, connected
from bandmate.sinks.mqtt import MqttSink
from bandmate.sinks.mqtt_bare import bare_client
from bandmate.sinks.mqtt_broker import MqttSettings
from bandmate.sinks.mqtt_messages import record_messages
from bandmate.sinks.store import Outbox, Store
from parts.programs import find_free_port
from parts.servers import InfluxDb, Mosquitto, Server, VictoriaMetrics
from parts.waiting import until
from sinks.records import T0_NS, event

HOST = "127.0.0.1"
RATE_HZ = 80
ROUNDS_N = 7
MESSAGES_N = 160
BANDS_N = 100
SECONDS_N = 10
WRITTEN_N = 50
"""Records of a second that are written at a time, here and there."""
ZONE = ZoneLimits(5.0, 22.0, 24.0, 28.0, 40.0)


@asynccontextmanager
async def served(server: Server) -> AsyncGenerator[None]:
    await asyncio.to_thread(server.start)
    try:
        yield
    finally:
        await asyncio.to_thread(server.kill)


@asynccontextmanager
async def stored(
    folder: Path, make: Callable[[Store], Sink]
) -> AsyncGenerator[tuple[Store, Report]]:
    """A store that runs, and a sink fed from it that is up."""
    store = Store.open(folder / "bandmate.db")
    sink = make(store)
    outbox = Outbox(store, sink.name)
    report = Report(sink.name, outbox)
    tasks = [asyncio.create_task(work) for work in (store.run(), run_sink(sink, outbox, report))]
    await until(lambda: report.state == "up")
    try:
        yield store, report
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await store.close()


async def latencies(folder: Path) -> None:
    """80 messages a second, in turn by an alert's topic, by an event's, and by a plain loop."""
    broker = Mosquitto(folder / "broker", find_free_port())
    settings = MqttSettings(host=HOST, port=broker.port)
    sink = MqttSink(settings, "lat", LiveService("s1"))
    async with (
        served(broker),
        stored(folder, lambda _store: sink) as (store, _),
        bare_client(HOST, broker.port) as ear,
        bare_client(HOST, broker.port) as plain,
    ):
        await ear.subscribe("bandmate/lat/band/left/#")
        sent: dict[str, float] = {}
        taken_s: list[float] = []

        async def listen() -> None:
            async for payload in ear.arrivals():
                begun_s = sent.pop(_id(payload), None) if payload else None
                taken_s.extend([] if begun_s is None else [perf_counter() - begun_s])

        async def by_plain_loop(n: int) -> None:
            (message,) = record_messages("lat", event(n), with_samples=False)
            await plain.send(message)

        async def by_alert_topic(n: int) -> None:
            sink.alerts.put(event(n, "alert_raised", code="tension_limit"))

        async def by_event(n: int) -> None:
            store.append(event(n))

        ways: dict[str, Callable[[int], Awaitable[None]]] = {
            "a plain aiomqtt loop": by_plain_loop,
            "an alert, on its topic": by_alert_topic,
            "an event, stored first": by_event,
        }
        listening = asyncio.create_task(listen())
        found: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
        numbers = count()
        for _ in range(ROUNDS_N):
            for way, send in ways.items():
                taken_s.clear()
                for number in islice(numbers, MESSAGES_N):
                    sent[f"e{number}"] = perf_counter()
                    await send(number)
                    await asyncio.sleep(1 / RATE_HZ)
                await asyncio.sleep(0.3)
                assert len(taken_s) == MESSAGES_N, (way, len(taken_s))
                found[way].append(_percentiles_ms(taken_s))
        listening.cancel()
        _print_beside(f"{RATE_HZ} messages a second", found)


async def outages(folder: Path) -> None:
    """How many of 80 messages a second a subscriber never sees, for broker outages."""
    for outage_s in (5.0, 60.0):
        ours, plain = [
            await _lost(folder / f"{way}{outage_s:g}", outage_s, ours=way == "ours")
            for way in ("ours", "plain")
        ]
        click.echo(
            f"outage of {outage_s:g} s: lost of {ours[1]}: bandmate {ours[0]}, plain {plain[0]}"
        )


async def _lost(folder: Path, outage_s: float, *, ours: bool) -> tuple[int, int]:
    """Lost, and sent."""
    broker = Mosquitto(folder / "broker", find_free_port())
    sink = MqttSink(MqttSettings(host=HOST, port=broker.port), "out", LiveService("s1"))
    heard: set[str] = set()
    waiting: asyncio.Queue[int] = asyncio.Queue()
    async with served(broker), stored(folder, lambda _store: sink) as (store, report):
        works = [_hear(broker.port, heard), _publish_plainly(broker.port, waiting)]
        tasks = [asyncio.create_task(work) for work in works]
        await asyncio.sleep(1.0)
        sent = round((outage_s + 4.0) * RATE_HZ)
        for n in range(sent):
            if n == 2 * RATE_HZ:
                await asyncio.to_thread(broker.stop)
            if n == round((2 + outage_s) * RATE_HZ):
                await asyncio.to_thread(broker.start)
                await asyncio.sleep(0.3)  # until the listener is back
            store.append(event(n)) if ours else waiting.put_nowait(n)
            await asyncio.sleep(1 / RATE_HZ)
        await until(lambda: not report.feed.queued and waiting.empty(), within_s=90.0)
        await asyncio.sleep(1.0)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    return sent - len(heard), sent


async def _hear(port: int, heard: set[str]) -> None:
    while True:
        with suppress(SinkUnavailableError, MqttError):
            async with bare_client(HOST, port) as ear:
                await ear.subscribe("bandmate/out/band/left/event")
                async for payload in ear.arrivals():
                    heard.add(_id(payload))
        await asyncio.sleep(0.05)


async def _publish_plainly(port: int, waiting: asyncio.Queue[int]) -> None:
    """Publish what comes; come back after half a second, and go on with what comes then."""
    while True:
        with suppress(SinkUnavailableError, MqttError):
            async with bare_client(HOST, port) as client:
                while True:
                    n = await waiting.get()
                    (message,) = record_messages("out", event(n), with_samples=False)
                    await client.send(message)
        while not waiting.empty():
            waiting.get_nowait()
        await asyncio.sleep(0.5)


async def rates(folder: Path, server: InfluxDb | VictoriaMetrics, api: str) -> None:
    """A backlog from the store, beside the same lines made before and sent by the bare client."""
    settings = msgspec.convert({"api": api, "url": server.url, "org": "o"}, InfluxSettings)

    def sink(store: Store) -> Sink:
        return _Held(InfluxSink(settings, "home", store.quarantine), gate)

    gate = asyncio.Event()
    gate.set()
    records_n, ours, bare = BANDS_N * SECONDS_N, list[float](), list[float]()
    async with served(server), stored(folder / server.program, sink) as (store, report):
        for number in range(ROUNDS_N):
            records = _seconds(number * SECONDS_N)
            lines = [line for record in records for line in encode(record, "bare")]
            async with connected(settings) as client:
                begun_s = perf_counter()
                for part in _parts(lines, WRITTEN_N * 101):
                    await client.write(part)
                bare.append(len(lines) / (perf_counter() - begun_s))
            gate.clear()
            goal = report.delivered + records_n
            for record in records:
                store.append(record)
            await until(lambda: not store.report.feed.queued)
            begun_s = perf_counter()
            gate.set()
            await until(lambda goal=goal: report.delivered >= goal)
            ours.append(len(lines) / (perf_counter() - begun_s))
    ratio = statistics.median(a / b for a, b in zip(ours, bare, strict=True))
    click.echo(
        f"{server.program}: {statistics.median(ours):,.0f} lines/s from the store, "
        f"{statistics.median(bare):,.0f} by the bare client; ratio {ratio:.2f}; "
        f"{statistics.median(ours) / (BANDS_N * 101):.1f} times {BANDS_N} bands of 100 Hz"
    )


class _Held:
    """A sink whose feed waits for a gate."""

    def __init__(self, sink: Sink, gate: asyncio.Event) -> None:
        self.name = sink.name
        self._sink = sink
        self._gate = gate

    async def session(self, feed: Feed, report: Report) -> None:
        take, gate = feed.take, self._gate

        async def held(limit: int) -> Sequence[object]:
            await gate.wait()
            return await take(limit)

        vars(feed)["take"] = held
        await self._sink.session(feed, report)


def _seconds(start: int) -> list[SampleRecord]:
    return [
        SampleRecord(
            "s1",
            f"band{band}",
            "floss",
            range(T0_NS + second * 10**9, T0_NS + (second + 1) * 10**9, 10**7),
            [random.uniform(0, 40) for _ in range(100)],
            limits=ZONE,
        )
        for second in range(start, start + SECONDS_N)
        for band in range(BANDS_N)
    ]


def _parts(lines: Sequence[str], size: int) -> list[Sequence[str]]:
    return [lines[start : start + size] for start in range(0, len(lines), size)]


def _id(payload: bytes) -> str:
    return msgspec.json.decode(payload)["id"]


def _percentiles_ms(taken_s: Sequence[float]) -> tuple[float, float]:
    p50, p99 = np.percentile(taken_s, [50, 99])
    return float(p50) * 1e3, float(p99) * 1e3


def _print_beside(what: str, found: dict[str, list[tuple[float, float]]]) -> None:
    """Medians over the rounds; the ratio is that within each round."""
    first = next(iter(found.values()))
    click.echo(f"{what}, medians of {len(first)} rounds in turn, ms")
    for way, rounds in found.items():
        p50, p99 = (statistics.median(column) for column in zip(*rounds, strict=True))
        ratios = [
            statistics.median(ours[i] / bare[i] for ours, bare in zip(rounds, first, strict=True))
            for i in (0, 1)
        ]
        click.echo(f"  {way}: p50 {p50:.2f} ({ratios[0]:.2f}), p99 {p99:.2f} ({ratios[1]:.2f})")


async def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "lat").mkdir()
        await latencies(folder / "lat")
        if "--outages" in sys.argv:
            await outages(folder)
        for server, api in (
            (InfluxDb(folder / "influx", find_free_port()), "v1"),
            (VictoriaMetrics(folder / "victoria", find_free_port()), "v2"),
        ):
            (folder / server.program).mkdir()
            await rates(folder, server, api)


if __name__ == "__main__":
    asyncio.run(main())

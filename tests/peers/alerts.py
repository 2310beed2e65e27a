"""How soon the page is told of a pull too hard, while broker and database are well, frozen or gone.

python tests/peers/alerts.py
"""

import asyncio
import statistics
import tempfile
from pathlib import Path
from time import perf_counter

import click

from bandmate.app.bench_alerting import Alerting
from bandmate.app.service import LiveService
from bandmate.domain.records import EventRecord
from bandmate.sinks.base import Mailbox, Report, Sink, run_sink
from bandmate.sinks.influx import InfluxSink
from bandmate.sinks.influx_server import InfluxSettings
from bandmate.sinks.mqtt import MqttSink
from bandmate.sinks.mqtt_broker import MqttSettings
from bandmate.sinks.store import Outbox, Store
from parts.programs import find_free_port
from parts.servers import InfluxDb, Mosquitto
from parts.waiting import until

ROUNDS_N = 15
ALERTS_N = 40
PACKET_S = 0.05


class Page:
    """What the page is fed from, and when it was told of an alert."""

    def __init__(self) -> None:
        self.mailbox = Mailbox()
        self._told = asyncio.Event()
        self._told_s = 0.0

    async def run(self) -> None:
        while True:
            for record in await self.mailbox.take(64):
                self.mailbox.done(1)
                if isinstance(record, EventRecord) and record.name == "alert_raised":
                    self._told_s = perf_counter()
                    self._told.set()

    async def told_of(self, alerting: Alerting) -> float:
        """Seconds from the notification that is too hard to the page."""
        await alerting.calm()
        await asyncio.sleep(PACKET_S)  # what was told before is on its way meanwhile
        self._told.clear()
        begun_s = perf_counter()
        await alerting.pull_too_hard()
        await self._told.wait()
        return self._told_s - begun_s


async def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        broker = Mosquitto(folder / "broker", find_free_port())
        database = InfluxDb(folder / "database", find_free_port())
        servers = (broker, database)

        def both(method: str) -> None:
            for server in servers:
                getattr(server, method)()

        await asyncio.to_thread(both, "start")
        store, page = Store.open(folder / "bandmate.db"), Page()
        mqtt = MqttSink(MqttSettings(host="127.0.0.1", port=broker.port), "a", LiveService("s1"))
        influx = InfluxSink(InfluxSettings(api="v1", url=database.url), "a", store.quarantine)
        alerting = Alerting(store.append, page.mailbox, mqtt.alerts)
        reports = [_report(store, sink) for sink in (mqtt, influx)]
        works = [store.run(), page.run(), alerting.band.run()]
        works += [run_sink(sink, report.feed, report) for sink, report in reports]
        tasks = [asyncio.create_task(work) for work in works]

        async def well() -> None:
            await until(lambda: all(report.state == "up" for _, report in reports), within_s=90.0)

        steps = {
            "well": ("", ""),
            "frozen": ("freeze", "thaw"),
            "gone": ("kill", "start"),
        }
        found: dict[str, list[float]] = {state: [] for state in steps}
        await well()
        for _ in range(ROUNDS_N):
            for state, (before, after) in steps.items():
                if before:
                    await asyncio.to_thread(both, before)
                    await asyncio.sleep(0.3)
                taken_s = [await page.told_of(alerting) for _ in range(ALERTS_N)]
                found[state].append(statistics.median(taken_s))
                if after:
                    await asyncio.to_thread(both, after)
                await well()
                await asyncio.sleep(0.3)
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await store.close()
        await asyncio.to_thread(both, "kill")
    for state, medians_s in found.items():
        ratio = statistics.median(a / b for a, b in zip(medians_s, found["well"], strict=True))
        median_ms = statistics.median(medians_s) * 1e3
        click.echo(f"broker and database {state}: page told after {median_ms:.3f} ms ({ratio:.2f})")


def _report(store: Store, sink: Sink) -> tuple[Sink, Report]:
    return sink, Report(sink.name, Outbox(store, sink.name))


if __name__ == "__main__":
    asyncio.run(main())

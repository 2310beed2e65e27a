"""The ways out of the service: made as configured, started, and waited for at the end."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Final

from bandmate.app.clock import SessionClock
from bandmate.app.config import Config
from bandmate.app.hub import Hub
from bandmate.app.service import LiveService
from bandmate.sinks.base import Mailbox, Report, Sink, run_sink
from bandmate.sinks.influx import InfluxSink
from bandmate.sinks.influx_points import service_health
from bandmate.sinks.mqtt import MqttSink
from bandmate.sinks.store import Outbox, Store

HEALTH_EVERY_S: Final = 10.0
DELIVER_S: Final = 5.0
"""What was decided last is delivered within this; what is not, is sent at the next start."""


def remote_sinks(
    config: Config, service: LiveService, store: Store, hub: Hub, clock: SessionClock
) -> list[Sink]:
    """Those that deliver what is stored, as the configuration wants them."""
    site = config.site.name
    sinks: list[Sink] = []
    if config.mqtt is not None:
        mqtt = MqttSink(config.mqtt, site, service)
        hub.add_local(mqtt.alerts)
        sinks.append(mqtt)
    if config.influx is not None:
        health = partial(_health, site, service, clock)
        sinks.append(InfluxSink(config.influx, site, store.quarantine, health))
    return sinks


async def _health(
    site: str, service: LiveService, clock: SessionClock
) -> AsyncIterator[Sequence[str]]:
    """How the service stands, as lines, every `HEALTH_EVERY_S` of the session clock."""
    while True:
        ts_ns = clock.utc_ns(clock.now())
        yield service_health(site, service.states(), service.sinks(), ts_ns)
        await clock.sleep(HEALTH_EVERY_S)


def started(
    tasks: asyncio.TaskGroup, sink: Sink, feed: Mailbox | Outbox, service: LiveService
) -> asyncio.Task[None]:
    """A sink begins; how it stands is told from now on."""
    report = Report(sink.name, feed)
    service.reports.append(report)
    return tasks.create_task(run_sink(sink, feed, report), name=f"sink {sink.name}")


async def delivered(service: LiveService) -> None:
    """Wait until every sink that is up has taken what is queued, but not for ever."""
    try:
        async with asyncio.timeout(DELIVER_S):
            while any(r.state == "up" and r.feed.queued for r in service.reports):  # noqa: ASYNC110 - feeds tell no one when they run empty
                await asyncio.sleep(0.02)
    except TimeoutError:
        return

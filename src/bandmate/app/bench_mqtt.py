"""How long a notification takes to reach an MQTT subscriber, beside a bare client's message."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from bandmate.app.bench_alerting import BAND, CODE, SESSION, Alerting
from bandmate.app.bench_broker import running_broker
from bandmate.app.bench_rows import Row, percentile_rows
from bandmate.app.bench_tasks import beside
from bandmate.app.service import LiveService
from bandmate.errors import SinkUnavailableError, UsageError
from bandmate.sim.broker import HOST
from bandmate.sinks.base import Report, run_sink
from bandmate.sinks.mqtt import MqttSink
from bandmate.sinks.mqtt_bare import BareClient, bare_client
from bandmate.sinks.mqtt_broker import MqttSettings
from bandmate.sinks.mqtt_messages import Message
from bandmate.sinks.store import Outbox, Store

MESSAGES_N = 40
"""Messages a round."""
_SITE = "bench"
_TOPIC = f"bandmate/{_SITE}/band/{BAND}/alert/{CODE}"
_ACTIVE = b'"state":"active"'
_WHAT = "notification to MQTT subscriber"
_WITHIN_S = 10.0
_LOOK_S = 0.001

Send = Callable[[], Awaitable[None]]


def mqtt_rows(rounds_n: int) -> list[Row]:
    """From the link's call to another client: decided, stored, sent, by a broker on this machine.

    Raises:
        SinkUnavailableError: The broker does not start or take the sink.
    """
    try:
        with tempfile.TemporaryDirectory() as folder:
            return asyncio.run(_measured(rounds_n, Path(folder)))
    except UsageError as missing:
        return [Row(_WHAT, "ms", None, " - ".join(str(missing).splitlines()), None)]


async def _measured(rounds_n: int, folder: Path) -> list[Row]:
    ours_s: list[list[float]] = []
    theirs_s: list[list[float]] = []
    async with (
        running_broker() as broker,
        bare_client(HOST, broker.port) as listener,
        bare_client(HOST, broker.port) as publisher,
    ):
        await listener.subscribe(_TOPIC)
        service = _Service(folder, broker.port)
        ear = _Ear()
        try:
            async with beside(ear.listen(listener), *service.works()):
                await service.up()
                for _ in range(rounds_n):
                    ours_s.append([await _told(service, ear) for _ in range(MESSAGES_N)])
                    bare = partial(publisher.send, ear.last)
                    theirs_s.append([await ear.once(bare) for _ in range(MESSAGES_N)])
        finally:
            await service.store.close()
    what = f"{_WHAT} by {broker.name}"
    return percentile_rows(what, "the same by a bare aiomqtt publish", ours_s, theirs_s)


async def _told(service: "_Service", ear: "_Ear") -> float:
    await service.alerting.calm()
    await service.drained()
    return await ear.once(service.alerting.pull_too_hard)


class _Service:
    """The service's own band, store and MQTT sink, put together as `app.runner` does."""

    def __init__(self, folder: Path, port: int) -> None:
        self.store = Store.open(folder / "bandmate.db")
        self._sink = MqttSink(MqttSettings(host=HOST, port=port), _SITE, LiveService(SESSION))
        self.alerting = Alerting(self.store.append, self._sink.alerts)
        self._outbox = Outbox(self.store, self._sink.name)
        self._report = Report(self._sink.name, self._outbox, changed=self._on_change)
        self._is_up = asyncio.Event()

    def works(self) -> list[Coroutine[Any, Any, None]]:
        """What must be running."""
        sink = run_sink(self._sink, self._outbox, self._report)
        return [self.alerting.band.run(), self.store.run(), sink]

    async def up(self) -> None:
        """Return when the broker takes records.

        Raises:
            SinkUnavailableError: It does not.
        """
        await _within(self._is_up, "the broker does not take the sink")

    async def drained(self) -> None:
        """Return when everything decided so far was stored and sent."""
        while self.store.report.health().queued or self._outbox.queued:  # noqa: ASYNC110 - feeds tell no one when they run empty
            await asyncio.sleep(_LOOK_S)

    def _on_change(self) -> None:
        if self._report.state == "up":
            self._is_up.set()


class _Ear:
    """Hears when an alert arrives.

    Attributes:
        last: The newest one.
    """

    def __init__(self) -> None:
        self._heard = asyncio.Event()
        self._heard_s = 0.0
        self.last = Message(_TOPIC, b"", qos=1)

    async def listen(self, client: BareClient) -> None:
        """Listen until cancelled; an alert that clears is not listened to."""
        async for payload in client.arrivals():
            if _ACTIVE in payload:
                self._heard_s = perf_counter()
                self.last = Message(_TOPIC, payload, qos=1)
                self._heard.set()

    async def once(self, send: Send) -> float:
        """Seconds from `send` to the message's arrival.

        Raises:
            SinkUnavailableError: It does not arrive.
        """
        self._heard.clear()
        begun_s = perf_counter()
        await send()
        await _within(self._heard, "the broker does not pass on what is published")
        return self._heard_s - begun_s


async def _within(event: asyncio.Event, fault: str) -> None:
    """Wait for `event`, but not for ever."""
    try:
        async with asyncio.timeout(_WITHIN_S):
            await event.wait()
    except TimeoutError as slow:
        raise SinkUnavailableError(f"after {_WITHIN_S:g} s: {fault}") from slow

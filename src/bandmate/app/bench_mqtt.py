"""How long an event takes to an MQTT subscriber, beside the same message sent by a bare client."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from time import perf_counter

from bandmate.app.bench_broker import running_broker
from bandmate.app.bench_rows import Row, percentile_rows
from bandmate.app.bench_tasks import beside
from bandmate.app.service import LiveService
from bandmate.domain.events import Grade, Rep
from bandmate.domain.records import EventRecord
from bandmate.errors import SinkUnavailableError, UsageError
from bandmate.sim.broker import HOST
from bandmate.sinks.base import Mailbox, Report, run_sink
from bandmate.sinks.mqtt import MqttSettings, MqttSink
from bandmate.sinks.mqtt_bare import BareClient, bare_client
from bandmate.sinks.mqtt_messages import record_messages

MESSAGES_N = 100
"""Messages a round."""
_SITE = "bench"
_WHAT = "event to MQTT subscriber"
_WITHIN_S = 10.0
_EVENT = EventRecord(
    session=_SITE,
    ts_ns=0,
    body=Rep(
        id="bench-left-1",
        band="left",
        exercise="supine_sciatic_floss",
        set=1,
        t_s=1.0,
        emitted_s=1.0,
        index=1,
        grade=Grade.FULL,
        start_s=0.0,
        peak_s=0.5,
        count_s=1.0,
        peak_n=18.0,
        excursion=14.0,
    ).to_dict(),
)

Send = Callable[[], Awaitable[None]]


def mqtt_rows(rounds_n: int) -> list[Row]:
    """From the sink's mailbox to another client, by a broker on this machine.

    Raises:
        SinkUnavailableError: The broker does not start or take the sink.
    """
    try:
        return asyncio.run(_measured(rounds_n))
    except UsageError as missing:
        return [Row(_WHAT, "ms", None, " - ".join(str(missing).splitlines()), None)]


async def _measured(rounds_n: int) -> list[Row]:
    (message,) = record_messages(_SITE, _EVENT, with_samples=False)
    ours_s: list[list[float]] = []
    theirs_s: list[list[float]] = []
    async with (
        running_broker() as broker,
        bare_client(HOST, broker.port) as listener,
        bare_client(HOST, broker.port) as publisher,
    ):
        await listener.subscribe(message.topic)
        ear, sink = _Ear(), _RunningSink(broker.port)
        bare = partial(publisher.send, message)
        async with beside(ear.listen(listener), sink.run()):
            await sink.up()
            for _ in range(rounds_n):
                ours_s.append([await ear.once(sink.send) for _ in range(MESSAGES_N)])
                theirs_s.append([await ear.once(bare) for _ in range(MESSAGES_N)])
    what = f"{_WHAT} by {broker.name}"
    return percentile_rows(what, "the same by a bare aiomqtt client", ours_s, theirs_s)


class _RunningSink:
    """The service's own sink."""

    def __init__(self, port: int) -> None:
        self._sink = MqttSink(MqttSettings(host=HOST, port=port), _SITE, LiveService(_SITE))
        self._mailbox = Mailbox()
        self._report = Report(self._sink.name, self._mailbox, changed=self._on_change)
        self._is_up = asyncio.Event()

    async def run(self) -> None:
        await run_sink(self._sink, self._mailbox, self._report)

    async def up(self) -> None:
        """Return when it takes records.

        Raises:
            SinkUnavailableError: The broker does not take it.
        """
        await _within(self._is_up, "the broker does not take the sink")

    async def send(self) -> None:
        """Publish the event."""
        self._mailbox.put(_EVENT)

    def _on_change(self) -> None:
        if self._report.state == "up":
            self._is_up.set()


class _Ear:
    """Hears when a message arrives."""

    def __init__(self) -> None:
        self._heard = asyncio.Event()
        self._heard_s = 0.0

    async def listen(self, client: BareClient) -> None:
        """Listen until cancelled."""
        async for _ in client.arrivals():
            self._heard_s = perf_counter()
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

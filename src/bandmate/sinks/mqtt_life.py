"""One connected life of the MQTT sink: what is sent when, and what commands do.

It knows no MQTT library: it is given a way to send and the messages that come in.
"""

import asyncio
import uuid
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from bandmate import __version__
from bandmate.domain.records import BandState, Record
from bandmate.errors import SinkUnavailableError
from bandmate.sinks import mqtt_messages as messages
from bandmate.sinks.base import Feed, Report
from bandmate.sinks.discovery import HOME_ASSISTANT_STATUS, discovery
from bandmate.sinks.json_commands import find_ref
from bandmate.sinks.mqtt_alerts import AGAIN_EVERY_S, LiveAlerts
from bandmate.sinks.mqtt_commands import CommandDesk
from bandmate.sinks.service import Service

STATE_EVERY_S = 0.2
HEALTH_EVERY_S = 10.0
ECHO_WITHIN_S = 5.0

SETTLED_AFTER_S = 0.5
"""A broker that dies takes with it what it had confirmed and not handed on yet, so only what was
confirmed so long before counts as delivered; the rest is sent again, with the same `id`."""
_SETTLE_EVERY_S = 0.1

_TAKE_MOST = 20

Send = Callable[[Sequence[messages.Message]], Awaitable[None]]


class NotAllowedError(SinkUnavailableError):
    """The broker refuses what is published on a topic."""


class Incoming(NamedTuple):
    """A message that came in."""

    topic: str
    payload: bytes
    retained: bool


def subscriptions(site: str) -> tuple[str, ...]:
    """The topics a life listens to."""
    return (_command_topic(site), messages.status_topic(site), HOME_ASSISTANT_STATUS)


class Life:
    """One connected life; `run` it once.

    Args:
        site: The site's name.
        service: What is shown.
        now_ns: UTC, nanoseconds since the epoch.
        send: Publishes messages in their order; returns when the broker has them (QoS 1), and
            raises `NotAllowedError` where it says that it does not take one.
        alerts: What stands on the alerts' topics.
        desk: Obeys commands.
        with_samples: Whether samples are published too.
    """

    def __init__(
        self,
        site: str,
        service: Service,
        now_ns: Callable[[], int],
        send: Send,
        *,
        alerts: LiveAlerts,
        desk: CommandDesk,
        with_samples: bool,
    ) -> None:
        self._site = site
        self._service = service
        self._now_ns = now_ns
        self._send = send
        self._alerts = alerts
        self._desk = desk
        self._with_samples = with_samples
        self._unheard = ""
        self._confirmed: deque[tuple[float, int]] = deque()
        self._echoed = asyncio.Event()

    async def run(
        self, incoming: AsyncIterator[Incoming], feed: Feed, report: Report, greeting: str
    ) -> None:
        """Announce the service, then deliver, show and obey until cancelled.

        Reading goes on beside everything else: it is what notices at once that the broker is gone.

        Raises:
            SinkUnavailableError: The broker does not pass on what is published.
            ExceptionGroup: What a task raised, the library's errors among it.
        """
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._read(incoming, tasks), name="mqtt read")
            await self._announce()
            await self._forget_alerts()
            await self._send(self._alerts.begin())
            await self._introduce_bands()
            report.up(greeting + self._unheard)
            tasks.create_task(self._deliver(feed, report), name="mqtt deliver")
            tasks.create_task(self._settle(feed), name="mqtt settle")
            tasks.create_task(self._show_states(), name="mqtt states")
            tasks.create_task(self._show_health(), name="mqtt health")
            tasks.create_task(self._show_alerts(), name="mqtt alerts")
            tasks.create_task(self._keep_alerts(), name="mqtt standing alerts")

    def settle(self, feed: Feed) -> None:
        """The broker lives: all that it confirmed is delivered."""
        self._settle_until(feed, _now_s())

    async def say_goodbye(self) -> None:
        """Say that the service ends: a broker gives no last will after a proper end."""
        for now in self._service.states():
            await self._send([messages.availability(self._site, now.band, available=False)])
        await self._send([messages.status(self._site, messages.OFFLINE)])

    async def _announce(self) -> None:
        # A broker confirms even what its access rules then discard, so this waits for its echo.
        await self._send([messages.status(self._site, messages.ONLINE)])
        try:
            async with asyncio.timeout(ECHO_WITHIN_S):
                await self._echoed.wait()
        except TimeoutError:
            raise not_passed_on(self._site) from None

    async def _read(self, incoming: AsyncIterator[Incoming], tasks: asyncio.TaskGroup) -> None:
        async for message in incoming:
            if message.topic == _command_topic(self._site):
                # In a task of its own: a `stop` does not wait behind a slow `tare`.
                tasks.create_task(self._obey(message), name="mqtt command")
            elif message.topic == HOME_ASSISTANT_STATUS:
                if message.payload == messages.ONLINE:
                    await self._introduce_bands()
            elif message.payload == messages.ONLINE and not message.retained:
                self._echoed.set()

    async def _obey(self, message: Incoming) -> None:
        error = await self._desk.obey(message.payload, retained=message.retained)
        answer = messages.reply(
            self._site,
            self._now_ns(),
            command_id=uuid.uuid4().hex,
            ref=find_ref(message.payload),
            error=error,
        )
        await self._send([answer])

    async def _deliver(self, feed: Feed, report: Report) -> None:
        while True:
            records = await feed.take(_TAKE_MOST)
            await self._send([m for record in records for m in self._messages(record)])
            report.delivered += len(records)
            self._confirmed.append((_now_s(), len(records)))

    async def _settle(self, feed: Feed) -> None:
        while True:
            await asyncio.sleep(_SETTLE_EVERY_S)
            self._settle_until(feed, _now_s() - SETTLED_AFTER_S)

    def _settle_until(self, feed: Feed, moment_s: float) -> None:
        while self._confirmed and self._confirmed[0][0] <= moment_s:
            feed.done(self._confirmed.popleft()[1])

    def _messages(self, record: Record) -> Sequence[messages.Message]:
        return messages.record_messages(self._site, record, with_samples=self._with_samples)

    async def _show_alerts(self) -> None:
        while True:
            await self._send(await self._alerts.changes())

    async def _keep_alerts(self) -> None:
        while True:
            await asyncio.sleep(AGAIN_EVERY_S)
            await self._send(self._alerts.standing())

    async def _show_states(self) -> None:
        shown: dict[str, BandState] = {}
        shown_activity: object = None
        while True:
            session, states = self._service.session, self._service.states()
            guided = self._service.guided()
            if guided is not None:  # it is retained: not to be told anew each second
                guided = replace(guided, left_s=None)
            for now in states:
                await self._show_state(shown.get(now.band), now)
                shown[now.band] = now
            bands = [(now.band, now.phase, now.exercise, now.set) for now in states]
            activity = (session, bands, guided)
            if activity != shown_activity:
                now_ns = self._now_ns()
                await self._send([messages.session(self._site, now_ns, session, states, guided)])
                shown_activity = activity
            await asyncio.sleep(STATE_EVERY_S)

    async def _show_state(self, before: BandState | None, now: BandState) -> None:
        if before is None or before.available != now.available:
            await self._send([messages.availability(self._site, now.band, available=now.available)])
        if before != now:
            await self._send([messages.state(self._site, now)])

    async def _show_health(self) -> None:
        while True:
            states, sinks = self._service.states(), self._service.sinks()
            now_ns = self._now_ns()
            await self._send([messages.health(self._site, now_ns, __version__, states, sinks)])
            await asyncio.sleep(HEALTH_EVERY_S)

    async def _forget_alerts(self) -> None:
        # Before any record is delivered: it could be an alert that is raised just now.
        for now in self._service.states():
            await self._send(messages.stale_alerts(self._site, now))

    async def _introduce_bands(self) -> None:
        try:
            states = self._service.states()
            await self._send([discovery(self._site, now.band, __version__) for now in states])
        except NotAllowedError as refused:
            # Whoever has no Home Assistant need not open its topics.
            self._unheard = f"; Home Assistant is not told of the bands: {refused}"


def _now_s() -> float:
    return asyncio.get_running_loop().time()


def not_passed_on(site: str) -> SinkUnavailableError:
    """The error of a broker that confirms messages and drops them."""
    return SinkUnavailableError(
        "the broker takes messages but does not pass them on; "
        f"allow this user to read and write {messages.base_topic(site)}/# and homeassistant/#"
    )


def _command_topic(site: str) -> str:
    return f"{messages.base_topic(site)}/cmd"

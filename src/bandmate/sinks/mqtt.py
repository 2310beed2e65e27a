"""The MQTT sink: publishes what the service has to tell, and obeys commands."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

from aiomqtt import MqttError

from bandmate.errors import SinkUnavailableError
from bandmate.sinks.base import Feed, Report, first_of
from bandmate.sinks.mqtt_alerts import LiveAlerts
from bandmate.sinks.mqtt_broker import Broker, Connection, MqttSettings
from bandmate.sinks.mqtt_commands import CommandDesk
from bandmate.sinks.mqtt_life import Life, subscriptions
from bandmate.sinks.mqtt_messages import OFFLINE, status
from bandmate.sinks.service import Service

_GOODBYE_S = 1.0


class MqttSink:
    """Publishes records, live state and health; obeys commands.

    Args:
        settings: How to reach the broker.
        site: The site's name, the second level of every topic.
        service: What is shown and commanded.
        now_ns: UTC, nanoseconds since the epoch.

    Attributes:
        alerts: Is to hear of every event at once.
    """

    name = "mqtt"

    def __init__(
        self,
        settings: MqttSettings,
        site: str,
        service: Service,
        *,
        now_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self._settings = settings
        self._broker = Broker(settings)
        self._site = site
        self._service = service
        self._now_ns = now_ns
        self.alerts = LiveAlerts(site)
        self._desk = CommandDesk(service)

    async def session(self, feed: Feed, report: Report) -> None:
        """One connected life (see `Sink`).

        Raises:
            SinkUnavailableError: The broker cannot be reached, refused, or is gone.
        """
        try:
            will = status(self._site, OFFLINE)
            async with self._broker.connected(f"bandmate-{self._site}", will) as connection:
                await self._live(connection, feed, report)
        except MqttError as error:
            raise self._broker.gone(error) from error
        except ExceptionGroup as group:
            _, bugs = group.split((MqttError, SinkUnavailableError))
            if bugs is not None:
                raise
            raise self._broker.gone(first_of(group)) from group

    async def _live(self, connection: Connection, feed: Feed, report: Report) -> None:
        life = Life(
            self._site,
            self._service,
            self._now_ns,
            connection.send,
            alerts=self.alerts,
            desk=self._desk,
            with_samples=self._settings.samples,
        )
        await connection.subscribe(subscriptions(self._site))
        greeting = f"connected to {self._broker.where} ({connection.protocol})"
        try:
            await life.run(connection.incoming(), feed, report, greeting)
        except asyncio.CancelledError:
            life.settle(feed)
            raise
        finally:
            with suppress(MqttError, SinkUnavailableError, TimeoutError):
                async with asyncio.timeout(_GOODBYE_S):
                    await life.say_goodbye()

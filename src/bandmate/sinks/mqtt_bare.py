"""Bare MQTT clients: what the bench hears with, and what it holds the sink against."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from aiomqtt import Client, MqttError

from bandmate.errors import SinkUnavailableError
from bandmate.sinks.mqtt_messages import Message

_ANSWER_S = 5.0


class BareClient:
    """A connected client of the library as it comes, with nothing round it."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def send(self, message: Message) -> None:
        """Publish; returns when the broker has it (QoS 1)."""
        await self._client.publish(message.topic, message.payload, message.qos)

    async def subscribe(self, topic: str) -> None:
        """Have what is published there sent on (QoS 1)."""
        await self._client.subscribe(topic, 1)

    async def arrivals(self) -> AsyncIterator[bytes]:
        """The payloads that come in."""
        async for message in self._client.messages:
            yield message.payload


@asynccontextmanager
async def bare_client(host: str, port: int) -> AsyncGenerator[BareClient]:
    """A client, connected while the block runs.

    Raises:
        SinkUnavailableError: The broker refused it, or went away.
    """
    try:
        async with Client(host, port, timeout=_ANSWER_S) as client:
            yield BareClient(client)
    except MqttError as error:
        raise SinkUnavailableError(f"MQTT broker {host}:{port}: {error}") from error

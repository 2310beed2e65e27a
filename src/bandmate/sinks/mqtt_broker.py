"""The way to one MQTT broker: MQTT 5 where it speaks it and 3.1.1 otherwise.

Only this module and `mqtt_bare` know how aiomqtt is spoken to. Each connection is a fresh client:
reusing one would send again what is sent again from the outbox anyway. By MQTT 5 the broker keeps
commands for `_SESSION_S` while the connection is gone, and no longer, so that none is obeyed long
after it was sent; by 3.1.1 it keeps none.
"""

import asyncio
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Annotated, ClassVar, TypeVar, cast

import msgspec
from aiomqtt import Client, MqttError, ProtocolVersion, Will
from aiomqtt.exceptions import MqttConnectError
from paho.mqtt import client as paho
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from bandmate.errors import SinkUnavailableError
from bandmate.sinks.mqtt_life import ECHO_WITHIN_S, Incoming, NotAllowedError, not_passed_on
from bandmate.sinks.mqtt_messages import PAYLOAD_VERSION, Message, base_topic
from bandmate.sinks.secrets import SecretSettings, read_secret

_T = TypeVar("_T")

_ANSWER_S = 5.0
_KEEPALIVE_S = 15
_SESSION_S = 10
_WINDOW_N = 20
"""Messages that are under way at a time."""
_WAITING_MOST = 200
"""Commands that wait to be read; what comes beyond is dropped, and logged by the library."""

_WRONG_PROTOCOL = 132
_WRONG_USER = frozenset({134, 135})
"""CONNACK reason codes (MQTT 5.0, section 3.2.2.2); older ones come translated to these."""


class MqttSettings(SecretSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The table `[mqtt]` of the configuration.

    Attributes:
        host: The broker's name or address.
        port: Its port.
        tls: Whether the connection is encrypted.
        ca_file: Whom to trust, PEM; empty for the system's authorities.
        cert_file: This client's certificate, PEM.
        key_file: Its key, PEM.
        username: Empty for none.
        password: From the environment only.
        password_file: A file that holds the password.
        samples: Whether samples are published too, in batches of a second.
    """

    secret: ClassVar[frozenset[str]] = frozenset({"password"})

    host: Annotated[str, msgspec.Meta(min_length=1)]
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 1883
    tls: bool = False
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""
    username: str = ""
    password: str = ""
    password_file: str = ""
    samples: bool = False


class Broker:
    """One broker.

    Args:
        settings: How it is reached.
    """

    def __init__(self, settings: MqttSettings) -> None:
        self._settings = settings

    @asynccontextmanager
    async def connected(
        self, identifier: str, will: Message | None = None
    ) -> AsyncGenerator["Connection"]:
        """A connection, closed at the end.

        Args:
            identifier: The client's; a broker ends an older connection of the same one.
            will: What the broker publishes should this client be gone without a farewell.

        Raises:
            MqttError: It cannot be reached, refused, or is gone.
            SinkUnavailableError: The certificates or the password cannot be read.
        """
        tls = await asyncio.to_thread(self._tls_context) if self._settings.tls else None
        is_v5 = await self._speaks_v5(tls)
        version = ProtocolVersion.V5 if is_v5 else ProtocolVersion.V311
        async with _entered(self._client(version, tls, identifier, will)) as client:
            yield Connection(client, is_v5=is_v5)

    async def probe(self, site: str) -> str:
        """Connect beside the service and have a message passed back; what was reached.

        Raises:
            SinkUnavailableError: It does not work, and why.
        """
        topic = f"{base_topic(site)}/doctor"
        try:
            async with self.connected(f"bandmate-{site}-doctor") as connection:
                await connection.subscribe([topic])
                await connection.send([Message(topic, b"probe", qos=1)])
                async with asyncio.timeout(ECHO_WITHIN_S):
                    await anext(connection.incoming())
                return f"{self.where} ({connection.protocol})"
        except TimeoutError:
            raise not_passed_on(site) from None
        except MqttError as error:
            raise self.gone(error) from error

    @property
    def where(self) -> str:
        """Its address."""
        return f"{self._settings.host}:{self._settings.port}"

    def gone(self, error: Exception) -> SinkUnavailableError:
        """What an error of the library means, with what to do."""
        if isinstance(error, SinkUnavailableError):
            return error
        if isinstance(error, MqttConnectError) and _code(error) in _WRONG_USER:
            todo = "check [mqtt] username and password_file"
        elif "CERTIFICATE" in str(error):
            todo = "check [mqtt] host and ca_file"
        else:
            todo = "check that the broker runs, and [mqtt] host, port and tls"
        return SinkUnavailableError(f"MQTT broker {self.where}: {error}; {todo}")

    async def _speaks_v5(self, tls: ssl.SSLContext | None) -> bool:
        # Asked without will and password: a broker of the old protocol reads these wrongly and may
        # then wait for more instead of refusing. Any answer but one is an answer in MQTT 5.
        question = _Client(
            self._settings.host,
            self._settings.port,
            protocol=ProtocolVersion.V5,
            tls_context=tls,
            timeout=_ANSWER_S,
        )
        try:
            async with _entered(question):
                return True
        except MqttConnectError as refused:
            return _code(refused) != _WRONG_PROTOCOL

    def _client(
        self,
        protocol: ProtocolVersion,
        tls: ssl.SSLContext | None,
        identifier: str,
        will: Message | None,
    ) -> "_Client":
        settings = self._settings
        password = read_secret(
            settings.password, settings.password_file, key="[mqtt] password_file"
        )
        is_v5 = protocol is ProtocolVersion.V5
        client = _Client(
            settings.host,
            settings.port,
            identifier=identifier,
            username=settings.username or None,
            password=password or None,
            protocol=protocol,
            will=None if will is None else Will(will.topic, will.payload, will.qos, will.retain),
            tls_context=tls,
            timeout=_ANSWER_S,
            keepalive=_KEEPALIVE_S,
            max_queued_incoming_messages=_WAITING_MOST,
            clean_start=False if is_v5 else paho.MQTT_CLEAN_START_FIRST_ONLY,
            properties=_session() if is_v5 else None,
        )
        client.pending_calls_threshold = _WINDOW_N  # the library warns of more
        return client

    def _tls_context(self) -> ssl.SSLContext:
        settings = self._settings
        try:
            context = ssl.create_default_context(cafile=settings.ca_file or None)
            if settings.cert_file:
                context.load_cert_chain(settings.cert_file, settings.key_file or None)
        except OSError as error:
            raise SinkUnavailableError(
                "the certificates of [mqtt] ca_file, cert_file and key_file cannot be used: "
                f"{error}"
            ) from error
        return context


class Connection:
    """A connected client, spoken to in messages."""

    def __init__(self, client: "_Client", *, is_v5: bool) -> None:
        self._client = client
        self._is_v5 = is_v5
        self._sending = asyncio.Lock()

    @property
    def protocol(self) -> str:
        """Which MQTT it is."""
        return "MQTT 5" if self._is_v5 else "MQTT 3.1.1"

    async def subscribe(self, topics: Sequence[str]) -> None:
        """Listen to topics."""
        await _heeding_cancel(self._client.subscribe([(topic, 1) for topic in topics]))

    async def send(self, messages: Sequence[Message]) -> None:
        """Publish messages in their order; returns when the broker has them (QoS 1).

        Raises:
            NotAllowedError: The broker says that it does not take one of them (MQTT 5).
        """
        for start in range(0, len(messages), _WINDOW_N):
            window = messages[start : start + _WINDOW_N]
            async with self._sending:  # so that a refusal is known to be of one of these
                self._client.refusal = None
                works = [self._publish(message) for message in window]
                # One alone, such as an alert, needs no tasks beside this one.
                await _heeding_cancel(works[0] if len(works) == 1 else asyncio.gather(*works))
                if self._client.refusal is not None:
                    await self._find_refused(window)

    async def _publish(self, message: Message) -> None:
        await self._client.publish(
            message.topic,
            message.payload,
            message.qos,
            message.retain,
            properties=_properties(message) if self._is_v5 else None,
        )

    async def _find_refused(self, messages: Sequence[Message]) -> None:
        """Publish them again, one by one: consumers know by the `id` that they had it."""
        for message in messages:
            self._client.refusal = None
            await _heeding_cancel(self._publish(message))
            if self._client.refusal is not None:
                below = "/".join(message.topic.split("/")[:2])
                raise NotAllowedError(
                    f"the broker refuses what is published on {message.topic} "
                    f"({self._client.refusal}); allow this user to read and write {below}/#"
                )

    async def incoming(self) -> AsyncIterator[Incoming]:
        """What comes in, until the connection ends."""
        async for message in self._client.messages:
            yield Incoming(message.topic.value, message.payload, message.retain)


class _Client(Client):
    """The library's client, which leaves out that a broker refuses a message (MQTT 5, PUBACK).

    Attributes:
        refusal: What the broker said to the last message, where it refused it.
    """

    refusal: ReasonCode | None = None

    def _on_publish(
        self,
        client: paho.Client,
        userdata: object,
        mid: int,
        reason_code: ReasonCode,
        properties: Properties,
    ) -> None:
        if reason_code.is_failure:
            self.refusal = reason_code
        super()._on_publish(client, userdata, mid, reason_code, properties)

    def forget(self) -> None:
        """Look at why the connection ended, or the event loop would complain that nobody did."""
        if self._disconnected.done() and not self._disconnected.cancelled():
            self._disconnected.exception()


async def _heeding_cancel(call: Awaitable[_T]) -> _T:
    # The library waits by `asyncio.wait_for`, which before Python 3.12 loses a cancellation that
    # comes together with the answer (python/cpython issue 86296): the task would run on.
    task = cast("asyncio.Task[None]", asyncio.current_task())
    cancels = task.cancelling()
    result = await call
    if task.cancelling() > cancels:
        raise asyncio.CancelledError
    return result


@asynccontextmanager
async def _entered(client: _Client) -> AsyncGenerator[_Client]:
    await _heeding_cancel(client.__aenter__())
    try:
        yield client
    finally:
        # Nothing depends on a proper end, and its error would hide why the life ended.
        with suppress(MqttError):
            await client.__aexit__(None, None, None)
        client.forget()


def _session() -> Properties:
    properties = Properties(PacketTypes.CONNECT)
    properties.SessionExpiryInterval = _SESSION_S
    return properties


def _properties(message: Message) -> Properties:
    properties = Properties(PacketTypes.PUBLISH)
    if message.expiry_s is not None:
        properties.MessageExpiryInterval = message.expiry_s
    if message.payload.startswith(b"{"):
        properties.ContentType = "application/json"
        properties.UserProperty = ("v", str(PAYLOAD_VERSION))
    return properties


def _code(error: MqttConnectError) -> int | None:
    return error.rc.value if isinstance(error.rc, ReasonCode) else error.rc

"""A broker with TLS and access rules and a database that come and go, and who hears the broker."""

import asyncio
import random
import ssl
import subprocess
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiomqtt
import msgspec
from aiomqtt import Client, ProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from parts.certificates import make_certificate
from parts.programs import find_free_port, part
from parts.servers import InfluxDb, Mosquitto

PASSWORD = "open sesame"
_RULES = """
user bandmate
topic readwrite bandmate/#
topic readwrite homeassistant/#
user keeper
topic read bandmate/#
"""


class Servers:
    """Both servers, up or down together.

    Attributes:
        authority: Whom to trust for the broker.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        own = make_certificate(folder, "127.0.0.1")
        self.authority = Path(f"{own}.pem")
        passwords, rules = folder / "passwords", folder / "acl"
        passwords.touch()
        for user in ("bandmate", "keeper"):
            command = [part("mosquitto_passwd"), "-b", str(passwords), user, PASSWORD]
            subprocess.run(command, check=True, capture_output=True)
        rules.write_text(_RULES)
        access = (
            f"allow_anonymous false\npassword_file {passwords}\nacl_file {rules}\n"
            f"certfile {own}.pem\nkeyfile {own}.key\n"
            "max_queued_messages 0"  # mosquitto would drop what is more than a thousand
        )
        self.broker = Mosquitto(folder / "broker", find_free_port(), access=access)
        self.database = InfluxDb(folder / "database", find_free_port())

    def start(self) -> None:
        """Start both."""
        self.broker.start()
        self.database.start()

    def end(self) -> None:
        """End both, whatever they are at."""
        self.broker.kill()
        self.database.kill()

    async def come_and_go(self, dice: random.Random) -> None:
        """Be up, then down, for as long in the mean, until cancelled; then up.

        Down is stopped, frozen, or (the database, which is durable) killed. A broker that is
        killed takes with it what it had confirmed for clients that were away, by its design.
        """
        while True:
            await asyncio.sleep(dice.uniform(0.5, 4))
            down_s, how = dice.uniform(0.5, 4), dice.choice(["stop", "freeze", "kill"])
            going = asyncio.create_task(self._go(how, down_s))
            try:
                await asyncio.shield(going)
            except asyncio.CancelledError:
                await going
                raise

    async def _go(self, how: str, down_s: float) -> None:
        if how == "freeze":
            self.broker.freeze()
            self.database.freeze()
            await asyncio.sleep(down_s)
            self.broker.thaw()
            self.database.thaw()
            return
        await asyncio.to_thread(self.broker.stop)
        await asyncio.to_thread(self.database.kill if how == "kill" else self.database.stop)
        await asyncio.sleep(down_s)
        await asyncio.to_thread(self.start)


class Keeper:
    """A client whose session the broker keeps; it hears every event at least once.

    Attributes:
        heard: How often each event came, by id.
    """

    def __init__(self, servers: Servers) -> None:
        self.heard: Counter[str] = Counter()
        self._servers = servers

    async def listen(self) -> None:
        """Listen, and come back whenever the broker is gone, until cancelled."""
        while True:
            with suppress(aiomqtt.MqttError):
                async with self._client() as client:
                    async for message in client.messages:
                        body: dict[str, str] = msgspec.json.decode(message.payload)
                        self.heard[body["id"]] += 1
            await asyncio.sleep(0.1)

    @asynccontextmanager
    async def _client(self) -> AsyncGenerator[Client]:
        kept = Properties(PacketTypes.CONNECT)
        kept.SessionExpiryInterval = 3600
        async with Client(
            "127.0.0.1",
            self._servers.broker.port,
            identifier="keeper",
            username="keeper",
            password=PASSWORD,
            protocol=ProtocolVersion.V5,
            clean_start=False,
            properties=kept,
            timeout=3,
            tls_context=ssl.create_default_context(cafile=str(self._servers.authority)),
        ) as client:
            await client.subscribe("bandmate/+/band/+/event", qos=1)
            yield client

"""What is said on one connection: values read, roles listened to, commands given and answered."""

import asyncio
from collections.abc import Callable
from functools import partial

from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic

from bandmate.devices.command import Command
from bandmate.devices.params import Parameters
from bandmate.devices.profile import Profile
from bandmate.domain.clock import Clock
from bandmate.errors import LinkError
from bandmate.link.answer import Answer
from bandmate.link.faults import translated
from bandmate.link.parts import find_parts, known_mtu

OnData = Callable[[str, bytes], None]
"""Takes a role and the bytes that came on it; called inside the radio's callback."""


class Talk:
    """The talk on one connection, by the profile's roles and commands.

    Args:
        client: Connected.
        profile: What the sensor speaks.
        params: What is known of it; they choose what commands write.
        clock: The session clock: pauses between writes are on its time.
        on_data: Who takes what it says; must be quick.

    Raises:
        WrongSensorError: It lacks a characteristic that the profile requires.
    """

    def __init__(
        self,
        client: BleakClient,
        profile: Profile,
        params: Parameters,
        clock: Clock,
        on_data: OnData,
    ) -> None:
        self._client = client
        self._profile = profile
        self._params = params
        self._clock = clock
        self._on_data = on_data
        self._parts = find_parts(client.services, profile)
        self._listened: set[str] = set()
        self._asking = asyncio.Lock()
        self._answer: Answer | None = None

    @property
    def is_connected(self) -> bool:
        """Whether anybody still listens."""
        return self._client.is_connected

    @property
    def mtu(self) -> int | None:
        """The connection's ATT MTU in bytes; `None` where it is not known."""
        return known_mtu(self._client, self._parts.values())

    async def read(self, role: str) -> bytes | None:
        """A role's value; `None` where the sensor offers none.

        Nor is there one while it is listened to: BlueZ brings a value that is read then twice.

        Raises:
            LinkError: It failed.
        """
        part = self._parts.get(role)
        if part is None or "read" not in part.properties or role in self._listened:
            return None
        with translated(f"reading its {role}"):
            return bytes(await self._client.read_gatt_char(part))

    async def ask(self, role: str) -> bool:
        """Hand on a role's value, as if it had come by itself; whether there is one.

        Raises:
            LinkError: It failed.
        """
        value = await self.read(role)
        if value is None:
            return False
        self._on_data(role, value)
        return True

    async def listen(self, role: str) -> None:
        """Hand on what comes on a role, where the sensor offers it.

        Raises:
            LinkError: It failed.
        """
        part = self._parts.get(role)
        if part is not None and not {"notify", "indicate"}.isdisjoint(part.properties):
            with translated(f"listening to its {role}"):
                await self._client.start_notify(part, partial(self._on_notify, role))
            self._listened.add(role)

    async def do(self, name: str, command: Command) -> None:
        """Have the sensor do something, and wait for its answer where it gives one.

        One command at a time: answers may not say which command they answer. A command whose
        parameters choose nothing is passed over.

        Raises:
            LinkError: It cannot, or does not answer.
        """
        steps = command.chosen(self._params)
        if not steps:
            return
        async with self._asking:
            reply = command.reply
            answer = Answer(reply, self._profile.stream[reply.on]) if reply else None
            self._answer = answer
            try:
                with translated(f"telling the sensor to {name}"):
                    for step in steps:
                        if step.if_there and step.to not in self._parts:
                            continue
                        await self._client.write_gatt_char(
                            self._part(step.to), bytes.fromhex(step.hex), response=step.response
                        )
                        if step.wait_ms:
                            await self._clock.sleep(step.wait_ms / 1000.0)
                    if answer:
                        await answer.wait()
            finally:
                self._answer = None

    def _on_notify(self, role: str, _part: BleakGATTCharacteristic, value: bytearray) -> None:
        data = bytes(value)
        self._on_data(role, data)
        if self._answer:
            self._answer.hear(role, data)

    def _part(self, role: str) -> BleakGATTCharacteristic:
        if role not in self._parts:
            raise LinkError(f"the sensor has no '{role}' characteristic")
        return self._parts[role]

"""The conversation with a sensor on one connection: find its parts, listen, ask, start, stop."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial

from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.service import BleakGATTServiceCollection

from bandmate.devices.layout import Stream
from bandmate.devices.profile import Command, Profile
from bandmate.errors import LinkError
from bandmate.link.faults import translated
from bandmate.link.radio import TIDY_UP_S

_log = logging.getLogger(__name__)

OnData = Callable[[str, bytes], None]
"""Takes a role and the bytes that came on it; called inside the radio's callback."""

Characteristics = Mapping[str, BleakGATTCharacteristic]
"""What a connection offers, by the profile's roles."""


class Conversation:
    """One connection's talk.

    Args:
        client: Connected.
        profile: What the sensor speaks.
        on_data: Who takes what it says; must be quick.

    Raises:
        LinkError: It lacks a characteristic that the profile requires.
    """

    def __init__(self, client: BleakClient, profile: Profile, on_data: OnData) -> None:
        self._client = client
        self._profile = profile
        self._on_data = on_data
        self._parts = find_parts(client.services, profile)
        self._asking = asyncio.Lock()
        self._reply: asyncio.Future[None] | None = None

    async def open(self) -> None:
        """Read what is read, listen, ask for the battery, and only then start the stream.

        In this order, because a quick sensor's first notifications are lost on one who starts it
        before listening.

        Raises:
            LinkError: It failed.
        """
        for role in self._profile.stream:
            await self._read(role)
        for role in self._profile.stream:
            await self._listen(role)
        await self._ask_battery()
        if self._profile.commands.start:
            await self.do("start", self._profile.commands.start)

    async def close(self) -> None:
        """Stop the stream, if anybody still listens; never for long, never with an error."""
        stop = self._profile.commands.stop
        if stop and self._client.is_connected:
            with suppress(LinkError, TimeoutError):
                async with asyncio.timeout(TIDY_UP_S):
                    await self.do("stop", stop)

    async def do(self, name: str, command: Command) -> None:
        """Have the sensor do something, and wait for its reply where it gives one.

        One command at a time: replies may not say which command they answer.

        Raises:
            LinkError: It cannot, or does not answer.
        """
        async with self._asking:
            reply = asyncio.get_running_loop().create_future()
            self._reply = reply
            try:
                with translated(f"telling the sensor to {name}"):
                    for step in command.steps:
                        await self._client.write_gatt_char(
                            self._part(step.to), bytes.fromhex(step.hex), response=step.response
                        )
                    if command.reply:
                        async with asyncio.timeout(command.reply.timeout_ms / 1000.0):
                            await reply
            finally:
                self._reply = None

    async def _ask_battery(self) -> None:
        commands = self._profile.commands
        if commands.battery is None:
            return
        if self._profile.quirks.stop_before_battery and commands.stop:
            await self.do("stop", commands.stop)
        try:
            await self.do("tell its battery", commands.battery)
        except LinkError as fault:
            # Some clones never answer; nothing depends on it.
            _log.info("%s: no battery level (%s)", self._profile.device.name, fault)

    async def _read(self, role: str) -> None:
        # Before listening: BlueZ brings a value that is read while notifying twice.
        part = self._parts.get(role)
        if part is not None and role != self._profile.main_role and "read" in part.properties:
            with translated(f"reading its {role}"):
                self._on_data(role, bytes(await self._client.read_gatt_char(part)))

    async def _listen(self, role: str) -> None:
        part = self._parts.get(role)
        if part is not None and not {"notify", "indicate"}.isdisjoint(part.properties):
            with translated(f"listening to its {role}"):
                await self._client.start_notify(part, partial(self._on_notify, role))

    def _on_notify(self, role: str, _part: BleakGATTCharacteristic, value: bytearray) -> None:
        data = bytes(value)
        self._on_data(role, data)
        reply = self._reply
        if reply and not reply.done() and is_reply(self._profile.stream[role], data):
            reply.set_result(None)

    def _part(self, role: str) -> BleakGATTCharacteristic:
        if role not in self._parts:
            raise LinkError(f"the sensor has no '{role}' characteristic")
        return self._parts[role]


def find_parts(services: BleakGATTServiceCollection, profile: Profile) -> Characteristics:
    """The profile's roles among what a connection offers.

    Always by service and characteristic: some sensors use a characteristic's UUID in every service.

    Raises:
        LinkError: One that the profile requires is missing.
    """
    offered = {
        (service.uuid, part.uuid): part for service in services for part in service.characteristics
    }
    places = {role: (place.service, place.char) for role, place in profile.gatt.items()}
    for role in profile.identify.require:
        if places[role] not in offered:
            raise LinkError(
                f"this is no {profile.device.name}: it lacks the characteristic '{role}' "
                f"({places[role][1]})",
                hint="Check the band's address and profile: bandmate scan shows what is in reach.",
            )
    return {role: offered[place] for role, place in places.items() if place in offered}


def is_reply(stream: Stream, data: bytes) -> bool:
    """Whether a notification answers a command, by how its kind of frame begins."""
    return any(frame.reply and data.startswith(bytes.fromhex(frame.tag)) for frame in stream.frames)

"""A peripheral on the virtual air that does what its test says, and nothing by itself.

The simulator makes sensors from whole profiles; this one shows the bytes of a conversation.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Literal

from bumble import gatt
from bumble.att import ATT_Error, ErrorCode
from bumble.controller import Controller
from bumble.core import UUID, AdvertisingData
from bumble.data_types import CompleteLocalName
from bumble.device import Connection, Device

from bandmate.devices.params import ParamValue
from bandmate.devices.profile import Profile
from bandmate.devices.registry import parse_profile
from bandmate.link.bluetooth import BluetoothLink
from bandmate.sim.air import Air, new_device
from bandmate.sim.radio import VirtualRadio, virtual_radio
from link.rig import FastClock, Notes, new_link, running

Answers = Callable[[str, str], Iterable[tuple[str, str]]]
"""What is sent (role and hex) when something is written (role and hex)."""

EVERY_S = 0.1
"""From one reading to the next."""

READING = "00000000"
READINGS: Mapping[str, str] = MappingProxyType(
    {
        "force": '{ name = "force", type = "i32le", unit = "N", scale = 0.001 }',
        "heart": '{ name = "heart_rate_bpm", type = "i32le" }',
    }
)
"""The one field of a reading, by the kind of sensor."""

WHOLE = """
schema = 1

[device]
id = "puppet"
name = "Puppet"
kind = "KIND"
tier = "nice"
confidence = "C"
sources = ["the tests"]

[limits]
max_n = 1000.0
resolution_n = 0.1
rate_hz = 10.0

[identify]
any = [{ name = "Puppet" }]
require = ["data"]

[gatt.data]
service = "5b1a0001-0000-4000-8000-000000000000"
char = "5b1a0002-0000-4000-8000-000000000000"

[gatt.control]
service = "5b1a0001-0000-4000-8000-000000000000"
char = "5b1a0003-0000-4000-8000-000000000000"

[gatt.period]
service = "5b1a0001-0000-4000-8000-000000000000"
char = "5b1a0004-0000-4000-8000-000000000000"

[gatt.battery]
service = "5b1a0005-0000-4000-8000-000000000000"
char = "5b1a0004-0000-4000-8000-000000000000"

[stream.data]
frames = [{ size = 4, fields = [READING] }]

[stream.battery]
frames = [{ size = 1, fields = [{ name = "battery_pct", type = "u8" }] }]

[clock]
source = "host"

[tare]
mode = "software"
"""
"""A profile but for its link and its commands."""

START_STOP = """
[commands.start]
steps = [{ to = "control", hex = "01" }]
[commands.stop]
steps = [{ to = "control", hex = "00" }]
"""


def puppet_text(
    more: str,
    *,
    link: str = 'transport = "gatt"',
    kind: Literal["force", "heart"] = "force",
    reading: str | None = None,
) -> str:
    """The file of a puppet's profile.

    Args:
        more: What is said beside the tables it always has.
        link: Its table `link`.
        kind: What it measures; a heart's readings are facts.
        reading: The field of a reading.
    """
    whole = WHOLE.replace("KIND", kind).replace("READING", reading or READINGS[kind])
    return f"{whole}\n[link]\n{link}\n{more}"


def puppet_profile(
    more: str, *, link: str = 'transport = "gatt"', kind: Literal["force", "heart"] = "force"
) -> Profile:
    """A puppet's profile, see `puppet_text`."""
    return parse_profile(puppet_text(more, link=link, kind=kind).encode())


class Puppet:
    """A connectable peripheral.

    Args:
        air: Where it is in reach.
        profile: Its name, and which roles it offers.
        lacks: Roles it does not offer.
        values: What is read from a role, in hex; empty: that is refused. Others cannot be read.
        answers: What it answers; nothing by default.
        mtu: The largest ATT MTU it agrees to, bytes.

    Attributes:
        log: What was done to it, oldest first: `read ROLE`, `listen ROLE`, or `ROLE HEX` written.
        times_s: When each was done.
        talks: Whether it sends readings; the commands `start` and `stop` switch it.
        mute: It sends none though it was started.
        dies_of: What is written, in hex, when it goes off without a word.
        reading: What it sends, in hex.
        gone: Set while nobody is connected.
    """

    def __init__(
        self,
        air: Air,
        profile: Profile,
        *,
        lacks: frozenset[str] = frozenset(),
        values: Mapping[str, str] | None = None,
        answers: Answers | None = None,
        mtu: int = 247,
    ) -> None:
        self.log: list[str] = []
        self.times_s: list[float] = []
        self.talks = False
        self.mute = False
        self.dies_of = ""
        self.reading = READING
        self.gone = asyncio.Event()
        self.gone.set()
        self._profile = profile
        self._values = values or {}
        self._answers = answers or _silent
        self._controller = Controller("puppet", link=air)
        self._device = new_device(self._controller, "Puppet", "F0:F1:F2:F3:F4:77")
        self._device.gatt_server.max_mtu = mtu
        self._parts = {role: self._part(role) for role in profile.gatt if role not in lacks}
        for service in dict.fromkeys(place.service for place in profile.gatt.values()):
            parts = [
                part for role, part in self._parts.items() if profile.gatt[role].service == service
            ]
            self._device.add_service(gatt.Service(UUID(service), parts))
        self._device.on(Device.EVENT_CONNECTION, self._on_connection)
        self._connection: Connection | None = None

    @property
    def written(self) -> list[str]:
        """What was written to it, in hex."""
        return [line.split()[1] for line in self.log if line.split()[0] in self._parts]

    @asynccontextmanager
    async def switched_on(self) -> AsyncGenerator["Puppet"]:
        """It advertises, and sends readings while it `talks`."""
        advert = bytes(AdvertisingData([CompleteLocalName("Puppet")]))
        await self._device.power_on()
        await self._device.start_advertising(auto_restart=True, advertising_data=advert)
        talking = asyncio.create_task(self._talk())
        try:
            yield self
        finally:
            talking.cancel()
            await asyncio.wait([talking])
            if self._connection is not None:
                await self._connection.disconnect()
            await self._device.power_off()

    async def send(self, role: str, value: str) -> None:
        """Notify who listens to a role."""
        await self._device.notify_subscribers(self._parts[role], bytes.fromhex(value))

    async def drop(self) -> None:
        """End the connection."""
        if self._connection is not None:
            await self._connection.disconnect()

    def _part(self, role: str) -> gatt.Characteristic[bytes]:
        flags = gatt.Characteristic.Properties
        access = gatt.Characteristic.Permissions
        properties = flags.WRITE | flags.WRITE_WITHOUT_RESPONSE
        if role in self._profile.stream:
            properties |= flags.NOTIFY
        if role in self._values:
            properties |= flags.READ
        part = gatt.Characteristic(
            self._profile.gatt[role].char,
            properties,
            access.READABLE | access.WRITEABLE,
            gatt.CharacteristicValue(
                read=partial(self._on_read, role), write=partial(self._on_write, role)
            ),
        )
        part.on(part.EVENT_SUBSCRIPTION, partial(self._on_subscription, role))
        return part

    def _note(self, what: str) -> None:
        self.log.append(what)
        self.times_s.append(asyncio.get_running_loop().time())

    def _on_connection(self, connection: Connection) -> None:
        self._connection = connection
        self.gone.clear()
        connection.on(Connection.EVENT_DISCONNECTION, self._on_disconnection)

    def _on_disconnection(self, _reason: int) -> None:
        self._connection = None
        self.talks = False
        self.mute = False
        self.dies_of = ""
        self.reading = READING
        self.gone.set()

    def _on_read(self, role: str, _connection: Connection) -> bytes:
        self._note(f"read {role}")
        if not self._values[role]:
            raise ATT_Error(ErrorCode.INSUFFICIENT_AUTHENTICATION)
        return bytes.fromhex(self._values[role])

    def _on_subscription(self, role: str, _bearer: object, notify: bool, _indicate: bool) -> None:
        if notify:
            self._note(f"listen {role}")

    async def _on_write(self, role: str, _connection: Connection, value: bytes) -> None:
        self._note(f"{role} {value.hex()}")
        commands = self._profile.commands
        for command, talks in ((commands.start, True), (commands.stop, False)):
            if command and value.hex() in {step.hex for _, step in command.all_steps()}:
                self.talks = talks
        if value.hex() == self.dies_of:
            await self.drop()
        for answering, answer in self._answers(role, value.hex()):
            await self.send(answering, answer)

    async def _talk(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            if self.talks and not self.mute:
                await self.send(self._profile.main_role, self.reading)


def _silent(_role: str, _written: str) -> Iterable[tuple[str, str]]:
    return ()


@dataclass(frozen=True, slots=True)
class Stage:
    """A puppet in reach of a link that runs."""

    puppet: Puppet
    notes: Notes
    link: BluetoothLink
    virtual: VirtualRadio


@asynccontextmanager
async def spoken_to(
    profile: Profile,
    params: Mapping[str, ParamValue] | None = None,
    *,
    lacks: frozenset[str] = frozenset(),
    values: Mapping[str, str] | None = None,
    answers: Answers | None = None,
    mtu: int = 247,
) -> AsyncGenerator[Stage]:
    """Let a link run, with a puppet in reach."""
    notes, clock = Notes(), FastClock()
    async with virtual_radio() as virtual:
        puppet = Puppet(virtual.air, profile, lacks=lacks, values=values, answers=answers, mtu=mtu)
        link = new_link(virtual, profile, clock, params=profile.parameters(params))
        async with puppet.switched_on(), running(link, notes):
            yield Stage(puppet, notes, link, virtual)

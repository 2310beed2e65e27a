"""A virtual sensor with GATT: a Bumble peripheral built from a profile's roles and commands."""

from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from typing import Final

from bumble import gatt
from bumble.att import ATT_Error, ErrorCode
from bumble.core import UUID, AdvertisingData
from bumble.data_types import CompleteListOf128BitServiceUUIDs, CompleteLocalName
from bumble.device import Connection, Device
from bumble.hci import HCI_ErrorCode

from bandmate.devices.encoder import Encoder
from bandmate.devices.profile import Profile
from bandmate.domain.clock import Clock
from bandmate.sim.pace import Sender
from bandmate.sim.packets import Packets

ANSWERS: Final[Mapping[str, float | str]] = {
    "battery_mv": 3900,
    "battery_pct": 87,
    "firmware": "1.2.3.4",
    "device_id": 4242,
}
"""What a virtual sensor says of itself, by the fact's name."""


class GattSensor:
    """A sensor that waits to be connected, listened to and started.

    Args:
        device: Its Bluetooth, not yet switched on; a virtual one or a real adapter's.
        profile: What it is.
        packets: What it measures.
        clock: The session clock.

    Attributes:
        commands: The commands it was given by name, oldest first.
    """

    def __init__(self, device: Device, profile: Profile, packets: Packets, clock: Clock) -> None:
        self.commands: list[str] = []
        self._device = device
        self._profile = profile
        self._packets = packets
        self._clock = clock
        self._encoder = Encoder(profile)
        self._sender = Sender(clock, packets, partial(self._notify, profile.main_role))
        self._known = profile.commands.given()
        self._parts = {role: self._part(role) for role in profile.gatt}
        self._connection: Connection | None = None
        device.add_services(self._services())
        device.on(Device.EVENT_CONNECTION, self._on_connection)

    async def power_on(self) -> None:
        """Switch on and advertise; again after every connection."""
        await self._device.power_on()
        await self._device.start_advertising(auto_restart=True, advertising_data=self._advert())

    async def power_off(self) -> None:
        """Switch off; a connection ends with it."""
        self._sender.stop()
        await self.drop(HCI_ErrorCode.REMOTE_DEVICE_TERMINATED_CONNECTION_DUE_TO_POWER_OFF_ERROR)
        await self._device.power_off()

    async def drop(self, reason: int) -> None:
        """End the connection, if there is one.

        Args:
            reason: HCI error code that the other side is told.
        """
        if self._connection is not None:
            await self._connection.disconnect(reason)

    def silence(self, for_s: float) -> None:
        """Stay connected and send nothing for `for_s` seconds of session time."""
        self._sender.silence(for_s)

    def _part(self, role: str) -> gatt.Characteristic[bytes]:
        flags = gatt.Characteristic.Properties
        access = gatt.Characteristic.Permissions
        streams = role in self._profile.stream
        is_main = role == self._profile.main_role
        is_told = any(step.to == role for known in self._known.values() for step in known.steps)
        properties = flags(0)
        if streams:
            properties |= flags.NOTIFY if is_main else flags.NOTIFY | flags.READ
        if is_told:
            properties |= flags.WRITE | flags.WRITE_WITHOUT_RESPONSE
        part = gatt.Characteristic(
            self._profile.gatt[role].char,
            properties,
            access.READABLE | access.WRITEABLE,
            gatt.CharacteristicValue(
                read=partial(self._on_read, role), write=partial(self._on_write, role)
            ),
        )
        if is_main and "start" not in self._known:
            part.on(part.EVENT_SUBSCRIPTION, self._on_subscription)
        return part

    def _services(self) -> list[gatt.Service]:
        grouped: defaultdict[str, list[gatt.Characteristic[bytes]]] = defaultdict(list)
        for role, place in self._profile.gatt.items():
            grouped[place.service].append(self._parts[role])
        return [gatt.Service(service, parts) for service, parts in grouped.items()]

    def _advert(self) -> bytes:
        """The signs of the profile's first rule: any one rule is enough to be found."""
        rule = self._profile.identify.any[0]
        name = rule.name or rule.name_prefix
        signs: list[CompleteLocalName | CompleteListOf128BitServiceUUIDs] = []
        if name:
            signs.append(CompleteLocalName(name))
        if rule.service:
            signs.append(CompleteListOf128BitServiceUUIDs([UUID(rule.service)]))
        return bytes(AdvertisingData(signs))

    def _on_connection(self, connection: Connection) -> None:
        self._connection = connection
        connection.on(Connection.EVENT_DISCONNECTION, self._on_disconnection)

    def _on_disconnection(self, _reason: int) -> None:
        self._connection = None
        self._sender.stop()

    def _on_subscription(self, _bearer: object, notify: bool, _indicate: bool) -> None:  # noqa: FBT001 - Bumble's signature
        if notify:
            self._sender.start()

    def _on_read(self, role: str, _connection: Connection) -> bytes:
        stream = self._profile.stream.get(role)
        if stream is None or role == self._profile.main_role:
            raise ATT_Error(ErrorCode.READ_NOT_PERMITTED)
        fact = stream.frames[0].fields[0].name
        return self._encoder.fact(fact, ANSWERS[fact])

    async def _on_write(self, role: str, _connection: Connection, value: bytes) -> None:
        for name, command in self._known.items():
            last = command.steps[-1]
            if last.to == role and bytes.fromhex(last.hex) == value:
                self.commands.append(name)
                await self._obey(name)

    async def _obey(self, name: str) -> None:
        match name:
            case "start":
                self._sender.start()
            case "stop":
                self._sender.stop()
            case "tare":
                self._packets.tare(self._clock.now())
            case _:
                if reply := self._known[name].reply:
                    answer = self._encoder.reply(name, ANSWERS[reply.field.name])
                    await self._notify(reply.on, answer)

    async def _notify(self, role: str, value: bytes) -> None:
        await self._device.notify_subscribers(self._parts[role], value)

"""A virtual sensor with GATT: a Bumble peripheral built from a profile's roles and commands."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Final

from bumble import gatt
from bumble.att import ATT_Error, ErrorCode
from bumble.device import Connection, Device
from bumble.hci import HCI_ErrorCode

from bandmate.devices.profile import Profile
from bandmate.devices.traits import Characteristic as Place
from bandmate.domain.clock import Clock
from bandmate.sim.advertising import advertisement, signs
from bandmate.sim.orders import Order, Orders
from bandmate.sim.pace import Sender
from bandmate.sim.packets import Packets
from bandmate.sim.parts import properties_of, services_of, told_on
from bandmate.sim.whole import FINISH_S

_ATT_HEADER: Final = 3
"""Bytes of a packet that are not its value."""

Tell = Callable[[str, str], None]
"""Takes what happened to a virtual sensor: a word, and what there is to say about it."""


def tell_nobody(_word: str, _about: str) -> None:
    """Nobody wants to know."""


class GattSensor:
    """A sensor that waits to be connected, listened to and started.

    Args:
        device: Its Bluetooth, not yet switched on; a virtual one or a real adapter's.
        profile: What it is.
        packets: What it measures.
        clock: The session clock.
        tell: Told what happens: `connected`, `disconnected`, `command`, `unknown` (bytes of
            no command), `streaming`, `stopped`, `fault`.

    Attributes:
        commands: The commands it was given by name, oldest first.
    """

    def __init__(
        self,
        device: Device,
        profile: Profile,
        packets: Packets,
        clock: Clock,
        tell: Tell = tell_nobody,
    ) -> None:
        self.commands: list[str] = []
        self._device = device
        self._profile = profile
        self._packets = packets
        self._clock = clock
        self._tell = tell
        self._orders = Orders(profile)
        self._sender = Sender(clock, packets, self._notify)
        self._written: dict[Place, bytes] = {}
        self._parts = {place: self._part(place) for place in profile.gatt.values()}
        self._connection: Connection | None = None
        self._is_on = False
        self._tasks: set[asyncio.Task[None]] = set()
        device.add_services(services_of(self._parts))
        device.on(Device.EVENT_CONNECTION, self._on_connection)

    async def power_on(self) -> None:
        """Switch on and advertise; again after every connection."""
        await self._device.power_on()
        self._is_on = True
        await self._advertise()

    async def power_off(self) -> None:
        """Switch off; a connection ends with it."""
        self._is_on = False
        self._sender.stop()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=FINISH_S)
        if self._connection is None:
            await self._device.stop_advertising()
        await self.drop(HCI_ErrorCode.REMOTE_DEVICE_TERMINATED_CONNECTION_DUE_TO_POWER_OFF_ERROR)
        await self._device.power_off()

    async def drop(
        self, reason: int = HCI_ErrorCode.REMOTE_USER_TERMINATED_CONNECTION_ERROR
    ) -> None:
        """End the connection, if there is one.

        Args:
            reason: HCI error code that the other side is told.
        """
        if self._connection is not None:
            await self._connection.disconnect(reason)

    async def silence(self, for_s: float) -> None:
        """Stay connected and send nothing for `for_s` seconds of session time, from now on."""
        self._sender.silence(for_s)

    async def vanish(self, for_s: float) -> None:
        """Be neither connected nor heard; returns when it is back, `for_s` seconds later."""
        self._is_on = False
        await self.drop(HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR)
        await self._device.stop_advertising()
        await self._clock.sleep(for_s)
        self._is_on = True
        await self._advertise()

    async def _advertise(self) -> None:
        first, response = advertisement(*signs(self._profile))
        await self._device.start_advertising(advertising_data=first, scan_response_data=response)

    def _part(self, place: Place) -> gatt.Characteristic[bytes]:
        access = gatt.Characteristic.Permissions
        part = gatt.Characteristic(
            place.char,
            properties_of(self._profile, place),
            access.READABLE | access.WRITEABLE,
            gatt.CharacteristicValue(
                read=partial(self._on_read, place), write=partial(self._on_write, place)
            ),
        )
        is_main = place == self._profile.gatt[self._profile.main_role]
        if is_main and self._profile.commands.start is None:
            part.on(part.EVENT_SUBSCRIPTION, self._on_subscription)
        return part

    def _on_connection(self, connection: Connection) -> None:
        self._connection = connection
        self._orders.forget()
        self._tell("connected", str(connection.peer_address))
        connection.on(Connection.EVENT_DISCONNECTION, self._on_disconnection)

    def _on_disconnection(self, _reason: int) -> None:
        self._connection = None
        self._tell("disconnected", "")
        self._stop()
        if self._is_on:
            self._do(self._advertise())

    def _on_subscription(self, _bearer: object, notify: bool, _indicate: bool) -> None:  # noqa: FBT001 - Bumble's signature
        if notify:
            self._start(self._clock.now())
        else:
            self._stop()

    def _on_read(self, place: Place, _connection: Connection) -> bytes:
        if place in self._written:
            return self._written[place]
        for role, field in told_on(self._profile, place).items():
            unknown = (0.0,) * field.count if field.count > 1 else 0
            told = self._packets.facts.get(field.name, unknown)
            return self._packets.encoder.fact(field.name, told, on=role)[1]
        raise ATT_Error(ErrorCode.READ_NOT_PERMITTED)

    async def _on_write(self, place: Place, _connection: Connection, value: bytes) -> None:
        self._written[place] = value
        orders = self._orders.hear(place, value)
        if not self._orders.knows(place, value):
            self._tell("unknown", value.hex())
        for order in orders:
            await self._obey(order)

    async def _obey(self, order: Order) -> None:
        now_s = self._clock.now()
        self.commands.append(order.command)
        chosen = ", ".join(f"{name} = {value}" for name, value in order.chosen.items())
        self._tell("command", f"{order.command} ({chosen})" if chosen else order.command)
        self._packets.obey(order.command, order.chosen, now_s)
        if order.command == "stop":
            self._stop()
        for role, answer in self._packets.encoder.reply(order.command, self._packets.facts):
            await self._notify(role, answer)
        if order.command == "start":
            self._start(now_s)
        elif order.command == "sleep":
            # It is back at once: there is nobody to press its button.
            self._do(self.drop(HCI_ErrorCode.REMOTE_USER_TERMINATED_CONNECTION_ERROR))

    def _start(self, at_s: float) -> None:
        self._sender.start(at_s)
        self._tell("streaming", f"{self._packets.rate_hz:g} Hz")
        for role, packet in self._packets.opening():
            self._do(self._notify(role, packet))

    def _stop(self) -> None:
        if self._sender.stop():
            self._tell("stopped", "")

    async def _notify(self, role: str, value: bytes) -> None:
        part = self._parts[self._profile.gatt[role]]
        most = max(1, len(value))
        if self._connection is not None and self._profile.stream[role].framing:
            most = self._connection.att_mtu - _ATT_HEADER
        for at in range(0, len(value), most):
            await self._device.notify_subscribers(part, value[at : at + most])

    def _do(self, something: Coroutine[Any, Any, None]) -> None:
        """Do something that Bumble's callbacks cannot wait for."""
        task = asyncio.create_task(something, name="virtual sensor")
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._tell("fault", str(error))

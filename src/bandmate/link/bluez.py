"""BlueZ, watched: its service comes and goes, its adapters are switched on and off.

bleak tells none of that to who is connected or scans, so it is read here, over a connection of our
own to the system's message bus. The interfaces are BlueZ' `org.bluez.Adapter1` and `Device1`, and
D-Bus' own `org.freedesktop.DBus`.
"""

import asyncio
import os
from collections.abc import Coroutine, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

from bleak.exc import BleakDBusError
from dbus_fast import BusType, ErrorType, Message, MessageFlag, MessageType
from dbus_fast.aio import MessageBus
from dbus_fast.auth import AuthExternal
from dbus_fast.errors import AuthError, DBusError
from dbus_fast.unpack import unpack_variants

from bandmate.link.base import Sighting
from bandmate.link.bluez_state import BluezState
from bandmate.link.faults import link_error
from bandmate.link.host import Held, OnChange

BLUEZ: Final = "org.bluez"
ADAPTER: Final = "org.bluez.Adapter1"
DEVICE: Final = "org.bluez.Device1"
_DBUS: Final = "org.freedesktop.DBus"
_OBJECTS: Final = "org.freedesktop.DBus.ObjectManager"

_RULES: Final = (
    f"type='signal',sender='{_DBUS}',member='NameOwnerChanged',arg0='{BLUEZ}'",
    f"type='signal',sender='{BLUEZ}',interface='{_OBJECTS}'",
    f"type='signal',sender='{BLUEZ}',member='PropertiesChanged',arg0='{ADAPTER}'",
)
"""What is listened to. Advertisements are not: they change `Device1` alone."""

ANSWER_S: Final = 3.0
"""A call that takes longer goes to a service that hangs."""

_DOING: Final = "asking BlueZ how it stands"
_FAILURES: Final = (DBusError, AuthError, OSError, EOFError, TimeoutError)


class Bluez:
    """An open watch; `open` makes one.

    Attributes:
        state: How BlueZ stands.
    """

    def __init__(self, bus: MessageBus, on_change: OnChange) -> None:
        self.state = BluezState(is_reached=True)
        self._bus = bus
        self._on_change = on_change
        self._tasks: set[asyncio.Task[None]] = set()

    @classmethod
    async def open(cls, on_change: OnChange) -> "Bluez":
        """Begin to watch.

        Args:
            on_change: Called at every change from now on.

        Raises:
            LinkError: There is no message bus, or it refused.
        """
        with _translated():
            bus = MessageBus(bus_type=BusType.SYSTEM, auth=_authenticator())
            watch = cls(bus, on_change)
            try:
                await watch._subscribe()
                await watch._read()
            except BaseException:
                bus.disconnect()
                raise
        watch._begin(watch._until_lost())
        return watch

    @property
    def is_open(self) -> bool:
        """Whether changes are still heard."""
        return self._bus.connected

    async def close(self) -> None:
        """End the watch."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._bus.disconnect()
        with suppress(Exception):  # replays what ended it, which is over
            await self._bus.wait_for_disconnect()

    async def held(self) -> Sequence[Held]:
        """The devices that somebody on this host is connected to.

        Raises:
            LinkError: It is not told.
        """
        with _translated():
            objects = await self._objects()
        devices = ((path, interfaces.get(DEVICE)) for path, interfaces in objects.items())
        return [
            Held(path, _sighting(device))
            for path, device in devices
            if device is not None and device.get("Connected")
        ]

    async def disconnect(self, held: Held) -> None:
        """End a device's connection, whoever made it.

        Raises:
            LinkError: It cannot be ended.
        """
        with _translated():
            await self._call(BLUEZ, held.path, DEVICE, "Disconnect")

    async def forget(self, address: str) -> None:
        """Forget a device, and what it was once found to offer.

        Raises:
            LinkError: It cannot be forgotten.
        """
        with _translated():
            for path, interfaces in (await self._objects()).items():
                device = interfaces.get(DEVICE)
                if device is not None and device["Address"] == address:
                    await self._call(BLUEZ, device["Adapter"], ADAPTER, "RemoveDevice", "o", path)

    async def _subscribe(self) -> None:
        async with asyncio.timeout(ANSWER_S):
            await self._bus.connect()
        self._bus.add_message_handler(self._hear)
        for rule in _RULES:
            await self._call(_DBUS, "/org/freedesktop/DBus", _DBUS, "AddMatch", "s", rule)

    def _hear(self, message: Message) -> None:
        if message.message_type is not MessageType.SIGNAL:
            return
        now = heard(self.state, message)
        is_new = now.is_running and not self.state.is_running
        self._take(now)
        if is_new:
            self._begin(self._read_again())

    def _take(self, now: BluezState) -> None:
        before, self.state = self.state, now
        if now != before:
            self._on_change(before, now)

    async def _read(self) -> None:
        """How it stands now; the signals that come meanwhile only say the same."""
        try:
            objects = await self._objects()
        except DBusError as refused:
            if refused.type == ErrorType.ACCESS_DENIED.value:
                raise
            self._take(self.state.service(is_running=False))
            return
        state = self.state.service(is_running=True)
        for path, interfaces in objects.items():
            if ADAPTER in interfaces:
                state = state.adapter(path, is_on=_is_on(interfaces[ADAPTER]))
        self._take(state)

    async def _read_again(self) -> None:
        with suppress(*_FAILURES):
            await self._read()

    async def _until_lost(self) -> None:
        with suppress(Exception):  # whatever ended it: it is gone
            await self._bus.wait_for_disconnect()
        self._take(BluezState())

    async def _objects(self) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
        (objects,) = await self._call(BLUEZ, "/", _OBJECTS, "GetManagedObjects")
        return unpack_variants(objects)

    async def _call(
        self,
        to: str,
        path: str,
        interface: str,
        member: str,
        signature: str = "",
        *body: object,
    ) -> Sequence[Any]:
        call = Message(
            destination=to,
            path=path,
            interface=interface,
            member=member,
            signature=signature,
            body=list(body),
            flags=MessageFlag.NO_AUTOSTART,  # to look is not to start it
        )
        async with asyncio.timeout(ANSWER_S):
            reply = await self._bus.call(call)
        if reply.message_type is MessageType.ERROR:
            raise DBusError(reply.error_name or _DBUS, str(reply.body))
        return reply.body

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name="bluez watch")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def heard(state: BluezState, message: Message) -> BluezState:
    """How BlueZ stands after a signal."""
    match message.member:
        case "NameOwnerChanged":
            _, _, owner = message.body
            return state.service(is_running=bool(owner))
        case "InterfacesAdded":
            path, interfaces = message.body
            if ADAPTER in interfaces:
                return state.adapter(path, is_on=_is_on(unpack_variants(interfaces[ADAPTER])))
        case "InterfacesRemoved":
            path, interfaces = message.body
            if ADAPTER in interfaces:
                return state.without(path)
        case "PropertiesChanged":
            _, changed, _ = message.body
            if "Powered" in changed and message.path is not None:
                return state.adapter(message.path, is_on=changed["Powered"].value)
        case _:
            pass
    return state


def _is_on(adapter: Mapping[str, Any]) -> bool:
    return bool(adapter.get("Powered"))


def _sighting(device: Mapping[str, Any]) -> Sighting:
    return Sighting(
        address=device["Address"],
        name=device.get("Name", ""),
        rssi_dbm=device.get("RSSI", 0),
        service_uuids=[uuid.lower() for uuid in device.get("UUIDs", ())],
        manufacturer=device.get("ManufacturerData", {}),
    )


@contextmanager
def _translated() -> Generator[None]:
    try:
        yield
    except DBusError as fault:
        raise link_error(BleakDBusError(fault.type, [fault.text]), _DOING) from fault
    except AuthError as fault:
        raise link_error(PermissionError(), _DOING) from fault
    except (OSError, EOFError, TimeoutError) as fault:
        raise link_error(fault, _DOING) from fault


def _authenticator() -> AuthExternal | None:
    """As bleak does it: a bus that is reached from elsewhere may know this user by another id."""
    uid = os.environ.get("BLEAK_DBUS_AUTH_UID", "")
    return AuthExternal(uid=int(uid)) if uid.isdecimal() else None

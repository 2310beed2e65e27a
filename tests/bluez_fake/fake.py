"""A scripted `org.bluez`: what bleak needs of BlueZ, with every fault at the test's command.

It behaves as the real one was measured to (docs/reliability.md): a scan that an adapter's switch
ended stays silent, a call beside another one is refused, a dead service says nothing at all.
"""

import asyncio
from collections import defaultdict
from collections.abc import Coroutine, Mapping
from typing import Any, Final

from dbus_fast import Message, MessageFlag, MessageType, Variant
from dbus_fast.aio import MessageBus

Properties = dict[str, Variant]

BLUEZ: Final = "org.bluez"
HCI0: Final = "/org/bluez/hci0"
ADAPTER: Final = "org.bluez.Adapter1"
DEVICE: Final = "org.bluez.Device1"
_OBJECTS: Final = "org.freedesktop.DBus.ObjectManager"
_PROPERTIES: Final = "org.freedesktop.DBus.Properties"

_DELICATE: Final = frozenset({"StartDiscovery", "StopDiscovery", "Connect"})
"""Calls of which only one may be under way."""
_TAKES_S: Final = 0.02
"""How long such a call takes."""


class BluezError(Exception):
    """A call is refused.

    Args:
        name: The error's D-Bus name, below `org.bluez.Error.` if it has no dot.
        text: What is said about it.
    """

    def __init__(self, name: str, text: str = "") -> None:
        super().__init__(text)
        self.name = name if "." in name else f"org.bluez.Error.{name}"


class Remote:
    """Somebody whose methods are called over the bus: an adapter, a device, a characteristic."""

    def lose(self) -> None:
        """Its connection ends, if it has one."""

    def forget(self) -> None:
        """It is no longer known."""

    def scan_ended(self) -> None:
        """A scan ended."""

    async def call(self, member: str, body: list[Any]) -> tuple[str, list[Any]]:
        """Do what is asked; the answer's signature and body.

        Raises:
            BluezError: It is refused.
        """
        raise NotImplementedError


class FakeBluez:
    """The service.

    Attributes:
        objects: What it shows: properties by interface by path.
        remotes: Whose methods can be called, by path.
        calls: The members that were called, in order.
        overlaps_n: How often a delicate call came while another one was under way.
        hangs: Members that are not answered while they are in here.
    """

    def __init__(self, address: str) -> None:
        self.objects: dict[str, dict[str, Properties]] = {}
        self.remotes: dict[str, Remote] = {}
        self.calls: list[str] = []
        self.overlaps_n = 0
        self.hangs: set[str] = set()
        self._address = address
        self._refusals: defaultdict[str, list[BluezError]] = defaultdict(list)
        self._delicate_n = 0
        self._bus: MessageBus | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Come to the bus, and tell what is there."""
        self._bus = bus = await MessageBus(bus_address=self._address).connect()
        bus.add_message_handler(self._on_message)
        await bus.request_name(BLUEZ)
        for path, interfaces in list(self.objects.items()):
            self._signal("/", _OBJECTS, "InterfacesAdded", "oa{sa{sv}}", [path, interfaces])

    def die(self) -> None:
        """Be gone as after `kill -9`: without a word, but that the bus tells.

        It loses its connections, and forgets all devices.
        """
        bus, self._bus = self._bus, None
        if bus is not None:
            bus.disconnect()
        for task in self._tasks:
            task.cancel()
        for remote in self.remotes.values():
            remote.lose()
        for path in [path for path, shown in self.objects.items() if DEVICE in shown]:
            self.hide(path)

    def fail_next(self, member: str, name: str, text: str = "", *, times: int = 1) -> None:
        """Refuse the next calls of a member."""
        self._refusals[member] += [BluezError(name, text)] * times

    def show(self, path: str, interface: str, properties: Mapping[str, Variant]) -> None:
        """Add an object."""
        self.objects.setdefault(path, {})[interface] = dict(properties)
        added = [path, {interface: dict(properties)}]
        self._signal("/", _OBJECTS, "InterfacesAdded", "oa{sa{sv}}", added)

    def hide(self, path: str) -> None:
        """Take an object away, and all below it."""
        for known in [p for p in self.objects if p == path or p.startswith(f"{path}/")]:
            interfaces = list(self.objects.pop(known))
            self._signal("/", _OBJECTS, "InterfacesRemoved", "oas", [known, interfaces])

    def change(self, path: str, interface: str, **changed: Variant) -> None:
        """Change properties of an object."""
        if interface in self.objects.get(path, {}):
            self.objects[path][interface].update(changed)
            body: list[object] = [interface, changed, []]
            self._signal(path, _PROPERTIES, "PropertiesChanged", "sa{sv}as", body)

    def holds(self, path: str, interface: str, name: str) -> bool:
        """Whether a property of an object is true; `False` where there is no such object."""
        properties = self.objects.get(path, {}).get(interface)
        return properties is not None and bool(properties[name].value)

    def do(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside; it ends with the service."""
        task = asyncio.create_task(work, name="fake bluez")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _signal(
        self, path: str, interface: str, member: str, signature: str, body: list[Any]
    ) -> None:
        self._send(Message.new_signal(path, interface, member, signature, body))

    def _send(self, message: Message) -> None:
        if self._bus is not None:
            self._bus.send(message)  # pyright: ignore[reportUnknownMemberType] - untyped there

    def _on_message(self, message: Message) -> bool | None:
        if message.message_type is not MessageType.METHOD_CALL or message.member is None:
            return None
        self.do(self._answer(message, message.member))
        return True

    async def _answer(self, message: Message, member: str) -> None:
        self.calls.append(member)
        while member in self.hangs:  # noqa: ASYNC110 - a frozen process, and no event, is meant
            await asyncio.sleep(0.01)
        try:
            signature, body = await self._carry_out(message, member)
            reply = Message.new_method_return(message, signature, body)
        except BluezError as refused:
            reply = Message.new_error(message, refused.name, str(refused))
        if not message.flags & MessageFlag.NO_REPLY_EXPECTED:
            self._send(reply)

    async def _carry_out(self, message: Message, member: str) -> tuple[str, list[Any]]:
        if self._refusals[member]:
            raise self._refusals[member].pop(0)
        if message.interface == _OBJECTS:
            return "a{oa{sa{sv}}}", [self.objects]
        path = message.path or ""
        if path not in self.objects or path not in self.remotes:
            raise BluezError("org.freedesktop.DBus.Error.UnknownObject", f"no {path}")
        if member not in _DELICATE:
            return await self.remotes[path].call(member, message.body)
        if self._delicate_n:
            self.overlaps_n += 1
            raise BluezError("InProgress", "Operation already in progress")
        self._delicate_n += 1
        try:
            await asyncio.sleep(_TAKES_S)
            return await self.remotes[path].call(member, message.body)
        finally:
            self._delicate_n -= 1

"""A gauge that the fake's adapter hears and connects to, made from a device profile."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from dbus_fast import Variant

from bandmate.devices.profile import ADVERT, Profile
from bandmate.devices.traits import Characteristic
from bandmate.domain.clock import Clock
from bandmate.sim.advertising import advertised_name
from bandmate.sim.orders import Orders
from bandmate.sim.pace import Sender
from bandmate.sim.packets import Packets
from bandmate.sim.parts import told_on
from bluez_fake.adapter import FakeAdapter
from bluez_fake.fake import DEVICE, HCI0, BluezError, FakeBluez, Remote

SERVICE: Final = "org.bluez.GattService1"
CHARACTERISTIC: Final = "org.bluez.GattCharacteristic1"
_FIRST_PART: Final = 0x100
_EVERY_S: Final = 0.05
"""From one advertisement to the next."""


class FakeGauge(Remote):
    """A gauge in reach.

    Args:
        bluez: Who shows it.
        adapter: Who hears it.
        profile: What it is.
        script: What it measures, by time.
        clock: The session clock.
        address: Where it is found.

    Attributes:
        path: Its D-Bus path.
        is_in_reach: It advertises, and can be connected.
        dies_on: A member in the middle of whose call it drops the connection, once.
        stale: Roles that BlueZ does not know of, until it is made to forget the device.
        vanishes: BlueZ forgets it at the end of the scan that found it.
    """

    def __init__(
        self,
        bluez: FakeBluez,
        adapter: FakeAdapter,
        profile: Profile,
        script: Callable[[float], float],
        clock: Clock,
        address: str = "F0:F1:F2:F3:F4:01",
    ) -> None:
        self.path = f"{HCI0}/dev_{address.replace(':', '_')}"
        self.is_in_reach = True
        self.dies_on = ""
        self.stale: set[str] = set()
        self.vanishes = False
        self._bluez = bluez
        self._adapter = adapter
        self._profile = profile
        self._address = address
        self._clock = clock
        self._packets = Packets(profile, script)
        self._orders = Orders(profile)
        self._sender = Sender(clock, self._packets, self._send)
        self._parts: dict[Characteristic, str] = {}
        self._advert = b""
        self._is_told = False

    @property
    def is_connected(self) -> bool:
        return self._bluez.holds(self.path, DEVICE, "Connected")

    @asynccontextmanager
    async def switched_on(self) -> AsyncGenerator["FakeGauge"]:
        """It advertises whenever it is not connected."""
        self._bluez.remotes[self.path] = self
        advertising = asyncio.create_task(self._advertise(), name="fake gauge")
        if self._profile.link.transport == ADVERT:
            self._sender.start(self._clock.now())
        try:
            yield self
        finally:
            self._sender.stop()
            advertising.cancel()
            await asyncio.wait([advertising])

    def lose(self) -> None:
        """The connection ends, whoever ended it."""
        self._sender.stop()
        if self.is_connected:
            for part in (*self._parts.values(), *self._services().values()):
                self._bluez.hide(part)
            off = Variant("b", False)
            self._bluez.change(self.path, DEVICE, ServicesResolved=off, Connected=off)

    def scan_ended(self) -> None:
        """What BlueZ does at the end of a scan."""
        if self.vanishes and not self.is_connected:
            self._bluez.hide(self.path)

    def forget(self) -> None:
        """BlueZ forgets it, and all that it knew of it."""
        self.stale.clear()
        self._bluez.hide(self.path)

    def hold(self) -> None:
        """Be connected already, by somebody who is gone."""
        self._show()
        self._bluez.change(self.path, DEVICE, Connected=Variant("b", True))

    def silence(self) -> None:
        """Stay connected and send nothing more."""
        self._sender.stop()

    async def call(self, member: str, body: list[Any]) -> tuple[str, list[Any]]:
        assert not body
        match member:
            case "Connect":
                await self._connect()
            case "Disconnect":
                self.lose()
            case _:
                raise BluezError("org.freedesktop.DBus.Error.UnknownMethod", member)
        return "", []

    async def spoken_to(
        self, place: Characteristic, path: str, member: str, body: list[Any]
    ) -> tuple[str, list[Any]]:
        """A characteristic's method was called."""
        if self.dies_on == member:
            self.dies_on = ""
            self.lose()
            raise BluezError("Failed", "Not connected")
        match member:
            case "StartNotify":
                self._bluez.change(path, CHARACTERISTIC, Notifying=Variant("b", True))
                if self._profile.commands.start is None and self._is_main(place):
                    self._sender.start(self._clock.now())
            case "StopNotify":
                self._bluez.change(path, CHARACTERISTIC, Notifying=Variant("b", False))
            case "WriteValue":
                await self._obey(place, bytes(body[0]))
            case "ReadValue":
                return "ay", [self._told(place)]
            case _:
                raise BluezError("org.freedesktop.DBus.Error.UnknownMethod", member)
        return "", []

    async def _connect(self) -> None:
        if not (self.is_in_reach and self._adapter.is_on):
            raise BluezError("Failed", "Input/output error")
        self._bluez.change(self.path, DEVICE, Connected=Variant("b", True))
        self._bluez.do(self._resolve())

    async def _resolve(self) -> None:
        await asyncio.sleep(0.01)
        if self.dies_on == "ServicesResolved":
            self.dies_on = ""
            self.lose()
            return
        for uuid, path in self._services().items():
            shown = {"UUID": Variant("s", uuid), "Primary": Variant("b", True)}
            self._bluez.show(path, SERVICE, {**shown, "Device": Variant("o", self.path)})
        for role, place in self._profile.gatt.items():
            if role not in self.stale:
                self._show_part(place)
        self._bluez.change(self.path, DEVICE, ServicesResolved=Variant("b", True))

    def _show_part(self, place: Characteristic) -> None:
        if place in self._parts and self._parts[place] in self._bluez.objects:
            return
        if place not in self._parts:  # named by its handle, which is nobody else's
            handle = _FIRST_PART + 2 * len(self._parts)
            self._parts[place] = f"{self._services()[place.service]}/char{handle:04x}"
        path = self._parts[place]
        self._bluez.remotes[path] = FakeCharacteristic(self, place, path)
        flags = ["write", "write-without-response"]
        if any(self._profile.gatt[r] == place for r in self._profile.stream if r != ADVERT):
            flags.append("notify")
        if told_on(self._profile, place):
            flags.append("read")
        shown = {
            "UUID": Variant("s", place.char),
            "Service": Variant("o", self._services()[place.service]),
            "Value": Variant("ay", b""),
            "Notifying": Variant("b", False),
            "Flags": Variant("as", flags),
            "MTU": Variant("q", 247),
        }
        self._bluez.show(path, CHARACTERISTIC, shown)

    def _services(self) -> dict[str, str]:
        uuids = dict.fromkeys(place.service for place in self._profile.gatt.values())
        return {uuid: f"{self.path}/service{n:04x}" for n, uuid in enumerate(uuids)}

    def _is_main(self, place: Characteristic) -> bool:
        return place == self._profile.gatt[self._profile.main_role]

    def _told(self, place: Characteristic) -> bytes:
        for role, field in told_on(self._profile, place).items():
            told = self._packets.facts.get(field.name, 0)
            return self._packets.encoder.fact(field.name, told, on=role)[1]
        raise BluezError("NotSupported")

    async def _obey(self, place: Characteristic, value: bytes) -> None:
        for order in self._orders.hear(place, value):
            now_s = self._clock.now()
            self._packets.obey(order.command, order.chosen, now_s)
            for role, answer in self._packets.encoder.reply(order.command, self._packets.facts):
                await self._send(role, answer)
            if order.command == "start":
                self._sender.start(now_s)
            elif order.command == "stop":
                self._sender.stop()

    async def _send(self, role: str, packet: bytes) -> None:
        if role == ADVERT:
            self._advert, self._is_told = packet, False
            return
        path = self._parts[self._profile.gatt[role]]
        if self._bluez.holds(path, CHARACTERISTIC, "Notifying"):
            self._bluez.change(path, CHARACTERISTIC, Value=Variant("ay", packet))

    async def _advertise(self) -> None:
        while True:
            await asyncio.sleep(_EVERY_S)
            if not (self._adapter.hears and self.is_in_reach) or self.is_connected:
                continue
            if self.path not in self._bluez.objects:
                self._show()
            elif self._adapter.repeats or not self._is_told:
                self._bluez.change(self.path, DEVICE, RSSI=Variant("n", -60), **self._data())
            self._is_told = True

    def _data(self) -> dict[str, Variant]:
        if not self._advert:
            return {}
        company = self._profile.stream[ADVERT].company or 0
        return {"ManufacturerData": Variant("a{qv}", {company: Variant("ay", self._advert)})}

    def _show(self) -> None:
        name = advertised_name(self._profile)
        shown = {
            "Address": Variant("s", self._address),
            "AddressType": Variant("s", "random"),
            "Adapter": Variant("o", HCI0),
            "Alias": Variant("s", name or self._address),
            "Connected": Variant("b", False),
            "Paired": Variant("b", False),
            "ServicesResolved": Variant("b", False),
            "RSSI": Variant("n", -60),
            "UUIDs": Variant("as", list(self._services())),
            **self._data(),
        }
        if name:
            shown["Name"] = Variant("s", name)
        self._bluez.show(self.path, DEVICE, shown)


class FakeCharacteristic(Remote):
    """One of its characteristics."""

    def __init__(self, gauge: FakeGauge, place: Characteristic, path: str) -> None:
        self._gauge = gauge
        self._place = place
        self._path = path

    async def call(self, member: str, body: list[Any]) -> tuple[str, list[Any]]:
        return await self._gauge.spoken_to(self._place, self._path, member, body)

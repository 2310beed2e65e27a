"""The fake's adapter: its switch, and its scans."""

from typing import Any

from dbus_fast import Variant

from bluez_fake.fake import ADAPTER, HCI0, BluezError, FakeBluez, Remote


class FakeAdapter(Remote):
    """An adapter that is plugged in, and on.

    Attributes:
        hears: It scans, and hears what advertises.
        repeats: It was asked to tell advertisements again that it knows.
    """

    def __init__(self, bluez: FakeBluez) -> None:
        self.hears = False
        self.repeats = False
        self._bluez = bluez
        self.plug()

    @property
    def is_on(self) -> bool:
        return self._bluez.holds(HCI0, ADAPTER, "Powered")

    def plug(self) -> None:
        """Be there."""
        self._bluez.remotes[HCI0] = self
        self._bluez.show(
            HCI0,
            ADAPTER,
            {
                "Address": Variant("s", "C0:FF:EE:00:00:01"),
                "Name": Variant("s", "fake"),
                "Roles": Variant("as", ["central"]),
                "Discovering": Variant("b", False),
                "Powered": Variant("b", True),
            },
        )

    def unplug(self) -> None:
        """Be gone."""
        self.switch(on=False)
        self._bluez.hide(HCI0)

    def switch(self, *, on: bool) -> None:
        """Switch it. A scan that this ends is never told of it."""
        if not on:
            self.hears = False
            for remote in self._bluez.remotes.values():
                remote.lose()
        self._bluez.change(HCI0, ADAPTER, Powered=Variant("b", on), Discovering=Variant("b", False))

    def deafen(self) -> None:
        """Its scan goes on and hears nothing more."""
        self.hears = False

    def lose(self) -> None:
        """The service that it belongs to ends."""
        self._scan(on=False)

    async def call(self, member: str, body: list[Any]) -> tuple[str, list[Any]]:
        match member:
            case "SetDiscoveryFilter":
                self.repeats = "DuplicateData" in body[0] and body[0]["DuplicateData"].value
            case "StartDiscovery":
                if not self.is_on:
                    raise BluezError("NotReady", "Resource Not Ready")
                if self._bluez.holds(HCI0, ADAPTER, "Discovering"):
                    raise BluezError("InProgress", "Operation already in progress")
                self._scan(on=True)
            case "StopDiscovery":
                if not self._bluez.holds(HCI0, ADAPTER, "Discovering"):
                    raise BluezError("Failed", "No discovery started")
                self._scan(on=False)
                for remote in self._bluez.remotes.values():
                    remote.scan_ended()
            case "RemoveDevice":
                self._bluez.remotes[body[0]].forget()
            case _:
                raise BluezError("org.freedesktop.DBus.Error.UnknownMethod", member)
        return "", []

    def _scan(self, *, on: bool) -> None:
        self.hears = on
        self._bluez.change(HCI0, ADAPTER, Discovering=Variant("b", on))

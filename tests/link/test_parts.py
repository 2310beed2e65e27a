"""What is known of a connection before anything is said on it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import pytest
from bleak.backends import BleakBackend
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.service import BleakGATTService

from bandmate.link.parts import known_mtu

if TYPE_CHECKING:
    from bleak import BleakClient


@dataclass
class Client:
    """What is asked of a client."""

    backend_id: str
    mtu: int

    @property
    def mtu_size(self) -> int:
        assert self.backend_id != BleakBackend.BLUEZ_DBUS, "it would warn, and say 23"
        return self.mtu


def mtu_of(client: Client, *values: int) -> int | None:
    service = BleakGATTService(None, 1, "0000180f-0000-1000-8000-00805f9b34fb")
    parts = [
        BleakGATTCharacteristic(None, 2, service.uuid, [], lambda value=value: value, service)
        for value in values
    ]
    return known_mtu(cast("BleakClient", client), parts)


@pytest.mark.parametrize(
    ("values", "mtu"), [((20, 514), 517), ((20, 20), None), ((244,), 247), ((), None)]
)
def test_bluez_says_how_much_may_be_written_once_it_knows(values: tuple[int, ...], mtu: int | None):
    assert mtu_of(Client(BleakBackend.BLUEZ_DBUS, 23), *values) == mtu


def test_other_systems_say_it_themselves():
    assert mtu_of(Client(BleakBackend.CORE_BLUETOOTH, 185), 20) == 185

"""What a connection offers: characteristics for the profile's roles, and packets of some size."""

from collections.abc import Iterable, Mapping
from typing import Final

from bleak import BleakClient
from bleak.backends import BleakBackend
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.service import BleakGATTServiceCollection

from bandmate.devices.profile import Profile
from bandmate.errors import WrongSensorError

Characteristics = Mapping[str, BleakGATTCharacteristic]
"""What a connection offers, by the profile's roles."""

_ATT_HEADER: Final = 3
"""Bytes of a packet that are not its value."""
_LEAST_VALUE: Final = 20
"""The longest value of the shortest packets; BlueZ says it too while it does not know better."""


def find_parts(services: BleakGATTServiceCollection, profile: Profile) -> Characteristics:
    """The profile's roles among what a connection offers.

    Always by service and characteristic: some sensors use a characteristic's UUID in every service.

    Raises:
        WrongSensorError: One that the profile requires is missing.
    """
    offered = {
        (service.uuid, part.uuid): part for service in services for part in service.characteristics
    }
    places = {role: (place.service, place.char) for role, place in profile.gatt.items()}
    for role in profile.identify.require:
        if places[role] not in offered:
            raise WrongSensorError(
                f"this is no {profile.device.name}: it lacks the characteristic '{role}' "
                f"({places[role][1]})",
                hint="Check the band's address and profile (bandmate scan shows what is in reach), "
                "and the sensor's firmware.",
            )
    return {role: offered[place] for role, place in places.items() if place in offered}


def known_mtu(client: BleakClient, parts: Iterable[BleakGATTCharacteristic]) -> int | None:
    """The connection's ATT MTU in bytes; `None` where it is not known.

    BlueZ does not tell it, but how much may be written at once.
    """
    if client.backend_id != BleakBackend.BLUEZ_DBUS:
        return client.mtu_size
    value = max((part.max_write_without_response_size for part in parts), default=_LEAST_VALUE)
    return value + _ATT_HEADER if value > _LEAST_VALUE else None

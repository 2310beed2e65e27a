"""Who advertises, as `bandmate scan` and a search see it."""

import asyncio
from typing import Final

from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from bandmate.link.base import OnSighting, Sighting
from bandmate.link.radio import Radio

_BATTERY_SERVICE: Final = "0000180f-0000-1000-8000-00805f9b34fb"
"""Its service data, where advertised, is the battery level in percent (Bluetooth SIG, 0x180F)."""


async def scan(radio: Radio, for_s: float, on_sighting: OnSighting) -> None:
    """Hand every advertisement that arrives within `for_s` seconds to `on_sighting`.

    Raises:
        LinkError: The radio cannot be used.
    """

    def on_advert(device: BLEDevice, advert: AdvertisementData) -> None:
        on_sighting(sighting_of(device, advert))

    async with radio.listening(on_advert):
        await asyncio.sleep(for_s)


def sighting_of(device: BLEDevice, advert: AdvertisementData) -> Sighting:
    """An advertisement without bleak's types."""
    battery = advert.service_data.get(_BATTERY_SERVICE)
    return Sighting(
        address=device.address,
        name=advert.local_name or "",
        rssi_dbm=advert.rssi,
        service_uuids=[uuid.lower() for uuid in advert.service_uuids],
        manufacturer=dict(advert.manufacturer_data),
        battery_pct=battery[0] if battery else None,
    )

"""Finding one sensor among everything that advertises."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from bandmate.domain.clock import Clock
from bandmate.link.radio import Radio
from bandmate.link.scan import sighting_of
from bandmate.link.sought import Sought
from bandmate.link.status import Status
from bandmate.link.watch import happens_before

SEARCH_S: Final = 10.0
"""How long to look at a time, session clock; scanning on and on disturbs other sensors' streams."""


@asynccontextmanager
async def finding(
    radio: Radio, sought: Sought, clock: Clock, status: Status
) -> AsyncGenerator[BLEDevice]:
    """The sensor, heard just now; until the end of the block the scanner goes on.

    Connect inside the block: BlueZ forgets a device when the scan that found it stops.

    Raises:
        DeviceNotFoundError: It is not in reach.
        RadioUnavailableError: The radio cannot be used.
    """
    found = asyncio.Event()
    devices: list[BLEDevice] = []

    def on_advert(device: BLEDevice, advert: AdvertisementData) -> None:
        if not found.is_set() and sought.fits(sighting_of(device, advert)):
            devices.append(device)
            found.set()

    async with radio.listening(on_advert):
        status.say("searching", sought.looking_for())
        if not await happens_before(found, clock.sleep(SEARCH_S)):
            raise sought.not_found()
        yield devices[0]

"""Finding one sensor among everything that advertises."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from bandmate.domain.clock import Clock
from bandmate.link.radio import Radio
from bandmate.link.scan import sighting_of
from bandmate.link.sought import Sought
from bandmate.link.status import Status
from bandmate.link.watch import happens_before

SEARCH_S: Final = 5.0
"""After so long, session clock, a person is told, and the scan begins anew: now and then BlueZ'
hears nothing, mostly when its adapter was just switched on."""


@asynccontextmanager
async def finding(
    radio: Radio, sought: Sought, clock: Clock, status: Status, *, goes_on: bool
) -> AsyncGenerator[BLEDevice]:
    """The sensor, heard just now; connect at once.

    It is looked for until it is there: a sensor that is switched on is to be found at once.

    Args:
        radio: The host's Bluetooth.
        sought: Which sensor.
        clock: The session clock.
        status: How the link stands.
        goes_on: The scan goes on until the end of the block. Otherwise it ends before, for one in
            twenty connections beside a scan ended in the middle of its set-up (BlueZ 5.66).

    Raises:
        RadioUnavailableError: The radio cannot be used.
    """
    found = asyncio.Event()
    devices: list[BLEDevice] = []

    def on_advert(device: BLEDevice, advert: AdvertisementData) -> None:
        is_free = not found.is_set() and not radio.owns(device.address)
        if is_free and sought.fits(sighting_of(device, advert)):
            devices.append(device)
            found.set()

    await radio.free(sought.fits)
    told = False
    while True:
        async with AsyncExitStack() as scan:
            await scan.enter_async_context(radio.listening(on_advert))
            if not told:
                status.say("searching", sought.looking_for())
                told = True
            if await happens_before(found, clock.sleep(SEARCH_S)):
                if not goes_on:
                    await scan.aclose()
                yield devices[0]
                return
        status.down(sought.not_found())

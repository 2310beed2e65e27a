"""The link to a sensor that never connects: its readings stand in its advertisements."""

from typing import NoReturn

from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from bandmate.devices.profile import ADVERT
from bandmate.domain.clock import Clock
from bandmate.domain.samples import Frame
from bandmate.errors import LinkLostError
from bandmate.link.base import Receiver
from bandmate.link.radio import Radio
from bandmate.link.scan import sighting_of
from bandmate.link.sought import Sought
from bandmate.link.status import Status
from bandmate.link.watch import Watchdog


async def overhear(
    radio: Radio, sought: Sought, clock: Clock, receiver: Receiver, status: Status
) -> NoReturn:
    """One life of the link: hand on what the sensor advertises until it falls silent.

    Raises:
        LinkError: It fell silent, or the radio cannot be used.
    """
    company_id = sought.profile.stream[ADVERT].company
    watchdog = Watchdog(clock, sought.profile.link.lost_s)

    def on_advert(device: BLEDevice, advert: AdvertisementData) -> None:
        arrival_s = clock.now()
        for company, payload in advert.manufacturer_data.items():
            if company == company_id and sought.fits(sighting_of(device, advert)):
                receiver.on_frame(Frame(arrival_s, ADVERT, payload, company))
                watchdog.feed()
                status.up()

    receiver.on_stream()
    told = False
    while True:
        async with radio.listening(on_advert):
            if not told and not watchdog.fed:  # it may have been heard while the scan began
                status.say("searching", sought.looking_for())
                told = True
            await watchdog.starved()
        if watchdog.fed:
            status.say("silent", f"{status.sensor} is no longer heard. Is it switched on?")
            raise LinkLostError("no longer heard", hint="Switch it on and bring it close.")
        status.down(sought.not_found())

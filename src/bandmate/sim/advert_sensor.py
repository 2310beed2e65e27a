"""A virtual sensor that only advertises."""

from bumble import hci, ll
from bumble.controller import Controller
from bumble.core import AdvertisingData
from bumble.data_types import ManufacturerSpecificData

from bandmate.devices.profile import ADVERT, Profile
from bandmate.domain.clock import Clock
from bandmate.sim.pace import Sender
from bandmate.sim.packets import Packets


class AdvertSensor:
    """Sends one advertisement a packet, straight from its controller to the air.

    Args:
        controller: Its radio.
        address: What it advertises from.
        profile: What it is.
        packets: What it measures.
        clock: The session clock.
    """

    def __init__(
        self, controller: Controller, address: str, profile: Profile, packets: Packets, clock: Clock
    ) -> None:
        self._controller = controller
        self._address = hci.Address(address)
        self._company_id = profile.stream[ADVERT].company or 0
        self._sender = Sender(clock, packets, self._advertise)

    async def power_on(self) -> None:
        """Begin to measure and advertise."""
        self._sender.start()

    async def power_off(self) -> None:
        """Fall silent."""
        self._sender.stop()

    async def drop(self, reason: int) -> None:
        """Nothing to end: nobody ever connects."""

    def silence(self, for_s: float) -> None:
        """Advertise nothing for `for_s` seconds of session time."""
        self._sender.silence(for_s)

    async def _advertise(self, payload: bytes) -> None:
        data = AdvertisingData([ManufacturerSpecificData(self._company_id, payload)])
        self._controller.send_advertising_pdu(
            ll.AdvExtInd(advertiser_address=self._address, data=bytes(data))
        )

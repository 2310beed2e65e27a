"""A virtual sensor that only advertises."""

import asyncio
from typing import Final

from bumble.data_types import ManufacturerSpecificData
from bumble.device import AdvertisingType, Device

from bandmate.devices.profile import ADVERT, Profile
from bandmate.domain.clock import Clock
from bandmate.sim.advertising import advertisement, signs
from bandmate.sim.gatt_sensor import Tell, tell_nobody
from bandmate.sim.pace import Sender
from bandmate.sim.packets import Packets
from bandmate.sim.whole import whole

_PERIODS: Final = 1.5
"""An advertisement is repeated after so many periods: the next packet comes before."""
_LONGEST_MS: Final = 10_240.0
"""The longest interval that Bluetooth allows."""
_SHORTEST_MS: Final = 20.0


class AdvertSensor:
    """Sends one advertisement a packet, by a virtual controller or a real adapter's.

    Args:
        device: Its Bluetooth, not yet switched on.
        profile: What it is.
        packets: What it measures.
        clock: The session clock.
        tell: Told what happens: `streaming`, `stopped`.
    """

    def __init__(
        self,
        device: Device,
        profile: Profile,
        packets: Packets,
        clock: Clock,
        tell: Tell = tell_nobody,
    ) -> None:
        self._device = device
        self._packets = packets
        self._clock = clock
        self._tell = tell
        self._company_id = profile.stream[ADVERT].company or 0
        # The manufacturer data is not a sign here but the reading itself.
        self._signs = [s for s in signs(profile) if not isinstance(s, ManufacturerSpecificData)]
        interval_ms = _PERIODS * 1000.0 / packets.rate_hz
        self._interval_ms = min(max(interval_ms, _SHORTEST_MS), _LONGEST_MS)
        self._sender = Sender(clock, packets, self._advertise)
        self._radio = asyncio.Lock()

    async def power_on(self) -> None:
        """Begin to measure and advertise."""
        await self._device.power_on()
        self._start()

    async def power_off(self) -> None:
        """Fall silent."""
        await self._fall_silent()
        await self._device.power_off()

    async def drop(self, reason: int = 0) -> None:
        """Nothing to end: nobody ever connects."""

    async def silence(self, for_s: float) -> None:
        """Advertise nothing for `for_s` seconds of session time, from now on."""
        self._sender.silence(for_s)
        await self._hush()

    async def vanish(self, for_s: float) -> None:
        """Be out of reach; returns when it is back, `for_s` seconds of session time later."""
        await self._fall_silent()
        await self._clock.sleep(for_s)
        self._start()

    def _start(self) -> None:
        self._sender.start(self._clock.now())
        self._tell("streaming", f"{self._packets.rate_hz:g} Hz")

    async def _fall_silent(self) -> None:
        if self._sender.stop():
            self._tell("stopped", "")
        await self._hush()

    async def _hush(self) -> None:
        """Repeat the last advertisement no more."""
        async with self._radio:
            await self._device.stop_advertising()

    async def _advertise(self, _role: str, payload: bytes) -> None:
        data = ManufacturerSpecificData(self._company_id, payload)
        first, response = advertisement(data, *self._signs)
        # Advertising anew sends at once; it is repeated only where the next packet is late.
        advertising = self._device.start_advertising(
            AdvertisingType.UNDIRECTED_SCANNABLE if response else AdvertisingType.UNDIRECTED,
            advertising_data=first,
            scan_response_data=response,
            advertising_interval_min=self._interval_ms,
            advertising_interval_max=self._interval_ms,
        )
        async with self._radio:
            await whole(advertising)

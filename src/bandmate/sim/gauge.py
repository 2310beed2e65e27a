"""A virtual band: a sensor made from its profile, in reach of whoever is on the same air."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial

from bumble.controller import Controller
from bumble.hci import HCI_ErrorCode

from bandmate.devices.profile import Profile
from bandmate.domain.clock import Clock
from bandmate.sim.advert_sensor import AdvertSensor
from bandmate.sim.air import Air, new_device
from bandmate.sim.cadence import even
from bandmate.sim.gatt_sensor import GattSensor
from bandmate.sim.packets import Cadence, Packets
from bandmate.sim.person import ForceAt


class VirtualGauge:
    """What may be done to a virtual band.

    Attributes:
        address: Where it is found.
        sensor: The sensor itself.
    """

    def __init__(
        self, air: Air, profile: Profile, packets: Packets, clock: Clock, address: str
    ) -> None:
        self.address = address
        self._air = air
        self._clock = clock
        self._controller = Controller(profile.device.id, link=air)
        self.sensor: GattSensor | AdvertSensor
        if profile.link.transport == "advert":
            self.sensor = AdvertSensor(self._controller, address, profile, packets, clock)
        else:
            device = new_device(self._controller, profile.device.name, address)
            self.sensor = GattSensor(device, profile, packets, clock)

    async def drop(self) -> None:
        """End the connection, as a sensor does that is switched off."""
        await self.sensor.drop(HCI_ErrorCode.REMOTE_USER_TERMINATED_CONNECTION_ERROR)

    async def vanish(self, for_s: float) -> None:
        """Be out of reach; returns when it is back, `for_s` seconds of session time later."""
        self._air.out_of_reach.add(self._controller)
        await self.sensor.drop(HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR)
        await self._clock.sleep(for_s)
        self._air.out_of_reach.discard(self._controller)

    def silence(self, for_s: float) -> None:
        """Stay where it is and send nothing for `for_s` seconds of session time."""
        self.sensor.silence(for_s)

    def leave(self) -> None:
        """Its radio is gone for good."""
        self._air.remove_controller(self._controller)


@asynccontextmanager
async def virtual_gauge(
    air: Air,
    profile: Profile,
    force_n: ForceAt,
    clock: Clock,
    *,
    address: str = "F0:F1:F2:F3:F4:01",
    samples_n: int = 1,
    cadence: Cadence | None = None,
) -> AsyncGenerator[VirtualGauge]:
    """A virtual band, switched on; off again at the end.

    Args:
        air: Where it is in reach.
        profile: What it is.
        force_n: The pull in newton at a time of the session clock.
        clock: The session clock; it may run faster than real time.
        address: A random static address of its own (its first two bits are set).
        samples_n: Readings a packet, at most what a frame can carry.
        cadence: When it measures; by default evenly at the profile's rate.
    """
    packets = Packets(profile, force_n, cadence or partial(even, profile.limits.rate_hz), samples_n)
    gauge = VirtualGauge(air, profile, packets, clock, address)
    await gauge.sensor.power_on()
    try:
        yield gauge
    finally:
        await gauge.sensor.power_off()
        gauge.leave()

"""A virtual band: a sensor made from its profile, in reach of whoever is on the same air."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from bumble.controller import Controller
from bumble.device import Device
from bumble.hci import HCI_ErrorCode

from bandmate.devices.params import Parameters
from bandmate.devices.profile import ADVERT, Profile
from bandmate.domain.clock import Clock
from bandmate.sim.advert_sensor import AdvertSensor
from bandmate.sim.advertising import advertised_name
from bandmate.sim.air import Air, new_device
from bandmate.sim.faults import Faults
from bandmate.sim.gatt_sensor import GattSensor, Tell, tell_nobody
from bandmate.sim.measuring import Script
from bandmate.sim.packets import Cadence, Packets

Sensor = GattSensor | AdvertSensor


def new_sensor(
    device: Device, profile: Profile, packets: Packets, clock: Clock, tell: Tell = tell_nobody
) -> Sensor:
    """A virtual sensor on a Bluetooth that is not yet switched on.

    Args:
        device: A virtual Bluetooth, or a real adapter's.
        profile: What it is.
        packets: What it measures.
        clock: The session clock.
        tell: Told what happens to it.
    """
    kind = AdvertSensor if profile.link.transport == ADVERT else GattSensor
    return kind(device, profile, packets, clock, tell)


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
        name = advertised_name(profile) or profile.device.name
        device = new_device(self._controller, name, address)
        self.sensor = new_sensor(device, profile, packets, clock)

    async def drop(self) -> None:
        """End the connection, as a sensor does that is switched off."""
        await self.sensor.drop(HCI_ErrorCode.REMOTE_USER_TERMINATED_CONNECTION_ERROR)

    async def vanish(self, for_s: float) -> None:
        """Be out of reach; returns when it is back, `for_s` seconds of session time later."""
        self._air.out_of_reach.add(self._controller)
        await self.sensor.drop(HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR)
        await self._clock.sleep(for_s)
        self._air.out_of_reach.discard(self._controller)

    async def silence(self, for_s: float) -> None:
        """Stay where it is and send nothing for `for_s` seconds of session time, from now on."""
        await self.sensor.silence(for_s)

    def leave(self) -> None:
        """Its radio is gone for good."""
        self._air.remove_controller(self._controller)


@asynccontextmanager
async def virtual_gauge(
    air: Air,
    profile: Profile,
    script: Script,
    clock: Clock,
    *,
    address: str = "F0:F1:F2:F3:F4:01",
    params: Parameters | None = None,
    samples_n: int | None = None,
    cadence: Cadence | None = None,
    faults: Faults | None = None,
) -> AsyncGenerator[VirtualGauge]:
    """A virtual band, switched on; off again at the end.

    Args:
        air: Where it is in reach.
        profile: What it is.
        script: What it measures, see `measuring.Script`.
        clock: The session clock; it may run faster than real time.
        address: A random static address of its own (its first two bits are set).
        params: What is set on it; by default what the profile says.
        samples_n: Readings a packet; by default as few as can be.
        cadence: When it measures; by default evenly at its rate.
        faults: What goes wrong.
    """
    packets = Packets(profile, script, params, cadence=cadence, samples_n=samples_n, faults=faults)
    gauge = VirtualGauge(air, profile, packets, clock, address)
    await gauge.sensor.power_on()
    try:
        yield gauge
    finally:
        await gauge.sensor.power_off()
        gauge.leave()

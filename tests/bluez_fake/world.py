"""What there is beside bandmate on the fake BlueZ."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bandmate.devices.profile import Profile
from bluez_fake.adapter import FakeAdapter
from bluez_fake.fake import FakeBluez
from bluez_fake.gauge import FakeGauge
from link.rig import PROGRESSOR, FastClock


@dataclass(frozen=True)
class World:
    """What there is beside bandmate."""

    bluez: FakeBluez
    adapter: FakeAdapter

    @asynccontextmanager
    async def gauge(
        self, profile: Profile = PROGRESSOR, address: str = "F0:F1:F2:F3:F4:01"
    ) -> AsyncGenerator[FakeGauge]:
        """A gauge in reach, on which a band pulls 30 N."""
        gauge = FakeGauge(
            self.bluez, self.adapter, profile, lambda _t_s: 30.0, FastClock(), address
        )
        async with gauge.switched_on():
            yield gauge

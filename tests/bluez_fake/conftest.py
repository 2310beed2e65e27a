"""A fake BlueZ, its adapter and a gauge, on a bus of the test's own."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from bandmate.devices.profile import Profile
from bluez_fake.adapter import FakeAdapter
from bluez_fake.bus import private_bus
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


@pytest_asyncio.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[World]:
    async with private_bus(tmp_path) as address:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
        bluez = FakeBluez(address)
        adapter = FakeAdapter(bluez)
        await bluez.start()
        try:
            yield World(bluez, adapter)
        finally:
            bluez.die()

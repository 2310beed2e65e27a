"""A fake BlueZ with an adapter, on a bus of the test's own."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import pytest_asyncio

from bluez_fake.adapter import FakeAdapter
from bluez_fake.bus import private_bus
from bluez_fake.fake import FakeBluez
from bluez_fake.world import World


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

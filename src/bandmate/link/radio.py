"""The host's Bluetooth, shared by every link: one scanner for all, one delicate thing at a time.

BlueZ answers `org.bluez.Error.InProgress` to a second scan, or to a scan that starts while it
connects. So there is one scanner, which runs while anybody listens, and one lock round starting it,
stopping it and connecting. A sensor has one owner: nobody is given a connection that another has.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Final

from bleak import BleakClient
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner

from bandmate.errors import LinkLostError
from bandmate.link.base import Sighting
from bandmate.link.faults import translated
from bandmate.link.host import Host, OnChange, Watch
from bandmate.link.scanner import TIDY_UP_S, OnAdvert, Scanner, let_go, within

CONNECT_S: Final = 20.0
"""bleak tries again inside `connect` when the air is noisy; less than 15 s gives up too early."""


class Radio:
    """The way to the air.

    Args:
        scanner_backend: Stands in for the operating system's (a virtual radio).
        client_backend: Stands in for the operating system's (a virtual radio).

    Attributes:
        host: What tells of the host's Bluetooth as a whole.
    """

    def __init__(
        self,
        scanner_backend: type[BaseBleakScanner] | None = None,
        client_backend: type[BaseBleakClient] | None = None,
    ) -> None:
        self._client_backend = client_backend
        is_bluez = sys.platform == "linux" and scanner_backend is None
        self.host = Host(_watch_bluez if is_bluez else None)
        self._owned: set[str] = set()
        self._delicate = asyncio.Lock()
        self._scanner = Scanner(scanner_backend, self._on_advert)
        self._listeners: list[OnAdvert] = []

    @asynccontextmanager
    async def listening(self, on_advert: OnAdvert) -> AsyncGenerator[None]:
        """Hand every advertisement in reach to `on_advert`, repeated ones too.

        Raises:
            LinkError: The radio cannot be used.
        """
        self._listeners.append(on_advert)
        try:
            async with self._delicate:
                await self._scanner.have()
            yield
        finally:
            self._listeners.remove(on_advert)
            if not self._listeners:
                await self._end_scan()

    @asynccontextmanager
    async def connected(
        self, device: BLEDevice, on_gone: Callable[[], None]
    ) -> AsyncGenerator[BleakClient]:
        """A connection to `device`, closed at the end.

        Args:
            device: As an advertisement just brought it; an address would start a hidden scan.
            on_gone: Called when the connection ends, by whichever side, maybe more than once.

        Raises:
            LinkError: It did not come about, or another has it.
        """
        if self.owns(device.address):
            raise LinkLostError(f"{device.name or device.address} is another band's sensor")

        def on_disconnected(_client: BleakClient) -> None:
            on_gone()

        client = BleakClient(
            device, on_disconnected, timeout=CONNECT_S, backend=self._client_backend
        )
        self._owned.add(device.address)
        try:
            with translated(f"connecting to {device.name or device.address}"):
                async with self._delicate:
                    await within(CONNECT_S + TIDY_UP_S, client.connect())
            yield client
        finally:
            await let_go(client.disconnect())
            self._owned.discard(device.address)

    def owns(self, address: str) -> bool:
        """Whether somebody here is connected to a device, or about to be."""
        return address in self._owned

    async def free(self, is_sought: Callable[[Sighting], bool]) -> None:
        """Have a sensor that is sought advertise again: what a crash left connected is let go."""
        await self.host.let_go(lambda seen: not self.owns(seen.address) and is_sought(seen))

    async def _end_scan(self) -> None:
        async with self._delicate:
            if not self._listeners:  # still
                await self._scanner.end()

    def _on_advert(self, device: BLEDevice, advert: AdvertisementData) -> None:
        for listener in tuple(self._listeners):
            listener(device, advert)


async def _watch_bluez(on_change: OnChange) -> Watch:
    # Linux alone has it, and what it needs.
    from bandmate.link.bluez import Bluez  # noqa: PLC0415

    return await Bluez.open(on_change)

"""The host's Bluetooth, shared by every link: one scanner for all, one delicate thing at a time.

BlueZ answers `org.bluez.Error.InProgress` to a second scan, or to a scan that starts while it
connects. So there is one scanner, which runs while anybody listens, and one lock round starting it,
stopping it and connecting. A sensor has one owner: nobody is given a connection that another has.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from bleak import BleakClient, BleakScanner
from bleak.backends.client import BaseBleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner

from bandmate.errors import LinkLostError
from bandmate.link.base import Sighting
from bandmate.link.faults import FAILURES, translated
from bandmate.link.host import Host, OnChange, Watch

OnAdvert = Callable[[BLEDevice, AdvertisementData], None]

DEAF_S: Final = 5.0
"""A scanner that hears nothing at all for so long is replaced: after a power cycle of the adapter,
or a restart of its service, BlueZ leaves the old one silent for good and says nothing."""

CONNECT_S: Final = 20.0
"""bleak tries again inside `connect` when the air is noisy; less than 15 s gives up too early."""

SCAN_S: Final = 10.0
"""A Bluetooth service that has not begun to scan by then hangs."""

TIDY_UP_S: Final = 3.0
"""With a dead Bluetooth service, stopping and disconnecting hang; they are let go after this."""


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
        self._scanner_backend = scanner_backend
        self._client_backend = client_backend
        is_bluez = sys.platform == "linux" and scanner_backend is None
        self.host = Host(_watch_bluez if is_bluez else None)
        self._owned: set[str] = set()
        self._delicate = asyncio.Lock()
        self._scanner: BleakScanner | None = None
        self._listeners: list[OnAdvert] = []
        self._heard_s = 0.0

    @asynccontextmanager
    async def listening(self, on_advert: OnAdvert) -> AsyncGenerator[None]:
        """Hand every advertisement in reach to `on_advert`, repeated ones too.

        Raises:
            LinkError: The radio cannot be used.
        """
        self._listeners.append(on_advert)
        try:
            async with self._delicate:
                await self._have_scanner()
            yield
        finally:
            self._listeners.remove(on_advert)
            if not self._listeners:
                await self._stop_listening()

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
                    await _within(CONNECT_S + TIDY_UP_S, client.connect())
            yield client
        finally:
            await _let_go(client.disconnect())
            self._owned.discard(device.address)

    def owns(self, address: str) -> bool:
        """Whether somebody here is connected to a device, or about to be."""
        return address in self._owned

    async def free(self, is_sought: Callable[[Sighting], bool]) -> None:
        """Have a sensor that is sought advertise again: what a crash left connected is let go."""
        await self.host.let_go(lambda seen: not self.owns(seen.address) and is_sought(seen))

    async def _have_scanner(self) -> None:
        now_s = asyncio.get_running_loop().time()
        if self._scanner is not None and now_s - self._heard_s < DEAF_S:
            return
        await self._stop_scanner()
        # BlueZ reports an advertisement again only where asked before the scan starts; sensors that
        # only advertise live on repetition.
        scanner = BleakScanner(
            self._on_advert,
            bluez={"filters": {"DuplicateData": True}},
            backend=self._scanner_backend,
        )
        with translated("looking for sensors"):
            await _within(SCAN_S, scanner.start())
        self._scanner, self._heard_s = scanner, now_s

    async def _stop_listening(self) -> None:
        async with self._delicate:
            if not self._listeners:  # still
                await self._stop_scanner()

    async def _stop_scanner(self) -> None:
        scanner, self._scanner = self._scanner, None
        if scanner is not None:
            await _let_go(scanner.stop())

    def _on_advert(self, device: BLEDevice, advert: AdvertisementData) -> None:
        self._heard_s = asyncio.get_running_loop().time()
        for listener in tuple(self._listeners):
            listener(device, advert)


async def _let_go(ending: Coroutine[Any, Any, None]) -> None:
    """Await `ending`, but not for long: what is let go may be gone already, and its errors too."""
    with suppress(*FAILURES):
        await _within(TIDY_UP_S, ending)


async def _within(limit_s: float, call: Coroutine[Any, Any, None]) -> None:
    """Await a call to bleak, whatever it does.

    Cancelled, bleak tidies up by further calls, and a service that hangs answers none of them: so
    it is cancelled once more.

    Raises:
        TimeoutError: It took longer than `limit_s`.
    """
    task = asyncio.create_task(call, name="radio: calls")
    try:
        await asyncio.wait([task], timeout=limit_s)
        if not task.done():
            raise TimeoutError
        task.result()
    finally:
        for _ in range(2):
            if not task.done():
                task.cancel()
                await asyncio.wait([task], timeout=TIDY_UP_S)


async def _watch_bluez(on_change: OnChange) -> Watch:
    # Linux alone has it, and what it needs.
    from bandmate.link.bluez import Bluez  # noqa: PLC0415

    return await Bluez.open(on_change)

"""The one scanner of a radio.

BlueZ keeps a scan for who asked for it, and refuses a second one. So a start that was begun is
never broken off, whoever no longer waits for it: BlueZ would scan on for nobody, and refuse
everybody.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Final

from bleak import BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner

from bandmate.errors import RadioUnavailableError
from bandmate.link.faults import FAILURES, NO_ANSWER, translated

OnAdvert = Callable[[BLEDevice, AdvertisementData], None]

DEAF_S: Final = 5.0
"""A scanner that hears nothing at all for so long is replaced: after a power cycle of the adapter,
or a restart of its service, BlueZ leaves the old one silent for good and says nothing."""

SCAN_S: Final = 10.0
"""A Bluetooth service that has not begun to scan by then hangs."""

TIDY_UP_S: Final = 3.0
"""With a dead Bluetooth service, stopping and disconnecting hang; they are let go after this."""


class Scanner:
    """A scanner that is there while it is wanted; nobody else uses it at the same time.

    Args:
        backend: Stands in for the operating system's (a virtual radio).
        on_advert: Takes every advertisement in reach, repeated ones too.
    """

    def __init__(self, backend: type[BaseBleakScanner] | None, on_advert: OnAdvert) -> None:
        self._backend = backend
        self._hand_on = on_advert
        self._scanner: BleakScanner | None = None
        self._starting: asyncio.Task[BleakScanner] | None = None
        self._heard_s = 0.0

    async def have(self) -> None:
        """Have it scan, and hear.

        Raises:
            LinkError: The radio cannot be used.
        """
        now_s = asyncio.get_running_loop().time()
        if self._scanner is not None and now_s - self._heard_s < DEAF_S:
            return
        await self.end()
        if self._starting is None:
            self._starting = asyncio.create_task(self._start(), name="radio: begins to scan")
        done, _ = await asyncio.wait([self._starting], timeout=SCAN_S)
        if not done:
            text, hint = NO_ANSWER
            raise RadioUnavailableError(text, hint=hint)
        starting, self._starting = self._starting, None
        with translated("looking for sensors"):
            self._scanner = starting.result()
        self._heard_s = now_s

    async def end(self) -> None:
        """End the scan; never for long, never with an error."""
        if self._starting is not None:
            done, _ = await asyncio.wait([self._starting], timeout=TIDY_UP_S)
            if not done:
                return
            starting, self._starting = self._starting, None
            with suppress(*FAILURES):
                self._scanner = starting.result()
        scanner, self._scanner = self._scanner, None
        if scanner is not None:
            await let_go(scanner.stop())

    async def _start(self) -> BleakScanner:
        # BlueZ reports an advertisement again only where asked before the scan starts; sensors that
        # only advertise live on repetition.
        scanner = BleakScanner(
            self._on_advert, bluez={"filters": {"DuplicateData": True}}, backend=self._backend
        )
        await scanner.start()
        return scanner

    def _on_advert(self, device: BLEDevice, advert: AdvertisementData) -> None:
        self._heard_s = asyncio.get_running_loop().time()
        self._hand_on(device, advert)


async def let_go(ending: Coroutine[Any, Any, None]) -> None:
    """Await `ending`, but not for long: what is let go may be gone already, and its errors too."""
    with suppress(*FAILURES):
        await within(TIDY_UP_S, ending)


async def within(limit_s: float, call: Coroutine[Any, Any, None]) -> None:
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
        if task.done() and not task.cancelled():
            task.exception()  # nobody waits for it any more

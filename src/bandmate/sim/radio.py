"""The virtual radio: bleak on Bumble, all in this process.

The service's own Bluetooth code runs on it unchanged; only bleak's backend is another one. Import
this module inside `needs_extra("sim")`.
"""

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bleak.backends.client import BaseBleakClient
from bleak.backends.scanner import BaseBleakScanner

from bandmate.sim.air import Air, CentralController, new_device
from bandmate.sim.client import VirtualClient
from bandmate.sim.scanner import VirtualScanner

CENTRAL_ADDRESS = "F0:00:00:00:00:00"


@dataclass(frozen=True, slots=True)
class VirtualRadio:
    """What `link.radio.Radio` needs instead of the operating system's Bluetooth.

    Attributes:
        air: Where virtual bands put their own radios; it can be blacked out.
        scanner_backend: For `bleak.BleakScanner(backend=)`.
        client_backend: For `bleak.BleakClient(backend=)`.
    """

    air: Air
    scanner_backend: type[BaseBleakScanner]
    client_backend: type[BaseBleakClient]


@asynccontextmanager
async def virtual_radio() -> AsyncGenerator[VirtualRadio]:
    """A virtual radio, switched on; off again at the end."""
    air = Air()
    device = new_device(CentralController("central", link=air), "bandmate", CENTRAL_ADDRESS)

    class Scanner(VirtualScanner):
        central = device

    class Client(VirtualClient):
        central = device

    # Bumble warns of every packet that crosses with the end of its connection: that is how air is.
    bumble_log = logging.getLogger("bumble")
    level_before = bumble_log.level
    bumble_log.setLevel(logging.ERROR)
    await device.power_on()
    try:
        yield VirtualRadio(air, Scanner, Client)
    finally:
        await device.power_off()
        bumble_log.setLevel(level_before)

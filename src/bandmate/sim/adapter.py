"""A Bluetooth controller outside this process, reached by one of Bumble's transports."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bumble.core import BaseBumbleError
from bumble.device import Device
from bumble.transport import open_transport
from bumble.transport.common import Transport, TransportLostError

from bandmate.errors import RadioUnavailableError
from bandmate.sim.air import device_on

_log = logging.getLogger(__name__)

ANSWER_S: Final = 2.0
"""How long a controller may take for its first answer."""

_HINTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "hci-socket": "It needs an adapter that nobody else uses (`bluetoothctl power off`), and "
        "the right to it: run it as root or with CAP_NET_ADMIN. A dongle works as usb:0.",
        "usb": "Plug a Bluetooth dongle in; it needs the right to it: run it as root, or allow it "
        "by a udev rule.",
        "serial": "Name the port and its speed, such as serial:/dev/ttyUSB0,1000000.",
        "tcp-client": "A controller must listen there: tcp-client:HOST:PORT.",
        "tcp-server": "The port must be free: tcp-server:HOST:PORT.",
    }
)
_ELSE: Final = (
    "Known are hci-socket:0, usb:0, serial:/dev/ttyUSB0,1000000, tcp-client:HOST:PORT and "
    "tcp-server:HOST:PORT."
)


@dataclass(frozen=True, slots=True)
class Adapter:
    """A controller that answers.

    Attributes:
        device: What is made of it.
        lost: Done when it went away.
    """

    device: Device
    lost: asyncio.Future[None]


@asynccontextmanager
async def adapter(spec: str, name: str, address: str) -> AsyncGenerator[Adapter]:
    """A controller, until the end of the context.

    Args:
        spec: How it is reached, in Bumble's words, such as `hci-socket:0` or `usb:0`.
        name: What the device calls itself.
        address: A random static address such as `F0:F1:F2:F3:F4:01`.

    Raises:
        RadioUnavailableError: It cannot be reached, or nothing answers there.
    """
    kind = spec.partition(":")[0]
    is_server = kind.endswith("-server")
    transport = await _opened(spec, kind)
    try:
        device = device_on(transport.source, transport.sink, name, address)
        if is_server:
            _log.info("waiting for a Bluetooth controller on %s", spec)
        while not await _answers(device):
            if not is_server:
                raise RadioUnavailableError(
                    f"no Bluetooth controller answers on {spec}", hint=_HINTS.get(kind, _ELSE)
                )
        yield Adapter(device, transport.source.terminated)
    except BaseBumbleError as error:
        raise RadioUnavailableError(
            f"the Bluetooth controller on {spec} cannot do it: {error}",
            hint="It must support Bluetooth LE in the role of a peripheral.",
        ) from error
    finally:
        await transport.close()
        server: asyncio.Server | None = getattr(transport, "server", None)
        if server is not None:  # Bumble leaves it open
            server.close()


async def _opened(spec: str, kind: str) -> Transport:
    try:
        return await open_transport(spec)
    except Exception as error:  # Bumble and the libraries below it raise what they like
        said = str(error) or type(error).__name__
        raise RadioUnavailableError(
            f"the Bluetooth transport {spec!r} cannot be used: {said}",
            hint=_HINTS.get(kind, _ELSE),
        ) from error


async def _answers(device: Device) -> bool:
    try:
        async with asyncio.timeout(ANSWER_S):
            await device.host.reset()  # pyright: ignore[reportUnknownMemberType] - untyped by Bumble
    except (TimeoutError, TransportLostError):
        return False
    return True

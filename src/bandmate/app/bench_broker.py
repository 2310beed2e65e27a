"""The broker that the bench goes through: mosquitto where there is one, else the demo's."""

import asyncio
import os
import shutil
import tempfile
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bandmate.errors import SinkUnavailableError
from bandmate.sim.broker import HOST, DemoBroker, free_port

_SEARCH_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])
"""Debian keeps servers where a plain user's PATH does not look."""
_START_S = 5.0
_RETRY_S = 0.02


@dataclass(frozen=True, slots=True)
class Broker:
    """A broker that takes connections on `HOST`.

    Attributes:
        name: What it is.
        port: Where it listens.
    """

    name: str
    port: int


@asynccontextmanager
async def running_broker() -> AsyncGenerator[Broker]:
    """A broker on the loopback interface while the block runs.

    Raises:
        UsageError: There is none on this machine; the text names what to install.
        SinkUnavailableError: It does not start.
    """
    mosquitto = shutil.which("mosquitto", path=_SEARCH_PATH)
    if mosquitto is None:
        embedded = DemoBroker()
        await embedded.start()
        try:
            yield Broker("amqtt, embedded", embedded.port)
        finally:
            await embedded.stop()
    else:
        async with _process(mosquitto) as port:
            yield Broker("mosquitto", port)


@asynccontextmanager
async def _process(mosquitto: str) -> AsyncGenerator[int]:
    port = free_port()
    with _config(port) as config:
        process = await asyncio.create_subprocess_exec(
            mosquitto, "-c", str(config), stdout=DEVNULL, stderr=DEVNULL
        )
        try:
            await _listening(port)
            yield port
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


@contextmanager
def _config(port: int) -> Generator[Path]:
    """A configuration for this computer alone."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mosquitto.conf"
        path.write_text(f"listener {port} {HOST}\nallow_anonymous true\n")
        yield path


async def _listening(port: int) -> None:
    """Return when the port takes connections."""
    try:
        async with asyncio.timeout(_START_S):
            while not await _takes_connections(port):  # noqa: ASYNC110 - a process tells no event
                await asyncio.sleep(_RETRY_S)
    except TimeoutError as slow:
        raise SinkUnavailableError(
            f"mosquitto did not start within {_START_S:g} s", hint="Start it by hand to see why."
        ) from slow


async def _takes_connections(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(HOST, port)
    except OSError:
        return False
    writer.close()
    return True

"""BlueZ in a box: Debian's kernel, `dbus-daemon` and `bluetoothd` in QEMU, a virtual radio outside.

The kernel's Bluetooth controller (`hci_vhci`) is one of Bumble's, reached by TCP, on the same air
as virtual gauges. Whoever is given the box's `environment` speaks to its BlueZ as to this host's.
"""

import asyncio
import os
import tempfile
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from bumble import hci
from bumble.controller import Controller
from bumble.transport import open_transport
from bumble.transport.common import Transport
from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.auth import AuthExternal

from bandmate.sim.air import Air
from bluez_box.image import image
from parts.programs import find_free_port, part

BOOT_S: Final = 120.0
"""It takes 5 s on a quiet machine."""

HCI0: Final = "/org/bluez/hci0"
ADAPTER: Final = "org.bluez.Adapter1"
_ADDRESS: Final = "C0:FF:EE:00:00:01"
_MACHINE: Final = (
    *("-M", "q35", "-cpu", "max", "-smp", "1", "-m", "256"),
    *("-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"),
    # Software emulation: /dev/kvm may open and yet never run this kernel.
    *("-accel", "tcg,thread=multi"),
    *("-device", "virtio-rng-pci", "-device", "virtio-net-pci,netdev=n,romfile="),
)


class Box:
    """A running box; `running_box` makes one.

    Attributes:
        air: Where virtual gauges are put.
        environment: What a process needs to use the box's BlueZ.
    """

    def __init__(self, air: Air, bus_port: int, orders_port: int) -> None:
        self.air = air
        self.environment: Mapping[str, str] = {
            "DBUS_SYSTEM_BUS_ADDRESS": f"tcp:host=127.0.0.1,port={bus_port}",
            "BLEAK_DBUS_AUTH_UID": "0",
        }
        self._orders_port = orders_port

    async def power(self, *, on: bool) -> None:
        """Switch the adapter.

        Raises:
            OSError: The box does not answer.
            RuntimeError: BlueZ refused.
        """
        await self._properties("Set", "ssv", ADAPTER, "Powered", Variant("b", on))

    async def adapter(self, name: str) -> object:
        """A property of the adapter.

        Raises:
            OSError: The box does not answer.
            RuntimeError: BlueZ refused.
        """
        (value,) = await self._properties("Get", "ss", ADAPTER, name)
        return value.value

    async def kill_bluetoothd(self) -> None:
        """End it as a crash does."""
        await self._order("kill")

    async def start_bluetoothd(self) -> None:
        """Start it, as the system does after a crash; its adapter is on again at the end."""
        await self._order("start")
        await self.ready()

    async def freeze_bluetoothd(self) -> None:
        """It stays, and answers nothing."""
        await self._order("stop")

    async def thaw_bluetoothd(self) -> None:
        """It goes on where it stopped."""
        await self._order("cont")

    async def log(self) -> str:
        """What `bluetoothd` said."""
        return await self._order("log")

    async def ready(self) -> None:
        """Wait until the adapter can be switched on, and is."""
        while True:
            try:
                # What is asked while the guest has no network yet is never answered.
                async with asyncio.timeout(1.0):
                    await self.power(on=True)
            except (OSError, EOFError, TimeoutError, RuntimeError):
                await asyncio.sleep(0.1)
            else:
                return

    async def _properties(self, member: str, signature: str, *body: object) -> Sequence[Any]:
        bus = MessageBus(
            bus_address=self.environment["DBUS_SYSTEM_BUS_ADDRESS"], auth=AuthExternal(uid=0)
        )
        call = Message(
            destination="org.bluez",
            path=HCI0,
            interface="org.freedesktop.DBus.Properties",
            member=member,
            signature=signature,
            body=list(body),
        )
        try:
            await bus.connect()
            reply = await bus.call(call)
        finally:
            bus.disconnect()
        if reply.message_type is MessageType.ERROR:
            raise RuntimeError(f"{reply.error_name}: {reply.body}")
        return reply.body

    async def _order(self, word: str) -> str:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._orders_port)
        try:
            writer.write(f"{word}\n".encode())
            async with asyncio.timeout(10.0):
                return (await reader.read()).decode(errors="replace")
        finally:
            writer.close()


@asynccontextmanager
async def running_box() -> AsyncGenerator[Box]:
    """A box, switched on, until the end of the context.

    Raises:
        RuntimeError: It cannot be built, or did not start; the message ends with its console.
    """
    folder = await asyncio.to_thread(image)
    hci_port, bus_port, orders_port = (find_free_port() for _ in range(3))
    air = Air()
    transport = await open_transport(f"tcp-server:127.0.0.1:{hci_port}")
    try:
        _controller(air, transport)
        box = Box(air, bus_port, orders_port)
        async with _qemu(folder, hci_port, bus_port, orders_port) as (process, console):
            await _started(box, process, console)
            yield box
    finally:
        await transport.close()
        server: asyncio.Server = getattr(transport, "server")  # noqa: B009 - Bumble hides it
        server.close()  # and leaves it open


def _controller(air: Air, transport: Transport) -> Controller:
    controller = Controller(
        "box",
        host_source=transport.source,
        host_sink=transport.sink,
        link=air,
        public_address=_ADDRESS,
    )
    # With these the kernel waits for events that Bumble's controller does not send.
    controller.le_features &= ~(
        hci.LeFeatureMask.LL_PRIVACY | hci.LeFeatureMask.LE_EXTENDED_ADVERTISING
    )
    return controller


@asynccontextmanager
async def _qemu(
    folder: Path, hci_port: int, bus_port: int, orders_port: int
) -> AsyncGenerator[tuple[asyncio.subprocess.Process, Path]]:
    forwards = f"hostfwd=tcp:127.0.0.1:{bus_port}-:5555,hostfwd=tcp:127.0.0.1:{orders_port}-:5556"
    with tempfile.NamedTemporaryFile(suffix=".console") as console:
        process = await asyncio.create_subprocess_exec(
            # However this process ends, the machine ends with it.
            *("setpriv", "--pdeathsig", "KILL"),
            part("qemu-system-x86_64"),
            *_MACHINE,
            *("-netdev", f"user,id=n,{forwards}"),
            *("-serial", f"file:{console.name}"),
            *("-kernel", folder / "vmlinux"),
            *("-initrd", folder / "initrd.img"),
            "-append",
            f"console=ttyS0 quiet panic=-1 random.trust_cpu=on HCI_PORT={hci_port}",
            stdin=asyncio.subprocess.DEVNULL,
            env=dict(os.environ),
        )
        try:
            yield process, Path(console.name)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


async def _started(box: Box, process: asyncio.subprocess.Process, console: Path) -> None:
    ready = asyncio.create_task(box.ready())
    ended = asyncio.create_task(process.wait())
    try:
        await asyncio.wait([ready, ended], timeout=BOOT_S, return_when=asyncio.FIRST_COMPLETED)
        if not ready.done():
            why = "ended" if ended.done() else f"is not ready after {BOOT_S:g} s"
            raise RuntimeError(f"the box {why}; its console:\n{_end_of(console)}")
    finally:
        for task in (ready, ended):
            task.cancel()
        await asyncio.wait([ready, ended])


def _end_of(console: Path) -> str:
    return "\n".join(console.read_text(errors="replace").splitlines()[-30:])

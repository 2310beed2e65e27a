"""bleak's client on the virtual radio: real ATT and GATT packets, in this process."""

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import ClassVar

from bleak.args import SizedBuffer
from bleak.assigned_numbers import gatt_char_props_to_strs
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakDeviceNotFoundError, BleakError, BleakGATTProtocolError
from bumble import core, hci
from bumble.att import ATT_Error
from bumble.device import Connection, Device, Peer
from bumble.gatt_client import CharacteristicProxy

from bandmate.sim.scanner import plain_uuid
from bandmate.sim.whole import whole

WANTED_MTU = 247
"""What BlueZ and phones commonly end up with on LE data length extension."""


class VirtualClient(BaseBleakClient):
    """Connects through `central`. `VirtualRadio` makes the subclass that knows its central."""

    central: ClassVar[Device]

    def __init__(
        self,
        address_or_ble_device: BLEDevice | str,
        *,
        disconnected_callback: Callable[[], None] | None,
        timeout: float,
        **_settings: object,
    ) -> None:
        super().__init__(
            address_or_ble_device, disconnected_callback=disconnected_callback, timeout=timeout
        )
        self._connection: Connection | None = None
        self._mtu = 23

    @property
    def name(self) -> str:
        """The address; names come with advertisements."""
        return self.address

    @property
    def mtu_size(self) -> int:
        """The negotiated ATT MTU in bytes."""
        return self._mtu

    @property
    def is_connected(self) -> bool:
        """Whether the connection stands."""
        return self._connection is not None

    async def connect(self, pair: bool, **_settings: object) -> None:  # noqa: FBT001 - bleak's signature
        """Connect, negotiate the MTU and discover the services. Virtual sensors need no pairing."""
        del pair
        with _as_bleak():
            self._connection = connection = await self._reach()
            connection.on(Connection.EVENT_DISCONNECTION, self._on_disconnection)
            await whole(self._set_up(connection))

    async def disconnect(self) -> None:
        """End the connection, if it still stands."""
        if self._connection is not None:
            with _as_bleak():
                await whole(self._connection.disconnect())

    async def read_gatt_char(
        self, characteristic: BleakGATTCharacteristic, **_settings: object
    ) -> bytearray:
        """The characteristic's value."""
        self._check_connected()
        with _as_bleak():
            return bytearray(await whole(_proxy(characteristic).read_value()))

    async def write_gatt_char(
        self,
        characteristic: BleakGATTCharacteristic,
        data: SizedBuffer,
        response: bool,  # noqa: FBT001 - bleak's signature
    ) -> None:
        """Write a value."""
        self._check_connected()
        with _as_bleak():
            writing = _proxy(characteristic).write_value(bytes(data), with_response=response)
            await whole(writing)

    async def start_notify(
        self, characteristic: BleakGATTCharacteristic, callback: NotifyCallback, **_settings: object
    ) -> None:
        """Have every new value handed to `callback`."""
        self._check_connected()
        with _as_bleak():
            listening = _proxy(characteristic).subscribe(lambda value: callback(bytearray(value)))
            await whole(listening)

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        """No more values."""
        self._check_connected()
        with _as_bleak():
            await whole(
                _proxy(characteristic).unsubscribe()  # pyright: ignore[reportUnknownMemberType] - untyped by Bumble
            )

    async def pair(self, *_args: object, **_settings: object) -> None:
        """Not offered: virtual sensors are open, like the real ones."""
        raise NotImplementedError

    async def unpair(self) -> None:
        """Not offered: virtual sensors are open, like the real ones."""
        raise NotImplementedError

    async def read_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, **_settings: object
    ) -> bytearray:
        """Not offered: no sensor of ours keeps anything there."""
        raise NotImplementedError

    async def write_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, data: SizedBuffer
    ) -> None:
        """Not offered: no sensor of ours keeps anything there."""
        raise NotImplementedError

    async def _reach(self) -> Connection:
        reaching = asyncio.ensure_future(
            self.central.connect_le(hci.Address(self.address), timeout=self._timeout)
        )
        try:
            return await asyncio.shield(reaching)
        except core.ConnectionError as unreachable:
            raise BleakDeviceNotFoundError(self.address) from unreachable
        except asyncio.CancelledError:
            await self._stop_reaching(reaching)
            raise

    async def _stop_reaching(self, reaching: asyncio.Future[Connection]) -> None:
        """Have the controller give up, else the next connect fails; it may just have made it."""
        await self.central.send_sync_command(
            hci.HCI_LE_Create_Connection_Cancel_Command()  # pyright: ignore[reportUnknownArgumentType] - untyped by Bumble
        )
        await asyncio.wait([reaching])
        if reaching.exception() is None:
            self._connection = reaching.result()

    async def _set_up(self, connection: Connection) -> None:
        peer = Peer(connection)
        self._mtu = await peer.request_mtu(WANTED_MTU)
        self.services = await self._discover(peer)

    async def _discover(self, peer: Peer) -> BleakGATTServiceCollection:
        found = BleakGATTServiceCollection()
        for service in await peer.discover_services():
            known = BleakGATTService(service, service.handle, plain_uuid(service.uuid))
            found.add_service(known)
            for characteristic in await peer.discover_characteristics(service=service):
                found.add_characteristic(self._known_characteristic(characteristic, known))
        return found

    def _known_characteristic(
        self, characteristic: CharacteristicProxy[bytes], service: BleakGATTService
    ) -> BleakGATTCharacteristic:
        return BleakGATTCharacteristic(
            characteristic,
            characteristic.handle,
            plain_uuid(characteristic.uuid),
            sorted(gatt_char_props_to_strs(characteristic.properties)),
            lambda: self._mtu - 3,
            service,
        )

    def _on_disconnection(self, _reason: int) -> None:
        self._connection = None
        self.services = None
        if self._disconnected_callback is not None:
            self._disconnected_callback()

    def _check_connected(self) -> None:
        if self._connection is None:
            raise BleakError("Not connected")


def _proxy(characteristic: BleakGATTCharacteristic) -> CharacteristicProxy[bytes]:
    proxy: CharacteristicProxy[bytes] = characteristic.obj
    return proxy


@contextmanager
def _as_bleak() -> Generator[None]:
    """Turn Bumble's errors into those of bleak's own backends."""
    task = asyncio.current_task()
    cancelled_before = 0 if task is None else task.cancelling()  # it may be tidying up after that
    try:
        yield
    except asyncio.CancelledError as cancelled:
        # Bumble cancels a pending request's future when the connection ends under it.
        if task is not None and task.cancelling() > cancelled_before:
            raise
        raise BleakError("disconnected") from cancelled
    except (core.TimeoutError, core.CommandTimeoutError) as slow:
        raise TimeoutError from slow
    except ATT_Error as refused:
        raise BleakGATTProtocolError(refused.error_code or 0) from refused
    except core.BaseBumbleError as fault:
        raise BleakError(str(fault)) from fault

"""The link to a sensor by Bluetooth LE: find it, connect, stream, and again when it went away."""

import asyncio
from contextlib import AsyncExitStack
from typing import NoReturn

from bleak import BleakClient

from bandmate.devices.profile import Profile
from bandmate.domain.clock import Clock
from bandmate.domain.samples import Frame
from bandmate.errors import LinkError, LinkLostError
from bandmate.link.advert import overhear
from bandmate.link.base import Receiver
from bandmate.link.gatt import Conversation
from bandmate.link.radio import Radio
from bandmate.link.search import finding
from bandmate.link.sought import Sought
from bandmate.link.status import Status
from bandmate.link.supervisor import keep_alive
from bandmate.link.watch import Watchdog, happens_before


class BluetoothLink:
    """One sensor's link; it implements `link.base.Link`.

    Args:
        profile: What the sensor is and speaks.
        address: Which one; `None` takes the first that shows the profile's signs.
        clock: The session clock.
        radio: The host's Bluetooth, shared by all links.
    """

    def __init__(self, profile: Profile, address: str | None, clock: Clock, radio: Radio) -> None:
        self._profile = profile
        self._sought = Sought(profile, address)
        self._clock = clock
        self._radio = radio
        self._conversation: Conversation | None = None

    async def run(self, receiver: Receiver) -> None:
        """Find, connect, stream, reconnect, until cancelled."""
        status = Status(self._profile.device.name, receiver)

        async def session() -> NoReturn:
            if self._profile.link.transport == "advert":
                await overhear(self._radio, self._sought, self._clock, receiver, status)
            await self._converse(receiver, status)

        await keep_alive(session, status, self._clock)

    async def tare(self) -> None:
        """Have the sensor set its own zero.

        Raises:
            LinkError: Not connected, or it cannot.
        """
        name, tare = self._profile.device.name, self._profile.commands.tare
        if tare is None:
            raise LinkError(f"{name} cannot set its own zero; bandmate's own tare does")
        if self._conversation is None:
            raise LinkError(
                f"{name} is not connected, so its zero cannot be set",
                hint="Switch it on and wait until it is sending.",
            )
        await self._conversation.do("tare", tare)

    async def _converse(self, receiver: Receiver, status: Status) -> NoReturn:
        """One connected life: from the search to the loss."""
        gone = asyncio.Event()  # this connection's own: a late callback of an older one is harmless
        watchdog = Watchdog(self._clock, self._profile.link.lost_s)
        started = False

        def on_data(role: str, data: bytes) -> None:
            receiver.on_frame(Frame(self._clock.now(), role, data))
            if started and role == self._profile.main_role:
                watchdog.feed()
                status.up()

        async with AsyncExitStack() as held:
            client = await self._connect(held, gone, status)
            conversation = Conversation(client, self._profile, on_data)
            held.push_async_callback(conversation.close)
            receiver.on_stream()
            await conversation.open()
            started = True
            await self._stream(conversation, gone, watchdog, status)

    async def _connect(
        self, held: AsyncExitStack, gone: asyncio.Event, status: Status
    ) -> BleakClient:
        async with finding(self._radio, self._sought, self._clock, status) as device:
            status.say("connecting", f"Connecting to {device.name or device.address}.")
            return await held.enter_async_context(self._radio.connected(device, gone.set))

    async def _stream(
        self, conversation: Conversation, gone: asyncio.Event, watchdog: Watchdog, status: Status
    ) -> NoReturn:
        self._conversation = conversation
        try:
            if await happens_before(gone, watchdog.starved()):
                raise LinkLostError("the connection was lost", hint="Bring the sensor closer.")
        finally:
            self._conversation = None
        status.say("silent", f"{status.sensor} is connected but sends nothing. Connecting again.")
        raise LinkLostError("connected but silent", hint="If it stays so, switch it off and on.")

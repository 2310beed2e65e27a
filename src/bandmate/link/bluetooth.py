"""The link to a sensor by Bluetooth LE: find it, connect, stream, and again when it went away."""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from functools import partial
from typing import Any, NoReturn

from bleak import BleakClient

from bandmate.devices.params import Parameters
from bandmate.devices.profile import ADVERT, Profile
from bandmate.domain.clock import Clock
from bandmate.domain.samples import Frame
from bandmate.errors import LinkError, LinkLostError, WrongSensorError
from bandmate.link.advert import overhear
from bandmate.link.base import Receiver
from bandmate.link.gatt import Conversation
from bandmate.link.radio import Radio
from bandmate.link.rest import Rest, farewell
from bandmate.link.search import finding
from bandmate.link.sought import Sought
from bandmate.link.status import Status
from bandmate.link.supervisor import keep_alive
from bandmate.link.talk import OnData, Talk
from bandmate.link.watch import Watchdog, happens_before

_log = logging.getLogger(__name__)


class BluetoothLink:
    """One sensor's link; it implements `link.base.Link`.

    Args:
        profile: What the sensor is and speaks.
        address: Which one; `None` takes the first that shows the profile's signs.
        clock: The session clock.
        radio: The host's Bluetooth, shared by all links.
        params: What is known of this sensor, the decoder's own; `None`: nothing was said of it.

    Raises:
        UsageError: It cannot be spoken to without a parameter.
    """

    def __init__(
        self,
        profile: Profile,
        address: str | None,
        clock: Clock,
        radio: Radio,
        params: Parameters | None = None,
    ) -> None:
        self._profile = profile
        self._params = profile.parameters() if params is None else params
        self._sought = Sought(profile, address)
        self._clock = clock
        self._radio = radio
        self._conversation: Conversation | None = None
        self._rest = Rest()
        self._told_to_sleep = False
        self._told_mtu = False
        self._was_forgotten = False
        self._connects_in_scan = False
        self._known: set[str] = set()
        # A heart's readings are facts; elsewhere they keep nothing from looking silent.
        self._feeding = frozenset(
            role
            for role, stream in profile.stream.items()
            if stream.holds_samples or profile.device.kind == "heart"
        )

    async def run(self, receiver: Receiver) -> None:
        """Find, connect, stream, reconnect, until cancelled; put away, wait to be woken."""
        status = Status(self._profile.device.name, receiver)

        async def session() -> NoReturn:
            if self._profile.link.transport == ADVERT:
                await overhear(self._radio, self._sought, self._clock, receiver, status)
            await self._converse(receiver, status)

        while True:
            self._told_to_sleep = False
            await self._rest.interrupts(keep_alive(session, status, self._clock, self._radio.host))
            status.rest(farewell(self._profile, was_told=self._told_to_sleep))
            await self._rest.over()

    async def tare(self) -> None:
        """Have the sensor set its own zero.

        Raises:
            LinkError: Not connected, or it cannot.
        """
        name = self._profile.device.name
        if self._profile.commands.tare is None:
            raise LinkError(f"{name} cannot set its own zero; bandmate's own tare does")
        if self._conversation is None:
            raise LinkError(
                f"{name} is not connected, so its zero cannot be set",
                hint="Switch it on and wait until it is sending.",
            )
        await self._conversation.tare()

    async def put_away(self) -> None:
        """End the stream, have the sensor switch itself off where it can, and let go of it.

        Raises:
            LinkError: It only advertises.
        """
        if self._profile.link.transport == ADVERT:
            raise LinkError(
                f"{self._profile.device.name} only advertises, so it cannot be put away",
                hint="Switch it off by hand.",
            )
        await self._rest.begin()

    async def wake(self) -> None:
        """Look for the sensor again, if it was put away."""
        await self._rest.end()

    async def _converse(self, receiver: Receiver, status: Status) -> NoReturn:
        """One connected life: from the search to the loss."""
        gone = asyncio.Event()  # this connection's own: a late callback of an older one is harmless
        watchdog = Watchdog(self._clock, self._profile.link.lost_s)
        started = False

        def on_data(role: str, data: bytes) -> None:
            receiver.on_frame(Frame(self._clock.now(), role, data))
            if started and role in self._feeding:
                watchdog.feed()
                status.up()

        async with AsyncExitStack() as held:
            client = await self._connect(held, gone, status)
            talk = await self._talk_on(client, on_data)
            self._tell_mtu(talk.mtu)
            conversation = Conversation(talk, self._profile, self._params, self._clock, self._known)
            await held.enter_async_context(conversation.kept_awake())
            held.push_async_callback(self._leave, conversation)
            receiver.on_stream()
            await conversation.open()
            started = True
            silence = watchdog.starved(partial(self._nudge, conversation, receiver))
            await self._stream(conversation, gone, silence, status)

    async def _connect(
        self, held: AsyncExitStack, gone: asyncio.Event, status: Status
    ) -> BleakClient:
        goes_on = self._connects_in_scan
        search = finding(self._radio, self._sought, self._clock, status, goes_on=goes_on)
        async with search as device:
            status.say("connecting", f"Connecting to {device.name or device.address}.")
            try:
                return await held.enter_async_context(self._radio.connected(device, gone.set))
            except LinkError:
                # BlueZ forgets some sensors at the end of the scan that found them: those that
                # cannot be connected to by each of their advertisements. What works is kept to.
                self._connects_in_scan = not self._connects_in_scan
                raise

    async def _talk_on(self, client: BleakClient, on_data: OnData) -> Talk:
        try:
            return Talk(client, self._profile, self._params, self._clock, on_data)
        except WrongSensorError:
            if not self._was_forgotten:  # once: the host may remember an older firmware
                self._was_forgotten = True
                await self._radio.host.forget(client.address)
            raise

    async def _stream(
        self,
        conversation: Conversation,
        gone: asyncio.Event,
        silence: Coroutine[Any, Any, None],
        status: Status,
    ) -> NoReturn:
        self._conversation = conversation
        try:
            if await happens_before(gone, silence):
                raise LinkLostError("the connection was lost", hint="Bring the sensor closer.")
        finally:
            self._conversation = None
        status.say("silent", f"{status.sensor} is connected but sends nothing. Connecting again.")
        raise LinkLostError("connected but silent", hint="If it stays so, switch it off and on.")

    async def _nudge(self, conversation: Conversation, receiver: Receiver) -> None:
        """Bring the stream back where it ends by itself, as in a menu on the sensor."""
        if self._profile.quirks.resend_start_when_silent:
            receiver.on_stream()
            await conversation.start_again()

    async def _leave(self, conversation: Conversation) -> None:
        """Take leave of a sensor. It is sent to sleep only when a person asked for it."""
        await conversation.close()
        if self._rest.wanted:
            self._told_to_sleep = await conversation.sleep()

    def _tell_mtu(self, mtu: int | None) -> None:
        """Say once in the log that the sensor's frames may not arrive whole."""
        least = self._profile.link.min_mtu
        if mtu is not None and mtu < least and not self._told_mtu:
            self._told_mtu = True
            _log.warning(
                "%s: this connection carries packets of %d bytes, whole frames need %d",
                self._profile.device.name,
                mtu,
                least,
            )

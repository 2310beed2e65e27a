"""The conversation with a sensor on one connection: listen, ask, set up, start, stop."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress

from bandmate.devices.command import Command
from bandmate.devices.params import Parameters
from bandmate.devices.profile import Profile
from bandmate.devices.traits import KeepAlive
from bandmate.domain.clock import Clock
from bandmate.errors import LinkError
from bandmate.link.scanner import TIDY_UP_S
from bandmate.link.talk import Talk

_log = logging.getLogger(__name__)


class Conversation:
    """What is said in which order.

    Args:
        talk: The connection's talk.
        profile: What the sensor speaks.
        params: What is known of it.
        clock: The session clock.
        known: Roles that were read before, added to here: a sensor that comes back is to stream at
            once, and not to tell its serial number again.
    """

    def __init__(
        self,
        talk: Talk,
        profile: Profile,
        params: Parameters,
        clock: Clock,
        known: set[str],
    ) -> None:
        self._talk = talk
        self._profile = profile
        self._params = params
        self._clock = clock
        self._known = known
        self._streaming = False

    async def open(self) -> None:
        """Read what is read, listen, ask and set up, and only then start the stream.

        In this order, because a quick sensor's first notifications are lost on one who starts it
        before listening. Some sensors take settings only while they stream.

        Raises:
            LinkError: It failed.
        """
        await self._listen()
        if self._profile.commands.handshake:
            await self._talk.do("begin the conversation", self._profile.commands.handshake)
        await self._ask_battery()
        is_late = self._profile.quirks.settings_after_start
        if not is_late:
            await self._set_up()
        await self.start()
        if is_late:
            await self._set_up()

    async def start(self) -> None:
        """Have it stream.

        Raises:
            LinkError: It cannot, or does not answer.
        """
        start = self._profile.commands.start
        if start:
            if not start.chosen(self._params):
                raise self._nothing_to_start(start)
            await self._talk.do("start", start)
        self._streaming = True

    async def start_again(self) -> None:
        """Start a stream that stopped by itself; never for long, never with an error."""
        _log.info("%s went silent: starting it again", self._profile.device.name)
        with suppress(LinkError, TimeoutError):
            async with asyncio.timeout(TIDY_UP_S):
                await self.start()

    async def tare(self) -> None:
        """Have it set its own zero, where it can.

        Raises:
            LinkError: It does not.
        """
        if self._profile.commands.tare:
            await self._talk.do("tare", self._profile.commands.tare)

    async def close(self) -> None:
        """Stop the stream, if anybody still listens; never for long, never with an error."""
        if self._talk.is_connected:
            with suppress(LinkError, TimeoutError):
                async with asyncio.timeout(TIDY_UP_S):
                    await self._stop()

    async def sleep(self) -> bool:
        """Have it switch itself off; whether it was told. Never for long, never with an error."""
        sleep = self._profile.commands.sleep
        if sleep is None or not self._talk.is_connected:
            return False
        try:
            async with asyncio.timeout(TIDY_UP_S):
                await self._talk.do("switch itself off", sleep)
        except (LinkError, TimeoutError):
            return not self._talk.is_connected  # it was off before it could say so
        return True

    @asynccontextmanager
    async def kept_awake(self) -> AsyncGenerator[None]:
        """While it does not stream, keep it from switching itself off, if that can be done."""
        keep = self._profile.link.keep_alive
        if keep is None:
            yield
            return
        keeping = asyncio.create_task(self._keep_awake(keep), name="link: keeps it awake")
        try:
            yield
        finally:
            keeping.cancel()
            await asyncio.wait([keeping])

    async def _listen(self) -> None:
        streams = {r: stream for r, stream in self._profile.stream.items() if stream.listen}
        facts = [role for role, stream in streams.items() if not stream.holds_samples]
        for role in facts:
            if role not in self._known:
                with self._spared(role):
                    await self._read(role)
        for role in facts:
            with self._spared(role):
                await self._talk.listen(role)
        for role in streams:
            if role not in facts:
                await self._talk.listen(role)

    async def _read(self, role: str) -> None:
        if await self._talk.ask(role):
            self._known.add(role)

    @contextmanager
    def _spared(self, role: str) -> Generator[None]:
        """Do without what holds no samples: some sensors offer it and refuse to tell it."""
        try:
            yield
        except LinkError as fault:
            _log.info("%s: nothing of its %s (%s)", self._profile.device.name, role, fault)

    async def _stop(self) -> None:
        if self._profile.commands.stop:
            await self._talk.do("stop", self._profile.commands.stop)
        self._streaming = False

    async def _ask_battery(self) -> None:
        commands = self._profile.commands
        if commands.battery is None:
            return
        if self._profile.quirks.stop_before_battery:
            await self._stop()
        try:
            await self._talk.do("tell its battery", commands.battery)
        except LinkError as fault:
            # Some clones never answer; nothing depends on it.
            _log.info("%s: no battery level (%s)", self._profile.device.name, fault)

    async def _set_up(self) -> None:
        commands = self._profile.commands
        if commands.rate:
            await self._set("set its rate", commands.rate)
            if self._profile.quirks.read_back:
                await self._read_back(commands.rate)
        if commands.unit:
            await self._set("set its unit", commands.unit)
        if commands.auto_off:
            await self._set("set when it switches itself off", commands.auto_off)

    async def _set(self, name: str, command: Command) -> None:
        if not command.chosen(self._params):
            return
        if self._profile.commands.unlock:
            await self._talk.do("take a setting", self._profile.commands.unlock)
        await self._talk.do(name, command)

    async def _read_back(self, command: Command) -> None:
        """Tell in the log where the sensor took another value than it was given."""
        for step in command.chosen(self._params)[-1:]:
            taken = await self._talk.read(step.to)
            if taken is not None and taken.hex() != step.hex:
                _log.warning(
                    "%s took another setting than it was given: %s instead of %s",
                    self._profile.device.name,
                    taken.hex(),
                    step.hex,
                )

    async def _keep_awake(self, keep: KeepAlive) -> None:
        command = self._profile.commands.given()[keep.command]
        while True:
            await self._clock.sleep(keep.every_s)
            if not self._streaming:
                with suppress(LinkError):  # a lost connection is noticed elsewhere
                    await self._talk.do("stay awake", command)

    def _nothing_to_start(self, start: Command) -> LinkError:
        values = {name: self._params.get(name) for name in start.by}
        said = ", ".join(f"{name} = {value}" for name, value in values.items())
        missing = " and ".join(name for name, value in values.items() if value is None)
        return LinkError(
            f"it cannot be started {f'without {missing}' if missing else f'with {said}'}",
            hint=f"`params` can have {', '.join(start.by)} as: {'; '.join(start.choices)}.",
        )

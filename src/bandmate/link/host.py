"""The host's Bluetooth as a whole: what it carries ends with it, and goes on when it is back.

Only Linux tells of that. Elsewhere, and on a virtual radio, nothing is cut short here; there the
watchdogs of the links notice it, some seconds later.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterable, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import Protocol

from bandmate.errors import LinkError, LinkLostError
from bandmate.link.base import Sighting
from bandmate.link.bluez_state import BluezState

_log = logging.getLogger(__name__)

OnChange = Callable[[BluezState, BluezState], None]
"""Takes how Bluetooth stood before, and how it stands now."""


@dataclass(frozen=True, slots=True)
class Held:
    """A device that somebody on this host is connected to.

    Attributes:
        path: Where the host keeps it.
        seen: What it is.
    """

    path: str
    seen: Sighting


class Watch(Protocol):
    """An open watch on the host's Bluetooth (`link.bluez.Bluez`)."""

    @property
    def is_open(self) -> bool:
        """Whether changes are still heard."""
        ...

    async def close(self) -> None:
        """End the watch."""
        ...

    async def held(self) -> Sequence[Held]:
        """The devices that somebody on this host is connected to.

        Raises:
            LinkError: It is not told.
        """
        ...

    async def disconnect(self, held: Held) -> None:
        """End a device's connection, whoever made it.

        Raises:
            LinkError: It cannot be ended.
        """
        ...

    async def forget(self, address: str) -> None:
        """Forget a device, and what it was once found to offer.

        Raises:
            LinkError: It cannot be forgotten.
        """
        ...


class Host:
    """Cuts short what the host's Bluetooth no longer carries.

    Args:
        open_watch: Begins to watch, or raises a `LinkError`; `None`: nothing is told here.
    """

    def __init__(self, open_watch: Callable[[OnChange], Awaitable[Watch]] | None) -> None:
        self._open_watch = open_watch
        self._watch: Watch | None = None
        self._opening = asyncio.Lock()
        self._users_n = 0
        self._trouble: LinkError | None = None
        self._sessions: set[asyncio.Timeout] = set()
        self._pauses: set[asyncio.Timeout] = set()

    @asynccontextmanager
    async def in_use(self) -> AsyncGenerator[None]:
        """Watch until the last user is done."""
        self._users_n += 1
        try:
            yield
        finally:
            self._users_n -= 1
            if self._users_n == 0:
                await self._end_watch()

    @asynccontextmanager
    async def session(self) -> AsyncGenerator[None]:
        """What is done inside ends when the host's Bluetooth goes away; for use while `in_use`.

        Raises:
            LinkError: It went away.
        """
        await self._have_watch()
        limit = asyncio.timeout(None)
        try:
            async with limit:
                with _among(self._sessions, limit):
                    yield
        except TimeoutError:
            if limit.expired():
                raise self._trouble or LinkLostError("a Bluetooth adapter went away") from None
            raise

    async def pause(self, over: Awaitable[None]) -> None:
        """Wait for `over`, but no longer than until the host's Bluetooth is back."""
        limit = asyncio.timeout(None)
        with suppress(TimeoutError):
            async with limit:
                with _among(self._pauses, limit):
                    await over

    async def let_go(self, is_meant: Callable[[Sighting], bool]) -> None:
        """End connections of this host that `is_meant` names.

        A process that crashed leaves its sensor connected, and a connected sensor does not
        advertise: nobody would find it again.
        """
        if self._watch is None:
            return
        try:
            for held in await self._watch.held():
                if is_meant(held.seen):
                    _log.warning(
                        "%s (%s) was still connected to this computer; that connection is ended",
                        held.seen.name or "the sensor",
                        held.seen.address,
                    )
                    await self._watch.disconnect(held)
        except LinkError as fault:
            _log.debug("no connection was ended: %s", fault)

    async def forget(self, address: str) -> None:
        """Forget what a device was once found to offer: its firmware may have changed since."""
        if self._watch is None:
            return
        try:
            await self._watch.forget(address)
        except LinkError as fault:
            _log.debug("%s is not forgotten: %s", address, fault)

    async def _have_watch(self) -> None:
        async with self._opening:
            if self._open_watch is None or (self._watch is not None and self._watch.is_open):
                return
            await self._end_watch()
            try:
                self._watch = await self._open_watch(self._on_change)
            except LinkError as fault:  # the watchdogs do without it
                _log.debug("Bluetooth is not watched: %s", fault)

    async def _end_watch(self) -> None:
        watch, self._watch = self._watch, None
        if watch is not None:
            await watch.close()

    def _on_change(self, before: BluezState, now: BluezState) -> None:
        if before.usable - now.usable:
            self._trouble = now.trouble()
            _cut(self._sessions)
        if now.usable - before.usable:
            _cut(self._pauses)


@contextmanager
def _among(limits: set[asyncio.Timeout], limit: asyncio.Timeout) -> Generator[None]:
    limits.add(limit)
    try:
        yield
    finally:
        limits.discard(limit)


def _cut(limits: Iterable[asyncio.Timeout]) -> None:
    now_s = asyncio.get_running_loop().time()
    for limit in limits:
        if not limit.expired():  # it may still be tidying up after the last time
            limit.reschedule(now_s)

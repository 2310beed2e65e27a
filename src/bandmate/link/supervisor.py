"""Keeping a link alive: one session after the other, with a pause between them."""

import random
from collections.abc import Awaitable, Callable
from typing import NoReturn

from bandmate.domain.clock import Clock
from bandmate.errors import LinkError
from bandmate.link.backoff import pause_s
from bandmate.link.host import Host
from bandmate.link.status import Status


async def keep_alive(
    session: Callable[[], Awaitable[NoReturn]], status: Status, clock: Clock, host: Host
) -> NoReturn:
    """Run `session` again and again until cancelled; a `LinkError` is survived, nothing else.

    Args:
        session: One life of the link; it ends by a `LinkError`.
        status: How the link stands; it is told of every failure.
        clock: Pauses are on its time.
        host: Its Bluetooth ends a session when it goes, and a pause when it is back.
    """
    failures = 0
    async with host.in_use():
        while True:
            try:
                async with host.session():
                    await session()
            except LinkError as fault:
                failures = 1 if status.streamed else failures + 1
                status.down(fault)
            wait_s = pause_s(failures, random.random())  # noqa: S311 - jitter, no secret
            await host.pause(clock.sleep(wait_s))

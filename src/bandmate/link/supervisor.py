"""Keeping a link alive: one session after the other, with a pause between them."""

import random
from collections.abc import Awaitable, Callable
from typing import NoReturn

from bandmate.domain.clock import Clock
from bandmate.errors import LinkError
from bandmate.link.backoff import pause_s
from bandmate.link.status import Status


async def keep_alive(
    session: Callable[[], Awaitable[NoReturn]], status: Status, clock: Clock
) -> NoReturn:
    """Run `session` again and again until cancelled; a `LinkError` is survived, nothing else.

    Args:
        session: One life of the link; it ends by a `LinkError`.
        status: How the link stands; it is told of every failure.
        clock: Pauses are on its time.
    """
    failures = 0
    while True:
        try:
            await session()
        except LinkError as fault:
            failures = 1 if status.streamed else failures + 1
            status.down(fault)
        await clock.sleep(pause_s(failures, random.random()))  # noqa: S311 - jitter, no secret

"""Waiting for what has no event of its own."""

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], object], *, within_s: float = 15.0) -> None:
    """Wait until `condition()` is true.

    Raises:
        TimeoutError: It did not become true in time.
    """
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.002)

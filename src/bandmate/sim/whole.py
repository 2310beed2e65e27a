"""Bumble's operations, none cut in the middle."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

T = TypeVar("T")

FINISH_S: Final = 1.0
"""All is in one process: what is not done by then waits for an answer that will not come."""


async def whole(operation: Coroutine[Any, Any, T]) -> T:
    """Await `operation`; when the caller is cancelled, only after it is done.

    Bumble matches answers to requests by their order. Were it cut between the two, the answer would
    be taken for the next request's.
    """
    task = asyncio.ensure_future(operation)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=FINISH_S)
        task.cancel()
        raise

"""Tasks that run beside a measurement."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def beside(*works: Coroutine[Any, Any, None]) -> AsyncGenerator[None]:
    """Run `works` while the block runs; they are cancelled at its end.

    Where one of them fails the block ends, instead of waiting for ever; the first fault, its or the
    block's, is raised as it is.
    """
    try:
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(work) for work in works]
            yield
            for task in running:
                task.cancel()
    except ExceptionGroup as faults:
        raise faults.exceptions[0] from faults

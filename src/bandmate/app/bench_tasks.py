"""Tasks that run beside a measurement."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def beside(*works: Coroutine[Any, Any, None]) -> AsyncGenerator[None]:
    """Run `works` while the block runs; they are cancelled at its end.

    Raises:
        ExceptionGroup: One of them failed; the block ends with it instead of waiting for ever.
    """
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(work) for work in works]
        yield
        for task in running:
            task.cancel()

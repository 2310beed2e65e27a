"""A store that runs, for the tests of the sinks."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from bandmate.sinks.store import Store
from bandmate.sinks.store_room import Room


@asynccontextmanager
async def running(path: Path, room: Room | None = None) -> AsyncGenerator[Store]:
    """A store whose task runs, closed at the end."""
    async with run(Store.open(path, room or Room())) as store:
        yield store


@asynccontextmanager
async def run(store: Store) -> AsyncGenerator[Store]:
    """The same of one that is open."""
    task = asyncio.create_task(store.run())
    try:
        yield store
    finally:
        task.cancel()
        await asyncio.wait([task])
        await store.close()

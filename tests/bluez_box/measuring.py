"""What a process holds on to."""

import asyncio
import gc
import os
from pathlib import Path
from typing import NamedTuple


class Held(NamedTuple):
    """What this process holds.

    Attributes:
        tasks: Unfinished asyncio tasks.
        files: Open file handles.
        resident_mb: Memory, megabytes of 1024 KiB.
    """

    tasks: int
    files: int
    resident_mb: float


def held() -> Held:
    """What it holds now, after all that can be is let go."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return Held(
        len(asyncio.all_tasks()),
        sum(1 for _ in Path("/proc/self/fd").iterdir()),
        pages * os.sysconf("SC_PAGE_SIZE") / 2**20,
    )

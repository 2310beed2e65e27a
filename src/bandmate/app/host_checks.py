"""Looks at this computer: its disk and its clock."""

import ctypes
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from bandmate.domain.findings import Finding

LEAST_FREE_BYTES: Final = 200 * 1024 * 1024
"""Some weeks of daily sessions with their recordings."""

_EARLIEST_S: Final = 1_735_689_600
"""2025 began then: a clock that says less was never set."""

_TIMEX_BYTES: Final = 208
_TIME_ERROR: Final = 5
"""What `adjtimex` answers while nothing keeps the clock right (Linux, `adjtimex(2)`)."""


def examine_disk(folder: Path) -> Finding:
    """Whether the local store's folder can be written, and has room."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"\0")
    except OSError as error:
        reason = error.strerror or str(error)
        fix = f"Let this user ({_user()}) write there, or name another folder at [store] path."
        return Finding("disk", f"{folder}: cannot be written: {reason}", fix)
    free = shutil.disk_usage(folder).free
    text = f"{folder}: {free / 1e9:.1f} GB free"
    if free < LEAST_FREE_BYTES:
        return Finding("disk", text, "Make room: recordings are in its folder `recordings`.")
    return Finding("disk", text)


def examine_clock(now_s: float | None = None) -> Finding:
    """Whether the clock was set, and is kept right.

    Args:
        now_s: What it says, seconds since the epoch; by default it is asked.
    """
    now_s = time.time() if now_s is None else now_s
    text = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(now_s))
    if now_s < _EARLIEST_S:
        return Finding("clock", f"it was never set: {text}", "Set it, for example: timedatectl")
    if _is_adrift():
        fix = "Have it set from the network: timedatectl set-ntp true"
        return Finding("clock", f"{text}, but nothing keeps it right", fix)
    return Finding("clock", text)


def _is_adrift() -> bool:
    """Linux' kernel was told by nobody that the clock is right."""
    if sys.platform != "linux":
        return False
    timex = ctypes.create_string_buffer(_TIMEX_BYTES)  # all zero: asks, and sets nothing
    return ctypes.CDLL(None).adjtimex(timex) == _TIME_ERROR


def _user() -> str:
    return os.environ.get("USER") or str(os.getuid())

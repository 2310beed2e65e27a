"""A radio for another program that scans by bleak: it hears a counter, so often a second.

Python reads this file at its start wherever its folder is in PYTHONPATH. The program itself runs
unchanged, in a process and an environment of its own. Each advertisement is told on stdout: its
number and when it was heard, by the host's monotonic clock.
"""

import asyncio
import os
import sys
import time
from types import SimpleNamespace
from typing import Any

import bleak

_EVERY_S = 1.0 / float(os.environ["ADVERTISEMENTS_HZ"])
_COMPANY = 0xFFFF
"""For internal use (Bluetooth assigned numbers)."""


class _Scanner:
    def __init__(self, *, detection_callback: Any, **_: object) -> None:  # noqa: ANN401 - bleak's
        self._tell = detection_callback
        self._task: asyncio.Task[None] | None = None
        self._number = 0

    async def start(self) -> None:
        self._task = asyncio.create_task(self._hear())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _hear(self) -> None:
        device = SimpleNamespace(address="F0:F1:F2:F3:F4:F5", name="band", details={})
        due_s = time.monotonic()
        while True:
            due_s += _EVERY_S
            await asyncio.sleep(max(due_s - time.monotonic(), 0.0))
            self._number += 1
            heard = SimpleNamespace(
                local_name="band",
                manufacturer_data={_COMPANY: self._number.to_bytes(4, "big")},
                service_data={},
                service_uuids=[],
                tx_power=None,
                rssi=-50,
                platform_data=(),
            )
            sys.stdout.write(f"{self._number} {time.monotonic()}\n")
            sys.stdout.flush()
            self._tell(device, heard)


bleak.BleakScanner = _Scanner  # type: ignore[misc, assignment]

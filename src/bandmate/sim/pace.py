"""Sending packets at the pace of the session clock."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NoReturn

from bandmate.domain.clock import Clock
from bandmate.sim.packets import Packets


class Sender:
    """Sends packets when they are due, unless told to be silent.

    Args:
        clock: The session clock.
        packets: What there is to send.
        send: How it is sent.
    """

    def __init__(
        self, clock: Clock, packets: Packets, send: Callable[[bytes], Awaitable[None]]
    ) -> None:
        self._clock = clock
        self._packets = packets
        self._send = send
        self._silent_until_s = 0.0
        self._task: asyncio.Task[NoReturn] | None = None

    def start(self) -> None:
        """Begin a stream, unless one runs already."""
        if self._task is None:
            self._packets.start(self._clock.now())
            self._task = asyncio.create_task(self._run(), name="virtual sensor's stream")

    def stop(self) -> None:
        """End the stream, if one runs."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def silence(self, for_s: float) -> None:
        """What becomes due in the next `for_s` seconds is lost."""
        self._silent_until_s = self._clock.now() + for_s

    async def _run(self) -> NoReturn:
        while True:
            await self._clock.sleep(max(0.0, self._packets.due_s - self._clock.now()))
            now_s = self._clock.now()
            for packet in self._packets.until(now_s):  # several, where the clock runs fast
                if now_s >= self._silent_until_s:
                    await self._send(packet)

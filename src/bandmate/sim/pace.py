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
        send: How it is sent: takes the channel and the packet.
    """

    def __init__(
        self, clock: Clock, packets: Packets, send: Callable[[str, bytes], Awaitable[None]]
    ) -> None:
        self._clock = clock
        self._packets = packets
        self._send = send
        self._silent_until_s = 0.0
        self._task: asyncio.Task[NoReturn] | None = None

    def start(self, at_s: float) -> None:
        """Begin a stream; one that runs already begins anew.

        Args:
            at_s: When, session clock; now, or just now.
        """
        self._packets.start(at_s)
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="virtual sensor's stream")

    def stop(self) -> bool:
        """End the stream; whether one ran."""
        task, self._task = self._task, None
        return task is not None and task.cancel()

    def silence(self, for_s: float) -> None:
        """What becomes due in the next `for_s` seconds is lost."""
        self._silent_until_s = self._clock.now() + for_s

    async def _run(self) -> NoReturn:
        while True:
            await self._clock.sleep(max(0.0, self._packets.due_s - self._clock.now()))
            now_s = self._clock.now()
            for role, packet in self._packets.until(now_s):  # several, where the clock runs fast
                if now_s >= self._silent_until_s:
                    await self._send(role, packet)

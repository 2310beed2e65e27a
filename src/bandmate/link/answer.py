"""Waiting for a sensor's answer to a command."""

import asyncio
from typing import Final

from bandmate.devices.command import Reply
from bandmate.devices.layout import Stream

_HEARD_MOST: Final = 512
"""Bytes looked at behind each other, where an answer may come in parts or among readings."""


class Answer:
    """The answer to the command that is being given; it is known by how its frame begins.

    Args:
        reply: What the command is answered with.
        stream: What else arrives there.
    """

    def __init__(self, reply: Reply, stream: Stream) -> None:
        self._role = reply.on
        self._timeout_s = reply.timeout_ms / 1000.0
        replies = (frame.tag for frame in stream.frames if frame.reply)
        tags = replies if reply.tag is None else (reply.tag,)
        self._tags = tuple(bytes.fromhex(tag) for tag in tags)
        self._is_framed = stream.framing is not None
        self._heard = b""
        self._came = asyncio.Event()

    def hear(self, role: str, data: bytes) -> None:
        """A notification came."""
        if role != self._role:
            return
        if not self._is_framed:
            if data.startswith(self._tags):
                self._came.set()
            return
        self._heard = (self._heard + data)[-_HEARD_MOST:]
        if any(tag in self._heard for tag in self._tags):
            self._came.set()

    async def wait(self) -> None:
        """Wait for it.

        Raises:
            TimeoutError: It did not come in time.
        """
        async with asyncio.timeout(self._timeout_s):
            await self._came.wait()

"""How many connections the page's server holds, and for how long one may say nothing."""

import asyncio
from typing import Final

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

MOST_PAGES: Final = 200
"""Sockets of pages that are open at once."""
MOST_CONNECTIONS: Final = 400
"""All connections at once: a page has its socket, and comes for its files."""
HANDSHAKE_S: Final = 5.0
"""How long a TLS handshake may take."""
HEAD_S: Final = 10.0
"""How long a new connection may take to ask for something, handshake and all."""
IDLE_S: Final = 30.0
"""How long a connection may stay for a next question."""
BODY_S: Final = 5.0
"""How long a question's body may take."""


class Doorway:
    """Makes the protocol of every new connection (a protocol factory of asyncio).

    aiohttp itself waits without end for the first question of a connection.

    Args:
        server: aiohttp's.
        handshake_s: How long a connection may take before aiohttp knows it.
        head_s: How long it may take to ask for something.
    """

    def __init__(
        self, server: web.Server, handshake_s: float = 0.0, head_s: float = HEAD_S
    ) -> None:
        self._server = server
        self._handshake_s = handshake_s
        self._head_s = head_s
        self._unheard: dict[RequestHandler, asyncio.TimerHandle] = {}

    def __call__(self) -> asyncio.Protocol:
        """A protocol for one more connection."""
        loop = asyncio.get_running_loop()
        if len(self._server.connections) + self._handshakes(loop.time()) >= MOST_CONNECTIONS:
            return _TurnedAway()
        protocol = self._server()
        self._unheard[protocol] = loop.call_later(self._head_s, self._give_up, protocol)
        return protocol

    def hear(self, protocol: RequestHandler) -> None:
        """A connection asks for something."""
        if (later := self._unheard.pop(protocol, None)) is not None:
            later.cancel()

    def _handshakes(self, now_s: float) -> int:
        """How many connections may yet come to be one."""
        oldest_s = now_s - self._handshake_s + self._head_s
        return sum(
            not protocol.connected and later.when() > oldest_s
            for protocol, later in self._unheard.items()
        )

    def _give_up(self, protocol: RequestHandler) -> None:
        del self._unheard[protocol]
        if protocol.transport is not None:
            protocol.transport.abort()


class _TurnedAway(asyncio.Protocol):
    """A connection too many is closed at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            transport.abort()

"""The demo's MQTT broker, in this process: amqtt, MQTT 3.1.1, for this computer alone."""

import logging
import socket
from typing import TYPE_CHECKING

from bandmate.errors import UsageError
from bandmate.sim.extras import needs_extra

if TYPE_CHECKING:
    from amqtt.broker import Broker

HOST = "127.0.0.1"


class DemoBroker:
    """A broker that can go away and come back on the same port.

    Attributes:
        port: Where it listens; free when the broker was made.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self._broker: Broker | None = None

    async def start(self) -> None:
        """Take connections, unless it does already; nothing is retained from before.

        Raises:
            UsageError: amqtt is not installed, or something else took the port.
        """
        with needs_extra("demo"):
            from amqtt.broker import Broker  # noqa: PLC0415 - an extra
            from amqtt.errors import BrokerError  # noqa: PLC0415 - an extra
        if self._broker is not None:
            return
        # It logs every client that leaves as an error, with a traceback.
        for chatty in ("amqtt", "transitions"):
            logging.getLogger(chatty).setLevel(logging.CRITICAL + 1)
        broker = Broker(
            {
                "listeners": {"default": {"type": "tcp", "bind": f"{HOST}:{self.port}"}},
                "plugins": {
                    "amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}
                },
            }
        )
        try:
            await broker.start()
        except BrokerError as error:
            raise UsageError(f"the demo's broker cannot listen on {HOST}:{self.port}") from error
        self._broker = broker

    async def stop(self) -> None:
        """Go away, clients and all, if it is there."""
        broker, self._broker = self._broker, None
        if broker is not None:
            await broker.shutdown()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server((HOST, 0)) as probe:
        port: int = probe.getsockname()[1]
        return port

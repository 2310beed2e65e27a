"""The topics `alert/<code>`: what stands now, told at once; never what once stood.

An event tells what happened: it is stored first, and told however late. These topics tell what is,
like a band's `state`, so they wait for no disk and nothing is kept for them while the broker is
away: a new connection begins with what stands then. A broker that speaks MQTT 5 forgets what is not
sent again within `EXPIRY_S`, so nothing outlives the service for long, nor waits for a client that
was away.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Final

from bandmate.domain.records import EventRecord, Record
from bandmate.sinks.mqtt_messages import Message, alert, no_alert

EXPIRY_S: Final = 60
AGAIN_EVERY_S: Final = 25.0
"""How often what stands is sent again, with the same `id`."""
_CHANGES_MOST: Final = 256
"""Far more than can change until a frozen broker is given up."""


class LiveAlerts:
    """What stands, of one site; `put` hears every event at once (`app.hub`).

    Args:
        site: The site's name.
    """

    def __init__(self, site: str) -> None:
        self._site = site
        self._standing: dict[tuple[str, str], EventRecord] = {}
        self._changes: deque[EventRecord] = deque(maxlen=_CHANGES_MOST)
        self._changed = asyncio.Event()

    def put(self, record: Record) -> None:
        """Take in what was decided; never waits, and leaves all work to who sends it."""
        if not isinstance(record, EventRecord):
            return
        match record.name:
            case "alert_raised":
                self._standing[_key(record)] = record
            case "alert_cleared":
                self._standing.pop(_key(record), None)
            case _:
                return
        self._changes.append(record)
        self._changed.set()

    def begin(self) -> Sequence[Message]:
        """What stands, for a new connection; what changed before is forgotten."""
        self._changes.clear()
        return self.standing()

    def standing(self) -> Sequence[Message]:
        """What stands."""
        return [alert(self._site, r, "active", EXPIRY_S) for r in self._standing.values()]

    async def changes(self) -> Sequence[Message]:
        """What changed since this or `begin` was last asked; waits for it."""
        while not self._changes:
            self._changed.clear()
            await self._changed.wait()
        changes = tuple(self._changes)
        self._changes.clear()
        return [message for record in changes for message in self._messages(record)]

    def _messages(self, record: EventRecord) -> Sequence[Message]:
        if record.name == "alert_raised":
            return [alert(self._site, record, "active", EXPIRY_S)]
        cleared = alert(self._site, record, "cleared", EXPIRY_S)
        return [cleared, no_alert(self._site, *_key(record))]


def _key(record: EventRecord) -> tuple[str, str]:
    return str(record.body["band"]), str(record.body["code"])

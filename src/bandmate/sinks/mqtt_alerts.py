"""The topics `alert/<code>`: what stands now, never what once stood. Pure.

An event tells what happened, however late it arrives. These topics tell what is, so an alert that
is told late is put there only where it still stands. A broker that speaks MQTT 5 forgets what is
not sent again within `EXPIRY_S`, so nothing outlives the service for long, nor waits for a client
that was away.
"""

from collections.abc import Collection, Sequence
from typing import Final

from bandmate.domain.records import EventRecord
from bandmate.sinks.mqtt_messages import Message, alert, no_alert

EXPIRY_S: Final = 60
AGAIN_EVERY_S: Final = 25.0
"""How often what stands is sent again, with the same `id`."""
_FRESH_NS: Final = 10_000_000_000


class AlertTopics:
    """What stands on them; of one site.

    Args:
        site: The site's name.
    """

    def __init__(self, site: str) -> None:
        self._site = site
        self._active: dict[tuple[str, str], Message] = {}

    def of(self, record: EventRecord, standing: Collection[str], now_ns: int) -> Sequence[Message]:
        """What an `alert_raised` or `alert_cleared` changes.

        Args:
            record: The event.
            standing: The codes that stand now, of its band.
            now_ns: UTC, nanoseconds since the epoch.
        """
        key = band, code = str(record.body["band"]), str(record.body["code"])
        is_fresh = now_ns - record.ts_ns <= _FRESH_NS
        if record.name == "alert_raised":
            if not is_fresh and code not in standing:
                return ()
            self._active[key] = alert(self._site, record, "active", EXPIRY_S)
            return (self._active[key],)
        self._active.pop(key, None)
        removed = no_alert(self._site, band, code)
        return (alert(self._site, record, "cleared", EXPIRY_S), removed) if is_fresh else (removed,)

    def again(self, band: str, standing: Collection[str]) -> Sequence[Message]:
        """What stands of a band, to be sent again."""
        return [
            message
            for (its_band, code), message in self._active.items()
            if its_band == band and code in standing
        ]

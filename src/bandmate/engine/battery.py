"""How full a sensor's battery is, as far as a person must know it."""

from collections.abc import Sequence
from typing import Final

from bandmate.domain.alerts import AlertCode
from bandmate.domain.events import Event
from bandmate.engine.alert_book import AlertBook

CRITICAL_PCT: Final = 5.0
LOW_PCT: Final = 15.0
HYSTERESIS_PCT: Final = 5.0
"""A level wavers with the load; only so much more than a limit is charged again."""
_LIMITS: Final = ((AlertCode.BATTERY_CRITICAL, CRITICAL_PCT), (AlertCode.BATTERY_LOW, LOW_PCT))


class BatteryWatch:
    """Raises each of the two alerts about the battery once, until it was charged."""

    def __init__(self, book: AlertBook) -> None:
        self._book = book
        self._told_pct: float | None = None

    def step(self, t_s: float, level_pct: float) -> Sequence[Event]:
        """Take the level as the sensor told it; many tell it with every reading."""
        if level_pct == self._told_pct:
            return ()
        self._told_pct = level_pct
        events: list[Event] = []
        for code, limit_pct in _LIMITS:
            if level_pct > limit_pct + HYSTERESIS_PCT:
                events += self._book.clear(code, t_s, t_s)
            elif level_pct <= limit_pct:
                events += self._book.raise_(code, t_s, t_s, value=level_pct, limit=limit_pct)
        return events

"""The start check: every band that is to be pulled hangs slack, and is zeroed then."""

from collections.abc import Sequence
from typing import Final

from bandmate.domain.events import Tared
from bandmate.engine.session.orders import Order
from bandmate.engine.session.script import SessionBand, Task, band_for

VERDICT_S: Final = 2.5
"""Whether a band hangs slack is known within so long."""
RETRY_S: Final = 3.0
"""After a band was not slack it is tried again."""


class SlackCheck:
    """Waits for the verdict of every band that the session needs.

    Args:
        tasks: The sets.
        bands: All that there are.
    """

    def __init__(self, tasks: Sequence[Task], bands: Sequence[SessionBand]) -> None:
        pulls = {band.name for band in bands if band.quantity == "force"}
        self._waiting = pulls & {band_for(task, bands) for task in tasks}

    @property
    def is_done(self) -> bool:
        """No verdict is missing."""
        return not self._waiting

    @property
    def silent(self) -> str:
        """The bands that have not told anything, for people."""
        return ", ".join(sorted(self._waiting))

    def orders(self) -> list[Order]:
        """What the bands are to do."""
        return [Order(band, "tare") for band in sorted(self._waiting)]

    def hear(self, event: Tared) -> bool | None:
        """Was its band slack? `None`: it was not asked. One that is not ends the whole check."""
        if event.band not in self._waiting:
            return None
        self._waiting.discard(event.band)
        if event.refused is None:
            return True
        self._waiting.clear()
        return False

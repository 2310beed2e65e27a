"""How a link stands: told to its band at every change, to the log once when it goes and comes."""

import logging
from typing import Final

from bandmate.domain.records import LinkState
from bandmate.errors import LinkError, RadioDeniedError, RadioUnavailableError
from bandmate.link.base import Receiver

_log = logging.getLogger(__name__)

WHAT_TO_DO: Final = " - "
"""Stands between what went wrong and what to do about it."""


class Status:
    """The state of one link.

    Args:
        sensor: What people call the sensor.
        receiver: Whom to tell.
    """

    def __init__(self, sensor: str, receiver: Receiver) -> None:
        self.sensor = sensor
        self._receiver = receiver
        self._told: tuple[LinkState, str] | None = None
        self._failing = False
        self._streamed = False

    @property
    def streamed(self) -> bool:
        """Whether data came since the last failure."""
        return self._streamed

    def say(self, state: LinkState, text: str) -> None:
        """Tell a change; telling the same again is none."""
        if (state, text) != self._told:
            self._told = (state, text)
            self._receiver.on_state(state, text)

    def up(self) -> None:
        """Data comes; cheap when that is known already."""
        if self._streamed:
            return
        self._streamed = True
        if self._failing:
            self._failing = False
            _log.info("%s is back", self.sensor)
        self.say("streaming", f"{self.sensor} is sending.")

    def rest(self, text: str) -> None:
        """A person put the sensor away: it is no longer looked for, and that is no failure."""
        self._streamed = False
        self._failing = False
        _log.info("%s", text)
        self.say("asleep", text)

    def down(self, fault: LinkError) -> None:
        """It failed and will be tried again. Logged once, not per attempt."""
        text = f"{self.sensor}: {WHAT_TO_DO.join(str(fault).splitlines())}"
        self._streamed = False
        if not self._failing:
            self._failing = True
            _log.warning("%s; trying again until it is back", text)
        if isinstance(fault, RadioDeniedError):
            self.say("denied", text)
        elif isinstance(fault, RadioUnavailableError):
            self.say("off", text)
        elif self._told is None or self._told[0] != "silent":  # which says more
            self.say("searching", text)

"""What a session wants of its bands."""

from dataclasses import dataclass
from typing import Literal

from bandmate.domain.exercises import Exercise
from bandmate.engine.commands import start_text


@dataclass(frozen=True, slots=True)
class Order:
    """What a band is to do.

    Attributes:
        band: Which.
        verb: What.
        exercise: What to start, with the dose of the set.
        reason: Why to stop: `tingle`, `pain` or empty.
        count: How many repetitions of the last set the person counted.
    """

    band: str
    verb: Literal["start", "stop", "tare", "ack", "count"]
    exercise: Exercise | None = None
    reason: str = ""
    count: int | None = None

    @property
    def text(self) -> str:
        """It as a band takes it (`engine.commands`)."""
        if self.exercise is not None:
            return start_text(self.exercise)
        parts = (self.verb, self.reason, "" if self.count is None else str(self.count))
        return ":".join(filter(None, parts))

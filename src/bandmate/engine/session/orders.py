"""What a session wants of its bands."""

from dataclasses import dataclass
from typing import Literal

from bandmate.domain.exercises import Exercise


@dataclass(frozen=True, slots=True)
class Order:
    """What a band is to do.

    Attributes:
        band: Which.
        verb: What.
        exercise: What to start, with the dose of the set.
        reason: Why to stop: `tingle`, `pain` or empty.
    """

    band: str
    verb: Literal["start", "stop", "tare", "ack"]
    exercise: Exercise | None = None
    reason: str = ""

"""Tension zones: where a pull stands against what the exercise asks for."""

import math
from dataclasses import dataclass, fields
from enum import StrEnum

from bandmate.errors import UsageError

IMPLAUSIBLE_N = -3.0
"""A pull cannot be negative: below this the tare is wrong, and the zone is unknown."""


class Zone(StrEnum):
    """The zone of one reading. `UNKNOWN`: missing, stale or badly tared; never `IN`."""

    SLACK = "slack"
    BELOW = "below"
    IN = "in"
    HIGH = "high"
    OVER = "over"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ZoneLimits:
    """The levels of an exercise, newton at the limb.

    slack < `slack_n` <= below < `low_n` <= in <= `high_n` < high <= `limit_n` < over.
    Above `limit_n` the service says "ease off", above `ceiling_n` "stop".

    Raises:
        UsageError: The levels are not finite or not in order.
    """

    slack_n: float
    low_n: float
    high_n: float
    limit_n: float
    ceiling_n: float

    def __post_init__(self) -> None:
        levels = [getattr(self, field.name) for field in fields(self)]
        if not all(math.isfinite(level) for level in levels):
            raise UsageError(f"zone levels must be finite numbers, got {levels}")
        ordered = 0 < self.slack_n <= self.low_n < self.high_n <= self.limit_n <= self.ceiling_n
        if not ordered:
            raise UsageError(
                "zone levels must rise: 0 < slack_n <= low_n < high_n <= limit_n <= ceiling_n, "
                f"got {', '.join(f'{level:g}' for level in levels)}"
            )

    def zone_of(self, force_n: float) -> Zone:
        """The zone of a tared reading in newton; `UNKNOWN` for what no pull can be."""
        if force_n < self.slack_n:
            return Zone.SLACK if force_n >= IMPLAUSIBLE_N else Zone.UNKNOWN
        if force_n < self.low_n:
            return Zone.BELOW
        if force_n <= self.high_n:
            return Zone.IN
        if force_n <= self.limit_n:
            return Zone.HIGH
        return Zone.OVER if force_n > self.limit_n else Zone.UNKNOWN

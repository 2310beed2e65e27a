"""Seconds spent in each zone, and the zone to announce."""

from bandmate.domain.zones import Zone, ZoneLimits
from bandmate.signal.overpull import HYSTERESIS_N

LONGEST_STEP_S = 0.25
"""A longer step between readings is a gap: that time is unknown."""
_RANK = {
    zone: rank
    for rank, zone in enumerate(
        (Zone.UNKNOWN, Zone.SLACK, Zone.BELOW, Zone.IN, Zone.HIGH, Zone.OVER)
    )
}


class ZoneAccount:
    """Adds up time per zone; no hysteresis, so the sums are the signal's own.

    Attributes:
        seconds: By zone; they add up to the time accounted for.
    """

    def __init__(self, limits: ZoneLimits) -> None:
        self._limits = limits
        self.seconds: dict[Zone, float] = dict.fromkeys(Zone, 0.0)

    def step(self, dt_s: float, m: float, *, trusted: bool) -> None:
        """Account for the time since the reading before; not `trusted`: frozen or badly tared."""
        zone = self._limits.zone_of(m) if trusted and dt_s <= LONGEST_STEP_S else Zone.UNKNOWN
        self.seconds[zone] += dt_s


class ZoneAnnouncer:
    """The zone to show: up at once, down only when 2 N clear, unknown at once."""

    def __init__(self, limits: ZoneLimits) -> None:
        self._limits = limits
        self.zone: Zone | None = None

    def step(self, m: float, *, trusted: bool) -> bool:
        """Take one reading; true when the announced zone changed."""
        before = self.zone
        zone = self._limits.zone_of(m) if trusted else Zone.UNKNOWN
        if before is not None and _RANK[Zone.UNKNOWN] < _RANK[zone] < _RANK[before]:
            held = self._limits.zone_of(m + HYSTERESIS_N)
            zone = held if _RANK[held] < _RANK[before] else before
        self.zone = zone
        return zone is not before

    def lost(self) -> bool:
        """No reading: the zone is unknown. True when that is a change."""
        changed = self.zone is not Zone.UNKNOWN
        self.zone = Zone.UNKNOWN
        return changed

"""From a movement that came to rest to its final measures and how sure it is."""

from bandmate.domain.events import RepFinal
from bandmate.domain.samples import Quantity, Timing
from bandmate.domain.zones import ZoneLimits
from bandmate.engine.stamp import Stamp
from bandmate.signal.confidence import Expectation, confidence
from bandmate.signal.measures import measures
from bandmate.signal.movement import Movement, Settled

HOLD_MET_SHARE = 0.9
"""A hold at the top of a movement is met from this share of its target."""


class Finals:
    """Tells the final measures of one set's movements.

    Args:
        stamp: What every event begins with.
        quantity: What the sensor shows.
        timing: How its readings got their times.
        zone: The set's zone; `None` where no level means anything.
        rise: The expected rise of a full movement; `None`: it is learnt.
        hold_s: How long the dose asks to hold each at the top; 0 where it does not.
    """

    def __init__(
        self,
        stamp: Stamp,
        *,
        quantity: Quantity,
        timing: Timing,
        zone: ZoneLimits | None,
        rise: float | None,
        hold_s: float,
    ) -> None:
        self._stamp = stamp
        self._is_angle = quantity == "angle"
        self._timing: Timing = timing
        self._zone = zone
        self._expectation = Expectation(rise)
        self._hold_s = hold_s
        self._count_s: dict[int, float] = {}

    def counted(self, movement: Movement) -> None:
        """A movement counts; its final measures follow."""
        self._count_s[movement.index] = movement.count_s

    def of(self, settled: Settled) -> RepFinal:
        """The final measures of one movement."""
        found = measures(settled, self._timing)
        sure = confidence(self._expectation.evidence(settled, found.missing))
        is_angle = self._is_angle
        return RepFinal(
            **self._stamp.head(RepFinal, settled.end_s),
            index=settled.index,
            count_s=self._count_s.pop(settled.index),
            end_s=settled.end_s,
            rise_s=found.rise_s,
            top_s=found.top_s,
            fall_s=found.fall_s,
            impulse_ns=None if is_angle else found.impulse,
            time_under_tension_s=settled.duration_s,
            mean_n=None if is_angle else found.mean,
            mean_deg=found.mean if is_angle else None,
            rise_rate=found.rise_rate,
            rise_rate_peak=found.rise_rate_peak,
            fall_rate=found.fall_rate,
            fall_rate_peak=found.fall_rate_peak,
            rfd_n_per_s=None if is_angle else found.rfd,
            smoothness=found.smoothness,
            in_zone_s=self._in_zone_s(settled) if found.is_whole else None,
            overshoot_n=None if self._zone is None else _overshoot(settled, self._zone.high_n),
            confidence=sure,
            flags=self._held(settled.top_s),
        )

    def _in_zone_s(self, settled: Settled) -> float | None:
        zone, record = self._zone, settled.record
        if zone is None:
            return None
        over_low_s, over_high_s = (
            record.time_above(level, settled.start_s, settled.end_s)
            for level in (zone.low_n, zone.high_n)
        )
        return over_low_s - over_high_s

    def _held(self, top_s: float) -> tuple[str, ...]:
        """Was the movement held at the top for as long as the dose asks?"""
        return ("hold_met",) if 0 < HOLD_MET_SHARE * self._hold_s <= top_s else ()


def _overshoot(settled: Settled, high_n: float) -> float:
    levels = settled.record.levels_between(settled.start_s, settled.end_s)
    return max(0.0, max(levels, default=high_n) - high_n)

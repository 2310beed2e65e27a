"""How a counted movement came to rest: its edges, taken from its record."""

from dataclasses import dataclass

from bandmate.signal.movement import Movement, Settled
from bandmate.signal.trace import Trace

EDGE_FRACTION = 0.10
"""A movement begins and ends where it crosses this share of its rise."""
TOP_FRACTION = 0.80
FLOOR_SIGMA = 6.0
"""A rise of this many standard deviations of the noise is no noise."""


@dataclass(slots=True)
class Falling:
    """A counted movement on its way to rest: its levels, its record and its newest low."""

    movement: Movement
    valley: float
    peak: float
    trace: Trace
    sigma: float
    low: float
    low_s: float


def settled(falling: Falling, t_s: float) -> Settled:
    """What a movement that rests from `t_s` on was like."""
    movement, trace = falling.movement, falling.trace
    rise = falling.peak - falling.valley
    # A band that stays tensioned comes back to a new low, not to its old base.
    rest = falling.valley if falling.low <= falling.valley + EDGE_FRACTION * rise else falling.low
    edge = rest + EDGE_FRACTION * (falling.peak - rest)
    end_s = trace.first_fall_through(edge, movement.peak_s)
    if end_s is None:
        end_s = t_s
    top = falling.valley + TOP_FRACTION * rise
    reached_s = trace.first_rise_through(top, movement.start_s)
    left_s = trace.last_fall_through(top)
    top_s = 0.0
    if reached_s is not None and left_s is not None:
        top_s = trace.time_above(top, reached_s, min(left_s, end_s))
    return Settled(
        index=movement.index,
        start_s=movement.start_s,
        end_s=end_s,
        rise_s=None if reached_s is None else reached_s - movement.start_s,
        top_s=top_s,
        fall_s=None if left_s is None else end_s - left_s,
        base=falling.valley,
        rise=rise,
        returned=min((falling.peak - falling.low) / rise, 1.0) if rise > 0 else 0.0,
        sigma=falling.sigma,
        record=trace,
    )

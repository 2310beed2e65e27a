"""How a hold kept its level: how it sank or rose, and how much it shook about that."""

from dataclasses import dataclass

import numpy as np

from bandmate.signal.trace import Trace

INNER_SHARE = 0.8
"""Of the hold, its middle: on its edges the level is still on its way."""
LEAST_S = 5.0
"""A shorter middle shows no trend."""
LEAST_HZ = 40.0
"""Readings a second from which on shaking is seen whole; the median of three hides it below."""
_RATE_SLACK = 1.02


@dataclass(frozen=True, slots=True)
class Steadiness:
    """Percent of the hold's mean level; `None`: not available.

    Attributes:
        sag_pct_per_min: How fast it sank, along a straight line; below zero: it rose.
        steadiness_pct: Standard deviation about that line. Smaller is steadier; the sensor's
            own noise is in it.
    """

    sag_pct_per_min: float | None
    steadiness_pct: float | None


UNKNOWN = Steadiness(None, None)


def steadiness(record: Trace, start_s: float, end_s: float) -> Steadiness:
    """How a hold kept its level.

    Args:
        record: Its readings; breaks and gaps are missing from them.
        start_s: Where it began.
        end_s: Where it ended.
    """
    edge_s = (1 - INNER_SHARE) / 2 * (end_s - start_s)
    inner = record.between(start_s + edge_s, end_s - edge_s)
    t_s, level = np.array(inner.t_s), np.array(inner.level)
    if t_s.size < 3 or t_s[-1] - t_s[0] < LEAST_S:
        return UNKNOWN
    mean = float(level.mean())
    if not mean > 0:
        return UNKNOWN
    since_s = t_s - t_s.mean()
    slope = float(since_s @ level) / float(since_s @ since_s)
    about = level - mean - slope * since_s
    hz = 1 / float(np.median(np.diff(t_s)) or np.inf)
    return Steadiness(
        sag_pct_per_min=-6000 * slope / mean,
        steadiness_pct=100 * float(about.std()) / mean if hz * _RATE_SLACK >= LEAST_HZ else None,
    )

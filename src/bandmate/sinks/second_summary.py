"""A second of samples in a few numbers. Pure."""

from collections.abc import Sequence
from itertools import pairwise
from math import fsum

from bandmate.domain.records import SampleRecord
from bandmate.domain.zones import IMPLAUSIBLE_N, ZoneLimits
from bandmate.signal.zone_account import LONGEST_STEP_S


def summarise(record: SampleRecord) -> dict[str, float]:
    """Level and zones of a record with one sample of force or more.

    Each sample stands for the time until the next one, the last for as long as the one before; a
    step that is a gap is `unknown_s`.

    Args:
        record: About a second of samples; without a zone its times and levels are left out.

    Returns:
        `mean_n`, `min_n`, `max_n`, `p95_n` in newton; `in_zone_s`, `over_s`, `unknown_s`; the
        zone's `low_n`, `high_n`, `limit_n`, `ceiling_n`.
    """
    ordered = sorted(record.values)
    level = {
        "mean_n": fsum(ordered) / len(ordered),
        "min_n": ordered[0],
        "max_n": ordered[-1],
        "p95_n": _quantile(ordered, 0.95),
    }
    if record.limits is None:
        return level
    return level | _zone_times(record, record.limits) | _zone_levels(record.limits)


def _quantile(ordered: Sequence[float], share: float) -> float:
    """By linear interpolation, as numpy has it; on so few values this is quicker."""
    at, rest = divmod(share * (len(ordered) - 1), 1.0)
    lower = ordered[int(at)]
    upper = ordered[min(int(at) + 1, len(ordered) - 1)]
    return lower + rest * (upper - lower)


def _zone_times(record: SampleRecord, limits: ZoneLimits) -> dict[str, float]:
    """As `signal.zone_account` adds them up, but only what is asked for, and so quicker."""
    steps_s = [(after - before) / 1e9 for before, after in pairwise(record.ts_ns)]
    low_n, high_n, limit_n = limits.low_n, limits.high_n, limits.limit_n
    in_zone_s = over_s = unknown_s = 0.0
    for step_s, force_n in zip([*steps_s, *steps_s[-1:]], record.values, strict=False):
        if step_s > LONGEST_STEP_S or force_n < IMPLAUSIBLE_N:
            unknown_s += step_s
        elif low_n <= force_n <= high_n:
            in_zone_s += step_s
        elif force_n > limit_n:
            over_s += step_s
    return {"in_zone_s": in_zone_s, "over_s": over_s, "unknown_s": unknown_s}


def _zone_levels(limits: ZoneLimits) -> dict[str, float]:
    """With every second, so that a view of any span shows the zone that held in it."""
    return {
        "low_n": limits.low_n,
        "high_n": limits.high_n,
        "limit_n": limits.limit_n,
        "ceiling_n": limits.ceiling_n,
    }

"""A second of samples in a few numbers. Pure."""

from collections.abc import Sequence
from itertools import pairwise
from math import fsum

from bandmate.domain.records import SampleRecord
from bandmate.domain.zones import Zone, ZoneLimits
from bandmate.signal.zone_account import ZoneAccount


def summarise(record: SampleRecord) -> dict[str, float]:
    """Level and time in zones of a record with one sample of force or more.

    Each sample stands for the time until the next one, the last for as long as the one before; a
    step that is a gap is `unknown_s`.

    Args:
        record: About a second of samples; without a zone the times are left out.

    Returns:
        `mean_n`, `min_n`, `max_n`, `p95_n` in newton; `in_zone_s`, `over_s`, `unknown_s`.
    """
    ordered = sorted(record.values)
    level = {
        "mean_n": fsum(ordered) / len(ordered),
        "min_n": ordered[0],
        "max_n": ordered[-1],
        "p95_n": _quantile(ordered, 0.95),
    }
    return level if record.limits is None else level | _zone_times(record, record.limits)


def _quantile(ordered: Sequence[float], share: float) -> float:
    """By linear interpolation, as numpy has it; on so few values this is quicker."""
    at, rest = divmod(share * (len(ordered) - 1), 1.0)
    lower = ordered[int(at)]
    upper = ordered[min(int(at) + 1, len(ordered) - 1)]
    return lower + rest * (upper - lower)


def _zone_times(record: SampleRecord, limits: ZoneLimits) -> dict[str, float]:
    steps_s = [(after - before) / 1e9 for before, after in pairwise(record.ts_ns)]
    account = ZoneAccount(limits)
    for step_s, force_n in zip([*steps_s, *steps_s[-1:]], record.values, strict=False):
        account.step(step_s, force_n, trusted=True)
    return {
        "in_zone_s": account.seconds[Zone.IN],
        "over_s": account.seconds[Zone.OVER],
        "unknown_s": account.seconds[Zone.UNKNOWN],
    }

"""A second of samples in a few numbers. Pure."""

import numpy as np

from bandmate.domain.records import SampleRecord
from bandmate.domain.zones import Zone, ZoneLimits
from bandmate.signal.zone_account import ZoneAccount


def summarise(record: SampleRecord, limits: ZoneLimits | None) -> dict[str, float]:
    """Level and time in zones of a record with one sample of force or more.

    Each sample stands for the time until the next one, the last for as long as the one before; a
    step that is a gap is `unknown_s`.

    Args:
        record: About a second of samples.
        limits: The running set's zone; without it the times are left out.

    Returns:
        `mean_n`, `min_n`, `max_n`, `p95_n` in newton; `in_zone_s`, `over_s`, `unknown_s`.
    """
    force_n = np.asarray(record.values)
    level = {
        "mean_n": float(force_n.mean()),
        "min_n": float(force_n.min()),
        "max_n": float(force_n.max()),
        "p95_n": float(np.percentile(force_n, 95)),
    }
    return level if limits is None else level | _zone_times(record, limits)


def _zone_times(record: SampleRecord, limits: ZoneLimits) -> dict[str, float]:
    steps_s = (np.diff(np.asarray(record.ts_ns)) / 1e9).tolist()
    account = ZoneAccount(limits)
    for step_s, force_n in zip([*steps_s, *steps_s[-1:]], record.values, strict=False):
        account.step(step_s, force_n, trusted=True)
    return {
        "in_zone_s": account.seconds[Zone.IN],
        "over_s": account.seconds[Zone.OVER],
        "unknown_s": account.seconds[Zone.UNKNOWN],
    }

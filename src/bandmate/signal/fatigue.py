"""What becomes of the movements of a set from first to last."""

from collections.abc import Sequence
from statistics import fmean, linear_regression, median, stdev

LEAST = 6
"""Fewer movements show no loss and no trend."""
_OF = 3
"""A loss compares the mean of the last three with that of the best three."""


def loss_pct(values: Sequence[float]) -> float | None:
    """How much less the last three are than the best three, percent; `None`: not available."""
    if len(values) < LEAST:
        return None
    best = fmean(sorted(values)[-_OF:])
    return 100 * (1 - fmean(values[-_OF:]) / best) if best > 0 else None


def slope(values: Sequence[float]) -> float | None:
    """Change from each to the next, along a straight line; `None`: not available."""
    if len(values) < LEAST:
        return None
    return linear_regression(range(len(values)), values).slope


def middle(values: Sequence[float]) -> float | None:
    """The median; `None` of none."""
    return median(values) if values else None


def spread_pct(values: Sequence[float]) -> float | None:
    """Coefficient of variation, percent: standard deviation against the mean.

    `None` under three values, and where their mean is not above zero.
    """
    if len(values) < _OF:
        return None
    mean = fmean(values)
    return 100 * stdev(values) / mean if mean > 0 else None

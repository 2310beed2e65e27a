"""How the movements of two sides compare."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

LEAST = 3
"""Fewer movements on a side do not stand for it."""
SideName = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Symmetry:
    """The weaker side against the stronger one, medians of both; percent of the stronger one.

    Attributes:
        peak_pct: Difference of the peaks.
        excursion_pct: Difference of the excursions; the weaker side is the one with the smaller.
        weaker: Which; `None` where they are equal.
        left: Movements on the left.
        right: Movements on the right.
    """

    peak_pct: float
    excursion_pct: float
    weaker: SideName | None
    left: int
    right: int


Moved = tuple[float, float]
"""Peak and excursion of one movement, newton or degrees."""


def symmetry(left: Sequence[Moved], right: Sequence[Moved]) -> Symmetry | None:
    """Compare the movements that count of both sides; `None`: not available."""
    if min(len(left), len(right)) < LEAST:
        return None
    (left_peak, left_rise), (right_peak, right_rise) = (
        tuple(median(values) for values in zip(*side, strict=True)) for side in (left, right)
    )
    if max(left_peak, right_peak) <= 0 or max(left_rise, right_rise) <= 0:
        return None
    weaker: SideName | None = None
    if left_rise != right_rise:
        weaker = "left" if left_rise < right_rise else "right"
    return Symmetry(
        peak_pct=_lacking_pct(left_peak, right_peak),
        excursion_pct=_lacking_pct(left_rise, right_rise),
        weaker=weaker,
        left=len(left),
        right=len(right),
    )


def _lacking_pct(one: float, other: float) -> float:
    strong = max(one, other)
    return 100 * (strong - min(one, other)) / strong

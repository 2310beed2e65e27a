"""What was found beside what was there."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

LEAST_OVERLAP = 0.5
"""Of what either covers: from here two spans are the same event."""
PEAK_SLACK_S = 1.0
"""The truth of recordings is this good."""


class Span(Protocol):
    """From when to when."""

    @property
    def start_s(self) -> float: ...
    @property
    def end_s(self) -> float: ...


class Peaked(Protocol):
    """Something with a peak."""

    @property
    def peak_s(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Tally:
    """How many were there, how many were found, how many of both are the same.

    Attributes:
        true: How many were there.
        found: How many were found.
        matched: Found ones that were there.
        starts_s: Errors of the matched ones' starts.
        ends_s: The same of their ends.
    """

    true: int
    found: int
    matched: int
    starts_s: tuple[float, ...] = ()
    ends_s: tuple[float, ...] = ()

    @property
    def miscount(self) -> int:
        """Found too many, or, below zero, too few."""
        return self.found - self.true


@dataclass(frozen=True, slots=True)
class Score:
    """What many sets come to. Shares are 0 to 1, errors in seconds; `nan` where there is none."""

    sets: int
    f1: float
    precision: float
    recall: float
    exact: float
    within_one: float
    mae: float
    start_median_s: float
    start_p95_s: float
    end_median_s: float
    end_p95_s: float


def overlap(a: Span, b: Span) -> float:
    """Time that two spans share, of the time that either covers."""
    shared = min(a.end_s, b.end_s) - max(a.start_s, b.start_s)
    either = max(a.end_s, b.end_s) - min(a.start_s, b.start_s)
    return max(shared, 0.0) / either if either > 0 else 0.0


def pairs(found: Sequence[Span], true: Sequence[Span]) -> list[tuple[int, int]]:
    """Which found span is which true one: each used once, the likest first."""
    alike = sorted(
        (
            (overlap(a, b), i, j)
            for i, a in enumerate(found)
            for j, b in enumerate(true)
            if a.start_s < b.end_s and b.start_s < a.end_s
        ),
        reverse=True,
    )
    matched: dict[int, int] = {}
    taken: set[int] = set()
    for share, i, j in alike:
        if share >= LEAST_OVERLAP and i not in matched and j not in taken:
            matched[i] = j
            taken.add(j)
    return sorted(matched.items())


def tally(found: Sequence[Span], true: Sequence[Span]) -> Tally:
    """Spans that overlap are the same."""
    same = pairs(found, true)
    return Tally(
        len(true),
        len(found),
        len(same),
        tuple(found[i].start_s - true[j].start_s for i, j in same),
        tuple(found[i].end_s - true[j].end_s for i, j in same),
    )


def peaks_within(found: Sequence[Peaked], true: Sequence[Span]) -> int:
    """How many found peaks lie in a true span or 1 s beside it, each used once."""
    free = sorted(true, key=lambda span: span.end_s)
    matched = 0
    for peak_s in sorted(one.peak_s for one in found):
        for span in free:
            if span.start_s - PEAK_SLACK_S <= peak_s <= span.end_s + PEAK_SLACK_S:
                free.remove(span)
                matched += 1
                break
    return matched


def score(tallies: Iterable[Tally]) -> Score:
    """What many sets come to together."""
    sets = list(tallies)
    true, found = sum(one.true for one in sets), sum(one.found for one in sets)
    matched = sum(one.matched for one in sets)
    missed_by = [abs(one.miscount) for one in sets]
    starts = _sizes(error for one in sets for error in one.starts_s)
    ends = _sizes(error for one in sets for error in one.ends_s)
    return Score(
        sets=len(sets),
        f1=_share(2 * matched, true + found),
        precision=_share(matched, found),
        recall=_share(matched, true),
        exact=_share(sum(n == 0 for n in missed_by), len(sets)),
        within_one=_share(sum(n <= 1 for n in missed_by), len(sets)),
        mae=_share(sum(missed_by), len(sets)),
        start_median_s=float(np.median(starts)),
        start_p95_s=float(np.quantile(starts, 0.95)),
        end_median_s=float(np.median(ends)),
        end_p95_s=float(np.quantile(ends, 0.95)),
    )


def _sizes(errors: Iterable[float]) -> NDArray[np.float64]:
    return np.array([abs(error) for error in errors] or [math.nan])


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 1.0


def is_within(found_s: float, true_s: float) -> bool:
    """A hold's length is within 0.3 s or 2 % of the true one."""
    return abs(found_s - true_s) <= max(0.3, 0.02 * true_s)

"""The bench's table: figures, each beside a reference measured in the same run."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

import numpy as np


@dataclass(frozen=True, slots=True)
class Row:
    """One figure beside one reference.

    Attributes:
        what: What was measured.
        unit: Of both figures.
        figure: Ours; `None` where it could not be measured.
        reference: What it is held against; where that could not be measured, why, and what to do.
        reference_figure: The reference's own.
    """

    what: str
    unit: str
    figure: float | None
    reference: str
    reference_figure: float | None

    @property
    def ratio(self) -> float | None:
        """Our figure over the reference's."""
        if self.figure is None or not self.reference_figure:
            return None
        return self.figure / self.reference_figure


def median_s(works: Mapping[str, Callable[[], object]], rounds_n: int) -> dict[str, float]:
    """The median time of each work in seconds; every round does all of them in turn.

    In turn, so that what else the machine does meanwhile meets all of them alike.
    """
    taken_s: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds_n):
        for name, work in works.items():
            begun_s = perf_counter()
            work()
            taken_s[name].append(perf_counter() - begun_s)
    return {name: median(times_s) for name, times_s in taken_s.items()}


def cost_rows(
    what: str,
    ours: Callable[[], object],
    references: Mapping[str, Callable[[], object] | None],
    readings_n: int,
    rounds_n: int,
) -> list[Row]:
    """Rows in microseconds a reading, one for each reference.

    Args:
        what: What is measured.
        ours: Takes all readings.
        references: The same of what ours is held against; `None` where it cannot be run, and the
            name says why.
        readings_n: How many readings it takes.
        rounds_n: Rounds to take the median of.
    """
    works = {name: work for name, work in references.items() if work is not None}
    taken_s = median_s({"ours": ours, **works}, rounds_n)
    us = {name: 1e6 * work_s / readings_n for name, work_s in taken_s.items()}
    return [Row(what, "us/sample", us["ours"], name, us.get(name)) for name in references]


def missing(package: str) -> str:
    """What stands where a reference would: its package is not installed."""
    return f"{package} is missing: pip install 'bandmate[bench]'"


def percentile_rows(
    what: str,
    reference: str,
    ours_s: Sequence[Sequence[float]],
    theirs_s: Sequence[Sequence[float]],
) -> list[Row]:
    """Rows of p50 and p99 in milliseconds: the medians of each round's own.

    Args:
        what: What was measured.
        reference: What it is held against.
        ours_s: Latencies of each round, seconds.
        theirs_s: The reference's.
    """
    return [
        Row(
            what=f"{what}, p{percent}",
            unit="ms",
            figure=_percentile_ms(ours_s, percent),
            reference=reference,
            reference_figure=_percentile_ms(theirs_s, percent),
        )
        for percent in (50, 99)
    ]


def _percentile_ms(rounds_s: Sequence[Sequence[float]], percent: float) -> float:
    return 1000.0 * median(float(np.percentile(round_s, percent)) for round_s in rounds_s)

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

"""Readings of one band as they are looked at afterwards: pieces without holes, peaks, few points.

Nothing is filled in: where readings are missing, a piece ends.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bandmate.domain.records import SampleRecord
from bandmate.signal.zone_account import LONGEST_STEP_S

SUSTAINED_S: Final = 0.1
"""A level that is kept for so long is no spike."""

Floats = NDArray[np.float64]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """Readings of one band.

    Attributes:
        t_s: Their times, rising, `(n,)` seconds on the session clock.
        values: What was read, `(n,)` newton or degrees.
    """

    t_s: Floats
    values: Floats

    def between(self, from_s: float, to_s: float) -> "Readings":
        """Those from one time to another, both included."""
        a, b = np.searchsorted(self.t_s, from_s, "left"), np.searchsorted(self.t_s, to_s, "right")
        return Readings(self.t_s[a:b], self.values[a:b])

    def pieces(self) -> list["Readings"]:
        """The same without the holes: cut wherever a step is longer than a gap."""
        if not len(self.t_s):
            return []
        cuts = np.flatnonzero(np.diff(self.t_s) > LONGEST_STEP_S) + 1
        times, values = np.split(self.t_s, cuts), np.split(self.values, cuts)
        return [Readings(t_s, x) for t_s, x in zip(times, values, strict=True)]


NOTHING: Final = Readings(np.empty(0), np.empty(0))


def readings_of(
    records: Iterable[SampleRecord], to_s: Callable[[int], float]
) -> dict[str, Readings]:
    """What was read, by band.

    Args:
        records: In any order.
        to_s: UTC nanoseconds as seconds on the session clock.
    """
    by_band: dict[str, list[SampleRecord]] = {}
    for record in records:
        if record.ts_ns:
            by_band.setdefault(record.band, []).append(record)
    found: dict[str, Readings] = {}
    for band, mine in by_band.items():
        mine.sort(key=lambda record: record.ts_ns[0])
        times = np.array([to_s(ts_ns) for record in mine for ts_ns in record.ts_ns])
        values = np.array([value for record in mine for value in record.values])
        order = np.argsort(times, kind="stable")
        found[band] = Readings(times[order], values[order])
    return found


def raw_peak(readings: Readings) -> float | None:
    """The highest reading; `None` of none."""
    return float(readings.values.max()) if len(readings.values) else None


def sustained_peak(readings: Readings, kept_s: float = SUSTAINED_S) -> float | None:
    """The highest level that was kept for `kept_s`; `None`: none was, for want of readings."""
    best: float | None = None
    for piece in readings.pieces():
        # From each reading on, to the first one that is far enough behind it.
        ends = np.searchsorted(piece.t_s, piece.t_s + kept_s - 1e-9, "left")
        for begin, end in enumerate(ends.tolist()):
            if end >= len(piece.t_s):
                break
            if best is not None and (piece.values[begin] <= best or piece.values[end] <= best):
                continue
            level = float(piece.values[begin : end + 1].min())
            best = level if best is None else max(best, level)
    return best


def level_at(readings: Readings, t_s: float) -> float | None:
    """The newest reading at a time; `None` where there is none that is new enough."""
    newest = readings.between(t_s - LONGEST_STEP_S, t_s)
    return float(newest.values[-1]) if len(newest.values) else None


def drawn(readings: Readings, columns: int, from_s: float, to_s: float) -> list[list[Point]]:
    """The pieces with no more points than can be seen: of each column the lowest and the highest.

    Args:
        readings: What is drawn.
        columns: So many can be told apart between the two times.
        from_s: Where the drawing begins …
        to_s: … and ends.

    Returns:
        Each piece as points of time and level.
    """
    width_s = max(to_s - from_s, 1e-9) / columns
    return [_thinned(piece, from_s, width_s) for piece in readings.between(from_s, to_s).pieces()]


def _thinned(piece: Readings, from_s: float, width_s: float) -> list[Point]:
    column = ((piece.t_s - from_s) // width_s).astype(np.int64)
    begins = np.concatenate(([0], np.flatnonzero(np.diff(column)) + 1))
    ends = [*begins[1:].tolist(), len(column)]
    points: list[Point] = []
    for begin, end in zip(begins.tolist(), ends, strict=True):
        low = begin + int(piece.values[begin:end].argmin())
        high = begin + int(piece.values[begin:end].argmax())
        points += [_point(piece, n) for n in sorted({low, high})]
    return _with_ends(piece, points)


def _with_ends(piece: Readings, points: Sequence[Point]) -> list[Point]:
    """A piece reaches from its first reading to its last."""
    first, last = _point(piece, 0), _point(piece, -1)
    inner = [point for point in points if first[0] < point[0] < last[0]]
    return [first, *inner, last] if last[0] > first[0] else [first]


def _point(piece: Readings, n: int) -> Point:
    return float(piece.t_s[n]), float(piece.values[n])

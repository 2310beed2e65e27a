"""Our detector on the recordings of force: cable pulls and squeezes, the nearest there is to bands.

The truth of edges and levels is read from the whole recording, without our detector.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from accuracy import borrowed, ours
from accuracy.course import Numbers
from accuracy.rivals import TENSION
from accuracy.scoring import LEAST_OVERLAP, Span, overlap, pairs
from accuracy.truth import Recording, columns, recordings
from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.alerts import AlertCode
from bandmate.domain.events import AlertRaised, HoldEnded
from bandmate.domain.zones import ZoneLimits
from bandmate.units import NEWTON_PER

LIMITS_N = (100.0, 200.0, 300.0)
_LIMIT_DWELL_S = 0.1
_EVEN_HZ = 100.0
_MEDIAN_S = 0.25
_REST_WINDOW_S = 12.0
_SMALLEST = 0.02
"""Of the highest pull."""
_LEAST_S = 1.0
_EDGE_SHARE = 0.1
_OTHER_LIMIT = "standing_row_band"


@dataclass(frozen=True, slots=True)
class Plateau:
    """A pull that was held, read from the whole recording: between half its height, up and down."""

    start_s: float
    end_s: float
    level: float


@dataclass(frozen=True, slots=True)
class Held:
    """What was found in one recording.

    Attributes:
        true: How many holds there are.
        found: How many were found.
        whole: Found holds that are one true one, and the only one in it.
        edges_s: Errors of their starts and ends.
        levels: Errors of their levels.
        lengths: Errors of their lengths, in seconds and as a share.
        alerts_due: Pulls over a limit, all limits together.
        alerts_told: Of those, told once.
        alerts_false: Told where no pull was over the limit, or again.
        rivals: What others counted.
    """

    true: int
    found: int
    whole: int
    edges_s: tuple[float, ...]
    levels: tuple[float, ...]
    lengths: tuple[tuple[float, float], ...]
    alerts_due: int
    alerts_told: int
    alerts_false: int
    rivals: dict[str, int]


def cable(data: Path) -> list[Recording]:
    """Cable pulls."""
    return recordings(data, "force_cable")


def squeeze(data: Path) -> list[Recording]:
    """Squeezes, in an arbitrary unit."""
    return recordings(data, "force_squeeze")


def held(recording: Recording, per_unit: float = 1.0, limits_n: Sequence[float] = ()) -> Held:
    """What our detector finds in a recording.

    Args:
        recording: Which.
        per_unit: Newtons per its unit; 1 for an arbitrary one.
        limits_n: Limits that alerts are tried with.
    """
    t_s, rows = columns(recording)
    x = [row[0] * per_unit for row in rows]
    true = plateaus(t_s, x)
    events = ours.recorded(recording.path, ours.exercise("free_holds"))
    found = [event for event in events if isinstance(event, HoldEnded)]
    same = [(found[i], true[j]) for i, j in pairs(found, true) if _alone(found[i], true)]
    told = [_alerts(recording, t_s, x, limit_n) for limit_n in limits_n]
    return Held(
        true=recording.repetitions,
        found=len(found),
        whole=len(same),
        edges_s=tuple(
            error for a, b in same for error in (a.start_s - b.start_s, a.end_s - b.end_s)
        ),
        levels=tuple((a.mean_n or a.mean_au or 0.0) - b.level for a, b in same),
        lengths=tuple(_length_error(a, b) for a, b in same),
        alerts_due=sum(due for due, _, _ in told),
        alerts_told=sum(once for _, once, _ in told),
        alerts_false=sum(false for _, _, false in told),
        rivals={name: len(way(t_s, x, None)) for name, way in TENSION.items()},
    )


def _alone(hold: Span, true: Sequence[Span]) -> bool:
    return sum(overlap(hold, one) > 1 - LEAST_OVERLAP for one in true) == 1


def _length_error(a: HoldEnded, b: Plateau) -> tuple[float, float]:
    length_s = b.end_s - b.start_s
    return a.duration_s - length_s, (a.duration_s - length_s) / length_s


def plateaus(t_s: Sequence[float], x: Sequence[float]) -> list[Plateau]:
    """Held pulls over the level of rest, which may drift, seen from the whole recording."""
    t = np.arange(t_s[0], t_s[-1], 1 / _EVEN_HZ)
    y = borrowed.running_median(np.interp(t, t_s, x), round(_MEDIAN_S * _EVEN_HZ))
    rest = borrowed.running_minimum(y, round(_REST_WINDOW_S * _EVEN_HZ))
    high = y - rest
    is_up = high > _SMALLEST * high.max()
    edges = np.flatnonzero(np.diff(np.concatenate([[0], is_up.astype(int), [0]])))
    found = [_plateau(t, y, i, j - 1) for i, j in edges.reshape(-1, 2).tolist()]
    return [one for one in found if one is not None]


def _plateau(t: Numbers, y: Numbers, i: int, j: int) -> Plateau | None:
    """The pull between two places, if it was held."""
    rest, top = float(y[i]), float(y[i : j + 1].max())
    near = y[i : j + 1][y[i : j + 1] > rest + 0.5 * (top - rest)]
    if near.size < 2:
        return None
    half = rest + 0.5 * (float(np.median(near)) - rest)
    over = i + np.flatnonzero(y[i : j + 1] >= half)
    start_s, end_s = float(t[over[0]]), float(t[over[-1]])
    if end_s - start_s < _LEAST_S:
        return None
    edge_s = _EDGE_SHARE * (end_s - start_s)
    middle = y[(t >= start_s + edge_s) & (t <= end_s - edge_s)]
    return Plateau(start_s, end_s, float(np.median(middle)))


def _alerts(
    recording: Recording, t_s: Sequence[float], x: Sequence[float], limit_n: float
) -> tuple[int, int, int]:
    """Pulls over a limit, those of them told once, and alerts that belong to none."""
    zone = ZoneLimits(3.0, 20.0, limit_n - 10, limit_n, 1000 * NEWTON_PER["kg"])
    doing = replace(load_catalogue().find(_OTHER_LIMIT), zone=zone)
    told = [
        event.onset_s
        for event in ours.recorded(recording.path, doing)
        if isinstance(event, AlertRaised) and event.code is AlertCode.TENSION_LIMIT
    ]
    over = [span for span in plateaus(t_s, x) if _is_over(span, t_s, x, limit_n)]
    hits = [sum(one.start_s - 1 <= at_s <= one.end_s + 1 for at_s in told) for one in over]
    return len(over), sum(hit == 1 for hit in hits), len(told) - sum(hit >= 1 for hit in hits)


def _is_over(span: Plateau, t_s: Sequence[float], x: Sequence[float], limit_n: float) -> bool:
    inside = [x[i] for i, at_s in enumerate(t_s) if span.start_s - 1 <= at_s <= span.end_s + 1]
    smooth = borrowed.running_median(np.array(inside), 3)
    runs = np.diff(np.flatnonzero(np.concatenate([[True], smooth < limit_n, [True]]))) - 1
    return bool(runs.max() * (t_s[-1] - t_s[0]) / len(t_s) >= _LIMIT_DWELL_S)

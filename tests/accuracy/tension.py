"""Measures our detector and the rivals on synthetic sets of pulls."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from multiprocessing.pool import Pool

import numpy as np

from accuracy import ours
from accuracy.course import TrueHold
from accuracy.idle import AMPLITUDES_N, idle
from accuracy.rivals import TENSION
from accuracy.sampled import Sampling
from accuracy.scoring import Tally, is_within, pairs, tally
from accuracy.suite import HOLD_EXERCISE, KINDS, Drawn, draw
from bandmate.domain.events import Grade

CALIBRATED, LEARNT = "bandmate, calibrated", "bandmate"
OFF_BY = (0.8, 1.2)
"""How wrong the calibration is: a share of the amplitude between these."""
_REPS, _HOLDS = "free_reps", "free_holds"


@dataclass(frozen=True, slots=True)
class HoldErrors:
    """What became of the holds of one set.

    Attributes:
        tally: How many there were and were found.
        split: True holds in which more than one was found.
        lengths_s: Errors of the lengths.
        within: How many lengths are within 0.3 s or 2 %.
    """

    tally: Tally
    split: int
    lengths_s: tuple[float, ...]
    within: int


@dataclass(frozen=True, slots=True)
class Measured:
    """One set, all ways.

    Attributes:
        kind: Which kind.
        ways: What each way counted.
        grades: How often what was full or not was graded as what, calibrated.
        told_s: From the true end of a movement to its count, calibrated.
        tops_s: Errors of the time at the top, calibrated.
        free: Holds over half their height.
        zone: Holds over the zone's lower edge.
    """

    kind: str
    ways: dict[str, Tally]
    grades: Counter[tuple[bool, str]]
    told_s: tuple[float, ...]
    tops_s: tuple[float, ...]
    free: HoldErrors | None
    zone: HoldErrors | None


def known_amplitude(drawn: Drawn) -> float:
    """What a calibration would have said: as wrong as allowed."""
    chance = np.random.default_rng([drawn.seed, 20, [*KINDS].index(drawn.kind)])
    return drawn.amplitude_n * float(chance.uniform(*OFF_BY))


def measured(task: tuple[str, int]) -> Measured:
    """One set of a kind, drawn from a seed."""
    drawn = draw(*task)
    known = known_amplitude(drawn)
    found = ours.reps_in(ours.watched(drawn.t_s, drawn.force_n, ours.exercise(_REPS, known)))
    learnt = ours.reps_in(ours.watched(drawn.t_s, drawn.force_n, ours.exercise(_REPS)))
    same = [(found[i], drawn.reps[j]) for i, j in pairs(found, drawn.reps)]
    others = {name: way(drawn.t_s, drawn.force_n, known) for name, way in TENSION.items()}
    return Measured(
        drawn.kind,
        {
            CALIBRATED: tally(found, drawn.reps),
            LEARNT: tally(learnt, drawn.reps),
            **{name: tally(spans, drawn.reps) for name, spans in others.items()},
        },
        Counter((b.is_full, a.grade) for a, b in same),
        tuple(a.count_s - b.end_s for a, b in same),
        tuple(a.top_s - b.top_s for a, b in same if a.top_s is not None),
        _holds(drawn, _HOLDS, drawn.holds) if drawn.holds else None,
        _holds(drawn, HOLD_EXERCISE, drawn.zone_holds) if drawn.zone_holds else None,
    )


def _holds(drawn: Drawn, slug: str, true: Sequence[TrueHold]) -> HoldErrors:
    found = ours.holds_in(ours.watched(drawn.t_s, drawn.force_n, ours.exercise(slug)))
    lengths = [
        (found[i].end_s - found[i].start_s, true[j].end_s - true[j].start_s)
        for i, j in pairs(found, true)
    ]
    return HoldErrors(
        tally(found, true),
        sum(sum(a.start_s < b.end_s and b.start_s < a.end_s for a in found) > 1 for b in true),
        tuple(a - b for a, b in lengths),
        sum(is_within(a, b) for a, b in lengths),
    )


def counted_at(task: tuple[str, int, float]) -> tuple[float, Tally]:
    """One set at another rate, calibrated."""
    kind, seed, hz = task
    drawn = draw(kind, seed, Sampling(hz=hz))
    doing = ours.exercise(_REPS, known_amplitude(drawn))
    return hz, tally(ours.reps_in(ours.watched(drawn.t_s, drawn.force_n, doing)), drawn.reps)


@dataclass(frozen=True, slots=True)
class Idled:
    """An hour in which nothing is to be counted: what was, by grade, calibrated and not."""

    calibrated: Counter[str]
    learnt: Counter[str]
    rivals: dict[str, int]


def idled(seed: int) -> Idled:
    """One hour, drawn from a seed."""
    t_s, force_n = idle(seed)
    chance = np.random.default_rng([seed, 8])
    amplitude = float(chance.uniform(*AMPLITUDES_N) * chance.uniform(*OFF_BY))
    graded = [
        Counter(rep.grade for rep in ours.reps_in(ours.watched(t_s, force_n, doing)))
        for doing in (ours.exercise(_REPS, amplitude), ours.exercise(_REPS))
    ]
    others = {name: len(way(t_s, force_n, amplitude)) for name, way in TENSION.items()}
    return Idled(Counter(graded[0]), Counter(graded[1]), others)


def all_sets(pool: Pool, seeds: Iterable[int]) -> list[Measured]:
    """Every kind, every seed."""
    return pool.map(measured, [(kind, seed) for kind in KINDS for seed in seeds], chunksize=4)


def grade_names() -> list[str]:
    """The grades of movements that count."""
    return [grade for grade in Grade if grade is not Grade.ABORTED]

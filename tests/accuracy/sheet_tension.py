"""The part of the sheet about synthetic pulls."""

from collections import Counter
from collections.abc import Iterable, Sequence
from multiprocessing.pool import Pool

import numpy as np

from accuracy.markdown import Gate, shown, table
from accuracy.scoring import Score, score
from accuracy.suite import HOLD_EXERCISE, KINDS
from accuracy.tension import (
    CALIBRATED,
    LEARNT,
    HoldErrors,
    Idled,
    Measured,
    all_sets,
    counted_at,
    grade_names,
    idled,
)

SETS = 30
"""Of each kind."""
IDLE_HOURS = 5
RATES_HZ = (8.0, 20.0, 200.0)
RATE_SETS = 6
SUITE = "synthetic suite"


def section(pool: Pool, seed: int) -> tuple[str, list[Gate], list[Measured]]:
    """The tables, the gates, and what they were made of."""
    seeds = range(seed, seed + SETS)
    sets = all_sets(pool, seeds)
    hours = pool.map(idled, range(seed, seed + IDLE_HOURS), chunksize=1)
    of_all = score(one.ways[CALIBRATED] for one in sets)
    edges = [of_all.start_median_s, of_all.end_median_s]
    per_hour = sum(_all(one.calibrated) for one in hours) / IDLE_HOURS
    gates = [
        Gate(SUITE, "sets counted exactly >= 99.5 %", of_all.exact, 0.995),
        Gate(SUITE, "median edge error <= 25 ms", max(edges), 0.025, "ms", is_least=False),
        Gate(SUITE, "idle: <= 1 false rep an hour", per_hour, 1.0, "", is_least=False),
        *_hold_gates(sets),
    ]
    text = "\n".join(
        [
            _COUNTS.format(sets=SETS, seed=seed),
            _exact(sets),
            _OVERALL,
            _overall(sets),
            _EDGES,
            _edges(sets),
            _GRADES,
            _grades(sets),
            _HOLDS.format(exercise=HOLD_EXERCISE),
            _holds(sets),
            _RATES.format(sets=RATE_SETS),
            _rates(pool, seed),
            _IDLE.format(hours=IDLE_HOURS),
            _idle(hours),
        ]
    )
    return text, gates, sets


_COUNTS = """## Counting synthetic pulls

{sets} sets of each kind, seeds {seed} and up, 80 readings a second, 0.15 N of noise, 0.1 N steps,
packets of ten. *Calibrated*: told the rise of a full movement, up to 20 % wrong; the fixed
hysteresis (on at half the rise, off at a quarter) and `find_peaks` (5 Hz without delay, prominence
of half the rise) are told the same. `find_peaks` and autocorrelation see the whole set at once; the
others see each reading once. A bounce is one movement while its dip is under 60 % of the rise, and
two over 70 %. Every movement found counts, whatever its grade. Sets counted exactly:
"""

_OVERALL = """All kinds together; a movement is found where the two spans share half of what either
covers:
"""

_EDGES = """Edges against the 10 % crossings of the signal without noise, median and 95th percentile
of the error's size, and when the count was told, from the movement's true end (below zero: before
it); calibrated:
"""

_GRADES = """Grades, calibrated (`full` from 60 % of the expected rise; the truth knows that rise,
the detector what it was told and has learnt):
"""

_HOLDS = """### Holds

Found by `free_holds` between half of the hold's height up and down, and by an exercise with a zone
(`{exercise}`) between the crossings of its lower edge. A split hold is
one in which more than one was found. The time at the top is that of `free_reps`, at 80 % of the
rise or more.
"""

_RATES = """### Other rates

Sets counted exactly, calibrated, {sets} of each kind:
"""

_IDLE = """### Idle

{hours} hours of a worn sensor with a set running: breathing, fidgeting (up to 4 N), the band put
on and off (up to 6 N), short tugs of 8 to 25 N that last 0.16 to 0.3 s. Calibrated for a movement
of 30 to 60 N, up to 20 % wrong. Found in an hour:
"""


def _exact(sets: Sequence[Measured]) -> str:
    ways = [*sets[0].ways]
    rows = [[kind, *(shown(_of(sets, way, kind).exact, "%") for way in ways)] for kind in KINDS]
    rows.append(["**all**", *(f"**{shown(_of(sets, way).exact, '%')}**" for way in ways)])
    return table(["kind", *ways], rows)


def _of(sets: Iterable[Measured], way: str, kind: str = "") -> Score:
    return score(one.ways[way] for one in sets if kind in {"", one.kind})


def _overall(sets: Sequence[Measured]) -> str:
    rows: list[list[str]] = []
    for way in sets[0].ways:
        of = _of(sets, way)
        shares = (of.f1, of.precision, of.recall)
        rows.append(
            [way, *(f"{share:.4f}" for share in shares), shown(of.within_one, "%"), shown(of.mae)]
        )
    return table(["way", "F1", "precision", "recall", "within one", "mean miscount"], rows)


def _edges(sets: Sequence[Measured]) -> str:
    rows: list[list[str]] = []
    for kind in [*KINDS, ""]:
        of = _of(sets, CALIBRATED, kind)
        told = [s for one in sets if kind in {"", one.kind} for s in one.told_s]
        rows.append(
            [
                kind or "**all**",
                f"{shown(of.start_median_s, 'ms')} / {shown(of.start_p95_s, 'ms')}",
                f"{shown(of.end_median_s, 'ms')} / {shown(of.end_p95_s, 'ms')}",
                _middle_and_95(told, "ms"),
            ]
        )
    return table(["kind", "start", "end", "told"], rows)


def _middle_and_95(numbers: Sequence[float], unit: str) -> str:
    if not numbers:
        return "-"
    return " / ".join(shown(float(np.quantile(numbers, share)), unit) for share in (0.5, 0.95))


def _grades(sets: Sequence[Measured]) -> str:
    grades: Counter[tuple[bool, str]] = Counter()
    for one in sets:
        grades += one.grades
    names = grade_names()
    rows = [
        [f"truly {'full' if full else 'partial'}", *(str(grades[full, name]) for name in names)]
        for full in (True, False)
    ]
    return table(["", *names], rows)


def _holds(sets: Sequence[Measured]) -> str:
    rows: list[list[str]] = []
    for kind in KINDS:
        of_kind = [one for one in sets if one.kind == kind and one.free]
        tops = [abs(s) for one in of_kind for s in one.tops_s]
        for name, errors in (("half height", _free(of_kind)), ("zone", _zone(of_kind))):
            if errors:
                top = "" if name == "zone" else _middle_and_95(tops, "s")
                rows.append([kind, name, *_hold_row(errors), top])
    head = ["kind", "between", "found", "too many", "split", "length off by", "within 0.3 s or 2 %"]
    return table([*head, "time at the top off by"], rows)


def _hold_row(errors: Sequence[HoldErrors]) -> list[str]:
    true = sum(one.tally.true for one in errors)
    matched = sum(one.tally.matched for one in errors)
    lengths = [abs(s) for one in errors for s in one.lengths_s]
    return [
        f"{matched} of {true}",
        str(sum(one.tally.found for one in errors) - matched),
        str(sum(one.split for one in errors)),
        _middle_and_95(lengths, "s"),
        shown(sum(one.within for one in errors) / true, "%"),
    ]


def _free(sets: Iterable[Measured]) -> list[HoldErrors]:
    return [one.free for one in sets if one.free]


def _zone(sets: Iterable[Measured]) -> list[HoldErrors]:
    return [one.zone for one in sets if one.zone]


def _hold_gates(sets: Sequence[Measured]) -> list[Gate]:
    errors = [*_free(sets), *_zone(sets)]
    true = sum(one.tally.true for one in errors)
    found = sum(one.tally.matched for one in errors)
    split = sum(one.split for one in errors)
    within = sum(one.within for one in errors)
    return [
        Gate("holds", "all found", found / true, 1.0),
        Gate("holds", "none split", split, 0.0, "", is_least=False),
        Gate("holds", "length within 0.3 s or 2 %", within / true, 1.0),
    ]


def _rates(pool: Pool, seed: int) -> str:
    tasks = [
        (kind, s, hz) for hz in RATES_HZ for kind in KINDS for s in range(seed, seed + RATE_SETS)
    ]
    counted = pool.map(counted_at, tasks, chunksize=4)
    rows: list[list[str]] = []
    for hz in RATES_HZ:
        of = score(tally for at_hz, tally in counted if at_hz == hz)
        edges = (shown(of.start_median_s, "ms"), shown(of.end_median_s, "ms"))
        rows.append([f"{hz:.0f} Hz", shown(of.exact, "%"), f"{of.f1:.4f}", *edges])
    return table(["rate", "exact", "F1", "start", "end"], rows)


def _idle(hours: Sequence[Idled]) -> str:
    names = grade_names()
    rows = [
        [
            way,
            *(_per_hour(one[name] for one in found) for name in names),
            _per_hour(map(_all, found)),
        ]
        for way, found in (
            (CALIBRATED, [one.calibrated for one in hours]),
            (LEARNT, [one.learnt for one in hours]),
        )
    ]
    rows += [
        [way, *([""] * len(names)), _per_hour(one.rivals[way] for one in hours)]
        for way in hours[0].rivals
    ]
    return table(["way", *names, "all"], rows)


def _all(grades: Counter[str]) -> int:
    return sum(grades.values())


def _per_hour(found: Iterable[int]) -> str:
    return f"{sum(found) / IDLE_HOURS:.1f}"

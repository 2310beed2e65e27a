"""The part of the sheet about recordings of force."""

from collections.abc import Sequence
from multiprocessing.pool import Pool
from pathlib import Path

import numpy as np

from accuracy.markdown import Gate, shown, table
from accuracy.recordings_force import LIMITS_N, Held, cable, held, squeeze
from accuracy.truth import Recording
from bandmate.units import NEWTON_PER

_LEVEL_KG = 0.3
_EDGE_S = 0.5
_LENGTH_S, _LENGTH_SHARE = 0.5, 0.1
CABLE, SQUEEZE = "cable pulls", "squeezes"

_TEXT = """### Force

`free_holds` on {cable} recordings of cable pulls with a drifting zero and {squeeze} of squeezes,
held, in an arbitrary unit. The counts are known; edges (half of the local height) and levels
(middle 80 % of the plateau) are read from the whole recording by other means. The rivals know no
amplitude: the fixed hysteresis takes the highest of the first eighth. Alerts were tried with limits
of {limits} N.
"""


def section(pool: Pool, data: Path) -> tuple[str, list[Gate]]:
    """The table of the recordings, and the gates."""
    pulls, squeezes = cable(data), squeeze(data)
    done = pool.map(_held, [*((one, True) for one in pulls), *((one, False) for one in squeezes)])
    of_cable, of_squeeze = done[: len(pulls)], done[len(pulls) :]
    head = ["set", "holds", "found", "whole", "files exact", "edges off by", "lengths off by"]
    text = _TEXT.format(
        cable=len(pulls), squeeze=len(squeezes), limits=", ".join(f"{n:.0f}" for n in LIMITS_N)
    )
    rows = [_row(CABLE, of_cable), _row(SQUEEZE, of_squeeze)]
    rivals = [
        [name, *(_exact_rival(of, name) for of in (of_cable, of_squeeze))]
        for name in of_cable[0].rivals
    ]
    ours = ["bandmate", *(f"{_exact(of)} of {len(of)}" for of in (of_cable, of_squeeze))]
    counts = table(["files counted exactly", CABLE, SQUEEZE], [ours, *rivals])
    tables = [text, table(head, rows), counts]
    return "\n".join(tables), [*_cable_gates(of_cable), *_squeeze_gates(of_squeeze)]


def _held(task: tuple[Recording, bool]) -> Held:
    recording, is_pull = task
    return held(recording, NEWTON_PER["kg"], LIMITS_N) if is_pull else held(recording)


def _row(name: str, done: Sequence[Held]) -> list[str]:
    edges = [abs(error) for one in done for error in one.edges_s]
    lengths = [abs(error) for one in done for error, _ in one.lengths]
    return [
        name,
        str(sum(one.true for one in done)),
        str(sum(one.found for one in done)),
        str(sum(one.whole for one in done)),
        f"{_exact(done)} of {len(done)}",
        _middle_and_most(edges),
        _middle_and_most(lengths),
    ]


def _middle_and_most(errors: Sequence[float]) -> str:
    return f"{shown(float(np.median(errors)), 's')}, at most {shown(max(errors), 's')}"


def _exact(done: Sequence[Held]) -> int:
    return sum(one.found == one.true for one in done)


def _exact_rival(done: Sequence[Held], name: str) -> str:
    return f"{sum(one.rivals[name] == one.true for one in done)} of {len(done)}"


def _cable_gates(done: Sequence[Held]) -> list[Gate]:
    true = sum(one.true for one in done)
    whole = sum(one.whole for one in done)
    extra = sum(one.found - one.whole for one in done)
    level = max(abs(error) for one in done for error in one.levels) / NEWTON_PER["kg"]
    edge = max(abs(error) for one in done for error in one.edges_s)
    due = sum(one.alerts_due for one in done)
    told = sum(one.alerts_told for one in done)
    false = sum(one.alerts_false for one in done)
    return [
        Gate(CABLE, "all pulls, none merged or split", whole / true, 1.0),
        Gate(CABLE, "found beside them: none", extra, 0.0, "", is_least=False),
        Gate(CABLE, "level within 0.3 kg (worst)", level, _LEVEL_KG, "", is_least=False),
        Gate(CABLE, "edges within 0.5 s (worst)", edge, _EDGE_S, "s", is_least=False),
        Gate(CABLE, f"over-limit alerts on all {due} pulls", told / due, 1.0),
        Gate(CABLE, "... and only on them", false, 0.0, "", is_least=False),
    ]


def _squeeze_gates(done: Sequence[Held]) -> list[Gate]:
    lengths = [pair for one in done for pair in one.lengths]
    good = [abs(s) <= _LENGTH_S or abs(share) <= _LENGTH_SHARE for s, share in lengths]
    wrong = float(len(done) - _exact(done))
    return [
        Gate(SQUEEZE, "files miscounted <= 1", wrong, 1.0, "", is_least=False),
        Gate(SQUEEZE, "length within 0.5 s or 10 %", sum(good) / len(good), 1.0),
    ]

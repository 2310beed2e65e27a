"""The part of the sheet about motion sensors: synthetic limbs, and the recordings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.pool import Pool
from pathlib import Path

from accuracy import ours
from accuracy.markdown import Gate, shown, table
from accuracy.recordings_motion import (
    CALIBRATED,
    OURS,
    Session,
    gym,
    gym_session,
    home,
    home_session,
    physio,
    physio_session,
    ways,
)
from accuracy.rivals_motion import MOTION
from accuracy.scoring import Peaked, Score, Tally, score, tally
from accuracy.truth import Recording
from accuracy.turning import KINDS, turn
from bandmate.domain.events import Event
from bandmate.domain.exercises import Exercise

SETS = 15
"""Of each kind."""
_REPS, _HOLDS = "free_reps", "free_holds"

_SYNTHETIC = """## Counting a turning limb

{sets} synthetic sets of each kind, seeds {seed} and up: a six-axis sensor at 50 readings a second,
mounted anyhow, its gyroscope off by 1 degree a second, the joint's axis 12 % out of level, with the
acceleration of the lever. *Calibrated*: told the angle of a full movement. The rivals see the whole
set at once. Sets counted exactly (F1 behind it):
"""

_HELD = """Of the {true} holds of 30 s `free_holds` found {matched}, and {extra} that were none.
"""

_RECORDED = """### Motion

`free_reps` sees each reading once; the rivals see all of a recording at once. A repetition is found
where the peak lies within 1 s of it, each used once; every movement counts, whatever its grade.

Physiotherapy ({physio} recordings of 30 repetitions: ten with a hold, ten too fast, ten small; the
truth is good to about 1 s). *Calibrated* on one repetition of another recording of the same person
and movement; where that recording taught nothing, the session counts as nothing found:
"""

_GYM = """Gym, wrist ({count} whole recordings with four or more repetitions, picking up and putting
down weights among them; only the number of repetitions is known, a few doubtfully):
"""

_HOME = """Home, upper arm, 10 readings a second ({count} workouts; sets of squats and of sit-ups,
at most 10 s between two repetitions; the breaks lie between the sets of all movements):
"""


def synthetic(pool: Pool, seed: int) -> str:
    """The table of turning limbs."""
    tasks = [(kind, s) for kind in KINDS for s in range(seed, seed + SETS)]
    found = pool.map(_turned, tasks, chunksize=2)
    names = [*found[0].ways]
    rows: list[list[str]] = []
    for kind in KINDS:
        of = [score(one.ways[name] for one in found if one.kind == kind) for name in names]
        rows.append([kind, *(f"{shown(one.exact, '%')} ({one.f1:.3f})" for one in of)])
    holds = [one.holds for one in found if one.holds]
    text = _HELD.format(
        matched=sum(one.matched for one in holds),
        true=sum(one.true for one in holds),
        extra=sum(one.found - one.matched for one in holds),
    )
    return "\n".join([_SYNTHETIC.format(sets=SETS, seed=seed), table(["kind", *names], rows), text])


@dataclass(frozen=True, slots=True)
class _Turned:
    """What was found in one set."""

    kind: str
    ways: dict[str, Tally]
    holds: Tally | None


def _turned(task: tuple[str, int]) -> _Turned:
    kind, seed = task
    of = turn(kind, seed)

    def watched(doing: Exercise) -> list[Event]:
        return ours.watched_turning(of.t_s, of.acc_ms2, of.gyro_rads, doing)

    mine = {CALIBRATED: ours.exercise(_REPS, of.amplitude_deg), OURS: ours.exercise(_REPS)}
    found = {name: ours.reps_in(watched(doing)) for name, doing in mine.items()}
    others = {name: way(of.t_s, of.acc_ms2) for name, way in MOTION.items()}
    holds = ours.holds_in(watched(ours.exercise(_HOLDS))) if of.holds else []
    return _Turned(
        kind,
        {name: tally(spans, of.reps) for name, spans in (found | others).items()},
        tally(holds, of.holds) if of.holds else None,
    )


def recorded(pool: Pool, data: Path) -> tuple[str, list[Gate]]:
    """The tables of the recordings, and the gates."""
    tasks = [
        (of, i, way, data)
        for of, kind in _SETS.items()
        for i in range(len(kind.recordings(data)))
        for way in ways(calibrated=kind.is_calibrated)
    ]
    done = dict(zip(tasks, pool.map(_session, tasks, chunksize=1), strict=True))
    sessions = {
        of: {
            way: [done[of, i, way, data] for i in range(len(kind.recordings(data)))]
            for way in ways(calibrated=kind.is_calibrated)
        }
        for of, kind in _SETS.items()
    }
    counts = {of: len(kind.recordings(data)) for of, kind in _SETS.items()}
    text = [
        _RECORDED.format(physio=counts["imu_physio"]),
        _physio(sessions["imu_physio"]),
        _GYM.format(count=counts["imu_gym"]),
        _gym(sessions["imu_gym"]),
        _HOME.format(count=counts["imu_home"]),
        _home(sessions["imu_home"]),
    ]
    gates = [
        *_physio_gates(sessions["imu_physio"]),
        *_gym_gates(sessions["imu_gym"]),
        *_home_gates(sessions["imu_home"]),
    ]
    return "\n".join(text), gates


@dataclass(frozen=True, slots=True)
class _Set:
    recordings: Callable[[Path], list[Recording]]
    session: Callable[[Sequence[Peaked], Recording], Session]
    is_calibrated: bool = False


_SETS = {
    "imu_physio": _Set(physio, physio_session, is_calibrated=True),
    "imu_gym": _Set(gym, gym_session),
    "imu_home": _Set(home, home_session),
}


def _session(task: tuple[str, int, str, Path]) -> Session:
    of, i, way, data = task
    kind = _SETS[of]
    recording = kind.recordings(data)[i]
    return kind.session(ways(calibrated=kind.is_calibrated)[way](recording), recording)


def _of(sessions: Sequence[Session]) -> Score:
    return score(tally for session in sessions for tally in session.tallies)


def _low(sessions: Sequence[Session]) -> float:
    return sum(one.low[1] for one in sessions) / sum(one.low[0] for one in sessions)


def _false(sessions: Sequence[Session], per_s: float) -> float:
    """Found in pauses, in so many seconds of them."""
    return sum(one.false for one in sessions) * per_s / sum(one.pauses_s for one in sessions)


def _at_most_one(sessions: Sequence[Session]) -> float:
    """Share of sessions in whose breaks at most one was found."""
    return sum(one.false <= 1 for one in sessions) / len(sessions)


def _physio(found: Mapping[str, Sequence[Session]]) -> str:
    head = ["way", "F1", "exact", "within one", "mean miscount", "small ones found"]
    rows = [
        [
            *_row(way, _of(sessions), f"{_of(sessions).f1:.3f}"),
            shown(_low(sessions), "%"),
            f"{_false(sessions, 600.0):.2f}",
        ]
        for way, sessions in found.items()
    ]
    return table([*head, "false in 10 min of pauses"], rows)


def _gym(found: Mapping[str, Sequence[Session]]) -> str:
    rows = [_row(way, _of(sessions)) for way, sessions in found.items()]
    return table(["way", "exact", "within one", "mean miscount"], rows)


def _home(found: Mapping[str, Sequence[Session]]) -> str:
    rows = [
        [
            *_row(way, _of(sessions)),
            f"{sum(one.false for one in sessions) / len(sessions):.1f}",
            shown(_at_most_one(sessions), "%"),
        ]
        for way, sessions in found.items()
    ]
    head = ["way", "exact", "within one", "mean miscount", "false in breaks, a session"]
    return table([*head, "sessions with at most one"], rows)


def _row(way: str, of: Score, *more: str) -> list[str]:
    return [way, *more, shown(of.exact, "%"), shown(of.within_one, "%"), shown(of.mae)]


def _physio_gates(found: Mapping[str, Sequence[Session]]) -> list[Gate]:
    sessions, name = found[CALIBRATED], "physiotherapy, calibrated"
    of = _of(sessions)
    return [
        Gate(name, "F1 >= 0.98", of.f1, 0.98, ""),
        Gate(name, "sessions within one >= 95 %", of.within_one, 0.95),
        Gate(name, "sessions exact >= 85 %", of.exact, 0.85),
        Gate(name, "false in 10 min of pauses <= 1", _false(sessions, 600.0), 1.0, "", False),
        Gate(name, "small repetitions found >= 96 %", _low(sessions), 0.96),
        Gate("physiotherapy", "F1 >= 0.95", _of(found[OURS]).f1, 0.95, ""),
    ]


def _gym_gates(found: Mapping[str, Sequence[Session]]) -> list[Gate]:
    return [Gate("gym", "within one >= 70 %", _of(found[OURS]).within_one, 0.7)]


def _home_gates(found: Mapping[str, Sequence[Session]]) -> list[Gate]:
    sessions = found[OURS]
    most = float(max(one.false for one in sessions))
    return [
        Gate("home", "sets within one >= 95 %", _of(sessions).within_one, 0.95),
        Gate("home", "most false in the breaks of a session <= 1", most, 1.0, "", False),
    ]

"""Our detector and the rivals on the recordings of motion sensors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from accuracy import ours
from accuracy.rivals_motion import MOTION
from accuracy.scoring import PEAK_SLACK_S, Peaked, Tally, peaks_within
from accuracy.truth import (
    Recording,
    Repetition,
    accelerations,
    recordings,
    repetitions,
)
from bandmate.errors import InputError

LOW_BLOCK = "2"
"""The block of the physiotherapy recordings in which the movements are small."""
BREAK_S = 10.0
"""A longer pause ends a set of the home recordings."""
LEAST_REPETITIONS = 4
OURS = "bandmate"
CALIBRATED = "bandmate, calibrated"
_SLUG = "free_reps"


@dataclass(frozen=True, slots=True)
class Session:
    """What one way found in one recording.

    Attributes:
        tallies: By set; of a recording without sets one.
        low: Repetitions of small height, and how many of them were found.
        pauses_s: Time in which nothing is to be found.
        false: Found there.
    """

    tallies: tuple[Tally, ...]
    low: tuple[int, int] = (0, 0)
    pauses_s: float = 0.0
    false: int = 0


Found = Callable[[Recording], Sequence[Peaked]]


def ways(*, calibrated: bool) -> dict[str, Found]:
    """Our detector, uncalibrated and calibrated, and the rivals."""
    mine: dict[str, Found] = {OURS: _uncalibrated}
    if calibrated:
        mine = {CALIBRATED: _calibrated, **mine}
    return mine | {name: _rival(name) for name in MOTION}


def _uncalibrated(recording: Recording) -> Sequence[Peaked]:
    return ours.reps_in(ours.recorded(recording.path, ours.exercise(_SLUG)))


def _calibrated(recording: Recording) -> Sequence[Peaked]:
    """A calibration that is refused is a session without one repetition."""
    try:
        events = ours.recorded_after(
            recording.calibration, recording.calib_span, recording.path, ours.exercise(_SLUG)
        )
    except InputError:
        return ()
    return ours.reps_in(events)


def _rival(name: str) -> Found:
    return lambda recording: MOTION[name](*accelerations(recording))


def physio(data: Path) -> list[Recording]:
    """Physiotherapy: 30 repetitions each, in three blocks."""
    return recordings(data, "imu_physio")


def gym(data: Path) -> list[Recording]:
    """Whole recordings from a gym with four or more repetitions."""
    return [one for one in recordings(data, "imu_gym") if one.repetitions >= LEAST_REPETITIONS]


def home(data: Path) -> list[Recording]:
    """Workouts at home."""
    return recordings(data, "imu_home")


def physio_session(found: Sequence[Peaked], recording: Recording) -> Session:
    """Every repetition has its time."""
    true = repetitions(recording)
    low = [one for one in true if one.kind == LOW_BLOCK]
    in_low = [p for p in found if low[0].start_s - 1 <= p.peak_s <= low[-1].end_s + 1]
    end_s = accelerations(recording)[0][-1]
    pauses_s, false = _outside(found, true, end_s)
    return Session(
        (Tally(len(true), len(found), peaks_within(found, true)),),
        (len(low), peaks_within(in_low, low)),
        pauses_s,
        false,
    )


def gym_session(found: Sequence[Peaked], recording: Recording) -> Session:
    """Only how many repetitions there are is known."""
    count = len(found)
    matched = min(count, recording.repetitions)
    return Session((Tally(recording.repetitions, count, matched),))


def home_session(found: Sequence[Peaked], recording: Recording) -> Session:
    """Sets of squats and of sit-ups, and breaks between all sets."""
    true = repetitions(recording)
    sets = _sets(true)
    tallies: list[Tally] = []
    for one in sets:
        if one[0].kind.lower().startswith(("squat", "sit")):
            inside = [p for p in found if _holds(one, p.peak_s)]
            tallies.append(Tally(len(one), len(inside), peaks_within(inside, one)))
    spans = [Repetition(one[0].start_s, one[-1].end_s, one[0].kind) for one in sets]
    pauses_s, false = _outside(found, spans, accelerations(recording)[0][-1])
    return Session(tuple(tallies), pauses_s=pauses_s, false=false)


def _sets(true: Sequence[Repetition]) -> list[list[Repetition]]:
    sets: list[list[Repetition]] = []
    for one in true:
        last = sets[-1][-1] if sets else None
        if last and last.kind == one.kind and one.start_s - last.end_s <= BREAK_S:
            sets[-1].append(one)
        else:
            sets.append([one])
    return sets


def _holds(one: Sequence[Repetition], at_s: float) -> bool:
    return one[0].start_s - PEAK_SLACK_S <= at_s <= one[-1].end_s + PEAK_SLACK_S


def _outside(
    found: Sequence[Peaked], spans: Sequence[Repetition], end_s: float
) -> tuple[float, int]:
    """Time outside all spans and 1 s beside them, and what was found there."""
    pauses_s, at_s = 0.0, 0.0
    for span in spans:
        pauses_s += max(span.start_s - PEAK_SLACK_S - at_s, 0.0)
        at_s = max(at_s, span.end_s + PEAK_SLACK_S)
    pauses_s += max(end_s - at_s, 0.0)
    return pauses_s, sum(not any(_holds([span], p.peak_s) for span in spans) for p in found)

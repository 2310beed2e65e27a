"""Our detector on signals and recordings, through the same pipeline as the service."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bandmate.app.calibrate import calibrated
from bandmate.app.replay import ReplayOptions, replay
from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.events import Event, Grade, HoldEnded, Rep, RepFinal
from bandmate.domain.exercises import Exercise
from bandmate.domain.samples import Block, MotionBlock, Vector
from bandmate.engine.band import BandPipeline
from bandmate.engine.band_settings import BandSettings

PACKET = 10
"""Readings a packet."""


@dataclass(frozen=True, slots=True)
class FoundRep:
    """A movement that was counted."""

    start_s: float
    peak_s: float
    end_s: float
    count_s: float
    grade: str
    top_s: float | None = None


@dataclass(frozen=True, slots=True)
class FoundHold:
    """A hold that was found."""

    start_s: float
    end_s: float


def exercise(slug: str, amplitude: float | None = None) -> Exercise:
    """An exercise of the catalogue, its expected movement known or to be learnt."""
    return replace(load_catalogue().find(slug), amplitude_n=amplitude or 0.0)


def watched(
    t_s: Sequence[float], force_n: Sequence[float], doing: Exercise, packet: int = PACKET
) -> list[Event]:
    """Every event of a signal of force."""
    settings = BandSettings("band", "accuracy", silence="samples")
    blocks = [
        Block(t_s[min(i + packet, len(t_s)) - 1], t_s[i : i + packet], force_n[i : i + packet])
        for i in range(0, len(t_s), packet)
    ]
    return _run(settings, blocks, doing)


def watched_turning(
    t_s: Sequence[float], acc: Sequence[Vector], gyro: Sequence[Vector], doing: Exercise
) -> list[Event]:
    """Every event of a motion sensor's readings."""
    settings = BandSettings("band", "accuracy", quantity="angle", silence="samples")
    ends = [(i, min(i + PACKET, len(t_s))) for i in range(0, len(t_s), PACKET)]
    blocks = [MotionBlock(t_s[j - 1], t_s[i:j], acc[i:j], gyro[i:j]) for i, j in ends]
    return _run(settings, blocks, doing)


def recorded(path: Path, doing: Exercise) -> list[Event]:
    """Every event of a recording, as `bandmate replay` gives them."""
    return [*replay(path, ReplayOptions(doing, PACKET))]


def recorded_after(calibration: Path, span: str, path: Path, doing: Exercise) -> list[Event]:
    """The same with `--calibrate`.

    Args:
        calibration: A recording of the movement.
        span: Where in it one repetition is, `A:B` in seconds.
        path: The recording.
        doing: The exercise.
    """
    shown = calibrated(calibration, span)
    return [*replay(path, ReplayOptions(doing, PACKET, courses=shown.courses))]


def _run(
    settings: BandSettings, blocks: Sequence[Block | MotionBlock], doing: Exercise
) -> list[Event]:
    pipeline = BandPipeline(settings, load_catalogue().find)
    events = pipeline.start(doing, blocks[0].t_s[0])
    for block in blocks:
        events.extend(pipeline.push(block))
    end_s = blocks[-1].t_s[-1]
    return [*events, *pipeline.tick(end_s), *pipeline.finish(end_s)]


def reps_in(events: Sequence[Event]) -> list[FoundRep]:
    """Every movement that counts, whatever its grade."""
    final = {event.index: event for event in events if isinstance(event, RepFinal)}
    return [
        FoundRep(
            event.start_s,
            event.peak_s,
            final[event.index].end_s if event.index in final else event.count_s,
            event.count_s,
            event.grade,
            final[event.index].top_s if event.index in final else None,
        )
        for event in events
        if isinstance(event, Rep) and event.grade is not Grade.ABORTED
    ]


def holds_in(events: Sequence[Event]) -> list[FoundHold]:
    """Every hold."""
    return [
        FoundHold(event.start_s, event.end_s) for event in events if isinstance(event, HoldEnded)
    ]

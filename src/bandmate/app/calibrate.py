"""Learns what a full movement looks like from a recording of known repetitions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from types import MappingProxyType

from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.events import Grade, Rep
from bandmate.domain.samples import MotionBlock
from bandmate.engine.band import BandPipeline
from bandmate.engine.band_settings import BandSettings
from bandmate.engine.calibration import course_shown
from bandmate.errors import InputError, UsageError
from bandmate.link.recording_csv import CsvRecording, CsvRow, as_block, read_csv
from bandmate.signal.course import Course

_ALL = (float("-inf"), float("inf"))
Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a recording of known repetitions showed.

    Attributes:
        amplitude: The median rise of the pull, in the recording's unit; `None` where it has none.
        courses: The course of the movement by band, of its motion sensors.
    """

    amplitude: float | None = None
    courses: Mapping[str, Course] = field(default_factory=lambda: MappingProxyType({}))


def calibrated(path: Path, span: str | None) -> Calibration:
    """What the movement in a plain recording looks like.

    Args:
        path: The recording.
        span: `A:B`, seconds: where one repetition lies, if not the whole of it counts.

    Raises:
        InputError: The recording cannot be read, or holds no repetition there.
        UsageError: The span has not that form.
    """
    span_s = None if span is None else _parsed(span)
    recording = read_csv(path)
    from_s, to_s = span_s or _ALL
    if not any(from_s <= row.t_s <= to_s for row in recording.rows):
        raise InputError(f"{path}: there is nothing between {from_s:g} s and {to_s:g} s")
    amplitudes: list[float] = []
    courses: dict[str, Course] = {}
    for band, quantity in recording.quantities.items():
        rows = [row for row in recording.rows if row.band == band]
        if quantity == "angle":
            block = as_block(rows, quantity)
            course = course_shown(block, span_s) if isinstance(block, MotionBlock) else None
            if course is not None:
                courses[band] = course
        else:
            amplitudes.extend(_rises(recording, band, rows, span_s or _ALL))
    if not amplitudes and not courses:
        raise InputError(f"{path}: there is no repetition to learn from", hint="Check --span A:B.")
    return Calibration(median(amplitudes) if amplitudes else None, courses)


def _rises(recording: CsvRecording, band: str, rows: Sequence[CsvRow], span_s: Span) -> list[float]:
    """How far each pull in a span rises."""
    from_s, to_s = span_s
    rows = [row for row in rows if from_s <= row.t_s <= to_s]
    if not rows:
        return []
    quantity = recording.quantities[band]
    settings = BandSettings(band, "calibration", quantity=quantity, silence="samples")
    catalogue = load_catalogue()
    pipeline = BandPipeline(settings, catalogue.find)
    events = [
        *pipeline.start(catalogue.find("free_reps"), rows[0].t_s),
        *pipeline.push(as_block(rows, quantity)),
        *pipeline.finish(rows[-1].t_s),
    ]
    return [
        event.excursion
        for event in events
        if isinstance(event, Rep) and event.grade is not Grade.ABORTED
    ]


def _parsed(span: str) -> Span:
    try:
        from_s, to_s = (float(part) for part in span.split(":"))
    except ValueError as error:
        raise UsageError(
            f"--span {span!r} is not A:B", hint="Seconds, such as 12.5:21.1."
        ) from error
    if not from_s < to_s:
        raise UsageError(f"--span {span!r}: it ends before it begins")
    return from_s, to_s

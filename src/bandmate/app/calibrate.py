"""Learns what a full movement looks like from a recording of known repetitions."""

from pathlib import Path
from statistics import median

from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.events import Grade, Rep
from bandmate.domain.samples import Block
from bandmate.engine.band import BandPipeline, BandSettings
from bandmate.errors import InputError, UsageError
from bandmate.link.recording_csv import read_csv

_ALL = (float("-inf"), float("inf"))


def learnt_amplitude(path: Path, span: str | None) -> float:
    """The median rise of the repetitions in a recording, in the recording's unit.

    Args:
        path: A plain recording of one sensor.
        span: `A:B`, seconds, where not the whole of it counts.

    Raises:
        InputError: The recording cannot be read, or holds no repetition there.
        UsageError: The span has not that form.
    """
    from_s, to_s = _ALL if span is None else _parsed(span)
    recording = read_csv(path)
    rows = [row for row in recording.rows if from_s <= row.t_s <= to_s]
    if not rows:
        raise InputError(f"{path}: there is nothing between {from_s:g} s and {to_s:g} s")
    settings = BandSettings(
        rows[0].band, "calibration", quantity=recording.quantity, silence="samples"
    )
    catalogue = load_catalogue()
    pipeline = BandPipeline(settings, catalogue.find)
    end_s = rows[-1].t_s
    events = [
        *pipeline.start(catalogue.find("free_reps"), rows[0].t_s),
        *pipeline.push(Block(end_s, [row.t_s for row in rows], [row.force for row in rows])),
        *pipeline.finish(end_s),
    ]
    rises = [
        event.excursion
        for event in events
        if isinstance(event, Rep) and event.grade is not Grade.ABORTED
    ]
    if not rises:
        raise InputError(f"{path}: there is no repetition to learn from", hint="Check --span A:B.")
    return median(rises)


def _parsed(span: str) -> tuple[float, float]:
    try:
        from_s, to_s = (float(part) for part in span.split(":"))
    except ValueError as error:
        raise UsageError(
            f"--span {span!r} is not A:B", hint="Seconds, such as 12.5:21.1."
        ) from error
    if not from_s < to_s:
        raise UsageError(f"--span {span!r}: it ends before it begins")
    return from_s, to_s

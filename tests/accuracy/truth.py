"""Where the development recordings lie, and what is known of each. None is kept here.

They are other people's: only figures over whole sets are shown, never a file's name.
"""

import csv
import gzip
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bandmate.domain.samples import Vector

BESIDE = Path(__file__).parents[3] / "shared" / "data"


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording.

    Attributes:
        path: Its file.
        repetitions: How many it holds.
        calibration: The file of one repetition by the same person.
        calib_span: Where in that it is, `A:B` in seconds; empty: there is none.
    """

    path: Path
    repetitions: int
    calibration: Path
    calib_span: str


@dataclass(frozen=True, slots=True)
class Repetition:
    """One repetition of a recording.

    Attributes:
        start_s: Where it begins.
        end_s: Where it ends.
        kind: The block or the movement it belongs to.
    """

    start_s: float
    end_s: float
    kind: str


def folder() -> Path | None:
    """Where they lie; `None`: they are absent."""
    place = Path(os.environ.get("BANDMATE_DATA", BESIDE))
    return place if (place / "truth.csv").is_file() else None


def recordings(data: Path, of: str) -> list[Recording]:
    """The recordings of a set."""
    with (data / "truth.csv").open() as file:
        return [
            Recording(
                data / of / f"{row['recording']}.csv.gz",
                int(row["repetitions"]),
                data / of / f"{row['recording']}.calib.csv.gz",
                row["calib_span_s"],
            )
            for row in csv.DictReader(file)
            if row["set"] == of
        ]


def repetitions(recording: Recording) -> list[Repetition]:
    """When each of its repetitions was."""
    name = recording.path.name.removesuffix(".csv.gz")
    with recording.path.with_name(f"{name}.reps.csv").open() as file:
        return [
            Repetition(
                float(row["start_s"]), float(row["end_s"]), row.get("block") or row["exercise"]
            )
            for row in csv.DictReader(file)
        ]


def columns(recording: Recording) -> tuple[list[float], list[list[float]]]:
    """Times, and the other columns as they stand in the file, row by row."""
    with gzip.open(recording.path, "rt") as file:
        rows = [[float(cell or "nan") for cell in row] for row in [*csv.reader(file)][1:]]
    return [row[0] for row in rows], [row[1:] for row in rows]


def accelerations(recording: Recording) -> tuple[Sequence[float], Sequence[Vector]]:
    """Times and accelerations; the unit does not matter to who only compares them."""
    t_s, rows = columns(recording)
    return t_s, [(row[0], row[1], row[2]) for row in rows]

"""Reads plain CSV recordings: a header, then rows on the recording's own clock."""

import csv
import re
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, NoReturn

from bandmate.errors import InputError
from bandmate.link.recording_file import read_lines
from bandmate.units import NEWTON_PER

_FORCE_UNITS = {"force_n": "N", "force_kg": "kg", "force_lb": "lb"}
_FORCE_COLUMNS = (*_FORCE_UNITS, "force_au")
_IMU_COLUMNS = tuple(
    f"{kind}_{axis}_{unit}"
    for kind, units in (("acc", ("ms2", "g")), ("gyro", ("rads", "dps")))
    for axis in "xyz"
    for unit in units
)
_COLUMNS = ("t_s", *_FORCE_COLUMNS, *_IMU_COLUMNS, "band", "command")
_DEFAULT_BAND = "left"
_BAND_ID = re.compile("[a-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row. `force`: newton (or arbitrary unit); `None`: missing, `nan`: a NaN that arrived."""

    t_s: float
    band: str
    force: float | None
    command: str


@dataclass(frozen=True, slots=True)
class CsvRecording:
    """A whole plain recording, checked.

    Attributes:
        quantity: What the readings are; of an `arbitrary` unit only shapes mean something.
        rows: In order; times never decrease; equal times are distinct samples.
    """

    path: Path
    quantity: Literal["force", "arbitrary"]
    rows: tuple[CsvRow, ...] = field(repr=False)

    @property
    def bands(self) -> tuple[str, ...]:
        """Sensors in the recording, in order of appearance."""
        return tuple(dict.fromkeys(row.band for row in self.rows))


def read_csv(path: Path) -> CsvRecording:
    """Read a plain recording whole (`.csv` or `.csv.gz`).

    Raises:
        InputError: It cannot be read, its header is not one, or a row is malformed; the message
            names file and line.
    """
    with closing(read_lines(path)) as lines:
        reader = csv.reader(lines)
        try:
            columns = [name.strip() for name in next(reader, ())]
            force_column, newton_per_unit = _check_header(path, columns)
            cells = ((reader.line_num, cells) for cells in reader)
            rows = tuple(_rows(path, cells, columns, force_column, newton_per_unit))
        except csv.Error as error:
            raise InputError(f"{path}:{reader.line_num}: {error}") from error
    if not any(row.force is not None for row in rows):
        raise InputError(f"{path}: there is not one reading in it")
    return CsvRecording(path, "arbitrary" if "force_au" in columns else "force", rows)


def _check_header(path: Path, columns: list[str]) -> tuple[str, float]:
    """The force column, and newtons per its unit (1 for the arbitrary one)."""
    if not columns:
        raise InputError(f"{path}:1: there is no header", hint="Begin with a line t_s,force_n.")
    for name in columns:
        if name not in _COLUMNS:
            near = get_close_matches(name, _COLUMNS, n=1)
            meant = f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(_COLUMNS)}."
            raise InputError(f"{path}:1: unknown column {name!r}", hint=meant)
        if columns.count(name) > 1:
            raise InputError(f"{path}:1: column {name!r} is there twice")
    if "t_s" not in columns:
        raise InputError(f"{path}:1: there is no column t_s", hint="Times in seconds are required.")
    forces = [name for name in columns if name in _FORCE_COLUMNS]
    if not forces and any(name in _IMU_COLUMNS for name in columns):
        raise InputError(
            f"{path}:1: motion (IMU) recordings cannot be replayed yet",
            hint="A column force_n, force_kg, force_lb or force_au is needed.",
        )
    if len(forces) != 1:
        raise InputError(
            f"{path}:1: exactly one column of {', '.join(_FORCE_COLUMNS)} is needed, "
            f"there {'is none' if not forces else 'are ' + ', '.join(forces)}"
        )
    unit = _FORCE_UNITS.get(forces[0])
    return forces[0], 1.0 if unit is None else NEWTON_PER[unit]


def _rows(
    path: Path,
    lines: Iterable[tuple[int, list[str]]],
    columns: list[str],
    force_column: str,
    newton_per_unit: float,
) -> Iterator[CsvRow]:
    before_s = float("-inf")
    for line, cells in lines:
        if not any(cells):
            continue
        if len(cells) != len(columns):
            _malformed(path, line, f"{len(cells)} fields where the header has {len(columns)}")
        row = {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}
        t_s = _number(path, line, "t_s", row["t_s"])
        if t_s is None:
            _malformed(path, line, "t_s is missing")
        if not abs(t_s) < float("inf"):
            _malformed(path, line, f"t_s is {t_s}, not a time")
        if t_s < before_s:
            _malformed(path, line, f"t_s goes back from {before_s:g} to {t_s:g}")
        before_s = t_s
        value = _number(path, line, force_column, row[force_column])
        band = row.get("band") or _DEFAULT_BAND
        if not _BAND_ID.fullmatch(band):
            _malformed(path, line, f"band {band!r} holds more than a-z, 0-9, _ and -")
        yield CsvRow(
            t_s=t_s,
            band=band,
            force=None if value is None else value * newton_per_unit,
            command=row.get("command", ""),
        )


def _number(path: Path, line: int, column: str, text: str) -> float | None:
    if not text:
        return None
    try:
        # Digit groups with "_" are Python's own: elsewhere they are no number.
        return float(text.replace("_", "?"))
    except ValueError:
        _malformed(path, line, f"{column} is {text!r}, not a number")


def _malformed(path: Path, line: int, what: str) -> NoReturn:
    raise InputError(f"{path}:{line}: {what}", hint="The recording was not replayed.")

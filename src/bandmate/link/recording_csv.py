"""Reads plain CSV recordings: a header, then rows on the recording's own clock."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from bandmate.domain.samples import Block, MotionBlock, Quantity, Vector
from bandmate.errors import InputError
from bandmate.link.recording_columns import ARBITRARY, Columns, read_header
from bandmate.link.recording_file import read_lines

_DEFAULT_BAND = "left"
_BAND_ID = re.compile("[a-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row.

    Attributes:
        t_s: Its time.
        band: Whose it is.
        force: Newton, or an arbitrary unit; `None`: missing, `nan`: a NaN that arrived.
        command: What a person did; empty: nothing.
        acc_ms2: The acceleration by axis, m/s²; `None`: at least one axis is missing.
        gyro_rads: The turn rate by axis, rad/s, in the same way.
    """

    t_s: float
    band: str
    force: float | None
    command: str
    acc_ms2: Vector | None = None
    gyro_rads: Vector | None = None

    @property
    def is_reading(self) -> bool:
        """Whether a movement can be seen in it."""
        return self.force is not None or self.acc_ms2 is not None


@dataclass(frozen=True, slots=True)
class CsvRecording:
    """A whole plain recording, checked.

    Attributes:
        quantities: What each sensor shows, by band in order of appearance: `force`, `arbitrary`
            or `angle`.
        rows: In order; times never decrease; equal times are distinct samples.
    """

    path: Path
    quantities: Mapping[str, Quantity]
    rows: tuple[CsvRow, ...] = field(repr=False)

    @property
    def bands(self) -> tuple[str, ...]:
        """Sensors in the recording, in order of appearance."""
        return tuple(self.quantities)


def read_csv(path: Path) -> CsvRecording:
    """Read a plain recording whole (`.csv` or `.csv.gz`).

    Raises:
        InputError: It cannot be read, its header is not one, or a row is malformed; the message
            names file and line.
    """
    with closing(read_lines(path)) as lines:
        reader = csv.reader(lines)
        try:
            columns = read_header(path, next(reader, ()))
            bands = _Bands(columns)
            rows = tuple(_rows(reader, columns, bands))
        except csv.Error as error:
            raise InputError(f"{path}:{reader.line_num}: {error}") from error
        except ValueError as error:
            raise InputError(
                f"{path}:{reader.line_num}: {error}", hint="The recording was not replayed."
            ) from error
    if not any(row.is_reading for row in rows):
        raise InputError(f"{path}: there is not one reading in it")
    return CsvRecording(path, bands.quantities(), rows)


def as_block(rows: Sequence[CsvRow], quantity: Quantity) -> Block | MotionBlock:
    """Rows of one band as a packet, which arrives at the time of its last row.

    Args:
        rows: At least one.
        quantity: What the band shows.
    """
    arrival_s = rows[-1].t_s
    if quantity != "angle":
        return Block(arrival_s, [row.t_s for row in rows], [row.force for row in rows])
    whole = [(row.t_s, row.acc_ms2, row.gyro_rads) for row in rows if row.acc_ms2 is not None]
    times, acc_ms2, gyro_rads = zip(*whole, strict=True) if whole else ((), (), ())
    return MotionBlock(arrival_s, times, acc_ms2, gyro_rads)


class _Bands:
    """What the sensors show, told from the columns that are filled in their rows."""

    def __init__(self, columns: Columns) -> None:
        force = columns.force
        self._force: Quantity = (
            "arbitrary" if force is not None and force.name == ARBITRARY else "force"
        )
        self._silent: Quantity = "angle" if force is None else self._force
        """What a band counts as that has commands and not one reading."""
        self._shown: dict[str, Quantity | None] = {}

    def note(self, row: CsvRow) -> None:
        """Take a row.

        Raises:
            ValueError: Its band shows force and motion.
        """
        shown = self._shown.setdefault(row.band, None)
        if not row.is_reading:
            return
        quantity = self._force if row.acc_ms2 is None else "angle"
        if shown not in {None, quantity} or (row.force is not None and quantity == "angle"):
            raise ValueError(
                f"band {row.band} holds both force and motion; give each sensor a band of its own"
            )
        self._shown[row.band] = quantity

    def quantities(self) -> dict[str, Quantity]:
        """What each of them shows."""
        return {band: shown or self._silent for band, shown in self._shown.items()}


def _rows(lines: Iterator[list[str]], columns: Columns, bands: _Bands) -> Iterator[CsvRow]:
    """The rows that are not blank.

    Raises:
        ValueError: A row is malformed.
    """
    before_s = float("-inf")
    for fields in lines:
        if not any(fields):
            continue
        row = _row(fields, columns)
        if row.t_s < before_s:
            raise ValueError(f"t_s goes back from {before_s:g} to {row.t_s:g}")
        before_s = row.t_s
        bands.note(row)
        yield row


def _row(fields: list[str], columns: Columns) -> CsvRow:
    if len(fields) != columns.count:
        raise ValueError(f"{len(fields)} fields where the header has {columns.count}")
    t_s = columns.t_s.number(fields)
    if t_s is None:
        raise ValueError("t_s is missing")
    if not abs(t_s) < float("inf"):
        raise ValueError(f"t_s is {t_s}, not a time")
    force, acc, gyro = columns.force, columns.acc_ms2, columns.gyro_rads
    return CsvRow(
        t_s=t_s,
        band=_band(fields, columns),
        force=None if force is None else force.number(fields),
        command="" if columns.command is None else fields[columns.command].strip(),
        acc_ms2=None if acc is None else acc.vector(fields),
        gyro_rads=None if gyro is None else gyro.vector(fields),
    )


def _band(fields: list[str], columns: Columns) -> str:
    band = "" if columns.band is None else fields[columns.band].strip()
    if not band:
        return _DEFAULT_BAND
    if not _BAND_ID.fullmatch(band):
        raise ValueError(f"band {band!r} holds more than a-z, 0-9, _ and -")
    return band

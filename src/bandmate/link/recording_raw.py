"""Reads raw recordings, as the service keeps them (format: `recording`)."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bandmate.errors import InputError
from bandmate.link.recording import RAW_VERSION, Entry, Header
from bandmate.link.recording_file import read_lines


@dataclass(frozen=True, slots=True)
class RawRecording:
    """A raw recording: its header, and its entries in order."""

    path: Path
    header: Header
    entries: tuple[Entry, ...]


def is_raw(path: Path) -> bool:
    """The file begins like a raw recording.

    Raises:
        InputError: It cannot be read.
    """
    return next(read_lines(path), "").startswith("{")


def read_raw(path: Path) -> RawRecording:
    """Read a raw recording whole. A last line that a crash cut off is left out.

    Raises:
        InputError: It cannot be read, is of another version, or a line is malformed.
    """
    lines = list(read_lines(path))
    try:
        header = msgspec.json.decode(lines[0], type=Header)
    except msgspec.DecodeError as error:
        raise InputError(f"{path}:1: not the header of a recording: {error}") from error
    if header.bandmate_recording != RAW_VERSION:
        raise InputError(
            f"{path}: recording format {header.bandmate_recording}; this one reads {RAW_VERSION}",
            hint="Replay it with the version of bandmate that made it, or a newer one.",
        )
    return RawRecording(path, header, tuple(_entries(path, lines)))


def _entries(path: Path, lines: list[str]) -> Iterator[Entry]:
    decoder = msgspec.json.Decoder(Entry)
    for number, line in enumerate(lines[1:], start=2):
        try:
            yield decoder.decode(line)
        except msgspec.DecodeError as error:
            if number == len(lines) and not line.endswith("\n"):
                return
            raise InputError(f"{path}:{number}: {error}") from error

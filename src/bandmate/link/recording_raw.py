"""Reads raw recordings, as the service keeps them (format: `recording`)."""

from collections.abc import Collection, Iterator
from contextlib import closing
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


class _Version(msgspec.Struct, frozen=True):
    """What every version's header begins with."""

    bandmate_recording: int


def is_raw(path: Path) -> bool:
    """The file begins like a raw recording.

    Raises:
        InputError: It cannot be read.
    """
    with closing(read_lines(path)) as lines:
        return next(lines, "").startswith("{")


def read_raw(path: Path) -> RawRecording:
    """Read a raw recording whole. A last line that a crash cut off is left out.

    Raises:
        InputError: It cannot be read, is of another version, or a line is malformed.
    """
    lines = list(read_lines(path))
    header = _header(path, lines[0] if lines else "")
    bands = {band.band for band in header.bands}
    return RawRecording(path, header, tuple(_entries(path, lines, bands)))


def _header(path: Path, line: str) -> Header:
    try:
        version = msgspec.json.decode(line, type=_Version).bandmate_recording
        if version != RAW_VERSION:
            raise InputError(
                f"{path}:1: recording format {version}; this bandmate reads {RAW_VERSION}",
                hint="Replay it with the version of bandmate that made it, or a newer one.",
            )
        return msgspec.json.decode(line, type=Header)
    except msgspec.DecodeError as error:
        raise InputError(f"{path}:1: not the header of a recording: {error}") from error


def _entries(path: Path, lines: list[str], bands: Collection[str]) -> Iterator[Entry]:
    decoder = msgspec.json.Decoder(Entry)
    for number, line in enumerate(lines[1:], start=2):
        try:
            entry = decoder.decode(line)
        except msgspec.DecodeError as error:
            if number == len(lines) and not line.endswith("\n"):
                return
            raise InputError(f"{path}:{number}: {error}") from error
        fault = _fault(entry, bands)
        if fault:
            raise InputError(f"{path}:{number}: {fault}")
        yield entry


def _fault(entry: Entry, bands: Collection[str]) -> str:
    """What is wrong with an entry though it has the form of one; empty where nothing is."""
    if entry.band and entry.band not in bands:
        return f"band {entry.band!r} is not in the recording's header"
    if len(entry.t_s) != len(entry.force_n):
        return f"{len(entry.t_s)} times for {len(entry.force_n)} readings"
    try:
        bytes.fromhex(entry.frame)
    except ValueError:
        return f"frame {entry.frame!r} is not hex"
    return ""

"""Where a frame's payload begins and ends, and what is wrong when the bytes do not agree."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from struct import Struct
from typing import Final

from msgspec.structs import replace

from bandmate.devices.bodies import Body
from bandmate.devices.layout import FrameLayout, Header
from bandmate.devices.taxonomy import first_of
from bandmate.domain.samples import Decoded


class FrameReader(ABC):
    """Reads one kind of frame, its tag already matched."""

    @abstractmethod
    def read(self, data: bytes) -> Decoded:
        """What the frame holds."""


class Declared(FrameReader):
    """A frame that declares its payload's length in its header.

    Args:
        header: The header.
        row_size: Bytes of one row, where rows are declared.
        body: What the payload holds.
    """

    def __init__(self, header: Header, row_size: int, body: Body) -> None:
        self._start = header.size
        self._unpack_length = Struct(_LENGTHS[header.length_type]).unpack_from
        self._length_at = header.length_at
        self._unit = row_size if header.counts == "rows" else 1
        self._body = body
        self._read = body.read

    def read(self, data: bytes) -> Decoded:
        """What the frame holds; of a cut frame, what is whole."""
        declared = self._unpack_length(data, self._length_at)[0] * self._unit
        arrived = len(data) - self._start
        if declared == arrived:
            return self._read(data, self._start, declared)
        if arrived > declared:
            return _with_error(self._read(data, self._start, declared), "length_mismatch")
        size = self._body.whole(arrived)
        kept = self._read(data, self._start, size) if size else Decoded()
        return _with_error(kept, "truncated")


_LENGTHS: Final = {"u8": "B", "u16le": "<H", "u16be": ">H"}


class Sized(FrameReader):
    """A frame of a fixed or a least size, with status bytes that must be good.

    Args:
        layout: The frame.
        start: Offset of the payload.
        width: Bytes of the payload where it does not reach to the frame's end.
        body: What the payload holds.
    """

    def __init__(self, layout: FrameLayout, start: int, width: int | None, body: Body) -> None:
        self._least = layout.least_size
        self._most = layout.size
        self._end = bytes.fromhex(layout.end)
        self._guards = layout.guards
        self._start = start
        self._width = width
        self._repeats = layout.repeat
        self._body = body

    def read(self, data: bytes) -> Decoded:
        """What the frame holds; nothing where its size, end or a status byte is wrong."""
        size = len(data)
        if size < self._least:
            return Decoded(error="short_frame")
        if self._most is not None and size > self._most:
            return Decoded(error="length_mismatch")
        if not data.endswith(self._end):
            return Decoded(error="bad_end")
        for guard in self._guards:
            if data[guard.at] & guard.mask not in guard.allowed:
                return Decoded(error=guard.error)
        if self._width is not None:
            return self._body.read(data, self._start, self._width)
        there = size - len(self._end) - self._start
        whole = self._body.whole(there) if self._repeats else there
        decoded = self._body.read(data, self._start, whole)
        return decoded if whole == there else _with_error(decoded, "truncated")


class SizedApart(FrameReader):
    """Several kinds of frames of fixed sizes that begin alike.

    Args:
        readers: What reads each, by its size in bytes.
    """

    def __init__(self, readers: Mapping[int, FrameReader]) -> None:
        self._readers = readers

    def read(self, data: bytes) -> Decoded:
        """What the frame holds; one of no known size is too long for the next smaller kind."""
        smaller = (size for size in self._readers if size <= len(data))
        size = max(smaller, default=min(self._readers))
        return self._readers[size].read(data)


def _with_error(decoded: Decoded, error: str) -> Decoded:
    return replace(decoded, error=first_of([error, decoded.error or error]))

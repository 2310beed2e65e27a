"""Where a frame's payload begins and ends, and what is wrong when the bytes do not agree."""

from dataclasses import replace
from typing import Protocol

from bandmate.devices.bodies import Body
from bandmate.devices.layout import FrameLayout, Header
from bandmate.devices.taxonomy import first_of
from bandmate.domain.samples import Decoded


class Framing(Protocol):
    """Reads one kind of frame, its tag already matched."""

    def read(self, data: bytes) -> Decoded:
        """What the frame holds."""
        ...


class Declared:
    """A frame that declares its payload's length in its header."""

    def __init__(self, header: Header, body: Body) -> None:
        self._start = header.size
        self._length_at = header.length_at
        self._body = body

    def read(self, data: bytes) -> Decoded:
        """What the frame holds; of a cut frame, what is whole."""
        declared = data[self._length_at]
        arrived = len(data) - self._start
        if declared == arrived:
            return self._body.read(data, self._start, declared)
        if arrived > declared:
            return _with_error(self._body.read(data, self._start, declared), "length_mismatch")
        size = self._body.whole(arrived)
        kept = self._body.read(data, self._start, size) if size else Decoded()
        return _with_error(kept, "truncated")


class Sized:
    """A frame of a fixed or a least size, with status bytes that must be good."""

    def __init__(self, layout: FrameLayout, payload_size: int, body: Body) -> None:
        self._least = layout.least_size
        self._most = layout.size
        self._guards = layout.guards
        self._payload_size = payload_size
        self._body = body

    def read(self, data: bytes) -> Decoded:
        """What the frame holds; nothing where its size or a status byte is wrong."""
        if len(data) < self._least:
            return Decoded(error="short_frame")
        if self._most is not None and len(data) > self._most:
            return Decoded(error="length_mismatch")
        for guard in self._guards:
            if data[guard.at] & guard.mask not in guard.allowed:
                return Decoded(error=guard.error)
        return self._body.read(data, 0, self._payload_size)


def _with_error(decoded: Decoded, error: str) -> Decoded:
    return replace(decoded, error=first_of([error, decoded.error or error]))

"""Cutting whole frames out of what arrives: split, joined and damaged ones.

A framer keeps at most one frame's bytes. What is skipped is an error, never an exception.
"""

from collections.abc import Callable
from typing import Protocol

from bandmate.devices.layout import LINE_LEAST, LINE_MOST, Checksum, EndFraming, SyncFraming
from bandmate.devices.params import Parameters
from bandmate.devices.taxonomy import ErrorName, first_of
from bandmate.errors import UsageError


class Framer(Protocol):
    """Cuts the frames of one channel."""

    @property
    def pending(self) -> bool:
        """Whether the start of a frame waits for the rest."""
        ...

    def cut(self, data: bytes) -> tuple[list[bytes], ErrorName | None]:
        """The frames that are whole now, and what was wrong on the way."""
        ...

    def reset(self) -> None:
        """Forget what waits."""
        ...


def new_framer(
    layout: EndFraming | SyncFraming, checksum: Checksum | None, params: Parameters
) -> Framer:
    """The framer that a profile's table asks for.

    Args:
        layout: The table.
        checksum: A sum by which a frame is known to be one.
        params: The sensor's parameters.

    Raises:
        UsageError: The parameter that bounds a line is out of its own bounds.
    """
    if isinstance(layout, SyncFraming):
        return SyncFramer(layout, checksum)
    if layout.size is not None:
        return EndFramer(layout, layout.size)
    most = params.number(layout.max) if isinstance(layout.max, str) else layout.max
    if most is None or not LINE_LEAST <= most <= LINE_MOST:
        raise UsageError(
            f"the parameter {layout.max} must be {LINE_LEAST} to {LINE_MOST} bytes, got {most}"
        )
    return LineFramer(layout, int(most))


class LineFramer:
    """Frames of any size that end with a byte; the end is no part of them."""

    def __init__(self, layout: EndFraming, most: int) -> None:
        self._end = bytes.fromhex(layout.byte)
        self._strip = bytes.fromhex(layout.strip)
        self._most = most
        self._waiting = b""
        self._skipping = False

    @property
    def pending(self) -> bool:
        """Whether the start of a frame waits for the rest."""
        return bool(self._waiting)

    def cut(self, data: bytes) -> tuple[list[bytes], ErrorName | None]:
        """The frames that are whole now, and what was wrong on the way."""
        *lines, self._waiting = (self._waiting + data).split(self._end)
        error: ErrorName | None = None
        if self._skipping and lines:  # the rest of the line whose beginning was dropped
            del lines[0]
            self._skipping = False
        whole = [line for line in lines if len(line) < self._most]
        if len(whole) < len(lines):
            error = "buffer_overrun"
        if self._skipping:
            self._waiting = b""
        elif len(self._waiting) >= self._most:
            self._waiting, self._skipping, error = b"", True, "buffer_overrun"
        return [stripped for line in whole if (stripped := line.strip(self._strip))], error

    def reset(self) -> None:
        """Forget what waits."""
        self._waiting, self._skipping = b"", False


class _Waiting:
    """The bytes of a frame that is not whole yet, and how many of them an error was told of."""

    def __init__(self) -> None:
        self._waiting = b""
        self._told = 0

    @property
    def pending(self) -> bool:
        """Whether the start of a frame waits for the rest."""
        return len(self._waiting) > self._told

    def reset(self) -> None:
        """Forget what waits."""
        self._waiting, self._told = b"", 0


class EndFramer(_Waiting):
    """Frames of one size that end with a byte which stands nowhere else in them.

    What stands before a whole frame is passed over, so that no frame behind garbage is lost.
    """

    def __init__(self, layout: EndFraming, size: int) -> None:
        super().__init__()
        self._end = bytes.fromhex(layout.byte)
        self._size = size

    def cut(self, data: bytes) -> tuple[list[bytes], ErrorName | None]:
        """The frames that are whole now, and what was wrong on the way."""
        waiting, told = self._waiting + data, self._told
        frames: list[bytes] = []
        errors: list[ErrorName] = []
        at = 0
        while (end := waiting.find(self._end, at)) >= 0:
            begin = end + 1 - self._size
            if begin >= at:
                frames.append(waiting[begin : end + 1])
            else:  # the tail of a frame whose beginning was lost
                begin = end + 1
            if begin - max(at, told) >= self._size:
                errors.append("bad_end")
            elif begin > max(at, told):
                errors.append("resync")
            at = end + 1
        if len(waiting) - max(at, told) >= self._size:
            errors.append("bad_end")
            told = len(waiting)
        at = max(at, len(waiting) - self._size + 1)  # more cannot belong to a frame
        self._waiting, self._told = waiting[at:], max(0, told - at)
        return frames, first_of(errors)


class SyncFramer(_Waiting):
    """Frames that begin with a byte which may stand elsewhere in them too.

    With a checksum, bytes that begin like a frame and are none are passed over one by one, so that
    no frame behind them is lost.
    """

    def __init__(self, layout: SyncFraming, checksum: Checksum | None) -> None:
        super().__init__()
        self._sync = bytes.fromhex(layout.byte)
        self._second = bytes.fromhex("".join(layout.second))
        self._size = layout.size
        self._size_by = {bytes.fromhex(b)[0]: size for b, size in layout.size_by.items()}
        self._is_right = sum_check(checksum) if checksum else None

    def cut(self, data: bytes) -> tuple[list[bytes], ErrorName | None]:
        """The frames that are whole now, and what was wrong on the way."""
        waiting, told = self._waiting + data, self._told
        frames: list[bytes] = []
        errors: list[ErrorName] = []
        at = 0
        while at < len(waiting):
            begin = self._find(waiting, at)
            if begin > max(at, told):
                errors.append("resync")
            at = begin
            if len(waiting) - at < 2:
                break
            end = at + self._size_by.get(waiting[at + 1], self._size)
            if end > len(waiting):
                break
            frame = waiting[at:end]
            if self._is_right and not self._is_right(frame):
                if at >= told:
                    errors.append("checksum")
                    told = end
                at += 1
            else:
                frames.append(frame)
                at = end
        self._waiting, self._told = waiting[at:], max(0, told - at)
        return frames, first_of(errors)

    def _find(self, data: bytes, at: int) -> int:
        """Where the next frame may begin; the end of the data where none does."""
        while (begin := data.find(self._sync, at)) >= 0:
            behind = data[begin + 1 : begin + 2]
            if not behind or not self._second or behind in self._second:
                return begin
            at = begin + 1
        return len(data)


def sum_check(checksum: Checksum) -> Callable[[bytes], bool]:
    """What tells whether the sum in a frame is right."""
    width = SUM_WIDTHS[checksum.kind]

    def is_right(frame: bytes) -> bool:
        at = len(frame) - width if checksum.at is None else checksum.at
        return frame[at : at + width] == sum_of(checksum, frame[:at])

    return is_right


SUM_WIDTHS = {"sum8": 1, "sum_dec2_ascii": 2}
"""Bytes of each kind of sum."""


def sum_of(checksum: Checksum, data: bytes) -> bytes:
    """The sum over `data` as it stands on the wire."""
    if checksum.kind == "sum8":
        return bytes([sum(data) & 0xFF])
    return b"%02d" % (sum(data) % 100)

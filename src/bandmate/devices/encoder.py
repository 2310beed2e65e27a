"""The decoder's mirror: readings and facts become the bytes the sensor would send."""

import math
import struct
from collections.abc import Sequence
from itertools import chain

from bandmate.devices.gauge import Gauge, RowFormat
from bandmate.devices.layout import Field, FrameLayout, Stream
from bandmate.devices.profile import Profile
from bandmate.devices.wire import FIXED, HIGHEST_LENGTH
from bandmate.errors import UsageError


class Encoder:
    """Encodes what one sensor sends. A virtual band is made of it.

    Values beyond what the profile holds plausible are cut there, as a sensor's own converter does.

    Attributes:
        samples_most: The most readings one frame can carry.
    """

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._stream = profile.stream[profile.main_role]
        self._layout = next(frame for frame in self._stream.frames if frame.holds_readings)
        row_size = RowFormat.of(self._layout.fields).size
        self.samples_most = HIGHEST_LENGTH // row_size if self._layout.repeat else 1

    def samples(self, force_n: Sequence[float], ticks: Sequence[int] = ()) -> bytes:
        """A frame of readings: a notification's value, or a payload behind the company id.

        Args:
            force_n: Newton, oldest first, finite; 1 to `samples_most` of them.
            ticks: As many device ticks where the sensor stamps; they wrap as its counter does.

        Raises:
            ValueError: Too few or too many readings, or one that is not finite.
        """
        if not 1 <= len(force_n) <= self.samples_most:
            raise ValueError(f"a frame carries 1 to {self.samples_most} readings")
        columns = [
            [_to_wire(field, value) for value in (force_n if field.name == "force" else ticks)]
            for field in self._layout.fields
        ]
        rows = zip(*columns, strict=True)
        return self._frame(
            self._stream, self._layout, _pack(self._layout.fields, list(chain.from_iterable(rows)))
        )

    def reply(self, command: str, value: float | str) -> bytes:
        """The frame that answers `command` with `value`, in the fact's own unit.

        Raises:
            UsageError: The sensor does not answer such a command.
        """
        known = self._profile.commands.given().get(command)
        if known is None or known.reply is None:
            raise UsageError(f"{self._profile.device.id} does not answer {command!r}")
        stream = self._profile.stream[known.reply.on]
        layout = next(frame for frame in stream.frames if frame.reply)
        return self._frame(stream, layout, _payload(known.reply.field, value))

    def fact(self, name: str, value: float | str = 1) -> bytes:
        """The frame that tells a fact unasked: `battery_low`, or a field's value.

        Raises:
            UsageError: The sensor tells no such fact unasked.
        """
        for stream in self._profile.stream.values():
            for layout in stream.frames:
                if name in layout.facts:
                    return self._frame(stream, layout, b"")
                for field in layout.fields:
                    if field.name == name:
                        return self._frame(stream, layout, _payload(field, value))
        raise UsageError(f"{self._profile.device.id} tells no {name!r} unasked")

    @staticmethod
    def _frame(stream: Stream, layout: FrameLayout, payload: bytes) -> bytes:
        """Tag, declared length, good status bytes and payload."""
        head_size = stream.header.size if stream.header else 0
        frame = bytearray(max(layout.least_size, head_size + len(payload)))
        frame[head_size : head_size + len(payload)] = payload
        tag = bytes.fromhex(layout.tag)
        frame[: len(tag)] = tag
        if stream.header:
            frame[stream.header.length_at] = len(payload)
        for guard in layout.guards:
            frame[guard.at] = frame[guard.at] & ~guard.mask | guard.allowed[0]
        return bytes(frame)


def _payload(field: Field, value: float | str) -> bytes:
    if isinstance(value, str):
        return value.encode("ascii")
    if field.type in FIXED:
        return _pack([field], [_to_wire(field, value)])
    whole = int(value)
    return whole.to_bytes(max(1, (whole.bit_length() + 7) // 8), "little")


def _pack(fields: Sequence[Field], values: Sequence[float]) -> bytes:
    row = RowFormat.of(fields)
    return struct.pack(row.repeated(len(values) // len(fields)), *values)


def _to_wire(field: Field, value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(f"{field.name} must be a finite number, got {value}")
    wire, gauge = FIXED[field.type], Gauge.of(field)
    if field.name == "tick":
        return value % (wire.highest + 1)
    raw = min(max(value / gauge.per_step, gauge.lowest), gauge.highest)
    return raw if wire.is_float else round(raw)

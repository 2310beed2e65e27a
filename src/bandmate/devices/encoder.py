"""The decoder's mirror: samples and facts become the bytes the sensor would send."""

import math
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Final

from bandmate.devices.codecs import CODECS
from bandmate.devices.csv_lines import CsvLines
from bandmate.devices.decoder import is_row
from bandmate.devices.framing import sum_of
from bandmate.devices.gauge import RowFormat
from bandmate.devices.layout import EndFraming, FrameLayout, Stream
from bandmate.devices.params import Parameters
from bandmate.devices.profile import Profile
from bandmate.devices.wire import HIGHEST_LENGTH
from bandmate.devices.writing import Writer, line_of
from bandmate.domain.samples import Decoded, FactValue
from bandmate.errors import UsageError

ROWS_MOST: Final = 15
"""Samples in a frame whose size nothing bounds."""

Sent = tuple[str, bytes]
"""A channel and what is sent on it."""


class Encoder:
    """Encodes what one sensor sends. A virtual sensor is made of it.

    Values beyond what the profile holds plausible are cut there, as a sensor's own converter does.

    Args:
        profile: The sensor's profile.
        params: The sensor's parameters; by default those that need nobody to give them.
        on: The channel of the samples; by default the first, or that of the sensor's mode.
        quantity: What its frames hold (`acc`); by default the first kind that holds samples.

    Attributes:
        role: The channel of the samples.
        samples_most: The most samples one call can take.
        samples_least: The fewest: a frame of a fixed size is always full.
    """

    def __init__(
        self,
        profile: Profile,
        params: Parameters | None = None,
        *,
        on: str | None = None,
        quantity: str | None = None,
    ) -> None:
        self._profile = profile
        self._params = profile.parameters() if params is None else params
        self._codecs = {
            role: CODECS[stream.codec](profile, role, self._params)
            for role, stream in profile.stream.items()
            if stream.codec
        }
        self.role = profile.role_in_mode(self._params) if on is None else on
        self._stream = profile.stream[self.role]
        self._layout = _sample_layout(self._stream, self._params, quantity)
        self.samples_most = self._most()
        self.samples_least = self._least()

    def encode(self, decoded: Decoded) -> list[bytes]:
        """What is sent on `role` to say this: notifications, or payloads behind the company id.

        Args:
            decoded: `samples_least` to `samples_most` samples, oldest first, finite, stamped where
                the sensor stamps (the stamps wrap as its counter does); and facts that stand
                beside them.

        Raises:
            ValueError: Too few or too many samples, or one that is not finite.
        """
        least, most = self.samples_least, self.samples_most
        if not least <= decoded.count <= most:
            raise ValueError(f"a frame carries {least} to {most} samples")
        if self.role in self._codecs:
            _check_finite(decoded)
            return self._codecs[self.role].encode(decoded)
        if self._stream.csv:
            lines = CsvLines(str(self._params.get(self._stream.csv.columns)))
            return [line_of(lines, decoded, i) for i in range(decoded.count)]
        if self._layout is None:
            raise UsageError(f"{self._profile.device.id} sends no samples")
        if self._layout.repeat:
            return [self._frame(self._stream, self._layout, decoded)]
        return [
            self._frame(self._stream, self._layout, _sample(decoded, i))
            for i in range(decoded.count)
        ]

    def reply(self, command: str, facts: Mapping[str, FactValue]) -> list[Sent]:
        """What answers `command`, in the facts' own units; nothing where it has no answer.

        Raises:
            UsageError: The sensor knows no such command.
        """
        known = self._profile.commands.given().get(command)
        if known is None:
            raise UsageError(f"{self._profile.device.id} knows no command {command!r}")
        reply = known.reply
        if reply is None:
            return []
        if reply.on in self._codecs:
            answers = self._codecs[reply.on].answer(command, facts)
            return [(reply.on, answer) for answer in answers]
        stream = self._profile.stream[reply.on]
        told = Decoded(facts=facts)
        if reply.field:
            layout = next(frame for frame in stream.frames if frame.reply)
            payload = Writer([reply.field], 0, self._params).write(told)
            return [(reply.on, self._finished(stream, layout, payload))]
        layout = next(f for f in stream.frames if f.tag.startswith(reply.tag or ""))
        return [(reply.on, self._frame(stream, layout, told))]

    def fact(self, name: str, value: FactValue = 1, *, on: str | None = None) -> Sent:
        """The frame that tells a fact unasked: `battery_low`, or a field's value.

        Args:
            name: The fact.
            value: In its own unit.
            on: Where it is told; by default where it is found first.

        Raises:
            UsageError: The sensor tells no such fact unasked.
        """
        for role in self._profile.stream if on is None else (on,):
            stream = self._profile.stream[role]
            for layout in stream.frames:
                if name in layout.facts:
                    return role, self._finished(stream, layout, b"")
                if any(field.name == name for field in layout.fields):
                    return role, self._frame(stream, layout, Decoded(facts={name: value}))
        raise UsageError(f"{self._profile.device.id} tells no {name!r} unasked")

    def _most(self) -> int:
        if self.role in self._codecs:
            return self._codecs[self.role].samples_most
        layout = self._layout
        if layout is None or not layout.repeat:
            return 1 if layout else ROWS_MOST
        row = RowFormat.of(layout.fields, len(layout.tag) // 2)
        if layout.size:
            return (layout.size - row.start) // row.size
        if self._stream.header and self._stream.header.counts == "bytes":
            return HIGHEST_LENGTH // row.size
        return ROWS_MOST

    def _least(self) -> int:
        if self.role in self._codecs:
            return self._codecs[self.role].samples_least
        is_full = self._layout is not None and self._layout.repeat and self._layout.size
        return self.samples_most if is_full else 1

    def _frame(self, stream: Stream, layout: FrameLayout, decoded: Decoded) -> bytes:
        taken = 0 if stream.header else len(layout.tag) // 2
        writer = Writer(layout.fields, taken, self._params)
        rows = decoded.count if is_row(layout) and layout.repeat else 1
        template = b"" if stream.header else bytes.fromhex(layout.template)
        return self._finished(stream, layout, writer.write(decoded, rows, template))

    @staticmethod
    def _finished(stream: Stream, layout: FrameLayout, payload: bytes) -> bytes:
        """Tag, declared length, good status bytes, payload, sum and end."""
        header, end = stream.header, bytes.fromhex(layout.end)
        begin = header.size if header else 0
        frame = bytearray(begin) + payload
        frame.extend(b"\0" * (layout.least_size - len(end) - len(frame)))
        tag = bytes.fromhex(layout.tag)
        frame[: len(tag)] = tag
        if header:
            rows = RowFormat.of(layout.fields).size if layout.fields else 1
            length = len(payload) // rows if header.counts == "rows" else len(payload)
            width = 1 if header.length_type == "u8" else 2
            order = "little" if header.length_type == "u16le" else "big"
            frame[header.length_at : header.length_at + width] = length.to_bytes(width, order)
        for guard in layout.guards:
            if frame[guard.at] & guard.mask not in guard.allowed:
                frame[guard.at] = frame[guard.at] & ~guard.mask | guard.allowed[0]
        frame += end
        return _summed(stream, bytes(frame))


def _summed(stream: Stream, frame: bytes) -> bytes:
    checksum, framing = stream.checksum, stream.framing
    if checksum:
        width = len(sum_of(checksum, b""))
        at = len(frame) - width if checksum.at is None else checksum.at
        frame = frame[:at] + sum_of(checksum, frame[:at]) + frame[at + width :]
    if isinstance(framing, EndFraming) and framing.size is None:
        frame += bytes.fromhex(framing.byte)
    return frame


def _check_finite(decoded: Decoded) -> None:
    vectors = chain.from_iterable(decoded.motion.values())
    if not all(map(math.isfinite, chain(decoded.force_n, *vectors))):
        raise ValueError("samples must be finite")


def _sample(decoded: Decoded, i: int) -> Decoded:
    return Decoded(
        decoded.force_n[i : i + 1],
        decoded.ticks[i : i + 1],
        {name: vectors[i : i + 1] for name, vectors in decoded.motion.items()},
        decoded.facts,
    )


def _sample_layout(stream: Stream, params: Parameters, quantity: str | None) -> FrameLayout | None:
    mode = params.get("mode")
    layouts: Sequence[FrameLayout] = [
        frame
        for frame in stream.frames
        if frame.holds_samples and quantity in {None, *(field.name for field in frame.fields)}
    ]
    return next((f for f in layouts if f.mode in {None, mode}), layouts[0] if layouts else None)

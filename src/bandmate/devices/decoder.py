"""The table-driven decoder: a profile's streams, compiled once, turn frames into samples.

It never raises on wire bytes, keeps at most one frame's bytes a channel, and gives a frame at most
one error.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from msgspec.structs import replace

from bandmate.devices.bodies import Body, Sign
from bandmate.devices.codecs import CODECS
from bandmate.devices.csv_lines import CsvLines
from bandmate.devices.framing import new_framer, sum_check
from bandmate.devices.gauge import RowFormat
from bandmate.devices.layout import TICK, FrameLayout, Stream
from bandmate.devices.learning import Learning
from bandmate.devices.motion_rows import MotionRows
from bandmate.devices.params import Parameters
from bandmate.devices.payload import Declared, FrameReader, Sized, SizedApart
from bandmate.devices.profile import Profile
from bandmate.devices.readings import Readings
from bandmate.devices.replies import Replies
from bandmate.devices.taxonomy import first_of
from bandmate.devices.traits import TIME_UNIT_S, Battery, DeviceClock
from bandmate.devices.walk import Walk
from bandmate.devices.wire import FIXED
from bandmate.domain.samples import NOTHING, Decoded, FactValue, Frame


class Decoder:
    """Decodes the frames of one sensor, in order.

    Args:
        profile: The sensor's profile, free of faults (`rules.faults`).
        params: The sensor's parameters; by default those that need nobody to give them.

    Attributes:
        params: The sensor's parameters, with what was learnt.

    Raises:
        UsageError: A parameter that must be given is missing, or does not fit.
    """

    def __init__(self, profile: Profile, params: Parameters | None = None) -> None:
        self.params = profile.parameters() if params is None else params
        self._clock = profile.clock
        commands = profile.commands.given()
        self._replies = {role: Replies(commands, role, self.params) for role in profile.stream}
        self._channels: dict[str, _Channel] = {
            role: _channel(profile, role, self.params, self._replies[role])
            for role in profile.stream
        }
        self._reads = {
            role: _with_percentage(channel.read, profile.battery)
            for role, channel in self._channels.items()
        }

    def feed(self, frame: Frame) -> Decoded:
        """Decode one frame.

        Args:
            frame: Its `role` must be one of the profile's streams.
        """
        return self._reads[frame.role](frame.data, frame.company_id)

    def tick_s(self, rate_hz: float | None) -> float | None:
        """Seconds a tick of the stamps; `None` where samples are not stamped.

        Args:
            rate_hz: Samples a second, for a clock that counts them.
        """
        named = [c.tick_unit for c in self._channels.values() if isinstance(c, _Csv)]
        if not isinstance(self._clock, DeviceClock) or (named and named[0] is None):
            return None
        clock = self._clock
        if named and named[0]:
            return TIME_UNIT_S[named[0]]
        return clock.tick_s(rate_hz or 1.0)

    def pending(self, role: str) -> bool:
        """Whether the start of a frame waits on a channel for the rest of it."""
        return self._channels[role].pending

    def expect(self, command: str) -> None:
        """The next reply answers `command`, a name of the profile's commands."""
        for replies in self._replies.values():
            replies.expect(command)

    def reset(self) -> None:
        """Begin anew: nothing is pending after a reconnect. What was learnt stays."""
        for replies in self._replies.values():
            replies.forget()
        for channel in self._channels.values():
            channel.reset()


Read = Callable[[bytes, int | None], Decoded]


def _with_percentage(read: Read, battery: Battery | None) -> Read:
    """Tell the battery in percent where the sensor tells it otherwise."""
    if battery is None:
        return read

    def read_with_percentage(data: bytes, company_id: int | None) -> Decoded:
        decoded = read(data, company_id)
        if decoded.facts is NOTHING:  # as with every frame of samples
            return decoded
        value = decoded.facts.get(battery.fact)
        if not isinstance(value, float | int):
            return decoded
        facts: dict[str, FactValue] = {**decoded.facts, "battery_pct": battery.pct(value)}
        return replace(decoded, facts=facts)

    return read_with_percentage


class _Channel(Protocol):
    """One channel's way from bytes to samples."""

    @property
    def pending(self) -> bool: ...

    def read(self, data: bytes, company_id: int | None) -> Decoded: ...

    def reset(self) -> None: ...


def _channel(profile: Profile, role: str, params: Parameters, replies: Replies) -> _Channel:
    stream = profile.stream[role]
    if stream.codec:
        return _Coded(profile, role, params)
    if stream.csv:
        return _Csv(stream, params)
    frames = _Frames(stream, params, replies)
    return _Framed(stream, frames, params) if stream.framing else frames


class _Frames:
    """Frames that stand alone, told apart by how they begin, then by their size."""

    pending = False

    def __init__(self, stream: Stream, params: Parameters, replies: Replies) -> None:
        self._company = stream.company
        self._readers: dict[int, dict[bytes, FrameReader]] = {}
        for tag, layouts in _by_tag(_in_mode(stream.frames, params)).items():
            readers = {layout.size: _reader(layout, stream, params, replies) for layout in layouts}
            self._readers.setdefault(len(tag), {})[tag] = _one_of(readers)
        self._tag_sizes = sorted(self._readers, reverse=True)
        self._only = self._readers[self._tag_sizes[0]] if len(self._tag_sizes) == 1 else None
        self._tag_size = self._tag_sizes[0]
        self._unmatched = Decoded(error=None if stream.unmatched == "ignored" else stream.unmatched)
        self._foreign = Decoded(error="no_match")
        if stream.header:
            self._least = stream.header.size
            self._too_short = Decoded(error="short_header")
        elif stream.unmatched == "ignored":  # what is of no interest may be of any size
            self._least = max(1, self._tag_sizes[-1])
            self._too_short = Decoded(error="short_frame")
        else:
            self._least = min(layout.least_size for layout in stream.frames)
            self._too_short = Decoded(error="short_frame")

    def read(self, data: bytes, company_id: int | None) -> Decoded:
        if company_id != self._company:
            return self._foreign
        if len(data) < self._least:
            return self._too_short
        reader = self._only.get(data[: self._tag_size]) if self._only else self._longest(data)
        return reader.read(data) if reader else self._unmatched

    def _longest(self, data: bytes) -> FrameReader | None:
        for size in self._tag_sizes:
            if reader := self._readers[size].get(data[:size]):
                return reader
        return None

    def reset(self) -> None:
        """Nothing is kept between frames."""


class _Framed:
    """Frames that may be split over notifications, or joined in one."""

    def __init__(self, stream: Stream, frames: _Frames, params: Parameters) -> None:
        if stream.framing is None:
            raise TypeError("a stream without framing")
        self._framer = new_framer(stream.framing, stream.checksum, params)
        self._is_right = sum_check(stream.checksum) if stream.checksum else None
        self._frames = frames

    @property
    def pending(self) -> bool:
        return self._framer.pending

    def read(self, data: bytes, company_id: int | None) -> Decoded:
        frames, error = self._framer.cut(data)
        return joined([self._read(frame, company_id) for frame in frames], error)

    def _read(self, frame: bytes, company_id: int | None) -> Decoded:
        if self._is_right and not self._is_right(frame):
            return Decoded(error="checksum")
        return self._frames.read(frame, company_id)

    def reset(self) -> None:
        self._framer.reset()


class _Csv:
    """Lines of text."""

    def __init__(self, stream: Stream, params: Parameters) -> None:
        if stream.framing is None or stream.csv is None:
            raise TypeError("lines need their framing")
        self._framer = new_framer(stream.framing, None, params)
        self._lines = CsvLines(str(params.get(stream.csv.columns)))
        self.tick_unit = self._lines.tick_unit

    @property
    def pending(self) -> bool:
        return self._framer.pending

    def read(self, data: bytes, company_id: int | None) -> Decoded:
        del company_id
        lines, error = self._framer.cut(data)
        return joined([self._lines.read(line, 0, len(line)) for line in lines], error)

    def reset(self) -> None:
        self._framer.reset()


class _Coded:
    """A channel that a codec reads."""

    def __init__(self, profile: Profile, role: str, params: Parameters) -> None:
        codec = CODECS[profile.stream[role].codec or ""]
        self._codec = codec(profile, role, params)

    @property
    def pending(self) -> bool:
        return self._codec.pending

    def read(self, data: bytes, company_id: int | None) -> Decoded:
        del company_id
        return self._codec.read(data)

    def reset(self) -> None:
        self._codec.reset()


def joined(parts: Sequence[Decoded], error: str | None) -> Decoded:
    """Several frames that one notification completed, as one.

    Args:
        parts: What each held, in order.
        error: What was wrong between them.
    """
    if not parts:
        return Decoded(error=error)
    if len(parts) == 1 and error is None:
        return parts[0]
    facts: dict[str, FactValue] = {}
    motion: dict[str, list[tuple[float, ...]]] = {}
    for part in parts:
        facts |= part.facts
        for name, vectors in part.motion.items():
            motion.setdefault(name, []).extend(vectors)
    return Decoded(
        [x for part in parts for x in part.force_n],
        [tick for part in parts for tick in part.ticks],
        motion,
        facts,
        first_of(e for e in (error, *(part.error for part in parts)) if e),
    )


def _in_mode(frames: Sequence[FrameLayout], params: Parameters) -> Sequence[FrameLayout]:
    """The frames that count in the sensor's mode."""
    mode = params.get("mode")
    fitting = [frame for frame in frames if frame.mode in {None, mode}]
    return fitting or frames[:1]


def _by_tag(frames: Sequence[FrameLayout]) -> dict[bytes, list[FrameLayout]]:
    by_tag: dict[bytes, list[FrameLayout]] = {}
    for frame in frames:
        by_tag.setdefault(bytes.fromhex(frame.tag), []).append(frame)
    return by_tag


def _one_of(readers: Mapping[int | None, FrameReader]) -> FrameReader:
    """What reads the kinds of frames that begin alike, by their sizes."""
    if len(readers) == 1:
        return next(iter(readers.values()))
    return SizedApart({size: reader for size, reader in readers.items() if size is not None})


def _reader(
    layout: FrameLayout, stream: Stream, params: Parameters, replies: Replies
) -> FrameReader:
    header = stream.header
    taken = 0 if header else len(layout.tag) // 2
    if layout.reply or not layout.fields:
        body: Body = replies if layout.reply else Sign(layout.facts)
        return Declared(header, 1, body) if header else Sized(layout, taken, None, body)
    if not is_row(layout):
        walk = Walk(layout.fields, taken, params, exact=header is not None)
        return Declared(header, 1, walk) if header else Sized(layout, 0, None, walk)
    row = RowFormat.of(layout.fields, taken)
    body = Learning.of(layout.fields, params, lambda: _rows(layout, row, params))
    if header:
        return Declared(header, row.size, body)
    return Sized(layout, row.start, None if layout.repeat else row.size, body)


def is_row(layout: FrameLayout) -> bool:
    """Whether a frame holds plain samples only, which are read by the row."""
    plain = all(
        field.type in FIXED
        and field.is_sample
        and field.unit_from is None
        and field.if_flag is None
        and field.mask is None
        for field in layout.fields
    )
    names = {field.name for field in layout.fields} - {TICK}
    return plain and (names == {"force"} or "force" not in names)


def _rows(layout: FrameLayout, row: RowFormat, params: Parameters) -> Body:
    if any(field.name == "force" for field in layout.fields):
        return Readings(layout.fields, row, params)
    return MotionRows(layout.fields, row, params)

"""The table-driven decoder: a profile's streams, compiled once, turn frames into readings.

It never raises on wire bytes, keeps no bytes between frames, and gives a frame at most one error.
"""

from collections.abc import Mapping

from bandmate.devices.bodies import Body, Sign, fact_body
from bandmate.devices.framing import Declared, Framing, Sized
from bandmate.devices.gauge import RowFormat
from bandmate.devices.layout import FrameLayout, Header, Stream
from bandmate.devices.profile import Profile
from bandmate.devices.readings import Readings
from bandmate.devices.replies import Replies
from bandmate.domain.samples import Decoded, Frame
from bandmate.errors import UsageError


class Decoder:
    """Decodes the frames of one sensor, in order.

    Args:
        profile: The sensor's profile, free of faults (`rules.faults`).
        params: User or learnt parameters by name; no profile takes any yet.

    Raises:
        UsageError: A parameter that the profile does not take.
    """

    def __init__(self, profile: Profile, params: Mapping[str, str] | None = None) -> None:
        if params:
            name = next(iter(params))
            raise UsageError(
                f"{profile.device.id} takes no parameter {name!r}", hint="Leave it out."
            )
        commands = profile.commands.given()
        self._replies = {role: Replies(commands, role) for role in profile.stream}
        self._channels = {
            role: _Channel(stream, self._replies[role]) for role, stream in profile.stream.items()
        }

    def feed(self, frame: Frame) -> Decoded:
        """Decode one frame.

        Args:
            frame: Its `role` must be one of the profile's streams.
        """
        return self._channels[frame.role].read(frame.data, frame.company_id)

    def expect(self, command: str) -> None:
        """The next reply answers `command`, a name of the profile's commands."""
        for replies in self._replies.values():
            replies.expect(command)

    def reset(self) -> None:
        """Begin anew: nothing is pending after a reconnect."""
        for replies in self._replies.values():
            replies.forget()


class _Channel:
    """Tells the frames of one stream apart and has them read."""

    def __init__(self, stream: Stream, replies: Replies) -> None:
        self._company = stream.company
        self._tag_size = len(stream.frames[0].tag) // 2
        self._framings: dict[bytes, Framing] = {
            bytes.fromhex(layout.tag): _framing(layout, stream.header, replies)
            for layout in stream.frames
        }
        self._unmatched = Decoded(error=stream.unmatched)
        self._foreign = Decoded(error="no_match")
        if stream.header:
            self._least = stream.header.size
            self._too_short = Decoded(error="short_header")
        else:
            self._least = min(layout.least_size for layout in stream.frames)
            self._too_short = Decoded(error="short_frame")

    def read(self, data: bytes, company_id: int | None) -> Decoded:
        if company_id != self._company:
            return self._foreign
        if len(data) < self._least:
            return self._too_short
        framing = self._framings.get(data[: self._tag_size])
        return framing.read(data) if framing else self._unmatched


def _framing(layout: FrameLayout, header: Header | None, replies: Replies) -> Framing:
    body = _body(layout, replies)
    if header:
        return Declared(header, body)
    return Sized(layout, RowFormat.of(layout.fields).size, body)


def _body(layout: FrameLayout, replies: Replies) -> Body:
    if layout.reply:
        return replies
    if not layout.fields:
        return Sign(layout.facts)
    if layout.holds_readings:
        return Readings(layout.fields)
    return fact_body(layout.fields)

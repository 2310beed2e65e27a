"""Writes down what arrives from one sensor, as the service keeps it, and decides nothing."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from bandmate.app.clock import SessionClock
from bandmate.devices.params import Parameters
from bandmate.devices.profile import Profile
from bandmate.domain.records import LinkState
from bandmate.domain.samples import Block, Frame
from bandmate.engine.intake import quantity_of
from bandmate.errors import InputError, LinkLostError
from bandmate.link.base import Link
from bandmate.link.recording import RAW_UNIT, RecordedBand, Recorder, new_header, values_of

Say = Callable[[str], None]
"""Tells a person how things stand, in a sentence."""


_TOLD: frozenset[LinkState] = frozenset({"connecting", "streaming"})
"""States worth a line; the others come with a failure, and that is in the log."""


class Writer:
    """What the link hands its data to (`link.base.Receiver`).

    Args:
        band: The band's name.
        recorder: Where it is written.
        clock: The session clock.
        say: Told when the sensor is being connected, and when it sends.
        sampled: Channels that hold samples.

    Attributes:
        packets_n: Packets written.
        is_filled: One of them is from a channel that holds samples.
        fault: Why nothing more can be written; `None` while it can.
        failed: Set with the fault.
    """

    def __init__(
        self, band: str, recorder: Recorder, clock: SessionClock, say: Say, sampled: frozenset[str]
    ) -> None:
        self.packets_n = 0
        self.is_filled = False
        self.fault: OSError | None = None
        self.failed = asyncio.Event()
        self._band = band
        self._recorder = recorder
        self._clock = clock
        self._say = say
        self._sampled = sampled

    def on_frame(self, frame: Frame) -> None:
        """Bytes arrived."""
        if self._written(lambda: self._recorder.frame(self._band, frame)):
            self.packets_n += 1
            self.is_filled |= frame.role in self._sampled

    def on_stream(self) -> None:
        """A stream (re)starts."""
        self._written(lambda: self._recorder.stream(self._band, self._clock.now()))

    def on_state(self, state: LinkState, text: str) -> None:
        """The link changed its state."""
        if state in _TOLD:
            self._say(text)

    def on_block(self, block: Block) -> None:
        """Readings arrived that need no decoding."""
        self._written(lambda: self._recorder.block(self._band, block))

    def on_command(self, text: str, at_s: float) -> None:
        """A recorded command is due."""
        self._written(lambda: self._recorder.command(text, at_s, self._band))

    def end(self, at_s: float) -> None:
        """The recording is over."""
        self._written(lambda: self._recorder.ended(self._band, at_s))
        self._written(lambda: self._recorder.close(at_s))

    def _written(self, write: Callable[[], None]) -> bool:
        """Whether it could be written. After a fault nothing is: it would follow half a line.

        The fault is kept, since inside the radio's callback nobody could catch it.
        """
        if self.fault is None:
            try:
                write()
            except OSError as fault:
                self._recorder.abandon()
                self.fault = fault
                self.failed.set()
        return self.fault is None


async def record(
    path: Path,
    link: Link,
    profile: Profile,
    params: Parameters,
    *,
    band: str,
    clock: SessionClock,
    stop: asyncio.Event,
    say: Say,
) -> int:
    """Record until `stop` is set; return how many packets arrived.

    Args:
        path: A new file; it is taken away again where no samples arrived.
        link: The sensor's link.
        profile: What the sensor is.
        params: Its parameters, as the link knows them.
        band: The band's name.
        clock: The session clock.
        stop: Ends the recording.
        say: Told when the sensor is being connected, and when it sends.

    Raises:
        InputError: The file cannot be written.
        LinkLostError: No samples arrived.
    """
    recorded = RecordedBand(
        band=band,
        profile=profile.device.id,
        unit=RAW_UNIT[quantity_of(profile)],
        params=values_of(profile, params),
    )
    recorder = _new_recorder(path, recorded, clock)
    streams = profile.stream.items()
    sampled = frozenset(role for role, stream in streams if stream.holds_samples)
    writer = Writer(band, recorder, clock, say, sampled)
    try:
        await _run_until(link, writer, stop)
    finally:
        writer.end(clock.now())
        _keep_if_filled(path, writer)
    if writer.fault is not None:
        raise _unwritable(path, writer.fault) from writer.fault
    if not writer.is_filled:
        raise LinkLostError(
            f"{profile.device.name} sent nothing, so there is no recording",
            hint="Switch it off and on; `bandmate scan` shows whether it is in reach.",
        )
    return writer.packets_n


def _new_recorder(path: Path, band: RecordedBand, clock: SessionClock) -> Recorder:
    header = new_header(clock.stamp, clock.started, [band])
    try:
        return Recorder(path, header)
    except OSError as fault:
        raise _unwritable(path, fault) from fault


async def _run_until(link: Link, writer: Writer, stop: asyncio.Event) -> None:
    """Run the link until `stop` is set or nothing can be written; its bugs are raised."""
    running = asyncio.create_task(link.run(writer), name="link")
    ends = [asyncio.create_task(event.wait()) for event in (stop, writer.failed)]
    try:
        await asyncio.wait([running, *ends], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (running, *ends):
            task.cancel()
        await asyncio.wait([running, *ends])
    if not running.cancelled():
        running.result()


def _keep_if_filled(path: Path, writer: Writer) -> None:
    """Take a file away that holds no samples: it would only be in the way of the next attempt."""
    if not writer.is_filled:
        path.unlink()


def _unwritable(path: Path, fault: OSError) -> InputError:
    return InputError(
        f"{path}: cannot be written: {fault.strerror}",
        hint="Check that the disk has room and that this user may write there.",
    )

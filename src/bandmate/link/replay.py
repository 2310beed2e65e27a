"""The link that plays a plain recording in place of a sensor, at the session clock's pace."""

from collections.abc import Iterator

from bandmate.domain.clock import Clock
from bandmate.domain.samples import Block, Quantity
from bandmate.errors import InputError, LinkError
from bandmate.link.base import Receiver
from bandmate.link.recording_csv import CsvRecording, CsvRow

PACKET_N = 10
"""Readings a packet, as many gauges send them."""
_PACKET_S = 0.2
"""The longest packet: a slow recording must not look silent, nor keep readings back in a gap."""


class ReplayLink:
    """Plays one band of a recording; it implements `link.base.Link`.

    Args:
        recording: What to play.
        band: Whose readings; a recording of a single sensor is played whatever it is called.
        clock: The session clock.

    Raises:
        InputError: The recording holds several sensors, and none of that name; or it is one of
            motion.

    Attributes:
        quantity: What the sensor shows.
    """

    def __init__(self, recording: CsvRecording, band: str, clock: Clock) -> None:
        bands = recording.bands
        if band not in bands and len(bands) > 1:
            raise InputError(
                f"{recording.path}: holds the bands {', '.join(bands)}, but not {band}",
                hint="Call the band of the configuration like one of them.",
            )
        source = band if band in bands else recording.rows[0].band
        self.quantity: Quantity = recording.quantities[source]
        if self.quantity == "angle":
            raise InputError(
                f"{recording.path}: a recording of motion cannot be played in place of a sensor",
                hint="`bandmate replay` replays it.",
            )
        self._path = recording.path
        self._rows = [row for row in recording.rows if row.band == source or row.command]
        self._source = source
        self._clock = clock

    async def run(self, receiver: Receiver) -> None:
        """Play the recording once."""
        begin_s = self._clock.now() - self._rows[0].t_s
        receiver.on_stream()
        receiver.on_state("streaming", f"Playing the recording {self._path.name}.")
        for rows in _packets(self._rows, self._source):
            arrival_s = begin_s + rows[-1].t_s
            wait_s = arrival_s - self._clock.now()
            if wait_s > 0:  # else the host was late: all that is due arrives at once
                await self._clock.sleep(wait_s)
            if rows[0].command:
                receiver.on_command(rows[0].command, begin_s + rows[0].t_s)
            if rows[0].band == self._source:
                times = [begin_s + row.t_s for row in rows]
                receiver.on_block(Block(arrival_s, times, [row.force for row in rows]))
        receiver.on_state("ended", f"The recording {self._path.name} is over.")

    async def tare(self) -> None:
        """A recording has no zero to set.

        Raises:
            LinkError: Always.
        """
        raise LinkError("a recording is played, so no sensor can be tared")

    async def put_away(self) -> None:
        """A recording is no sensor.

        Raises:
            LinkError: Always.
        """
        raise LinkError("a recording is played, so there is no sensor to put away")

    async def wake(self) -> None:
        """A recording is no sensor.

        Raises:
            LinkError: Always.
        """
        raise LinkError("a recording is played, so there is no sensor to wake")


def _packets(rows: list[CsvRow], source: str) -> Iterator[list[CsvRow]]:
    """Rows in packets; a command stands alone or first."""
    packet: list[CsvRow] = []
    for row in rows:
        if packet and (row.command or _full(packet, row.t_s)):
            yield packet
            packet = []
        if row.command and row.band != source:
            yield [row]
        else:
            packet.append(row)
    if packet:
        yield packet


def _full(packet: list[CsvRow], next_s: float) -> bool:
    return len(packet) == PACKET_N or next_s - packet[0].t_s > _PACKET_S

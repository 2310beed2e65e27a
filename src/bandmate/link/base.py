"""What a link is: the one owner of one sensor, which turns a radio into stamped frames."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bandmate.domain.records import LinkState
from bandmate.domain.samples import Block, Frame


class Receiver(Protocol):
    """What a link hands to its band. All calls are synchronous and cheap; none may block."""

    def on_frame(self, frame: Frame) -> None:
        """Bytes arrived."""
        ...

    def on_block(self, block: Block) -> None:
        """Readings arrived that need no decoding (a replayed CSV)."""
        ...

    def on_command(self, text: str, at_s: float) -> None:
        """A recorded user command is due (replay only): `ack`, `stop:tingle`, `start:…`."""
        ...

    def on_state(self, state: LinkState, text: str) -> None:
        """The link changed its state; `text` says it in a sentence with what to do."""
        ...

    def on_stream(self) -> None:
        """A stream (re)starts: the device's clock begins a new epoch, buffers are empty."""
        ...


class Link(Protocol):
    """One sensor's link. `run` ends only by cancellation, or when a recording is over."""

    async def run(self, receiver: Receiver) -> None:
        """Connect, stream, reconnect; survive every `LinkError`; tell `receiver` each state."""
        ...

    async def tare(self) -> None:
        """Set the sensor's own zero, where it can.

        Raises:
            LinkError: Not connected, or the sensor cannot.
        """
        ...

    async def put_away(self) -> None:
        """End the stream, have the sensor switch itself off where it can, and let go of it.

        It is not looked for again until `wake`.

        Raises:
            LinkError: There is no sensor, or it cannot be put away.
        """
        ...

    async def wake(self) -> None:
        """Look for the sensor again, if it was put away.

        Raises:
            LinkError: There is no sensor.
        """
        ...


@dataclass(frozen=True, slots=True)
class Sighting:
    """An advertisement of some device, as `scan` shows it.

    Attributes:
        address: MAC address (a UUID on macOS).
        name: Advertised name, empty where none.
        rssi_dbm: Signal strength.
        service_uuids: Advertised services, lower case, 128 bit.
        manufacturer: Payload by company id.
        battery_pct: Where advertised.
    """

    address: str
    name: str
    rssi_dbm: int
    service_uuids: Sequence[str]
    manufacturer: dict[int, bytes]
    battery_pct: float | None = None


OnSighting = Callable[[Sighting], None]

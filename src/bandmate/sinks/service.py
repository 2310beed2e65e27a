"""What the page and MQTT may ask of the running service. The app implements it; tests fake it."""

from collections.abc import Sequence
from typing import Protocol

from bandmate.domain.records import BandState, SinkHealth


class Service(Protocol):
    """The running service, as its ways out see it."""

    @property
    def session(self) -> str:
        """The running session's id."""
        ...

    def states(self) -> Sequence[BandState]:
        """How every band stands now."""
        ...

    def sinks(self) -> Sequence[SinkHealth]:
        """How every sink stands now."""
        ...

    async def command(self, text: str, band: str | None = None) -> None:
        """Do what a person asks; `band` names one sensor, `None` means all.

        Args:
            text: `ack`, `stop`, `stop:tingle`, `stop:pain:7`, `next`, `start:EXERCISE`, `tare`,
                `sleep`, `wake`.
            band: A band's name.

        Raises:
            UsageError: An unknown command, exercise or band; the text says what is known.
            LinkError: The sensor did not do it.
        """
        ...

"""What the page and MQTT may ask of the running service. The app implements it; tests fake it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from bandmate.domain.records import BandState, SessionState, SinkHealth, Trace
from bandmate.domain.setting_up import SetupState
from bandmate.sinks.json_commands import Command, Lead
from bandmate.sinks.setup_wish import SetupWish


class Service(Protocol):
    """The running service, as its ways out see it."""

    @property
    def session(self) -> str:
        """The running session's id."""
        ...

    def states(self) -> Sequence[BandState]:
        """How every band stands now."""
        ...

    def traces(self, since_s: Mapping[str, float]) -> Sequence[Trace]:
        """What each band measured after its time in `since_s`, session clock; at most 20 s."""
        ...

    def sinks(self) -> Sequence[SinkHealth]:
        """How every sink stands now."""
        ...

    def guided(self) -> SessionState | None:
        """How the guided session stands now; `None`: there was none."""
        ...

    def people(self) -> Sequence[str]:
        """The pseudonyms of all who had a guided session."""
        ...

    def setting_up(self) -> SetupState | None:
        """How setting up stands now; `None`: nothing is to be shown of it."""
        ...

    async def set_up(self, wish: SetupWish) -> None:
        """Do what a person asks for when setting up.

        Raises:
            BandmateError: It cannot be done now, or a test did not hold; the text says why.
        """
        ...

    async def lead(self, lead: Lead) -> None:
        """Do what a person asks of the guided session.

        Raises:
            UsageError: It cannot be done now; the text says why.
            StoreError: What is kept of the person cannot be read or written.
        """
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


async def obey(service: Service, command: Command) -> None:
    """Have the service do a command, of whichever kind.

    Raises:
        BandmateError: It was not done.
    """
    if command.lead is not None:
        await service.lead(command.lead)
    elif command.setup is not None:
        await service.set_up(command.setup)
    else:
        await service.command(command.text, command.band)

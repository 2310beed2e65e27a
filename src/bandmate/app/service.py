"""The running service: its bands, its ways out, and what may be asked of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from bandmate.app.guide import Guide
from bandmate.app.live_band import LiveBand
from bandmate.app.setup import Setup
from bandmate.domain.records import BandState, SessionState, SinkHealth, Trace
from bandmate.domain.setting_up import SetupState
from bandmate.engine.session.states import FINAL
from bandmate.errors import LinkError, UsageError
from bandmate.sinks.base import Report
from bandmate.sinks.json_commands import Lead
from bandmate.sinks.setup_wish import SetupWish

_ABOUT_MOVEMENT = ("start", "next", "tare")
"""How commands begin that mean nothing to a sensor which shows no movement."""

_STOP_FOR = "stop:"
"""How those begin that stop for a symptom."""


@dataclass(slots=True)
class LiveService:
    """The service as the page and the MQTT commands see it (`sinks.service.Service`).

    Attributes:
        session: The running session's id.
        bands: By name.
        reports: How each sink stands.
        guide: Leads through sessions; `None` until it is there.
        setup: Finds and tries sensors; `None` until it is there.
    """

    session: str
    bands: dict[str, LiveBand] = field(default_factory=dict[str, LiveBand])
    reports: list[Report] = field(default_factory=list[Report])
    guide: Guide | None = None
    setup: Setup | None = None

    def states(self) -> Sequence[BandState]:
        """How every band stands now."""
        return [band.state() for band in self.bands.values()]

    def traces(self, since_s: Mapping[str, float]) -> Sequence[Trace]:
        """What each band measured after its time (see `sinks.service.Service`)."""
        return [band.trace(since_s.get(name, -inf)) for name, band in self.bands.items()]

    def sinks(self) -> Sequence[SinkHealth]:
        """How every sink stands now."""
        return [report.health() for report in self.reports]

    def guided(self) -> SessionState | None:
        """How the guided session stands now."""
        return None if self.guide is None else self.guide.state()

    def people(self) -> Sequence[str]:
        """The pseudonyms of all who had a session."""
        return () if self.guide is None else self.guide.people

    def setting_up(self) -> SetupState | None:
        """How setting up stands now; `None`: nothing is to be shown of it."""
        return None if self.setup is None else self.setup.state()

    async def set_up(self, wish: SetupWish) -> None:
        """Do what a person asks for when setting up (see `sinks.service.Service`)."""
        if self.setup is None:
            raise UsageError("nothing can be set up yet", hint="Try again in a moment.")
        await self.setup.ask(wish)

    def is_busy(self) -> bool:
        """A set runs, a stop waits to be seen, or a guided session is under way."""
        guided = self.guided()
        is_led = guided is not None and guided.state not in FINAL
        return is_led or any(band.is_busy for band in self.bands.values())

    async def lead(self, lead: Lead) -> None:
        """Do what a person asks of the guided session (see `sinks.service.Service`)."""
        if self.guide is None:
            raise UsageError("sessions cannot be led yet", hint="Try again in a moment.")
        await self.guide.lead(lead)

    async def command(self, text: str, band: str | None = None) -> None:
        """Do what a person asks (see `sinks.service.Service`).

        A band that refuses keeps no other from it: a stop reaches every band that runs.

        Raises:
            UsageError: An unknown command, exercise or band.
            LinkError: The sensor did not do it.
        """
        if band is not None and band not in self.bands:
            known = ", ".join(self.bands) or "none"
            raise UsageError(f"there is no band {band!r}", hint=f"There are: {known}.")
        refusals: list[UsageError | LinkError] = []
        for live in self._meant(text) if band is None else [self.bands[band]]:
            try:
                await _do(live, text.strip())
            except (UsageError, LinkError) as refused:
                refusals.append(refused)
        if refusals:
            raise refusals[0]
        if not self.bands and self.guide is not None and text.strip().startswith(_STOP_FOR):
            self.guide.stop(text)  # what a band would tell it of

    def _meant(self, text: str) -> Sequence[LiveBand]:
        """The bands that a command is for which names none."""
        moving = [live for live in self.bands.values() if live.shows_movement]
        if moving and text.strip().startswith(_ABOUT_MOVEMENT):
            return moving
        return list(self.bands.values())


async def _do(live: LiveBand, text: str) -> None:
    """Have the sensor do what is its own to do, and the band all else."""
    match text:
        case "tare":
            await live.tare()
        case "sleep":
            await live.put_away()
        case "wake":
            await live.wake()
        case _:
            live.command(text)

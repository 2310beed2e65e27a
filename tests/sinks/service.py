"""A service for the sinks to show and command."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bandmate.domain.records import BandState, SessionState, SinkHealth, Trace
from bandmate.domain.setting_up import SetupState
from bandmate.errors import UsageError
from bandmate.sinks.json_commands import Lead
from bandmate.sinks.setup_wish import SetupWish
from sinks.records import T0_NS

STATE = BandState(
    band="left",
    ts_ns=T0_NS,
    t_s=0.0,
    link="streaming",
    link_text="streaming",
    available=True,
    tension_n=23.5,
    zone="in",
    limits=None,
    exercise="free_reps",
    title="Free reps",
    set=1,
    phase="active",
    reps=3,
    reps_target=10,
    hold_s=0.0,
    hold_target_s=0.0,
    alerts=(),
    battery_pct=80.0,
)


class FakeService:
    """Has one band, remembers commands, and knows no `next`."""

    def __init__(self) -> None:
        self.session = "s1"
        self.state = STATE
        self.commands: list[tuple[str, str | None]] = []
        self.led: list[Lead] = []
        self.session_state: SessionState | None = None
        self.wishes: list[SetupWish] = []

    def change(self, **fields: object) -> None:
        self.state = replace(self.state, **fields)

    def states(self) -> Sequence[BandState]:
        return [self.state]

    def traces(self, since_s: Mapping[str, float]) -> Sequence[Trace]:
        return [Trace(self.state.band, (), ()) for _ in since_s]

    def sinks(self) -> Sequence[SinkHealth]:
        return [SinkHealth("mqtt", "up", "connected")]

    def guided(self) -> SessionState | None:
        return self.session_state

    def people(self) -> Sequence[str]:
        return ("anna", "ben")

    def setting_up(self) -> SetupState | None:
        return None

    async def set_up(self, wish: SetupWish) -> None:
        self.wishes.append(wish)

    async def lead(self, lead: Lead) -> None:
        self.led.append(lead)
        if lead.ask == "swap":
            raise UsageError("sides are changed before a set")

    async def command(self, text: str, band: str | None = None) -> None:
        self.commands.append((text, band))
        if text == "next":
            raise UsageError("there is no next set")

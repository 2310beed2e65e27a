"""A service that says what a test tells it to, and a page server in front of it."""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace

from aiohttp.web import RouteDef
from playwright.async_api import Page as Tab

from bandmate.catalog.page_words import load_page_words
from bandmate.catalog.plans import ready_plans
from bandmate.catalog.texts import load_texts
from bandmate.domain.alerts import ALERTS, AlertCode
from bandmate.domain.exercises import Dose, Exercise, Recogniser, Sides
from bandmate.domain.records import BandState, EventRecord, SessionState, SinkHealth, Trace
from bandmate.domain.setting_up import SetupState
from bandmate.sinks.base import Mailbox, Report, run_sink
from bandmate.sinks.json_commands import Lead
from bandmate.sinks.setup_wish import SetupWish
from bandmate.web.entrance import Entrance
from bandmate.web.offer import Offer
from bandmate.web.server import serve_page
from bandmate.web.settings import PageSettings
from bandmate.web.stream import PageStream

BEYOND = PageSettings(host="127.0.0.2", port=0)
"""Not the loopback address that needs no code, though nobody else reaches it."""

LIMITS = {"slack_n": 5.0, "low_n": 30.0, "high_n": 50.0, "limit_n": 60.0, "ceiling_n": 80.0}

IDLE = BandState(
    band="left",
    ts_ns=0,
    t_s=0.0,
    link="streaming",
    link_text="Connected.",
    available=True,
    tension_n=1.2,
    zone="slack",
    limits=None,
    exercise="",
    title="",
    set=0,
    phase="idle",
    reps=0,
    reps_target=0,
    hold_s=0.0,
    hold_target_s=0.0,
    alerts=(),
    battery_pct=83.0,
)

REPS = replace(
    IDLE,
    tension_n=41.3,
    zone="in",
    limits=LIMITS,
    exercise="seated-row",
    title="Seated row",
    set=1,
    phase="active",
    reps=7,
    reps_target=10,
)

HOLD = replace(
    REPS,
    exercise="overhead-hold",
    title="Overhead hold",
    reps=0,
    reps_target=0,
    hold_s=12.4,
    hold_target_s=30.0,
)

SEATED_ROW = Exercise(
    slug="seated-row",
    reference="",
    lines="",
    movement="row",
    title="Seated row",
    summary="Pull to the ribs and let go slowly.",
    steps=(),
    phase="stabilise",
    position="sitting",
    sides=Sides.BOTH,
    band=None,
    motion_site="",
    recogniser=Recogniser.REPS,
    amplitude_deg=0.0,
    amplitude_n=20.0,
    rep_window=None,
    dose=Dose(reps=10, sets=1),
    zone=None,
    zone_name="",
    tags=frozenset(),
    stop_rule="",
)


class ScriptedService:
    """A `sinks.service.Service`.

    Attributes:
        bands: How its bands stand; their time advances while it is `awake`.
        refuse: What every command raises.
        tared: A tare waits for it.
    """

    session = "20260102-0304"

    def __init__(self, *bands: BandState) -> None:
        self.bands = bands
        self.awake = True
        self.commands: list[tuple[str, str | None]] = []
        self.led: list[Lead] = []
        self.session_state: SessionState | None = None
        self.setup_state: SetupState | None = None
        self.wishes: list[SetupWish] = []
        self.refuse: Exception | None = None
        self.tared: asyncio.Event | None = None
        self.t_s = 0.0

    def states(self) -> Sequence[BandState]:
        if self.awake:
            self.t_s += 0.05
        return [replace(band, t_s=self.t_s) for band in self.bands]

    def traces(self, since_s: Mapping[str, float]) -> Sequence[Trace]:
        return [
            Trace(band.band, (self.t_s,), (band.tension_n,))
            for band in self.bands
            if band.tension_n is not None and since_s.get(band.band, -1.0) < self.t_s
        ]

    def sinks(self) -> Sequence[SinkHealth]:
        return [SinkHealth("mqtt", "up", "connected to the broker")]

    def guided(self) -> SessionState | None:
        return self.session_state

    def people(self) -> Sequence[str]:
        return ("anna", "ben")

    def setting_up(self) -> SetupState | None:
        return self.setup_state

    async def set_up(self, wish: SetupWish) -> None:
        self.wishes.append(wish)
        if self.refuse is not None:
            raise self.refuse

    async def lead(self, lead: Lead) -> None:
        self.led.append(lead)
        if self.refuse is not None:
            raise self.refuse

    async def command(self, text: str, band: str | None = None) -> None:
        self.commands.append((text, band))
        if text == "tare" and self.tared:
            await self.tared.wait()
        if self.refuse:
            raise self.refuse


@dataclass
class Page:
    """A running page server: what it is fed from, and where it is."""

    service: ScriptedService
    mailbox: Mailbox
    report: Report
    sink: asyncio.Task[None]
    url: str
    count: int = field(default=0)

    def happen(self, event: str, **fields: object) -> None:
        """Let an event happen on the first band."""
        self.count += 1
        body: dict[str, object] = {
            "event": event,
            "id": f"e{self.count}",
            "band": self.service.bands[0].band,
            "exercise": "seated-row",
            "set": 1,
            "t_s": 1.0,
            "emitted_s": 1.0,
            **fields,
        }
        self.mailbox.put(EventRecord(self.service.session, 0, body))

    def fall_silent(self) -> None:
        """Let the service say nothing more, on sockets that stay open."""
        self.sink.cancel()

    def alert(self, event: str, code: AlertCode, onset_s: float = 0.0) -> None:
        """Let an alert be raised or cleared."""
        kind = ALERTS[code]
        self.happen(
            event,
            code=code,
            urgency=kind.urgency,
            message=kind.message,
            value=71.0,
            onset_s=onset_s,
        )


async def choose(tab: Tab, question: str, answer: str) -> None:
    """Answer a question on a scale."""
    group = tab.get_by_role("group", name=question)
    await group.get_by_role("radio", name=answer, exact=True).check()


@asynccontextmanager
async def running_page(
    service: ScriptedService,
    port: int = 0,
    entrance: Entrance | None = None,
    language: str = "en",
    more: Iterable[RouteDef] = (),
) -> AsyncGenerator[Page, None]:
    """A page server, from open to closed; one with an entrance is at `BEYOND`."""
    ready = ready_plans()[0]
    own = replace(ready, title="Anna's own"), replace(ready, id="more", title="Anna's more")
    plans = [("", ready), *(("anna", plan) for plan in own)]
    words = load_texts(language), load_page_words(language)
    offer = Offer([SEATED_ROW], plans, *words)
    stream = PageStream(service, offer)
    mailbox = Mailbox()
    report = Report(stream.name, mailbox)
    sink = asyncio.create_task(run_sink(stream, mailbox, report))
    try:
        settings = PageSettings(port=port) if entrance is None else BEYOND
        async with serve_page(
            settings, service, stream, offer, entrance=entrance, more=more
        ) as url:
            yield Page(service, mailbox, report, sink, url)
    finally:
        sink.cancel()
        with suppress(asyncio.CancelledError):
            await sink

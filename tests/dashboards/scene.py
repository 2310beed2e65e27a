"""A real InfluxDB, filled by the service's own store and sink.

The newest sessions are those of a running service: `app.runner.running_service`, as `bandmate run`
starts it, with two virtual bands whose bytes it decodes. So the points are what a service writes,
but for three things. There is no radio: a lost connection is played, not suffered. The clock goes
as fast as the machine, so what is measured in real time (lags, queues) is that of a service that
is some thirty times busier. And the service ends at the present, in the middle of a set.

The weeks before come from the real session machine and pipelines in virtual time, by the same hub,
store and sink, but not from a running service: they lack what only a live one tells (its health),
their readings are 10 a second, and of these only the summaries of seconds are there, as where
single readings are kept for days.
"""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec

from app.rig import QUIET
from bandmate.app.config import Config, StoreConfig
from bandmate.app.library import Library
from bandmate.app.runner import BandPlan, Running, running_service
from bandmate.catalog.plans import load_plan
from bandmate.devices.registry import load_profiles
from bandmate.domain.events import Event
from bandmate.domain.records import Record
from bandmate.domain.session_events import SessionSummary
from bandmate.sinks.base import Report, run_sink
from bandmate.sinks.influx import InfluxSink
from bandmate.sinks.influx_server import InfluxSettings
from bandmate.sinks.json_commands import Lead
from bandmate.sinks.mqtt_broker import MqttSettings
from bandmate.sinks.store import Outbox, Store
from dashboards.history import WEEKS, past_sessions
from dashboards.stepped_clock import SteppedClock
from dashboards.virtual_band import VirtualBand
from parts.plan_files import CATALOGUE, FLOSS, TRACTION, entry_of, plan_of
from parts.programs import find_free_port
from parts.servers import InfluxDb, Mosquitto
from parts.waiting import until
from sinks.stores import run as running_store

KindT = TypeVar("KindT", bound=Event)
DATABASE = "bandmate"
PERSON = "p1"
PROFILE = "tindeq-progressor"
STRETCH = "seated_hamstring_isolation"
LIVE = timedelta(minutes=15)
AROUND = timedelta(seconds=30)
LASTS_S = 650.0
"""So long ago the newest run began: two guided sessions take some ten minutes."""
LAST_SET_S = 60.0
"""So long ago a set began that nobody leads, and that is under way at the present."""
LIES_STILL_S = 5.0
"""After a stop, before it is acknowledged."""
NO_RECORDINGS = StoreConfig(recordings=False)
AT_MOST_S = 100.0
"""On a busy machine; else the whole takes some fifteen."""

_HEAD = """warm_up_s = 20
cool_down_s = 20
override = { phase_gate = "Dr Lee" }"""
_FLOSS = entry_of(FLOSS, 'sides = "each"\nreps = 8\nsets = 1\nrest_s = 15\nper_day = 3')
PLAN = load_plan(
    plan_of(
        _FLOSS,
        entry_of(STRETCH, "hold_s = 20\nreps = 2\nrest_s = 15"),
        entry_of(TRACTION, "hold_s = 108\nrest_s = 15"),
        head=_HEAD,
        phase="release",
    ),
    "mornings",
    CATALOGUE,
)
"""Flosses and a stretch on both sides, and a traction: some seven minutes."""
SHORT_PLAN = load_plan(plan_of(_FLOSS, head=_HEAD, phase="release"), "evenings", CATALOGUE)
"""Flosses alone, and for the second time that day."""

_OVER_PULLS = {
    FLOSS: {(14.0, 15.5): 48.0, (28.0, 29.5): 72.0},
    TRACTION: {(20.0, 21.5): 90.0},
}
"""On the left, by seconds since the set began: over the limit, and in the floss the ceiling."""


@dataclass(frozen=True)
class Span:
    """A time range of a dashboard."""

    start: datetime
    end: datetime


@dataclass(frozen=True, eq=False)
class Scene:
    """What there is to be seen.

    Attributes:
        url: The InfluxDB server.
        database: In it.
        live: The last quarter of an hour: the newest sessions.
        review: The newest session that was done to its end, as the list of sessions links to it.
        progress: All weeks.
        session: The id of the service's run that the newest sessions are of.
        began: When that run began.
        events: What it told, in order.
        past: The records of the weeks before.
    """

    url: str
    database: str
    live: Span
    review: Span
    progress: Span
    session: str
    began: datetime
    events: Sequence[Event]
    past: Sequence[Record]

    def told(self, kind: type[KindT], span: Span) -> list[KindT]:
        """The newest run's events of a kind in a time range."""
        return [
            event
            for event in self.events
            if isinstance(event, kind)
            and span.start <= self.began + timedelta(seconds=event.t_s) <= span.end
        ]


@asynccontextmanager
async def filled_influx() -> AsyncGenerator[Scene]:
    """An InfluxDB server of its own, filled; both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bandmate-scene-") as folder:
        server = InfluxDb(Path(folder) / "influxdb", find_free_port())
        server.start()
        try:
            yield await fill(server, Path(folder))
        finally:
            server.kill()


async def fill(server: InfluxDb, folder: Path) -> Scene:
    """Fill a server that runs.

    Args:
        server: It.
        folder: Where the stores are kept.
    """
    settings = InfluxSettings(api="v1", url=server.url, bucket=DATABASE)
    past = await _history(settings, folder / "past.db")
    clock = SteppedClock(LASTS_S)
    broker = Mosquitto(folder / "mosquitto", find_free_port())
    broker.start()
    try:
        mqtt = MqttSettings(host="127.0.0.1", port=broker.port)
        config = msgspec.structs.replace(QUIET, influx=settings, mqtt=mqtt, store=NO_RECORDINGS)
        session, events = await _newest(config, folder / "service", clock)
    finally:
        broker.kill()
    end = datetime.now(UTC)
    done = next(e for e in events if isinstance(e, SessionSummary) and e.status == "done")
    ended = clock.started + timedelta(seconds=done.t_s)
    return Scene(
        url=server.url,
        database=DATABASE,
        live=Span(end - LIVE, end),
        review=Span(ended - timedelta(seconds=done.duration_s) - AROUND, ended + AROUND),
        progress=Span(end - timedelta(weeks=WEEKS + 1), end),
        session=session,
        began=clock.started,
        events=events,
        past=past,
    )


async def _history(settings: InfluxSettings, path: Path) -> list[Record]:
    """Bring the weeks before through a store and the sink."""
    written: list[Record] = []
    settings = msgspec.structs.replace(settings, samples=False)
    async with running_store(Store.open(path)) as store:
        sink = InfluxSink(settings, "home", store.quarantine)
        outbox = Outbox(store, sink.name)
        report = Report(sink.name, outbox)
        sending = asyncio.create_task(run_sink(sink, outbox, report))
        try:
            for records in past_sessions(PLAN, datetime.now(UTC)):
                for record in records:
                    store.append(record)
                written += records
                await until(partial(_has_delivered, report, len(written)))
        finally:
            sending.cancel()
            await asyncio.wait([sending])
    assert report.health().dropped == 0, report.health()
    return written


def _has_delivered(report: Report, count: int) -> bool:
    return report.delivered == count


async def _newest(config: Config, folder: Path, clock: SteppedClock) -> tuple[str, list[Event]]:
    """Run the service through two guided sessions and a free set, until the present."""
    profile = load_profiles().get(PROFILE)
    bands = [
        VirtualBand("left", clock, profile, pulls=_too_hard, leaves=(TRACTION, 40.0)),
        VirtualBand("right", clock, profile, strength=0.85),
    ]
    events: list[Event] = []

    def heard(event: Event) -> None:
        events.append(event)
        for band in bands:
            band.follow(event)

    async with (
        running_service(
            config,
            clock,
            {band.name: BandPlan(band, profile) for band in bands},
            folder,
            on_event=heard,
            with_page=False,
            library=Library({plan.id: plan for plan in (PLAN, SHORT_PLAN)}),
        ) as running,
        clock.running(),
    ):
        await _whole_session(running)
        await _stopped_session(running, clock)
        await until(lambda: clock.now() >= LASTS_S - LAST_SET_S, within_s=AT_MOST_S)
        await running.service.command(f"start:{TRACTION}", "left")
        await until(lambda: clock.is_at_present, within_s=AT_MOST_S)
        await until(lambda: _has_all_left(running), within_s=AT_MOST_S)
    for report in running.service.sinks():
        assert report.dropped == 0, report
    return running.service.session, events


def _has_all_left(running: Running) -> bool:
    return all(sink.queued == 0 for sink in running.service.sinks())


async def _whole_session(running: Running) -> None:
    await _begin(running, PLAN.id, pain=3, distal=3)
    await _state(running, "active")
    await until(lambda: running.service.bands["left"].state().reps >= 5, within_s=AT_MOST_S)
    await _lead(running, "pain", pain=4)
    await _state(running, "asking")
    await running.service.command("ack")
    await _lead(running, "answer", pain=2, distal=2)


async def _stopped_session(running: Running, clock: SteppedClock) -> None:
    """It tingles in the middle of a set."""
    await _begin(running, SHORT_PLAN.id, pain=2, distal=2, side="right")
    await _state(running, "active")
    await until(lambda: running.service.bands["right"].state().reps >= 3, within_s=AT_MOST_S)
    await _lead(running, "stop", reason="tingle")
    lies_still_until_s = clock.now() + LIES_STILL_S
    await until(lambda: clock.now() >= lies_still_until_s, within_s=AT_MOST_S)
    await _lead(running, "ack")
    await _lead(running, "answer", pain=3, distal=3, tingling=True)


async def _begin(
    running: Running, plan: str, *, pain: int, distal: int, side: str = "left"
) -> None:
    await _lead(running, "begin", plan=plan, person=PERSON, side=side)
    await _lead(running, "answer", pain=pain, distal=distal)
    await _state(running, "ready")
    await _lead(running, "go")


async def _lead(running: Running, ask: str, **more: object) -> None:
    await running.service.lead(msgspec.convert({"ask": ask, **more}, Lead))


async def _state(running: Running, state: str) -> None:
    def is_there() -> bool:
        guided = running.service.guided()
        return guided is not None and guided.state == state

    await until(is_there, within_s=AT_MOST_S)


def _too_hard(exercise: str, into_s: float) -> float | None:
    spans = _OVER_PULLS.get(exercise, {})
    return next((n for (begin, end), n in spans.items() if begin <= into_s < end), None)

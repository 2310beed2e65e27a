"""One task tree: links, bands, sinks and page, started together and ended in order."""

import asyncio
import logging
import secrets
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp.web import RouteDef

from bandmate.app.clock import SessionClock
from bandmate.app.config import Config, StoreConfig
from bandmate.app.config_file import PAGE_FOLDER, STORE_NAME
from bandmate.app.evidence import Evidence
from bandmate.app.guide import Guide
from bandmate.app.hub import Hub
from bandmate.app.library import Library
from bandmate.app.live_band import LiveBand
from bandmate.app.people import People
from bandmate.app.reports.archive import Archive
from bandmate.app.reports.page_history import PageHistory
from bandmate.app.service import LiveService
from bandmate.app.session_recording import Record, SessionRecording, Write
from bandmate.app.setup import Pairing, Setup
from bandmate.app.setup_surroundings import surroundings
from bandmate.app.ways_out import DELIVER_S, delivered, remote_sinks, started
from bandmate.catalog.catalogue import load_catalogue
from bandmate.devices.params import Parameters
from bandmate.devices.profile import Profile
from bandmate.domain.events import Event
from bandmate.domain.records import SampleRecord
from bandmate.domain.samples import Quantity, SensorTraits
from bandmate.engine.band import BandPipeline
from bandmate.engine.band_settings import BandSettings
from bandmate.engine.intake import Intake, quantity_of
from bandmate.engine.together import Together
from bandmate.errors import StoreError
from bandmate.link.base import Link
from bandmate.link.recording import RAW_UNIT, Header, RecordedBand, new_header, values_of
from bandmate.sinks.base import Mailbox
from bandmate.sinks.sound import SoundSink
from bandmate.sinks.store import Outbox, Store
from bandmate.sinks.store_room import Room
from bandmate.web.entrance import Entrance
from bandmate.web.history import history_routes
from bandmate.web.offer import Offer
from bandmate.web.server import serve_page
from bandmate.web.stream import PageStream

_log = logging.getLogger(__name__)

LINKS_STOP_S = 5.0
"""Sensors are told to stop and let go within this."""


@dataclass(frozen=True, slots=True)
class BandPlan:
    """One band of the service.

    Attributes:
        link: Its sensor's link.
        profile: What the sensor is; `None` where the link brings readings, not bytes.
        exercise: Begun with the first data; empty for none.
        strands: Strands of the band per sensor.
        quantity: What its recording shows, where there is no profile.
        params: The sensor's parameters, which its link knows too; `None`: nothing was said of it.
    """

    link: Link
    profile: Profile | None
    exercise: str = ""
    strands: int = 1
    quantity: Quantity = "force"
    params: Parameters | None = None

    @property
    def shown(self) -> Quantity:
        """What movements are seen in."""
        return self.quantity if self.profile is None else quantity_of(self.profile)

    def sensor(self) -> tuple[Profile, Parameters] | None:
        """What is known of the sensor; `None` where there is none."""
        if self.profile is None:
            return None
        return self.profile, self.params or self.profile.parameters()


@dataclass(frozen=True, slots=True)
class Running:
    """What is up while the service runs.

    Attributes:
        service: What may be asked of it.
        page_url: The coach page's address; empty where it is not served.
        page_code: Lets a first device in; empty where none is needed.
    """

    service: LiveService
    page_url: str
    page_code: str = ""


@asynccontextmanager
async def running_service(
    config: Config,
    clock: SessionClock,
    bands: Mapping[str, BandPlan],
    folder: Path,
    *,
    on_event: Callable[[Event], None] = lambda _: None,
    with_page: bool = True,
    library: Library | None = None,
    pairing: Pairing | None = None,
) -> AsyncGenerator[Running]:
    """Run the service while the context is open; end it in order at its exit.

    Args:
        config: Ways out and their settings.
        clock: The session clock.
        bands: By name.
        folder: Where the local store and the recordings are kept.
        on_event: Called with every event.
        with_page: Serve the coach page.
        library: Plans, words and questions; by default the shipped ones.
        pairing: What is needed to pair sensors on the page; `None`: they cannot be.

    Raises:
        StoreError: The local store, or what lets devices in, cannot be opened.
        ConfigError: The page cannot be served where it should be.
        ExceptionGroup: A bug in the core or a link: the process is to end loudly.
    """
    asyncio.get_running_loop().set_exception_handler(_tell_briefly)
    session = f"{clock.stamp}-{secrets.token_hex(2)}"
    library = library or Library()
    async with AsyncExitStack() as stack:
        store = _open_store(folder, config.store)
        stack.push_async_callback(store.close)
        hub = Hub(session, clock, store.append)
        hub.listen(on_event)
        header = partial(_header, session, clock, bands)
        record = _recording(folder, header, hub, clock, stack, whole=config.store.recordings)
        service = LiveService(session)
        pipelines = {name: _pipeline(name, plan, session) for name, plan in bands.items()}
        together = Together(pipelines)
        for name, plan in bands.items():
            service.bands[name] = _live_band(
                plan, pipelines[name], together, clock=clock, hub=hub, record=record
            )
        store.drafts = partial(_collected, service)
        people = People(folder / "people")
        guide = service.guide = Guide(
            session,
            bands=service.bands,
            hub=hub,
            clock=clock,
            people=people,
            library=library,
        )
        sound = SoundSink(config.sound, service.states)
        setup = service.setup = Setup(
            surroundings(config, service, bands, words=library.page, sound=sound, clock=clock),
            pairing,
        )
        offer = _offer(library)
        stream = PageStream(service, offer)
        page = ("", "")
        if with_page:
            page = await stack.enter_async_context(
                _page(
                    config,
                    folder,
                    service,
                    stream,
                    offer=offer,
                    more=_history(folder, people, library),
                )
            )
        async with asyncio.TaskGroup() as outer:
            writing = outer.create_task(store.run(), name="store")
            service.reports.append(store.report)
            sinks: list[asyncio.Task[None]] = []
            for sink in (stream, sound) if with_page else (sound,):
                mailbox = Mailbox()
                hub.add_local(mailbox)
                sinks.append(started(outer, sink, mailbox, service))
            sinks.extend(
                started(outer, sink, Outbox(store, sink.name), service)
                for sink in remote_sinks(config, service, store, hub, clock)
            )
            try:
                async with asyncio.TaskGroup() as inner:
                    links = [_linked(inner, band) for band in service.bands.values()]
                    leading = inner.create_task(guide.run(), name="guide")
                    tasks = [
                        inner.create_task(band.run(), name=f"band {name}")
                        for name, band in service.bands.items()
                    ]
                    async with setup.open():
                        yield Running(service, *page)
                    await _cancelled(links, LINKS_STOP_S)
                    await _cancelled([leading, *tasks], LINKS_STOP_S)
            finally:
                with ExitStack() as endings:  # each band ends, though another one may fail
                    endings.callback(guide.finish)
                    for band in reversed(service.bands.values()):
                        endings.callback(band.finish)
                await delivered(service)
                await _cancelled(sinks, DELIVER_S)
                await _cancelled([writing], DELIVER_S)


def _offer(library: Library) -> Offer:
    exercises = [exercise for exercise in load_catalogue() if exercise.measured]
    return Offer(exercises, list(library.offered()), library.words, library.page)


def _history(folder: Path, people: People, library: Library) -> Sequence[RouteDef]:
    return history_routes(PageHistory(Archive(folder / STORE_NAME, people), library))


@asynccontextmanager
async def _page(
    config: Config,
    folder: Path,
    service: LiveService,
    stream: PageStream,
    *,
    offer: Offer,
    more: Sequence[RouteDef],
) -> AsyncGenerator[tuple[str, str]]:
    """Serve the coach page; its address, and the code that lets a first device in."""
    entrance = None
    if config.page.is_beyond_here:
        entrance = await Entrance.open(config.page, folder / PAGE_FOLDER)
    async with serve_page(config.page, service, stream, offer, entrance=entrance, more=more) as url:
        yield url, "" if entrance is None else entrance.new_code()


def _tell_briefly(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What a library left behind in the loop (a callback on a socket that just died) is one line.

    Our own tasks are awaited by their task group: their errors never come here.
    """
    error = context.get("exception")
    _log.warning("%s%s", context["message"], f": {error!r}" if error else "")
    _log.debug("left behind in the event loop", exc_info=error)


def _collected(service: LiveService) -> Iterator[SampleRecord]:
    for band in service.bands.values():
        if (record := band.collected()) is not None:
            yield record


def _open_store(folder: Path, config: StoreConfig) -> Store:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{folder}: the folder of the local store cannot be made: {error.strerror}",
            hint="Name another one at [store] path.",
        ) from error
    room = Room(config.max_mb * 1_000_000, config.keep_days)
    return Store.open(folder / STORE_NAME, room)


def _recording(
    folder: Path,
    header: Callable[[], Header],
    hub: Hub,
    clock: SessionClock,
    stack: AsyncExitStack,
    *,
    whole: bool,
) -> Record:
    """Keep what arrives around every stop, and the `whole` session where that is wanted."""
    evidence = Evidence(folder / "evidence", header, clock)
    stack.callback(evidence.close)
    hub.listen(evidence.hear)
    if not whole:
        return evidence.add
    first = header()
    recording = SessionRecording(folder / "recordings" / f"{first.session}.jsonl", first, clock)
    stack.callback(recording.close)

    def record(at_s: float, write: Write) -> None:
        evidence.add(at_s, write)
        recording.add(write)

    return record


def _header(session: str, clock: SessionClock, bands: Mapping[str, BandPlan]) -> Header:
    """The first line of a recording, with what is known of the sensors now."""
    recorded = (_recorded(name, plan) for name, plan in bands.items())
    return new_header(session, clock.started, recorded)


def _recorded(name: str, plan: BandPlan) -> RecordedBand:
    sensor = plan.sensor()
    return RecordedBand(
        band=name,
        profile="" if sensor is None else sensor[0].device.id,
        strands=plan.strands,
        unit=RAW_UNIT[plan.shown],
        params={} if sensor is None else values_of(*sensor),
    )


def _pipeline(name: str, plan: BandPlan, session: str) -> BandPipeline:
    sensor = plan.sensor()
    settings = BandSettings(
        name=name,
        session=session,
        traits=SensorTraits() if sensor is None else sensor[0].traits(sensor[1]),
        strands=plan.strands,
        quantity=plan.shown,
    )
    return BandPipeline(settings, load_catalogue().find)


def _live_band(
    plan: BandPlan,
    pipeline: BandPipeline,
    together: Together,
    *,
    clock: SessionClock,
    hub: Hub,
    record: Record,
) -> LiveBand:
    sensor = plan.sensor()
    return LiveBand(
        pipeline.settings.name,
        session=pipeline.settings.session,
        pipeline=pipeline,
        together=together,
        intake=None if sensor is None else Intake(*sensor),
        link=plan.link,
        clock=clock,
        hub=hub,
        record=record,
        exercise=plan.exercise,
    )


def _linked(tasks: asyncio.TaskGroup, band: LiveBand) -> asyncio.Task[None]:
    async def run() -> None:
        await band.link.run(band)
        band.finish()  # a recording is over; a sensor's link never ends by itself

    return tasks.create_task(run(), name=f"link {band.name}")


async def _cancelled(tasks: list[asyncio.Task[None]], within_s: float) -> None:
    """Cancel tasks and wait for their tidying up, but not for ever."""
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=within_s)

"""The alerts are the same, to the moment, whatever the ways out are at. On a virtual clock."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.rig import write_csv
from bandmate.app.clock import SessionClock
from bandmate.app.hub import Hub
from bandmate.app.live_band import LiveBand
from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.events import AlertCleared, AlertRaised, Event
from bandmate.domain.records import EventRecord
from bandmate.engine.band import BandPipeline
from bandmate.engine.band_settings import BandSettings
from bandmate.engine.together import Together
from bandmate.errors import SinkUnavailableError
from bandmate.link.recording_csv import read_csv
from bandmate.link.replay import ReplayLink
from bandmate.sim.person import reps
from bandmate.sinks.base import Feed, Mailbox, Report, run_sink

pytestmark = [
    pytest.mark.virtual_time,
    pytest.mark.filterwarnings("ignore::async_solipsism.exceptions.ResolutionWarning"),
]

LENGTH_S = 60.0
_STEP_S = 1e-6
WAYS = ("healthy", "dead", "frozen", "slow", "mad")


class LoopClock(SessionClock):
    """A session clock that goes with the event loop's, and by a nanosecond whenever it is read.

    So what is nearer than a step of the virtual clock comes, too.
    """

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.get_running_loop()
        self._begun_s = self._at_s = self._loop.time()
        self._reads = 0
        vars(self._loop)["_clock_resolution"] = _STEP_S

    def now(self) -> float:
        at_s = self._loop.time()
        self._reads = self._reads + 1 if at_s == self._at_s else 0
        self._at_s = at_s
        return at_s - self._begun_s + self._reads * 1e-9


class Way:
    """A sink that is well, or is not."""

    def __init__(self, name: str, how: str) -> None:
        self.name = name
        self.how = how

    async def session(self, feed: Feed, report: Report) -> None:
        if self.how == "dead":
            raise SinkUnavailableError("nobody is there")
        report.up("here")
        while True:
            records = await feed.take(20)
            match self.how:
                case "frozen":
                    await asyncio.sleep(3600)
                case "slow":
                    await asyncio.sleep(1.0 * len(records))
                case "mad":
                    raise ZeroDivisionError
                case _:
                    pass
            feed.done(len(records))


@asynccontextmanager
async def ways_out(hub: Hub, how: str) -> AsyncGenerator[list[Mailbox]]:
    """Two sinks that are fed with everything; both are as they are told to be."""
    feeds = [Mailbox(64) for _ in range(2)]
    tasks: list[asyncio.Task[None]] = []
    for number, feed in enumerate(feeds):
        hub.add_local(feed)
        way = Way(f"way{number}", how)
        tasks.append(asyncio.create_task(run_sink(way, feed, Report(way.name, feed))))
    try:
        yield feeds
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def told(recording: Path, how: str) -> tuple[list[tuple[float, Event]], list[Mailbox]]:
    """Every alert, and when the page was told of it."""
    clock, heard = LoopClock(), list[tuple[float, Event]]()
    hub = Hub("s1", clock, lambda _record: None)
    page = Mailbox()
    hub.add_local(page)
    pipeline = BandPipeline(BandSettings(name="left", session="s1"), load_catalogue().find)
    link = ReplayLink(read_csv(recording), "left", clock)
    band = LiveBand(
        "left",
        session="s1",
        pipeline=pipeline,
        together=Together({"left": pipeline}),
        intake=None,
        link=link,
        clock=clock,
        hub=hub,
        record=lambda _at_s, _write: None,
        exercise="supine_sciatic_floss",
    )

    def hear(event: Event) -> None:
        if isinstance(event, AlertRaised | AlertCleared):
            heard.append((round(clock.now(), 6), event))

    hub.listen(hear)
    async with ways_out(hub, how) as feeds:
        running = asyncio.create_task(band.run())
        await link.run(band)
        await asyncio.sleep(5.0)
        running.cancel()
        await asyncio.wait([running])
    alerts = [record async for record in emptied(page) if "alert" in record.name]
    assert [record.body["id"] for record in alerts] == [event.id for _, event in heard]
    return heard, feeds


async def emptied(mailbox: Mailbox) -> AsyncGenerator[EventRecord]:
    while mailbox.queued:
        for record in await mailbox.take(100):
            assert isinstance(record, EventRecord)
            yield record
            mailbox.done(1)


async def test_alerts_and_their_times_are_the_same_whatever_the_sinks_are_at(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    pull = reps(25, 4.0, 14.0, 2.0, amplitudes_n={3: 40.0, 9: 60.0, 20: 36.0})
    recording = write_csv(tmp_path / "pulls.csv", pull, LENGTH_S)
    alone, _ = await told(recording, "healthy")
    assert len([event for _, event in alone if isinstance(event, AlertRaised)]) >= 3
    for how in WAYS[1:]:
        heard, feeds = await told(recording, how)
        assert heard == alone, how
        assert all(feed.queued <= 64 for feed in feeds)
    assert "ZeroDivisionError" in caplog.text

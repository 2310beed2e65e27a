"""What the sink makes of each answer of a database: by a server that answers as it is told."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress

import pytest
from aiohttp import web

from bandmate.errors import SinkUnavailableError
from bandmate.sinks.base import RETRY_AFTER_MOST_S, Mailbox, Report, run_sink
from bandmate.sinks.influx import InfluxSink
from bandmate.sinks.influx_server import InfluxSettings
from parts.waiting import until
from sinks.records import event, samples

Answer = Callable[[web.Request, str], web.Response]


class Database:
    """Answers each write by `answer`, and keeps what it was given."""

    def __init__(self) -> None:
        self.answer: Answer = lambda _request, _body: web.Response(status=204)
        self.asked: list[web.Request] = []
        self.stored: list[str] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.text()
        self.asked.append(request)
        response = self.answer(request, body)
        if response.status < 300:
            self.stored += body.splitlines()
        return response

    def has(self, start: str) -> int:
        return sum(line.startswith(start) for line in self.stored)


@pytest.fixture
async def database() -> AsyncGenerator[Database]:
    """A database on a loopback port."""
    database = Database()
    app = web.Application()
    app.router.add_post("/{path:.*}", database.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    database.url = f"http://{host}:{port}"
    yield database
    await runner.cleanup()


class Running:
    """The sink on it."""

    def __init__(self, settings: InfluxSettings) -> None:
        self.mailbox = Mailbox()
        self.refused: list[tuple[str, str]] = []
        self.report = Report("influx", self.mailbox)
        self.sink = InfluxSink(settings, "home", self._quarantine)

    async def _quarantine(self, _sink: str, refused: Sequence[tuple[str, str]]) -> None:
        self.refused += refused


@asynccontextmanager
async def running(database: Database, api: str = "v2") -> AsyncGenerator[Running]:
    settings = InfluxSettings(api=api, url=database.url, org="home", token="s3cret")  # pyright: ignore[reportArgumentType]
    run = Running(settings)
    task = asyncio.create_task(run_sink(run.sink, run.mailbox, run.report))
    try:
        yield run
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bandmate.sinks.base.BACKOFF_FIRST_S", 0.02)
    monkeypatch.setattr("bandmate.sinks.base.BACKOFF_MOST_S", 0.05)


@pytest.mark.parametrize("api", ["v2", "v3"])
async def test_the_second_api_is_asked_for_bucket_precision_and_token(database: Database, api: str):
    async with running(database, api) as run:
        run.mailbox.put(samples(1))
        await until(lambda: run.report.delivered == 1)
    asked = database.asked[0]
    assert (asked.path, asked.query["bucket"], asked.query["precision"]) == (
        "/api/v2/write",
        "bandmate",
        "ns",
    )
    assert asked.headers["Authorization"] == "Token s3cret"
    assert database.has("health,kind=connected,") == 1
    assert database.has("tension,") == 100


@pytest.mark.parametrize(
    ("status", "said", "told"),
    [
        (401, "unauthorized access", "check [influx] token_file"),
        (403, "forbidden", "check [influx] token_file"),
        (404, 'bucket "bandmate" not found', "check [influx] api, bucket and org"),
        (500, "oops", "cannot write now: 500 oops; it is tried again"),
        (503, "engine: cache maximum memory size exceeded", "cannot write now: 503"),
        (429, "rate limit", "cannot write now: 429 rate limit"),
        (400, "precision is not supported", "refuses even a plain line"),
    ],
)
async def test_what_is_wrong_is_told_kept_and_tried_again(
    database: Database, status: int, said: str, told: str
):
    database.answer = lambda _request, _body: web.Response(status=status, text=said)
    async with running(database) as run:
        run.mailbox.put(samples(1))
        run.mailbox.put(event(2, index=1))
        await until(lambda: run.report.state == "down" and len(database.asked) > 2)
        assert told in run.report.text
        assert "s3cret" not in run.report.text
        assert run.report.health().queued == 2

        database.answer = lambda _request, _body: web.Response(status=204)
        await until(lambda: run.report.delivered == 2)
    assert (database.has("tension,"), database.has("rep,")) == (100, 1)
    assert not run.refused


async def test_a_server_that_asks_to_be_left_alone_is(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    pauses_s: list[float] = []
    sleep = asyncio.sleep

    async def noted(seconds: float) -> None:
        pauses_s.append(seconds)
        await sleep(min(seconds, 0.01))

    monkeypatch.setattr("bandmate.sinks.base.asyncio.sleep", noted)
    seconds = iter(["7", "100000", "soon", "0"])
    database.answer = lambda _request, _body: web.Response(
        status=429, headers={"Retry-After": next(seconds, "0")}
    )
    async with running(database) as run:
        async with asyncio.timeout(10):
            while len(database.asked) < 5:
                await sleep(0.01)
        assert run.report.state == "down"
    assert pauses_s[0] == 7.0
    assert pauses_s[1] == RETRY_AFTER_MOST_S
    assert max(pauses_s[2:]) < 1.0


async def test_bad_lines_stand_alone_though_nobody_says_which(database: Database):
    # As version 3 does, and without a number: the good lines of a refused batch are not stored.
    def refuse_alerts(_request: web.Request, body: str) -> web.Response:
        bad = "alert," in body
        return web.Response(status=400 if bad else 204, text="partial write of line protocol")

    database.answer = refuse_alerts
    alert = event(3, "alert_raised", code="tension_high", value=1.0)
    async with running(database) as run:
        await until(lambda: run.report.state == "up")
        for record in (samples(1), alert, samples(2), alert, event(4, index=1)):
            run.mailbox.put(record)
        await until(lambda: run.report.delivered == 5)
    assert len({line for line in database.stored if line.startswith("tension,")}) == 200
    assert database.has("rep,") == 1
    assert [line.partition(",")[0] for _, line in run.refused] == ["alert", "alert"]
    assert run.report.health().dropped == 2


async def test_what_cannot_be_kept_in_quarantine_is_not_given_up(database: Database):
    def refuse_alerts(_request: web.Request, body: str) -> web.Response:
        return web.Response(status=400 if "alert," in body else 204, text="bad")

    database.answer = refuse_alerts
    settings = InfluxSettings(api="v3", url=database.url)
    tries = 0

    async def full_disk(_sink: str, _refused: Sequence[tuple[str, str]]) -> None:
        nonlocal tries
        tries += 1
        raise SinkUnavailableError("the disk is full")

    mailbox = Mailbox()
    report = Report("influx", mailbox)
    task = asyncio.create_task(run_sink(InfluxSink(settings, "home", full_disk), mailbox, report))
    mailbox.put(event(1, "alert_raised", code="tension_high", value=1.0))
    await until(lambda: tries > 1 and report.text == "the disk is full")
    task.cancel()
    await asyncio.wait([task])

    assert mailbox.queued == 1

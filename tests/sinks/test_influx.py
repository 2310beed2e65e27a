"""The InfluxDB sink at InfluxDB 1.x and at VictoriaMetrics."""

import asyncio
import json
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import msgspec
import pytest

from bandmate.domain.records import Record
from bandmate.sinks.base import Mailbox, Report, run_sink
from bandmate.sinks.influx import InfluxSink
from bandmate.sinks.influx_server import InfluxSettings, Server
from parts.servers import InfluxDb, VictoriaMetrics
from parts.waiting import until
from sinks.records import T0_NS, event, samples


class Running:
    """A sink that runs against a database."""

    def __init__(self, settings: InfluxSettings) -> None:
        self.mailbox = Mailbox()
        self.refused: list[tuple[str, str]] = []
        self.sink = InfluxSink(settings, "home", self._quarantine)
        self.report = Report(self.sink.name, self.mailbox)
        self.task = asyncio.create_task(run_sink(self.sink, self.mailbox, self.report))

    def put(self, *records: Record) -> None:
        for record in records:
            self.mailbox.put(record)

    async def _quarantine(self, sink: str, refused: Sequence[tuple[str, str]]) -> None:
        assert sink == "influx"
        self.refused += refused


@asynccontextmanager
async def running(settings: InfluxSettings) -> AsyncGenerator[Running]:
    run = Running(settings)
    try:
        yield run
    finally:
        run.task.cancel()
        with suppress(asyncio.CancelledError):
            await run.task


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bandmate.sinks.base.BACKOFF_FIRST_S", 0.05)
    monkeypatch.setattr("bandmate.sinks.base.BACKOFF_MOST_S", 0.1)


def v1(server: InfluxDb, **more: str | bool) -> InfluxSettings:
    return msgspec.convert({"api": "v1", "url": server.url, **more}, InfluxSettings)


def select(server: InfluxDb, query: str) -> list[dict[str, object]]:
    """The rows of an InfluxQL query, by column."""
    text = urlopen(f"{server.url}/query?{urlencode({'db': 'bandmate', 'q': query})}").read()
    (result,) = json.loads(text)["results"]
    assert "error" not in result, result
    return [
        dict(zip(series["columns"], row, strict=True))
        for series in result.get("series", [])
        for row in series["values"]
    ]


def write(server: InfluxDb, line: str) -> None:
    urlopen(f"{server.url}/write?db=bandmate", data=line.encode()).close()


def count(server: InfluxDb, field: str, measurement: str) -> object:
    rows = select(server, f'SELECT count("{field}") FROM "{measurement}"')
    return rows[0]["count"] if rows else 0


async def test_every_sample_and_event_arrives_in_a_new_database(influxdb: InfluxDb):
    async with running(v1(influxdb)) as run:
        run.put(samples(1), samples(2), event(3, index=1, grade="full", peak_n=30.0))
        run.put(event(4, "rep_final", index=1, count_s=3.0, end_s=4.0, confidence=1))
        await until(lambda: run.report.delivered == 4)
    assert count(influxdb, "force_n", "tension") == 200
    assert count(influxdb, "mean_n", "tension_1s") == 2
    (rep,) = select(influxdb, 'SELECT * FROM "rep"')
    assert (rep["grade"], rep["index"], rep["peak_n"], rep["end_s"]) == ("full", 1, 30, 4)
    assert str(rep["time"]).startswith("2026-09-21")
    assert run.report.health().dropped == 0


async def test_types_are_those_of_the_schema(influxdb: InfluxDb):
    async with running(v1(influxdb)) as run:
        run.put(event(1, index=1, grade="full", peak_n=30))
        await until(lambda: run.report.delivered == 1)
    types = {
        row["fieldKey"]: row["fieldType"] for row in select(influxdb, 'SHOW FIELD KEYS FROM "rep"')
    }
    assert types == {
        "grade": "string",
        "index": "integer",
        "peak_n": "float",
        "session": "string",
        "set": "integer",
    }


async def test_a_refused_line_is_kept_counted_and_told_and_costs_no_other(
    influxdb: InfluxDb, caplog: pytest.LogCaptureFixture
):
    async with running(v1(influxdb)) as run:
        run.put(event(1, index=1))
        await until(lambda: run.report.delivered == 1)
        # The database has `index` as an integer from now on; in `alert` someone made it a text.
        write(influxdb, f'alert index="x" {T0_NS}')
        alert = event(3, "alert_raised", code="tension_high", index=1, value=1.0)
        run.put(samples(2), alert, samples(4), alert)
        await until(lambda: run.report.delivered == 5)
    assert count(influxdb, "force_n", "tension") == 200
    assert run.report.health().dropped == 2
    assert [line.partition(" ")[0] for _, line in run.refused] == [
        "alert,band=left,exercise=free_reps,kind=tension_high,site=home"
    ] * 2
    assert all("field type conflict" in reason for reason, _ in run.refused)
    (told,) = [r.getMessage() for r in caplog.records if "refused a line" in r.getMessage()]
    assert "field type conflict" in told
    assert "alert," in told


async def test_a_measurement_that_someone_gave_another_type_costs_few_questions(
    influxdb: InfluxDb, monkeypatch: pytest.MonkeyPatch
):
    asked: list[int] = []
    post = Server.write

    async def counting(server: Server, lines: Sequence[str]) -> None:
        asked.append(len(lines))
        await post(server, lines)

    monkeypatch.setattr(Server, "write", counting)
    async with running(v1(influxdb)) as run:
        await until(lambda: run.report.state == "up")
        write(influxdb, f"tension,site=home force_n=1i {T0_NS}")
        run.put(*(samples(n) for n in range(10)), event(11, index=1))
        await until(lambda: run.report.delivered == 11)
    assert len(run.refused) == 1000
    assert count(influxdb, "mean_n", "tension_1s") == 10
    assert count(influxdb, "index", "rep") == 1
    assert len(asked) < 40  # one by one it would be more than a thousand


async def test_readings_can_be_kept_out_of_the_database(influxdb: InfluxDb):
    async with running(v1(influxdb, samples=False)) as run:
        run.put(samples(1), samples(2))
        await until(lambda: run.report.delivered == 2)
    assert count(influxdb, "mean_n", "tension_1s") == 2
    assert count(influxdb, "force_n", "tension") == 0


async def test_a_killed_database_costs_nothing_and_repeats_nothing(influxdb: InfluxDb):
    async with running(v1(influxdb)) as run:
        run.put(*(samples(n) for n in range(20)))
        await until(lambda: run.report.delivered == 20)
        influxdb.kill()
        run.put(*(samples(n) for n in range(20, 60)), event(61, index=1))
        await until(lambda: run.report.state == "down")
        assert f"127.0.0.1:{influxdb.port}" in run.report.text
        influxdb.start()
        await until(lambda: run.report.delivered == 61)
    assert count(influxdb, "force_n", "tension") == 6000
    assert count(influxdb, "index", "rep") == 1
    assert run.report.health().reconnects == 1


async def test_a_frozen_database_is_given_up_and_comes_back(
    influxdb: InfluxDb, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("bandmate.sinks.influx_server._ANSWER_MS", 300)
    async with running(v1(influxdb)) as run:
        await until(lambda: run.report.state == "up")
        influxdb.freeze()
        run.put(samples(1))
        await until(lambda: run.report.state == "down")
        assert "no answer" in run.report.text
        influxdb.thaw()
        await until(lambda: run.report.delivered == 1)
    assert count(influxdb, "force_n", "tension") == 100


async def test_a_wrong_api_says_what_to_check(influxdb: InfluxDb):
    async with running(InfluxSettings(api="v2", org="o", url=influxdb.url, token="s3cret")) as run:
        await until(lambda: run.report.state == "down")
    assert "check [influx] api" in run.report.text
    assert "s3cret" not in run.report.text + repr(
        InfluxSettings(api="v3", url="http://x", token="s3cret")
    )


async def test_a_missing_token_file_is_named(influxdb: InfluxDb):
    async with running(
        InfluxSettings(api="v2", org="o", url=influxdb.url, token_file="no-such-file")
    ) as run:
        await until(lambda: run.report.state == "down")
    assert "[influx] token_file: no-such-file cannot be read" in run.report.text


async def test_the_second_api_is_spoken_to_victoria_metrics(victoria_metrics: VictoriaMetrics):
    async with running(InfluxSettings(api="v2", url=victoria_metrics.url, org="o")) as run:
        run.put(samples(1), samples(2), event(3, index=1, grade="full", peak_n=30.0))
        await until(lambda: run.report.delivered == 3)
        victoria_metrics.stop()  # killed, it would lose the seconds it keeps in memory only
        run.put(samples(4))
        await until(lambda: run.report.state == "down")
        victoria_metrics.start()
        await until(lambda: run.report.delivered == 4)
    assert exported(victoria_metrics, "tension_force_n") == 300
    assert exported(victoria_metrics, "tension_1s_mean_n") == 3
    assert exported(victoria_metrics, "rep_peak_n") == 1


def exported(server: VictoriaMetrics, metric: str) -> int:
    """The number of values of a metric."""
    urlopen(f"{server.url}/internal/force_flush").read()
    text = urlopen(f"{server.url}/api/v1/export?{urlencode({'match[]': metric})}").read()
    return sum(len(json.loads(row)["values"]) for row in text.splitlines())


@pytest.fixture
def guarded(tmp_path: Path, free_port: int) -> Iterator[InfluxDb]:
    """A database that asks for user and password."""
    server = InfluxDb(tmp_path / "guarded", free_port, with_accounts=True)
    server.start()
    query = "CREATE USER coach WITH PASSWORD 'hunter2' WITH ALL PRIVILEGES"
    urlopen(f"{server.url}/query", data=urlencode({"q": query}).encode()).close()
    yield server
    server.kill()


async def test_a_wrong_password_says_what_to_check(guarded: InfluxDb):
    async with running(v1(guarded, username="coach", password="wrong")) as run:
        await until(lambda: run.report.state == "down")
    assert "check [influx] username and password_file" in run.report.text
    assert "wrong" not in run.report.text


async def test_the_password_is_read_from_its_file(guarded: InfluxDb, tmp_path: Path):
    secret = tmp_path / "password"
    secret.write_text("hunter2\n")
    async with running(v1(guarded, username="coach", password_file=str(secret))) as run:
        run.put(samples(1))
        await until(lambda: run.report.delivered == 1)


@pytest.mark.parametrize(
    "settings",
    [
        {"api": "v2", "url": "http://x"},
        {"api": "v4", "url": "http://x"},
        {"api": "v1", "url": "x:8086"},
        {"api": "v1", "url": "http://user:password@x"},
        {"api": "v1", "url": "http://x", "bucket": 'a"b'},
        {"api": "v1", "url": "http://x", "database": "a"},
    ],
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, str]):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(settings, InfluxSettings)

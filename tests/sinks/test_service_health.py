"""How the service stands, as points: queues, lag, losses, and each link."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from app.rig import select
from bandmate.domain.records import SinkHealth
from bandmate.sinks.base import Mailbox, Report, run_sink
from bandmate.sinks.influx import InfluxSink
from bandmate.sinks.influx_points import service_health
from bandmate.sinks.influx_server import InfluxSettings
from bandmate.sinks.store import Outbox
from parts.servers import InfluxDb
from parts.waiting import until
from sinks.records import T0_NS, event
from sinks.service import STATE
from sinks.stores import running

SINKS = [
    SinkHealth("store", "up", "writing", dropped=1),
    SinkHealth("mqtt", "down", "gone", queued=7, dropped=2, reconnects=3, lag_s=4.5),
    SinkHealth("influx", "up", "writing", queued=1),
]


def test_one_point_for_the_ways_out_and_one_for_each_link():
    left = replace(STATE, reconnects=2, rate_hz=80.0)
    right = replace(STATE, band="right", available=False, battery_pct=None)
    service, *links = service_health("home", [left, right], SINKS, T0_NS)
    assert service == (
        "health,kind=service,site=home dropped=3i,mqtt_queue=7i,mqtt_lag_s=4.5,mqtt_reconnects=3i,"
        f"influx_queue=1i,influx_lag_s=0.0,influx_reconnects=0i {T0_NS}"
    )
    assert links == [
        (
            "health,band=left,kind=link,site=home "
            f"connected=true,reconnects=2i,battery_pct=80.0,rate_hz=80.0 {T0_NS}"
        ),
        f"health,band=right,kind=link,site=home connected=false,reconnects=0i {T0_NS}",
    ]


async def test_it_is_written_beside_the_records(influxdb: InfluxDb):
    async def health() -> AsyncIterator[Sequence[str]]:
        yield service_health("home", [STATE], SINKS, T0_NS)
        yield service_health("home", [], SINKS[:1], T0_NS + 1)

    async def never(_: str, refused: Sequence[tuple[str, str]]) -> None:
        pytest.fail(f"refused: {refused}")

    sink, mailbox = (
        InfluxSink(InfluxSettings(api="v1", url=influxdb.url), "home", never, health),
        Mailbox(),
    )
    task = asyncio.create_task(run_sink(sink, mailbox, Report(sink.name, mailbox)))
    asked = "select \"dropped\" from health where kind = 'service'"
    await until(lambda: len(select(influxdb, asked)) == 2)
    mailbox.put(event(1, peak_n=20.0))
    await until(lambda: select(influxdb, "select peak_n from rep"))
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_the_lag_is_how_old_a_record_was_when_it_was_delivered(tmp_path: Path):
    async with running(tmp_path / "store.db") as store:
        outbox = Outbox(store, "influx")
        assert outbox.lag_s == 0.0
        for age_s in (60.0, 5.0):
            store.append(replace(event(0), ts_ns=time.time_ns() - round(age_s * 1e9)))
        await outbox.take(2)
        outbox.done(1)
        assert outbox.lag_s == pytest.approx(60.0, abs=5.0)
        outbox.done(1)
        assert outbox.lag_s == pytest.approx(5.0, abs=4.0)

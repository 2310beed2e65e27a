"""The host's clock is put forward or back in the middle of a session, at midnight."""

import time
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.guided import guided
from bandmate.app import clock
from bandmate.app.people import People
from bandmate.domain.events import SetEnded, SetStarted
from bandmate.domain.records import EventRecord, SampleRecord
from bandmate.domain.session_events import Credited, SessionSummary
from bandmate.sinks.store_file import open_file, read
from parts.waiting import until

BEGIN = datetime(2026, 3, 28, 23, 58, 30, tzinfo=ZoneInfo("Europe/Berlin"))
NS = 1_000_000_000


class Wall:
    """The host's clocks, of which one can be put."""

    monotonic = staticmethod(time.monotonic)

    def __init__(self) -> None:
        self.set_ns = int(BEGIN.timestamp()) * NS

    def time_ns(self) -> int:
        return self.set_ns


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wall]:
    wall = Wall()
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Europe/Berlin")
        time.tzset()
        patch.setattr(clock, "time", wall)
        yield wall
    time.tzset()


@pytest.mark.parametrize("step_s", [3600, -3600])
async def test_s36_a_session_over_midnight_and_a_clock_change(
    tmp_path: Path, wall: Wall, step_s: int
):
    async with guided(tmp_path) as run:
        await run.begin("calm", person="p1")
        await until(lambda: run.now.state == "ready")
        await run.lead("go")
        await until(lambda: run.told(SetStarted))
        wall.set_ns += step_s * NS
        await until(lambda: run.told(Credited))
        await run.lead("end")
        await run.lead("answer", pain=1, distal=0)
        ended_s = run.clock.now()
        (summary,) = run.told(SessionSummary)
    assert summary.date == "2026-03-28"
    assert 0.0 < summary.duration_s < ended_s
    assert run.told(SetEnded)[0].t_s - run.told(SetStarted)[0].t_s < ended_s
    (kept,) = People(tmp_path / "people").sessions("p1")
    assert kept.day.isoformat() == "2026-03-28"

    stored = [record for _, record in read(open_file(tmp_path / "bandmate.db"), 0, 100_000)]
    readings_ns = [ns for one in stored if isinstance(one, SampleRecord) for ns in one.ts_ns]
    assert all(before < after for before, after in pairwise(readings_ns))
    begin_ns = int(BEGIN.timestamp()) * NS
    assert begin_ns <= min(readings_ns)
    assert max(readings_ns) <= begin_ns + (ended_s + 1.0) * NS
    told = [one for one in stored if isinstance(one, EventRecord)]
    for one in told:
        assert one.ts_ns == pytest.approx(begin_ns + float(str(one.body["t_s"])) * NS, abs=1e3)

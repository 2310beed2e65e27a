"""A recording played by the service, as `link = "replay:FILE"` has it, on every dashboard.

A recording knows no guided session: what is asked of one (plan, pain, credit) is left out here, and
so is the battery, which a recording has not.
"""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from app.rig import QUIET
from bandmate.app.runner import BandPlan, running_service
from bandmate.domain.events import Event, Summary
from bandmate.link.recording_csv import read_csv
from bandmate.link.replay import ReplayLink
from bandmate.sim.person import hold, reps
from bandmate.sinks.influx_server import InfluxSettings
from dashboards.asking import answer, shown
from dashboards.queries import Asked, everything
from dashboards.scene import DATABASE, LIVE, Scene, Span
from dashboards.stepped_clock import SteppedClock
from parts.plan_files import FLOSS, TRACTION
from parts.programs import find_free_port
from parts.servers import InfluxDb
from parts.waiting import until

pytestmark = pytest.mark.timeout(120)

HZ = 25
FLOSS_S = 60.0
LENGTH_S = 100.0
GUIDED = ("'guided'", "'credited'", '"symptom"', '"person"')
BATTERY = 'SELECT last("battery_pct")'
ALL = [one for one in everything() if not any(m in one.text for m in (*GUIDED, BATTERY))]


def write_recording(path: Path) -> Path:
    """Two bands: flosses, one of them over the limit and one too small, then a pull held."""
    flosses = reps(8, 5.0, 14.0, 5.0, start_s=5.0, amplitudes_n={4: 36.0, 6: 8.0})
    held = hold(45.0, 60.0)
    rows = ["t_s,force_n,band,command"]
    for number in range(round(LENGTH_S * HZ)):
        t_s = number / HZ
        pull_n = flosses(t_s) if t_s < FLOSS_S else held(t_s - FLOSS_S)
        command = {0.0: f"start:{FLOSS}", FLOSS_S: f"start:{TRACTION}"}.get(t_s, "")
        rows += [f"{t_s:.2f},{pull_n:.3f},left,{command}", f"{t_s:.2f},{0.9 * pull_n:.3f},right,"]
    path.write_text("\n".join(rows) + "\n")
    return path


async def play(server: InfluxDb, folder: Path) -> Scene:
    """Play it so that it ends at the present."""
    clock = SteppedClock(LENGTH_S + 1.0)
    recording = read_csv(write_recording(folder / "session.csv"))
    links = {band: ReplayLink(recording, band, clock) for band in recording.bands}
    bands = {band: BandPlan(link, None, quantity=link.quantity) for band, link in links.items()}
    settings = InfluxSettings(api="v1", url=server.url, bucket=DATABASE)
    config = msgspec.structs.replace(QUIET, influx=settings)
    events: list[Event] = []
    async with (
        running_service(
            config, clock, bands, folder, on_event=events.append, with_page=False
        ) as running,
        clock.running(),
    ):
        await until(lambda: sum(isinstance(one, Summary) for one in events) == len(bands))
        await until(lambda: not any(sink.queued for sink in running.service.sinks()))
    end = datetime.now(UTC)
    span = Span(end - LIVE, end)
    return Scene(
        url=server.url,
        database=DATABASE,
        live=span,
        review=span,
        progress=Span(end - timedelta(weeks=1), end),
        session=running.service.session,
        began=clock.started,
        events=events,
        past=(),
    )


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("replayed")
    server = InfluxDb(folder / "influxdb", find_free_port())
    server.start()
    try:
        yield asyncio.run(play(server, folder))
    finally:
        server.kill()


@pytest.mark.parametrize("asked", ALL, ids=str)
def test_it_shows_a_recording_that_is_played(replayed: Scene, asked: Asked):
    assert any(shown(answer(replayed, asked)).values())


def test_every_dashboard_has_something_of_it():
    assert {one.dashboard for one in ALL} == {"live", "review", "progress", "health", "alerting"}

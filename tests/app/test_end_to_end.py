"""From a recording to a real broker and a real database, and nothing is lost on the way."""

import json
from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest

from app.rig import QUIET, Body, as_body, ear, playing, select, write_csv
from bandmate.app.config import Config
from bandmate.app.replay import ReplayOptions, replay
from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.events import Event
from bandmate.sim.person import hold, reps, script
from bandmate.sinks.influx_server import InfluxSettings
from bandmate.sinks.mqtt_broker import MqttSettings
from parts.servers import InfluxDb, Mosquitto
from parts.waiting import until

CABLE = Path(__file__).parents[3] / "shared/data/force_cable/cable_4.csv.gz"
MOMENTS = frozenset({"t_s", "start_s", "end_s", "peak_s", "count_s", "onset_s"})
"""Fields that are times on the session clock; the others that end in `_s` are durations."""
NAMED_ANEW = frozenset({"id", "emitted_s"})
ROUNDING = 2e-3
"""Times on another clock differ in their last bits, and may so fall on another side of a limit."""


@pytest.fixture
def ways_out(mosquitto: Mosquitto, influxdb: InfluxDb) -> Config:
    return msgspec.structs.replace(
        QUIET,
        mqtt=MqttSettings(host="127.0.0.1", port=mosquitto.port),
        influx=InfluxSettings(api="v1", url=influxdb.url),
    )


def replayed(recording: Path, exercise: str) -> list[Body]:
    options = ReplayOptions(load_catalogue().find(exercise))
    return [as_body(event) for event in replay(recording, options)]


def shifted(body: Body, by_s: float) -> Body:
    """What an event should be whose moments are later by `by_s`, without what is named anew."""

    def expected(fields: Body) -> Body:
        return {
            key: pytest.approx(value + by_s * (key in MOMENTS), rel=ROUNDING, abs=ROUNDING)
            if isinstance(value, float)
            else value
            for key, value in fields.items()
            if key not in NAMED_ANEW
        }

    found: Body = json.loads(json.dumps(body), object_hook=expected)
    return found


def without_names(events: Iterable[Event]) -> list[Body]:
    return [
        {key: value for key, value in as_body(event).items() if key not in NAMED_ANEW}
        for event in events
    ]


async def test_a_short_recording_arrives_everywhere_whole(
    mosquitto: Mosquitto, influxdb: InfluxDb, ways_out: Config, tmp_path: Path
):
    pull = script(reps(2, 4.0, 14.0, 3.0, start_s=1.0), hold(12.0, 2.0, start_s=0.5, ramp_s=0.5))
    recording = write_csv(tmp_path / "short.csv", pull, 12.0)

    async with (
        ear(mosquitto.port) as heard,
        playing(recording, tmp_path, "free_holds", config=ways_out) as run,
    ):
        await until(run.over)
        await until(lambda: run.delivered("influx") and run.delivered("mqtt"))
        bodies = [as_body(event) for event in run.events]
        await until(lambda: len(heard.events()) >= len(bodies))

    # MQTT: every event, once, in order.
    sent = heard.events()
    assert [body["id"] for body in sent] == [body["id"] for body in bodies]
    for message, body in zip(sent, bodies, strict=True):
        assert {key: message[key] for key in body} == body
    # InfluxDB: every reading, those of one time apart.
    assert select(influxdb, "select count(force_n) from tension")[0]["count"] == 600
    (ended,) = [body for body in bodies if body["event"] == "hold_ended"][-1:]
    (point,) = select(influxdb, "select * from hold order by time desc limit 1")
    assert point["duration_s"] == pytest.approx(ended["duration_s"])
    # And the same as a replay says.
    offset_s = bodies[0]["t_s"]
    assert without_names(run.events) == [
        shifted(body, offset_s) for body in replayed(recording, "free_holds")
    ]


@pytest.mark.skipif(not CABLE.exists(), reason="the development recordings are not here")
async def test_a_real_recording_arrives_everywhere_whole(
    mosquitto: Mosquitto, influxdb: InfluxDb, ways_out: Config, tmp_path: Path
):
    async with (
        ear(mosquitto.port) as heard,
        # Ten times as quick: a stall of the machine of 50 ms is a gap in what is played.
        playing(CABLE, tmp_path, "free_holds", speed=10.0, config=ways_out) as run,
    ):
        await until(run.over, within_s=40.0)
        await until(lambda: run.delivered("influx") and run.delivered("mqtt"))

    assert select(influxdb, "select count(force_n) from tension")[0]["count"] == 8132
    assert len(select(influxdb, "select duration_s from hold")) == 16
    assert len([body for body in heard.events() if body["event"] == "hold_ended"]) == 16
    offset_s = run.events[0].t_s
    assert without_names(run.events) == [
        shifted(body, offset_s) for body in replayed(CABLE, "free_holds")
    ]

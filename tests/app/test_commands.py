"""What is asked over MQTT is done and answered."""

import json
from collections.abc import AsyncGenerator
from pathlib import Path

import msgspec
import pytest_asyncio

from app.rig import BASE, QUIET, Body, Ear, Playing, ear, playing, write_csv
from bandmate.sim.person import Movement
from bandmate.sinks.mqtt_broker import MqttSettings
from parts.servers import Mosquitto
from parts.waiting import until

Stage = tuple[Playing, Ear]


@pytest_asyncio.fixture
async def stage(mosquitto: Mosquitto, tmp_path: Path) -> AsyncGenerator[Stage]:
    """A service that plays a minute of 12 N, and a client at its broker."""
    recording = write_csv(tmp_path / "steady.csv", Movement(60.0, lambda _: 12.0), 60.0)
    config = msgspec.structs.replace(
        QUIET, mqtt=MqttSettings(host="127.0.0.1", port=mosquitto.port)
    )
    async with (
        ear(mosquitto.port) as heard,
        playing(recording, tmp_path, "", speed=2.0, config=config) as run,
    ):
        await until(lambda: run.health("mqtt") == "up")
        yield run, heard


async def ask(heard: Ear, **command: object) -> Body:
    """Ask, and return the answer."""
    ref = f"r{len(heard.on(f'{BASE}/cmd/reply'))}"
    await heard.client.publish(f"{BASE}/cmd", json.dumps({**command, "ref": ref}), qos=1)

    def answers() -> list[Body]:
        replies = map(json.loads, heard.on(f"{BASE}/cmd/reply"))
        return [reply for reply in replies if reply["ref"] == ref]

    await until(answers)
    return answers()[0]


async def test_a_set_is_started_stopped_and_acknowledged(stage: Stage):
    run, heard = stage
    band = run.running.service.bands["left"]

    started = await ask(heard, do="start", exercise="supine_sciatic_floss")
    assert (started["ok"], started["error"]) == (True, None)
    assert band.state().exercise == "supine_sciatic_floss"

    assert (await ask(heard, do="stop", reason="pain", level=7))["ok"]
    assert band.state().phase == "stopped"
    await until(lambda: heard.on(f"{BASE}/band/left/alert/pain_stop")[-1:])

    refused = await ask(heard, do="next")
    assert not refused["ok"]
    assert "acknowledge the stop" in refused["error"]

    assert (await ask(heard, do="ack"))["ok"]
    assert (await ask(heard, do="next"))["ok"]
    assert (band.state().phase, band.state().set) == ("active", 2)
    await until(lambda: [body["event"] for body in heard.events()].count("set_started") == 2)


async def test_what_cannot_be_done_is_answered_and_changes_nothing(stage: Stage):
    run, heard = stage

    unknown = await ask(heard, do="start", exercise="supine_sciatic_flos")
    elsewhere = await ask(heard, do="stop", band="right")

    assert "Did you mean supine_sciatic_floss?" in unknown["error"]
    assert "There are: left." in elsewhere["error"]
    assert not run.events

"""What counts as life of a sensor, and what is done to keep it."""

import asyncio

import pytest

from bandmate.link.gatt import Conversation
from bandmate.link.search import finding
from bandmate.link.sought import Sought
from bandmate.link.status import Status
from bandmate.link.talk import Talk
from bandmate.sim.radio import virtual_radio
from link.puppet import READING, START_STOP, Puppet, puppet_profile, spoken_to
from link.rig import FastClock, Notes, radio_of
from parts.waiting import until

pytestmark = pytest.mark.virtual_time

AGAIN = puppet_profile(START_STOP + "[quirks]\nresend_start_when_silent = true")


async def test_a_stream_that_ended_in_a_menu_is_started_again_on_the_same_connection():
    async with spoken_to(AGAIN) as stage:
        await until(lambda: "streaming" in stage.notes.states)
        stage.puppet.talks = False
        await until(lambda: stage.puppet.talks)
        await until(lambda: stage.notes.epochs[1:] and stage.notes.epochs[1])
    assert stage.puppet.written == ["01", "01", "00"]
    assert stage.notes.states == ["searching", "connecting", "streaming"]


async def test_one_that_stays_silent_is_started_twice_again_and_then_given_up():
    async with spoken_to(AGAIN) as stage:
        await until(lambda: "streaming" in stage.notes.states)
        stage.puppet.mute = True
        await stage.puppet.gone.wait()
        assert stage.puppet.written == ["01", "01", "01", "00"]
        assert "silent" in stage.notes.states


async def test_without_that_quirk_silence_is_not_answered_by_a_start():
    async with spoken_to(puppet_profile(START_STOP)) as stage:
        await until(lambda: "streaming" in stage.notes.states)
        stage.puppet.mute = True
        await stage.puppet.gone.wait()
        assert stage.puppet.written == ["01", "00"]


async def test_a_battery_that_is_told_does_not_hide_that_no_readings_come():
    async with spoken_to(puppet_profile(START_STOP)) as stage:
        await until(lambda: "streaming" in stage.notes.states)
        stage.puppet.mute = True
        while "silent" not in stage.notes.states:
            if not stage.puppet.gone.is_set():
                await stage.puppet.send("battery", "57")
            await asyncio.sleep(0.5)
        told = [frame.role for frame in stage.notes.epochs[0]][-5:]
    assert told == ["battery"] * 5


async def test_a_heart_that_tells_facts_alone_is_alive():
    async with spoken_to(puppet_profile(START_STOP, kind="heart")) as stage:
        await until(lambda: "streaming" in stage.notes.states)
        await asyncio.sleep(60.0)
    assert stage.notes.states == ["searching", "connecting", "streaming"]


KEPT = START_STOP + '[commands.status]\nsteps = [{ to = "control", hex = "5a" }]'


async def test_a_sensor_is_kept_awake_while_it_is_connected_and_does_not_stream():
    keep_alive = 'keep_alive = { command = "status", every_s = 6 }'
    profile = puppet_profile(KEPT, link=f'transport = "gatt"\n{keep_alive}')
    params, clock, notes = profile.parameters(), FastClock(), Notes()
    gone = asyncio.Event()

    def on_data(role: str, data: bytes) -> None:
        heard.append((role, data.hex()))

    heard: list[tuple[str, str]] = []
    async with virtual_radio() as virtual:
        puppet, radio = Puppet(virtual.air, profile), radio_of(virtual)
        search = finding(
            radio, Sought(profile, None), clock, Status("Puppet", notes), goes_on=False
        )
        async with (
            puppet.switched_on(),
            search as device,
            radio.connected(device, gone.set) as client,
        ):
            talk = Talk(client, profile, params, clock, on_data)
            conversation = Conversation(talk, profile, params, clock, set())
            async with conversation.kept_awake():
                await clock.sleep(15.0)
                assert puppet.written == ["5a", "5a"]
                await conversation.open()
                await clock.sleep(16.0)
                assert puppet.written == ["5a", "5a", "01"]
                assert heard[-1] == ("data", READING)
                await conversation.close()
                await clock.sleep(13.0)
                assert puppet.written == ["5a", "5a", "01", "00", "5a", "5a"]
                await puppet.drop()
                await clock.sleep(15.0)  # nobody is there any more: that is no error here
    assert gone.is_set()

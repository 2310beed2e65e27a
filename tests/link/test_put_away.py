"""A sensor that a person puts away is let go of, and not looked for until it is woken."""

import asyncio

import pytest

from bandmate.errors import LinkError
from bandmate.link.bluetooth import BluetoothLink
from bandmate.link.radio import Radio
from bandmate.sim.radio import virtual_radio
from link.puppet import START_STOP, Stage, puppet_profile, spoken_to
from link.rig import SCALE, FastClock, Notes, new_link, running
from parts.waiting import until

pytestmark = pytest.mark.virtual_time

SLEEPER = puppet_profile(
    START_STOP + '[commands.sleep]\nsteps = [{ to = "control", hex = "6e" }]',
    link='transport = "gatt"\nauto_off_s = 600',
)
STREAMING = ["searching", "connecting", "streaming"]


async def streams(stage: Stage) -> None:
    await until(lambda: stage.notes.states[-1:] == ["streaming"])


async def test_it_is_stopped_told_to_switch_itself_off_let_go_of_and_left_alone():
    async with spoken_to(SLEEPER) as stage:
        await streams(stage)
        await stage.link.put_away()
        assert stage.puppet.written == ["01", "00", "6e"]
        assert stage.notes.states == [*STREAMING, "asleep"]
        assert "was told to switch itself off" in stage.notes.texts[-1]
        await asyncio.sleep(120.0)  # it goes on advertising
        assert stage.puppet.gone.is_set()
        assert stage.notes.states[-1] == "asleep"


async def test_it_is_looked_for_again_when_it_is_woken():
    async with spoken_to(SLEEPER) as stage:
        for _ in range(2):
            await streams(stage)
            await stage.link.put_away()
            await stage.link.wake()
        await streams(stage)
        assert stage.puppet.written == ["01", "00", "6e"] * 2 + ["01"]
    assert stage.notes.states == [*STREAMING, "asleep"] * 2 + STREAMING


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("auto_off_s = 600", "switches itself off after 10 min"),
        ("auto_off_s = 45", "switches itself off after 45 s"),
        ("", "switch it off by hand"),
    ],
)
async def test_one_that_cannot_be_told_is_let_go_of_with_what_happens_then(link: str, said: str):
    profile = puppet_profile(START_STOP, link=f'transport = "gatt"\n{link}')
    async with spoken_to(profile) as stage:
        await streams(stage)
        await stage.link.put_away()
        assert stage.puppet.written == ["01", "00"]
    assert said in stage.notes.texts[-1]


async def test_one_that_goes_off_before_it_can_say_so_was_told():
    async with spoken_to(SLEEPER) as stage:
        stage.puppet.dies_of = "6e"
        await streams(stage)
        await stage.link.put_away()
    assert "was told to switch itself off" in stage.notes.texts[-1]
    assert stage.notes.states == [*STREAMING, "asleep"]


async def test_one_that_is_not_in_reach_is_no_longer_looked_for():
    notes = Notes()
    async with virtual_radio() as virtual:
        link = new_link(virtual, SLEEPER, FastClock())
        async with running(link, notes):
            await until(lambda: notes.states[-1:] == ["searching"])
            await link.put_away()
            assert notes.states[-1] == "asleep"
            assert "switches itself off after 10 min" in notes.texts[-1]
            told_n = len(notes.texts)
            await asyncio.sleep(600.0)
            assert len(notes.texts) == told_n
            await link.wake()
            await until(lambda: notes.states[-1] == "searching")


async def test_one_that_is_just_being_started_is_let_go_of_too():
    answered = puppet_profile(
        """
[commands.start]
steps = [{ to = "control", hex = "01" }]
reply = { on = "data", tag = "ff", timeout_ms = 60000 }
[commands.stop]
steps = [{ to = "control", hex = "00" }]
[commands.sleep]
steps = [{ to = "control", hex = "6e" }]
"""
    )
    async with spoken_to(answered) as stage:
        await until(lambda: stage.puppet.written == ["01"])
        await stage.link.put_away()
        assert stage.puppet.written == ["01", "00", "6e"]
        assert stage.puppet.gone.is_set()


async def test_a_sensor_is_never_sent_to_sleep_unasked():
    async with spoken_to(SLEEPER) as stage:
        await streams(stage)
        await stage.puppet.drop()
        await until(lambda: stage.notes.states[-1] != "streaming")
        await streams(stage)
        stage.puppet.mute = True
        await until(lambda: stage.notes.states[-1] == "silent")
        stage.puppet.mute = False
        await streams(stage)
    assert stage.puppet.gone.is_set()
    assert stage.puppet.written == ["01", "01", "00", "01", "00"]


async def test_it_is_put_away_once_and_woken_once_however_often_that_is_asked():
    async with spoken_to(SLEEPER) as stage:
        await streams(stage)
        await stage.link.wake()
        async with asyncio.TaskGroup() as both:
            both.create_task(stage.link.put_away())
            both.create_task(stage.link.put_away())
        assert stage.puppet.written == ["01", "00", "6e"]
        await stage.link.wake()
        await stage.link.wake()
        await streams(stage)
    assert stage.notes.states == [*STREAMING, "asleep", *STREAMING]


async def test_a_link_that_rests_ends_like_any_other():
    async with spoken_to(SLEEPER) as stage:
        await streams(stage)
        await stage.link.put_away()
    async with spoken_to(SLEEPER) as stage:
        await streams(stage)
        away = asyncio.create_task(stage.link.put_away())
        await asyncio.sleep(0)
    away.cancel()
    await asyncio.wait([away])
    assert stage.puppet.written[-1] in {"00", "6e"}
    assert stage.puppet.gone.is_set()


async def test_one_that_only_advertises_cannot_be_put_away():
    link = BluetoothLink(SCALE, None, FastClock(), Radio())
    with pytest.raises(LinkError, match="only advertises"):
        await link.put_away()

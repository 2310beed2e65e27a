"""What the production link does when the band goes: say so, come back, begin a new stream."""

import asyncio
import logging

import msgspec
import pytest

from bandmate.devices.command import Commands
from bandmate.link.search import SEARCH_S
from bandmate.sim.gatt_sensor import GattSensor
from bandmate.sim.gauge import virtual_gauge
from bandmate.sim.radio import virtual_radio
from link.rig import PROGRESSOR, FastClock, Notes, new_link, running, ticks
from parts.waiting import until

SPEED = 8.0


def pull_n(_t_s: float) -> float:
    return 30.0


async def test_a_dropped_band_is_reconnected_with_a_new_epoch():
    notes, clock = Notes(), FastClock(SPEED)
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, PROGRESSOR, pull_n, clock) as gauge,
        running(new_link(virtual, PROGRESSOR, clock), notes),
    ):
        await until(lambda: notes.frames_n > 40)
        await gauge.drop()
        await until(lambda: len(notes.epochs) == 2 and len(notes.epochs[1]) > 20)
    lived = ["connecting", "streaming"]
    assert notes.states == ["searching", *lived, "searching", "searching", *lived]
    assert [ticks(notes.decoded(PROGRESSOR, epoch))[0] for epoch in (0, 1)] == [0, 0]
    assert "connection was lost" in notes.texts[3]


async def test_a_band_that_is_connected_but_silent_is_given_up_and_reconnected():
    notes, clock = Notes(), FastClock(SPEED)
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, PROGRESSOR, pull_n, clock) as gauge,
        running(new_link(virtual, PROGRESSOR, clock), notes),
    ):
        await until(lambda: notes.frames_n > 40)
        await gauge.silence(for_s=9.0)
        await until(lambda: "silent" in notes.states)
        await until(lambda: notes.states[-1] == "streaming")
        assert isinstance(gauge.sensor, GattSensor)
        assert gauge.sensor.commands[3] == "stop"
    assert notes.states[:4] == ["searching", "connecting", "streaming", "silent"]
    assert len(notes.epochs) > 1


async def test_a_blackout_that_ends_no_connection_is_noticed():
    notes, clock = Notes(), FastClock(SPEED)
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, PROGRESSOR, pull_n, clock),
        running(new_link(virtual, PROGRESSOR, clock), notes),
    ):
        await until(lambda: "streaming" in notes.states)
        virtual.air.blackout = True
        await until(lambda: "silent" in notes.states)
        virtual.air.blackout = False
        await until(lambda: notes.states[-1] == "streaming")


async def test_a_band_that_vanishes_for_3_s_comes_back():
    notes, clock = Notes(), FastClock(SPEED)
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, PROGRESSOR, pull_n, clock) as gauge,
        running(new_link(virtual, PROGRESSOR, clock), notes),
    ):
        await until(lambda: "streaming" in notes.states)
        await gauge.vanish(for_s=3.0)
        assert notes.states[-1] != "streaming"
        await until(lambda: notes.states[-1] == "streaming")
    assert len(notes.epochs) == 2


async def test_it_is_logged_once_when_it_goes_and_once_when_it_is_back(
    caplog: pytest.LogCaptureFixture,
):
    caplog.set_level(logging.INFO, logger="bandmate")
    notes, clock = Notes(), FastClock(40.0)
    async with virtual_radio() as virtual, running(new_link(virtual, PROGRESSOR, clock), notes):
        await until(lambda: any("not in reach" in text for text in notes.texts))
        await clock.sleep(3 * SEARCH_S)
        async with virtual_gauge(virtual.air, PROGRESSOR, pull_n, clock):
            await until(lambda: "streaming" in notes.states)
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 2
    assert "not in reach" in told[0]
    assert "is back" in told[1]


async def test_another_sensor_at_the_address_is_named_by_what_it_lacks():
    deaf = msgspec.structs.replace(
        PROGRESSOR, commands=Commands(), gatt={"data": PROGRESSOR.gatt["data"]}
    )
    notes, clock = Notes(), FastClock(SPEED)
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, deaf, pull_n, clock) as gauge,
        running(new_link(virtual, PROGRESSOR, clock, gauge.address), notes),
    ):
        await until(lambda: any("'control'" in text for text in notes.texts))
    assert "streaming" not in notes.states


async def test_a_clone_that_never_tells_its_battery_streams_all_the_same():
    mute = msgspec.structs.replace(
        PROGRESSOR,
        commands=msgspec.structs.replace(PROGRESSOR.commands, battery=None),
    )
    notes, clock = Notes(), FastClock(SPEED)
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, mute, pull_n, clock),
        running(new_link(virtual, PROGRESSOR, clock), notes),
    ):
        await until(lambda: "streaming" in notes.states)


@pytest.mark.parametrize("after_s", [0.0, 0.001, 0.005, 0.02, 0.03, 0.05, 0.1])
async def test_cancelled_in_any_state_it_leaves_the_radio_free_for_the_next(after_s: float):
    notes, clock = Notes(), FastClock()
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, PROGRESSOR, pull_n, clock),
    ):
        async with running(new_link(virtual, PROGRESSOR, clock), Notes()):
            await asyncio.sleep(after_s)
        async with running(new_link(virtual, PROGRESSOR, clock), notes):
            await until(lambda: "streaming" in notes.states)

"""The production link against a virtual band: found, connected, streamed, stopped."""

import asyncio
from functools import partial
from itertools import pairwise

import pytest

from bandmate.errors import LinkError
from bandmate.link.bluetooth import BluetoothLink
from bandmate.sim.cadence import as_exported
from bandmate.sim.gatt_sensor import GattSensor
from bandmate.sim.gauge import virtual_gauge
from bandmate.sim.radio import virtual_radio
from link.rig import (
    DIY,
    PROGRESSOR,
    FastClock,
    Notes,
    facts,
    forces_n,
    new_link,
    radio_of,
    running,
    ticks,
)
from parts.waiting import until

STEP_TICKS = 12_500
"""80 Hz in microseconds."""


def ramp_n(t_s: float) -> float:
    return 5.0 + t_s


def steady_n(_t_s: float, level_n: float) -> float:
    return level_n


async def test_a_band_is_found_connected_asked_and_only_then_started():
    notes, clock = Notes(), FastClock()
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, PROGRESSOR, ramp_n, clock) as gauge,
        running(new_link(virtual, PROGRESSOR, clock), notes),
    ):
        await until(lambda: notes.frames_n > 20)
        assert isinstance(gauge.sensor, GattSensor)
        assert gauge.sensor.commands == ["stop", "battery", "start"]
    decoded = notes.decoded(PROGRESSOR)
    assert notes.states == ["searching", "connecting", "streaming"]
    assert "battery_mv" in facts(decoded)
    assert {one.error for one in decoded} == {None}
    assert ticks(decoded)[0] == 0  # nothing was lost between listening and starting


@pytest.mark.parametrize("samples_n", [1, 15])
async def test_at_20_times_speed_no_sample_is_lost_or_repeated(samples_n: int):
    # 15 readings make frames of 122 bytes: they need the negotiated MTU to arrive whole.
    notes, clock = Notes(), FastClock(speed=20.0)
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, PROGRESSOR, ramp_n, clock, samples_n=samples_n),
        running(new_link(virtual, PROGRESSOR, clock), notes),
    ):
        await until(lambda: notes.frames_n > 800 / samples_n)
    decoded = notes.decoded(PROGRESSOR)
    assert {one.error for one in decoded} == {None}
    assert ticks(decoded) == [n * STEP_TICKS for n in range(len(ticks(decoded)))]
    rise_n = [after - before for before, after in pairwise(forces_n(decoded))]
    assert rise_n == pytest.approx([1.0 / 80.0] * len(rise_n), abs=1e-4)


async def test_a_real_exports_uneven_cadence_arrives_as_it_was_measured():
    notes, clock = Notes(), FastClock(speed=10.0)
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, PROGRESSOR, ramp_n, clock, cadence=as_exported),
        running(new_link(virtual, PROGRESSOR, clock), notes),
    ):
        await until(lambda: notes.frames_n > 60)
    stamps = ticks(notes.decoded(PROGRESSOR))
    assert {after - before for before, after in pairwise(stamps)} == {11_360, 22_720}


async def test_frames_are_stamped_on_the_session_clock_in_order():
    notes, clock = Notes(), FastClock(speed=5.0)
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, PROGRESSOR, ramp_n, clock),
        running(new_link(virtual, PROGRESSOR, clock), notes),
    ):
        await until(lambda: notes.frames_n > 40)
    arrivals_s = [frame.arrival_s for frame in notes.epochs[0]]
    assert arrivals_s == sorted(arrivals_s)
    assert 0.0 < arrivals_s[0] < arrivals_s[-1] <= clock.now()


async def test_a_sensor_without_commands_streams_when_listened_to_and_its_battery_is_read():
    notes, clock = Notes(), FastClock()
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, DIY, ramp_n, clock),
        running(new_link(virtual, DIY, clock), notes),
    ):
        await until(lambda: "streaming" in notes.states)
    decoded = notes.decoded(DIY)
    assert facts(decoded)["battery_pct"] == 87
    assert len(forces_n(decoded)) == len([one for one in decoded if not one.facts])


async def test_two_bands_on_one_radio_are_told_apart_by_their_addresses():
    clock, left, right = FastClock(), Notes(), Notes()
    places = {"F0:F1:F2:F3:F4:01": (left, 10.0), "F0:F1:F2:F3:F4:02": (right, 20.0)}
    async with virtual_radio() as virtual, asyncio.TaskGroup() as tasks:
        radio = radio_of(virtual)
        stopped = asyncio.Event()

        async def one_band(address: str, notes: Notes, level_n: float) -> None:
            pull = partial(steady_n, level_n=level_n)
            async with (
                virtual_gauge(virtual.air, PROGRESSOR, pull, clock, address=address),
                running(BluetoothLink(PROGRESSOR, address.lower(), clock, radio), notes),
            ):
                await stopped.wait()

        for address, (notes, level_n) in places.items():
            tasks.create_task(one_band(address, notes, level_n))
        await until(lambda: left.frames_n > 20 and right.frames_n > 20)
        stopped.set()
    for notes, level_n in places.values():
        forces = forces_n(notes.decoded(PROGRESSOR))
        assert forces == pytest.approx([level_n] * len(forces), abs=1e-4)


async def test_tare_is_the_sensors_own_command():
    notes, clock = Notes(), FastClock()
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, PROGRESSOR, partial(steady_n, level_n=12.0), clock) as gauge,
    ):
        link = new_link(virtual, PROGRESSOR, clock)
        async with running(link, notes):
            await until(lambda: "streaming" in notes.states)
            await link.tare()
            tared_n = notes.frames_n
            await until(lambda: notes.frames_n > tared_n + 5)
            assert isinstance(gauge.sensor, GattSensor)
            assert gauge.sensor.commands[-1] == "tare"
    assert forces_n(notes.decoded(PROGRESSOR))[-1] == pytest.approx(0.0, abs=1e-4)


async def test_tare_of_a_sensor_that_is_away_or_cannot_says_so():
    async with virtual_radio() as virtual:
        with pytest.raises(LinkError, match="not connected"):
            await new_link(virtual, PROGRESSOR, FastClock()).tare()
        with pytest.raises(LinkError, match="cannot set its own zero"):
            await new_link(virtual, DIY, FastClock()).tare()


async def test_the_end_stops_the_sensor_and_leaves_no_task():
    before = asyncio.all_tasks()
    notes, clock = Notes(), FastClock()
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, PROGRESSOR, ramp_n, clock) as gauge,
    ):
        async with running(new_link(virtual, PROGRESSOR, clock), notes):
            await until(lambda: "streaming" in notes.states)
        assert isinstance(gauge.sensor, GattSensor)
        assert gauge.sensor.commands == ["stop", "battery", "start", "stop"]
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before

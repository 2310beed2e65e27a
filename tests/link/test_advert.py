"""The production link to a sensor that only advertises."""

from itertools import pairwise

import pytest

from bandmate.sim.gauge import virtual_gauge
from bandmate.sim.radio import virtual_radio
from link.rig import SCALE, FastClock, Notes, forces_n, new_link, running
from parts.waiting import until

SPEED = 10.0


def pull_n(t_s: float) -> float:
    return 40.0 + t_s


async def test_every_advertisement_is_one_reading():
    notes, clock = Notes(), FastClock(SPEED)
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, SCALE, pull_n, clock),
        running(new_link(virtual, SCALE, clock), notes),
    ):
        await until(lambda: notes.frames_n > 30)
    decoded = notes.decoded(SCALE)
    assert {one.error for one in decoded} == {None}
    assert notes.states == ["searching", "streaming"]
    assert [frame.company_id for frame in notes.epochs[0]] == [0x0100] * notes.frames_n
    rise_n = [after - before for before, after in pairwise(forces_n(decoded))]
    assert rise_n == pytest.approx([1.0 / 7.0] * len(rise_n), abs=0.1)


async def test_a_scale_that_falls_silent_is_told_and_heard_again():
    notes, clock = Notes(), FastClock(SPEED)
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, SCALE, pull_n, clock) as gauge,
        running(new_link(virtual, SCALE, clock, gauge.address), notes),
    ):
        await until(lambda: "streaming" in notes.states)
        await gauge.vanish(for_s=15.0)
        assert "silent" in notes.states
        await until(lambda: notes.states[-1] == "streaming")


async def test_a_scale_at_another_address_is_not_taken():
    notes, clock = Notes(), FastClock(4 * SPEED)
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, SCALE, pull_n, clock),
        running(new_link(virtual, SCALE, clock, "F0:F1:F2:F3:F4:99"), notes),
    ):
        await until(lambda: any("not in reach" in text for text in notes.texts))
    assert notes.frames_n == 0

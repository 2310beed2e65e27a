"""Five hundred drops on the virtual radio: nothing grows. It needs no box, but its time."""

import pytest

from bandmate.sim.gauge import virtual_gauge
from bandmate.sim.radio import virtual_radio
from bluez_box.figures import Figures
from bluez_box.measuring import Held, held
from link.rig import PROGRESSOR, FastClock, Notes, new_link, running
from parts.waiting import until

pytestmark = [pytest.mark.box, pytest.mark.timeout(600)]

DROPS_N = 500
SPEED = 20.0


def pull_n(_t_s: float) -> float:
    return 30.0


async def test_five_hundred_drops_leave_nothing_behind(figures: Figures):
    clock, notes, left = FastClock(SPEED), Notes(), list[Held]()
    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, PROGRESSOR, pull_n, clock, samples_n=15) as gauge,
        running(new_link(virtual, PROGRESSOR, clock), notes),
    ):
        for dropped_n in range(DROPS_N + 1):
            await until(lambda n=dropped_n: len(notes.epochs) > n and len(notes.epochs[-1]) > 1)
            if dropped_n % 100 == 0:
                # What the test itself collects does not count.
                del notes.states[:-1], notes.texts[:-1]
                for epoch in notes.epochs[:-1]:
                    epoch.clear()
                left.append(held())
            await gauge.drop()
    left = left[1:]  # behind the first hundred: until then everything was used for the first time
    figures.tell_held(f"{DROPS_N} drops on the virtual radio, from the hundredth on", left)
    assert max(one.tasks for one in left) <= left[0].tasks + 1  # a callback may be due
    assert left[-1].files <= left[0].files
    assert left[-1].resident_mb - left[0].resident_mb < 4.0

"""Several sensors at one radio: one owner each, and no reading lost."""

from contextlib import AsyncExitStack

from bandmate.link.bluetooth import BluetoothLink
from bandmate.sim.gatt_sensor import GattSensor
from bandmate.sim.gauge import virtual_gauge
from bandmate.sim.radio import virtual_radio
from link.rig import PROGRESSOR, FastClock, Notes, radio_of, running
from parts.waiting import until


def pull_n(_t_s: float) -> float:
    return 30.0


async def test_two_bands_of_one_kind_get_one_sensor_each():
    clock, told = FastClock(8.0), (Notes(), Notes())
    async with AsyncExitStack() as stack:
        virtual = await stack.enter_async_context(virtual_radio())
        gauges = [
            await stack.enter_async_context(
                virtual_gauge(
                    virtual.air, PROGRESSOR, pull_n, clock, address=f"F0:F1:F2:F3:F4:0{n}"
                )
            )
            for n in range(2)
        ]
        radio = radio_of(virtual)
        for notes in told:
            link = BluetoothLink(PROGRESSOR, None, clock, radio)
            await stack.enter_async_context(running(link, notes))
        await until(lambda: all(notes.frames_n > 40 for notes in told))
        sensors = [gauge.sensor for gauge in gauges if isinstance(gauge.sensor, GattSensor)]
        assert [sensor.commands.count("start") for sensor in sensors] == [1, 1]
        for gauge in gauges:
            await gauge.drop()
        await until(lambda: all(len(notes.epochs) == 2 for notes in told))
        await until(lambda: all(len(notes.epochs[1]) > 40 for notes in told))

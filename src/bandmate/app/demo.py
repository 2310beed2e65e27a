"""The demo: a virtual band on a virtual radio, a scripted person, and everything behind it real.

The gauge's bytes cross a virtual air and reach the service through the production link; only the
radio below bleak is another one.
"""

import asyncio
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bandmate.app.clock import SessionClock
from bandmate.app.config import Config
from bandmate.app.runner import BandPlan, Running, running_service
from bandmate.devices.registry import load_profiles
from bandmate.domain.events import Event
from bandmate.link.bluetooth import BluetoothLink
from bandmate.link.radio import Radio
from bandmate.sim.broker import HOST, DemoBroker
from bandmate.sim.extras import needs_extra
from bandmate.sim.person import Movement, hold, noisy, reps, rest
from bandmate.sinks.mqtt_broker import MqttSettings
from bandmate.web.settings import PageSettings

if TYPE_CHECKING:
    from bandmate.sim.gauge import VirtualGauge

BAND = "left"
PROFILE = "tindeq-progressor"
FLOSS = "supine_sciatic_floss"
TRACTION = "banded_leg_traction"
_BASE_N = 4.0
_OVERPULL_N = 38.0
_LOST_S = 3.0
_BROKER_AWAY_S = (30.0, 60.0)
"""When the broker goes and comes back, seconds into the traction."""
_SAMPLES_A_PACKET = 8


class Person:
    """Who pulls the virtual band: does one movement after the other, on the session clock."""

    def __init__(self, clock: SessionClock) -> None:
        self._clock = clock
        self._movement: Movement = rest(0.0)
        self._begun_s = 0.0

    def force_n(self, t_s: float) -> float:
        """The pull at a time of the session clock."""
        return self._movement(t_s - self._begun_s)

    async def do(self, movement: Movement) -> None:
        """Do a movement to its end."""
        self._movement, self._begun_s = movement, self._clock.now()
        await self._clock.sleep(movement.duration_s)


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything the script plays on.

    Attributes:
        running: The service.
        clock: The session clock.
        person: Who pulls.
        broker: The embedded broker.
        gauge: The virtual band.
    """

    running: Running
    clock: SessionClock
    person: Person
    broker: DemoBroker
    gauge: "VirtualGauge"


@asynccontextmanager
async def demo_stage(
    clock: SessionClock,
    folder: Path,
    on_event: Callable[[Event], None],
    *,
    with_page: bool = True,
) -> AsyncGenerator[Stage]:
    """Set the demo up: embedded broker, virtual radio and band, and the service.

    Args:
        clock: The session clock; its speed is the demo's.
        folder: Where the local store is kept.
        on_event: Called with every event.
        with_page: Serve the coach page.

    Raises:
        UsageError: The extra `demo` is not installed.
    """
    with needs_extra("demo"):
        from bandmate.sim.gauge import virtual_gauge  # noqa: PLC0415 - an extra
        from bandmate.sim.radio import virtual_radio  # noqa: PLC0415 - an extra
    profile = load_profiles().get(PROFILE)
    person = Person(clock)
    pull = noisy(person.force_n)
    broker = DemoBroker()
    async with AsyncExitStack() as stack:
        await broker.start()
        stack.push_async_callback(broker.stop)
        radio = await stack.enter_async_context(virtual_radio())
        gauge = await stack.enter_async_context(
            virtual_gauge(radio.air, profile, pull, clock, samples_n=_SAMPLES_A_PACKET)
        )
        link = BluetoothLink(
            profile, None, clock, Radio(radio.scanner_backend, radio.client_backend)
        )
        page = PageSettings(port=_free(PageSettings().port))
        config = Config(mqtt=MqttSettings(host=HOST, port=broker.port), page=page)
        bands = {BAND: BandPlan(link, profile)}
        running = await stack.enter_async_context(
            running_service(config, clock, bands, folder, on_event=on_event, with_page=with_page)
        )
        yield Stage(running, clock, person, broker, gauge)


async def play(stage: Stage, say: Callable[[str], None]) -> None:
    """The script: ten reps of flossing, one too hard, the sensor lost; then two minutes of hold.

    Args:
        stage: Where it is played.
        say: Told what happens behind the scenes.
    """
    service, person = stage.running.service, stage.person
    await _streaming(stage)
    say("the band hangs slack: its zero is set")
    await service.command("tare")
    await person.do(rest(1.0))
    await _begin(stage, FLOSS, say)
    say("flossing: ten reps, the sixth is pulled too hard")
    await person.do(reps(8, _BASE_N, 14.0, 6.0, amplitudes_n={6: _OVERPULL_N}))
    say(f"the sensor is lost for {_LOST_S:g} seconds")
    await stage.gauge.vanish(_LOST_S)
    await _streaming(stage)
    await person.do(reps(2, _BASE_N, 14.0, 6.0))
    await person.do(rest(3.0))
    await _begin(stage, TRACTION, say)
    say("traction: a pull held for two minutes; meanwhile the broker goes away and comes back")
    async with asyncio.TaskGroup() as both:
        both.create_task(_broker_away(stage, say), name="demo broker")
        both.create_task(person.do(hold(50.0, 120.0)), name="demo person")
    await service.command("stop")


async def signal_time(stage: Stage, for_s: float) -> None:
    """Wait for the first reading, and then until `for_s` seconds of signal have gone by."""
    await _streaming(stage)
    await stage.clock.sleep(for_s)


async def _broker_away(stage: Stage, say: Callable[[str], None]) -> None:
    gone_s, back_s = _BROKER_AWAY_S
    await stage.clock.sleep(gone_s)
    say("the broker goes away: page, sound and store go on")
    await stage.broker.stop()
    await stage.clock.sleep(back_s - gone_s)
    say("the broker is back: what it missed is sent now")
    await stage.broker.start()


async def _begin(stage: Stage, exercise: str, say: Callable[[str], None]) -> None:
    """Begin a set; where somebody stopped on the page, wait until the stop is acknowledged."""
    band = stage.running.service.bands[BAND]
    if band.state().phase == "stopped":
        say("stopped on the page: the demo goes on when the stop is acknowledged there")
    while band.state().phase == "stopped":
        await stage.clock.sleep(0.1)
    await stage.running.service.command(f"start:{exercise}")


async def _streaming(stage: Stage) -> None:
    """Wait until valid readings arrive."""
    while not stage.running.service.bands[BAND].state().available:
        await stage.clock.sleep(0.1)


def _free(port: int) -> int:
    """The page's usual port, or any other where that is taken."""
    with socket.socket() as probe:
        try:
            probe.bind((HOST, port))
        except OSError:
            return 0
    return port

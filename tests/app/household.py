"""The service as `bandmate run` lives it, on a virtual radio, from a configuration it adds to."""

import asyncio
import math
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import msgspec

from bandmate.app.clock import SessionClock
from bandmate.app.lives import Home, Life, live, prepared
from bandmate.app.runner import Running
from bandmate.domain.events import Event
from bandmate.domain.setting_up import SetupState
from bandmate.sim.gauge import virtual_gauge
from bandmate.sim.radio import virtual_radio
from bandmate.sinks.setup_wish import SetupWish
from link.rig import PROFILES, PROGRESSOR, FastClock, radio_of
from parts.waiting import until

SPEED = 2.0
LEFT, RIGHT = "F0:F1:F2:F3:F4:01", "F0:F1:F2:F3:F4:02"
QUIET = '# mine\n[page]\nport = 0\n[sound]\noutput = "off"\n'
ONE_BAND = f'{QUIET}[[band]]\nname = "left"\nprofile = "tindeq-progressor"\naddress = "{LEFT}"\n'


@dataclass
class Household:
    """A service that begins anew.

    Attributes:
        path: Its configuration.
        lives: What ran and runs, the newest last.
        moves: Whether who wears the sensors moves.
    """

    path: Path
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    lives: list[Running] = field(default_factory=list[Running])
    events: list[Event] = field(default_factory=list[Event])
    moves: bool = False
    _still_s: float = 0.0

    def begun(self, _life: Life, running: Running) -> None:
        self.lives.append(running)

    def pull_n(self, t_s: float) -> float:
        """Slow pulls from rest: the fourth comes long after the third was counted."""
        self._still_s = self._still_s if self.moves else t_s
        return 15.0 - 15.0 * math.cos(math.tau * (t_s - self._still_s) / 5.0)

    @property
    def running(self) -> Running:
        return self.lives[-1]

    @property
    def setup(self) -> SetupState | None:
        return self.running.service.setting_up()

    async def ask(self, ask: str, **more: object) -> None:
        """Ask something of the set-up."""
        wish = msgspec.convert({"ask": ask, **more}, SetupWish)
        await self.running.service.set_up(wish)

    async def asked(self, kind: str) -> SetupState:
        """Wait until a question of a kind is open."""

        def is_open() -> bool:
            question = self.setup and self.setup.question
            return question is not None and question.kind == kind

        await until(is_open, within_s=40.0)
        assert self.setup is not None
        return self.setup

    async def answer(self, text: str, kind: str) -> None:
        """Answer the next question of a kind."""
        state = await self.asked(kind)
        assert state.question is not None
        await self.ask("answer", number=state.question.number, text=text)

    async def streaming(self, band: str) -> None:
        """Wait until a band shows readings."""
        await until(lambda: band in self.running.service.bands)
        await until(lambda: self.running.service.bands[band].state().available, within_s=40.0)


@asynccontextmanager
async def household(
    folder: Path,
    *addresses: str,
    config: str | None = QUIET,
    pull_n: Callable[[float], float] | None = None,
) -> AsyncGenerator[Household]:
    """A household with virtual gauges in reach.

    Args:
        folder: Where configuration and store are.
        addresses: Of the gauges.
        config: What the configuration holds at first; `None`: there is none yet.
        pull_n: What they measure; else the household's own pull.
    """
    house = Household(folder / "bandmate.toml")
    environment = {"BANDMATE_STORE__PATH": str(folder / "store")}
    if config is None:
        environment |= {"BANDMATE_PAGE__PORT": "0", "BANDMATE_SOUND__OUTPUT": "off"}
    else:
        house.path.write_text(config)
    async with virtual_radio() as virtual, AsyncExitStack() as stack:
        for address in addresses:
            gauge = virtual_gauge(
                virtual.air, PROGRESSOR, pull_n or house.pull_n, FastClock(SPEED), address=address
            )
            await stack.enter_async_context(gauge)
        home = Home(
            path=house.path,
            profiles=PROFILES,
            environment=environment,
            may_lack=True,
            radio=radio_of(virtual),
            new_clock=partial(SessionClock, SPEED),
        )
        first = prepared(home)
        living = asyncio.create_task(
            live(home, first, house.stop, on_event=house.events.append, on_running=house.begun)
        )
        try:
            await until(lambda: house.lives or living.done())
            yield house
        finally:
            house.stop.set()
            await living

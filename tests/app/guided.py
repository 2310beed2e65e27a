"""A service whose band follows the guided session: pulled when a set runs, else slack."""

import math
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import msgspec

from app.rig import QUIET
from bandmate.app.clock import SessionClock
from bandmate.app.config import Config
from bandmate.app.runner import BandPlan, Running, running_service
from bandmate.catalog.catalogue import load_catalogue
from bandmate.devices.profile import Profile
from bandmate.domain.events import Event, SetEnded, SetStarted
from bandmate.domain.records import SessionState
from bandmate.domain.samples import Block
from bandmate.link.base import Receiver
from bandmate.sim.doing import doing
from bandmate.sim.person import ramp
from bandmate.sinks.json_commands import Lead

_Kind = TypeVar("_Kind", bound=Event)
HZ = 20.0
PACKET_N = 4
"""At this speed of the clock a packet is a few milliseconds."""
RELEASE_S = 2.0
"""So slowly a band is let go that is no longer to be pulled: it does not snap."""


@dataclass
class FollowingLink:
    """A link whose band is pulled as the running exercise asks.

    Attributes:
        clock: The session clock.
        shown: What it shows whatever the person does, by time; `None`: what the person does.
    """

    clock: SessionClock
    shown: Callable[[float], float | None] = lambda _: None
    does: tuple[float, Callable[[float], float]] | None = None

    def follow(self, event: Event) -> None:
        """Take an event of the band."""
        if isinstance(event, SetStarted):
            exercise = load_catalogue().find(event.exercise)
            self.does = self.clock.now(), doing(exercise)
        elif isinstance(event, SetEnded):
            now_s = self.clock.now()
            self.does = now_s, ramp(self._pulled_n(now_s), 0.0, RELEASE_S)

    def _pulled_n(self, t_s: float) -> float:
        return 0.0 if self.does is None else self.does[1](t_s - self.does[0])

    def _level_n(self, t_s: float) -> float:
        if (level := self.shown(t_s)) is not None:
            return level
        return self._pulled_n(t_s) + 0.05 * math.sin(997.0 * t_s)

    async def run(self, receiver: Receiver) -> None:
        receiver.on_state("streaming", "Streaming.")
        receiver.on_stream()
        sent = 0
        while True:
            await self.clock.sleep(PACKET_N / HZ)
            now_s = self.clock.now()
            due = int(now_s * HZ)
            if due > sent:
                t_s = [n / HZ for n in range(sent + 1, due + 1)]
                receiver.on_block(Block(now_s, t_s, [self._level_n(t) for t in t_s]))
                sent = due

    async def tare(self) -> None:
        """It has no zero of its own."""

    async def put_away(self) -> None:
        """It is never put away."""

    async def wake(self) -> None:
        """It is always awake."""


@dataclass
class Guided:
    """A running service.

    Attributes:
        events: What it told, in order.
    """

    running: Running
    clock: SessionClock
    events: list[Event] = field(default_factory=list[Event])

    def told(self, kind: type[_Kind]) -> list[_Kind]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def now(self) -> SessionState:
        state = self.running.service.guided()
        assert state is not None
        return state

    async def lead(self, ask: str, **more: object) -> None:
        """Ask something of the session."""
        await self.running.service.lead(msgspec.convert({"ask": ask, **more}, Lead))

    async def begin(self, plan: str = "calm", **more: object) -> None:
        """Begin, and answer that all is well."""
        await self.lead("begin", plan=plan, **more)
        await self.lead("answer", pain=2, distal=1)


@asynccontextmanager
async def guided(
    folder: Path,
    *,
    speed: float = 150.0,
    config: Config = QUIET,
    link: FollowingLink | None = None,
    profile: Profile | None = None,
) -> AsyncGenerator[Guided]:
    """Run the service with one band that is pulled as the session asks."""
    clock = SessionClock(speed)
    link = link or FollowingLink(clock)
    link.clock = clock
    events: list[Event] = []

    def heard(event: Event) -> None:
        events.append(event)
        link.follow(event)

    plans = {"left": BandPlan(link, profile)}
    async with running_service(config, clock, plans, folder, on_event=heard) as running:
        yield Guided(running, clock, events)

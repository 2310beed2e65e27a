"""A virtual band: a sensor's own packets, by the shortest way to the service."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from bandmate.catalog.catalogue import load_catalogue
from bandmate.devices.profile import Profile
from bandmate.domain.clock import Clock
from bandmate.domain.events import Event, SetEnded, SetStarted
from bandmate.domain.samples import Frame
from bandmate.link.base import Receiver
from bandmate.sim.doing import doing
from bandmate.sim.faults import Faults
from bandmate.sim.packets import Packets
from bandmate.sim.person import ramp

RELEASE_S = 2.0
PACKET_N = 16
AWAY_S = 3.0
"""How long it is gone when it loses its connection."""


@dataclass
class VirtualBand:
    """A link (`link.base.Link`) to a sensor whose band is pulled as the running set asks for.

    The bytes are those of the sensor's profile, with lost packets; the radio is left out, and with
    it everything that `link.bluetooth` does.

    Args:
        name: The band's.
        clock: The session clock.
        profile: What the sensor is.

    Attributes:
        pulls: What the person pulls whatever the set asks for: newton, by exercise and by
            seconds since its set began; `None`: as it asks.
        strength: How much of what the set asks for is pulled.
        leaves: Exercise, and seconds since its set began, at which the connection is lost
            for once; `None`: it is not.
    """

    name: str
    clock: Clock
    profile: Profile
    pulls: Callable[[str, float], float | None] = lambda _exercise, _into_s: None
    strength: float = 1.0
    leaves: tuple[str, float] | None = None
    _begun: tuple[str, float] = ("", 0.0)
    _does: Callable[[float], float] = field(default=lambda _: 0.0)

    def __post_init__(self) -> None:
        self._packets = Packets(
            self.profile, self._level_n, samples_n=PACKET_N, faults=Faults(loss=0.002), seed=1
        )

    def follow(self, event: Event) -> None:
        """Take an event of the service."""
        if event.band != self.name:
            return
        if isinstance(event, SetStarted):
            self._begun = event.exercise, self.clock.now()
            self._does = doing(load_catalogue().find(event.exercise))
        elif isinstance(event, SetEnded):
            last_n = self._level_n(self.clock.now())
            self._begun = "", self.clock.now()
            self._does = ramp(last_n, 0.0, RELEASE_S)

    def _level_n(self, t_s: float) -> float:
        exercise, begun_s = self._begun
        pulled_n = self.pulls(exercise, t_s - begun_s)
        if pulled_n is None:
            pulled_n = self.strength * self._does(t_s - begun_s)
        return pulled_n + 0.05 * math.sin(997.0 * t_s)

    async def run(self, receiver: Receiver) -> None:
        """Stream; where the connection is lost, come back."""
        self._stream(receiver)
        while True:
            await self.clock.sleep(max(0.0, self._packets.due_s - self.clock.now()))
            now_s = self.clock.now()
            for role, packet in self._packets.until(now_s):
                receiver.on_frame(Frame(now_s, role, packet))
            if self._leaves_at(now_s):
                self.leaves = None
                receiver.on_state("searching", "Looking for the sensor.")
                await self.clock.sleep(AWAY_S)
                self._stream(receiver)

    def _leaves_at(self, now_s: float) -> bool:
        if self.leaves is None:
            return False
        exercise, begun_s = self._begun
        return (exercise, begun_s + self.leaves[1] <= now_s) == (self.leaves[0], True)

    def _stream(self, receiver: Receiver) -> None:
        now_s = self.clock.now()
        receiver.on_state("streaming", "Streaming.")
        receiver.on_stream()
        self._packets.start(now_s)
        for role, answer in self._packets.encoder.reply("battery", self._packets.facts):
            receiver.on_frame(Frame(now_s, role, answer))

    async def tare(self) -> None:
        """The sensor takes its zero itself."""
        self._packets.obey("tare", {}, self.clock.now())

    async def put_away(self) -> None:
        """It is never put away."""

    async def wake(self) -> None:
        """It is always awake."""

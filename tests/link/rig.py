"""A fast session clock, a receiver that writes down what it is told, and a link that runs."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bandmate.devices.decoder import Decoder
from bandmate.devices.params import Parameters
from bandmate.devices.profile import Profile
from bandmate.devices.registry import load_profiles
from bandmate.domain.clock import Clock
from bandmate.domain.records import LinkState
from bandmate.domain.samples import Block, Decoded, FactValue, Frame
from bandmate.link.base import Link
from bandmate.link.bluetooth import BluetoothLink
from bandmate.link.radio import Radio
from bandmate.sim.radio import VirtualRadio

PROFILES = load_profiles()
PROGRESSOR = PROFILES.get("tindeq-progressor")
SCALE = PROFILES.get("weiheng-wh-c06")
DIY = PROFILES.get("sig-force")


class FastClock:
    """A session clock that runs `speed` times faster than real time."""

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed
        self._began_s = asyncio.get_running_loop().time()

    def now(self) -> float:
        return (asyncio.get_running_loop().time() - self._began_s) * self._speed

    async def sleep(self, seconds: float) -> None:
        # A virtual clock does not advance by less than its resolution.
        await asyncio.sleep(max(seconds / self._speed, 1e-6))


@dataclass(slots=True)
class Notes:
    """A receiver; `epochs` holds the frames of each stream."""

    states: list[LinkState] = field(default_factory=list[LinkState])
    texts: list[str] = field(default_factory=list[str])
    epochs: list[list[Frame]] = field(default_factory=list[list[Frame]])

    def on_frame(self, frame: Frame) -> None:
        self.epochs[-1].append(frame)

    def on_block(self, block: Block) -> None:
        raise AssertionError(block)

    def on_command(self, text: str, at_s: float) -> None:
        raise AssertionError(text, at_s)

    def on_state(self, state: LinkState, text: str) -> None:
        self.states.append(state)
        self.texts.append(text)

    def on_stream(self) -> None:
        self.epochs.append([])

    @property
    def frames_n(self) -> int:
        return sum(map(len, self.epochs))

    def decoded(
        self, profile: Profile, epoch: int = -1, params: Parameters | None = None
    ) -> list[Decoded]:
        decoder = Decoder(profile, params)
        return [decoder.feed(frame) for frame in self.epochs[epoch]]


def ticks(decoded: list[Decoded]) -> list[float]:
    return [tick for one in decoded for tick in one.ticks]


def forces_n(decoded: list[Decoded]) -> list[float]:
    return [force_n for one in decoded for force_n in one.force_n]


def facts(decoded: list[Decoded]) -> dict[str, FactValue]:
    return {name: value for one in decoded for name, value in one.facts.items()}


def radio_of(virtual: VirtualRadio) -> Radio:
    return Radio(virtual.scanner_backend, virtual.client_backend)


def new_link(
    virtual: VirtualRadio,
    profile: Profile,
    clock: Clock,
    address: str | None = None,
    *,
    params: Parameters | None = None,
) -> BluetoothLink:
    return BluetoothLink(profile, address, clock, radio_of(virtual), params)


@asynccontextmanager
async def running(link: Link, notes: Notes) -> AsyncGenerator[asyncio.Task[None]]:
    task = asyncio.create_task(link.run(notes))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled():
            task.result()

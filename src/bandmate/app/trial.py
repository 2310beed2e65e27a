"""One sensor tried out: it is connected as the service does it, and what it says is looked at."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager

from bandmate.devices.params import Parameters
from bandmate.devices.profile import Profile
from bandmate.domain.clock import Clock
from bandmate.domain.records import LinkState
from bandmate.domain.samples import Block, FactValue, Frame, MotionBlock
from bandmate.engine.intake import Intake
from bandmate.errors import LinkLostError
from bandmate.link.base import Link
from bandmate.link.status import WHAT_TO_DO


class Trial:
    """What a sensor says (`link.base.Receiver`).

    Args:
        profile: What it is.
        params: Its parameters.
        clock: The session clock.

    Attributes:
        trouble: What went wrong last, with what to do; empty where nothing did.
        errors: How often a frame could not be read, by what was wrong.
    """

    def __init__(self, profile: Profile, params: Parameters, clock: Clock) -> None:
        self.trouble = ""
        self.errors: Counter[str] = Counter()
        self._intake = Intake(profile, params)
        self._clock = clock
        self._blocks: list[Block | MotionBlock] | None = None
        self._arrived = asyncio.Event()

    @property
    def facts(self) -> Mapping[str, FactValue]:
        """What it told that is no reading, the newest by name."""
        return self._intake.facts

    @property
    def has_own_zero(self) -> bool:
        """It sets its zero itself."""
        return self._intake.hardware_tare

    async def begins(self, within_s: float) -> None:
        """Wait for the first readings, or heart rates from a sensor of those.

        Args:
            within_s: Seconds, in real time: a radio is as quick as it is.

        Raises:
            LinkLostError: None came in time; the message says what went wrong last.
        """
        try:
            async with asyncio.timeout(within_s):
                await self._arrived.wait()
        except TimeoutError:
            raise LinkLostError(self.trouble or "the sensor sends nothing") from None

    async def blocks(self, for_s: float) -> Sequence[Block | MotionBlock]:
        """What comes within the next `for_s` seconds, session clock."""
        blocks: list[Block | MotionBlock] = []
        self._blocks = blocks
        await self._clock.sleep(for_s)
        self._blocks = None
        return blocks

    def on_frame(self, frame: Frame) -> None:
        """Bytes arrived."""
        taken = self._intake.take(frame)
        if taken.error is not None:
            self.errors[taken.error] += 1
        if taken.block is not None and self._blocks is not None:
            self._blocks.append(taken.block)
        if taken.block is not None or self._intake.heart_s is not None:
            self._arrived.set()

    def on_block(self, block: Block) -> None:
        """Nothing is played here."""

    def on_command(self, text: str, at_s: float) -> None:
        """Nothing is played here."""

    def on_state(self, state: LinkState, text: str) -> None:  # noqa: ARG002 - of the protocol
        """The link changed its state."""
        if WHAT_TO_DO in text:
            self.trouble = text

    def on_stream(self) -> None:
        """A stream (re)starts."""
        self._intake.restart()


@asynccontextmanager
async def tried(
    link: Link, profile: Profile, params: Parameters, clock: Clock
) -> AsyncGenerator[Trial]:
    """A trial of a sensor; its link runs until the end of the context, and its bugs are raised."""
    trial = Trial(profile, params, clock)
    # No task group: what ends the trial is to arrive as it is, not in a group.
    running = asyncio.create_task(link.run(trial), name="link")
    try:
        yield trial
    finally:
        running.cancel()
        await asyncio.wait([running])
    if not running.cancelled():
        running.result()


def rate_hz(blocks: Sequence[Block | MotionBlock], for_s: float) -> float:
    """How many readings came a second."""
    return sum(len(block.t_s) for block in blocks) / for_s


def pulls_n(blocks: Sequence[Block | MotionBlock]) -> Sequence[float]:
    """The finite readings of a pull, newton, as the sensor tells them."""
    values = (value for block in blocks if isinstance(block, Block) for value in block.values)
    return [value for value in values if value is not None and value == value]  # noqa: PLR0124 - nan

"""Set-up on the coach page: sensors are found and paired, movements counted, ways out tested.

One conversation at a time. It runs beside the bands and changes nothing of them: a sensor that was
paired is written into the configuration at the very end, and the service then begins anew with it.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from bandmate.app.conversation import Conversation
from bandmate.app.live_band import LiveBand
from bandmate.app.pairing import Paired
from bandmate.app.setup_talks import Sensors, counted_again, paired_anew
from bandmate.app.way_tests import WayTests
from bandmate.catalog.page_words import PageWords
from bandmate.devices.params import Parameters
from bandmate.devices.profile import Profile
from bandmate.domain.clock import Clock
from bandmate.domain.setting_up import SetupState
from bandmate.errors import BandmateError, UsageError
from bandmate.sinks.cues import Tone
from bandmate.sinks.setup_wish import SetupWish

_log = logging.getLogger(__name__)

_IDLE_EVERY_S: Final = 0.5

_Talk = Callable[[Conversation], Awaitable[None]]


class Keeper(Protocol):
    """Where bands are kept (`app.lives`)."""

    def check(self) -> None:
        """See whether a band could be kept.

        Raises:
            ConfigError: It could not.
        """
        ...

    def keep(self, paired: Paired) -> str:
        """Keep a band; where, for people. It may wait for the disk.

        Raises:
            ConfigError: It cannot be kept; nothing has changed.
        """
        ...

    async def prepare(self, band: str) -> None:
        """Make ready what is kept, so that the service can begin anew with it.

        Args:
            band: Which one is new.

        Raises:
            BandmateError: What is kept cannot be used; the service goes on as it is.
        """
        ...

    def begin_anew(self) -> None:
        """Have the service begin anew with what is prepared."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What setting up needs of the service.

    Attributes:
        bands: By name.
        known: What is known of the sensor of each band that has one.
        clock: The session clock.
        words: What is said.
        is_busy: A set or a guided session runs.
        tests: Of the ways out.
    """

    bands: Mapping[str, LiveBand]
    known: Mapping[str, tuple[Profile, Parameters]]
    clock: Clock
    words: PageWords
    is_busy: Callable[[], bool]
    tests: WayTests


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """What pairing needs beside: a radio, and a place to keep what was paired.

    Attributes:
        sensors: What may be found, and what is known already.
        keeper: Where bands are kept.
        news: The band that was paired before the service began anew; empty for none.
    """

    sensors: Sensors
    keeper: Keeper
    news: str = ""


class Setup:
    """One conversation, and the tests.

    Args:
        around: The service.
        pairing: `None` where nothing could be kept, as in the demo.
    """

    def __init__(self, around: Surroundings, pairing: Pairing | None = None) -> None:
        self._around = around
        self._pairing = pairing
        self._talk: Conversation | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_keeping = False
        if pairing is not None and pairing.news:
            self._talk = Conversation("pair", "", around.words)
            self._talk.say("news", band=pairing.news)
            self._talk.end("done")

    def state(self) -> SetupState | None:
        """How it stands; `None`: there is nothing to be shown."""
        tests = self._around.tests.states
        if self._talk is not None:
            return self._talk.shown(tests)
        return SetupState(tests=tests) if tests else None

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[None]:
        """Setting up is possible; at the end what goes on is cut off."""
        try:
            yield
        finally:
            await self._cut_off()

    async def ask(self, wish: SetupWish) -> None:
        """Do what a person asks for.

        Raises:
            BandmateError: It cannot be done now, or a test did not hold.
        """
        match wish.ask:
            case "answer":
                if self._talk is None or wish.number is None:
                    raise UsageError("nothing was asked")
                self._talk.answer(wish.number, wish.text)
                return
            case "cancel":
                await self._cancel()
                return
            case _:
                self._refuse_if_busy()
        if wish.part is not None:
            await self._around.tests.run(wish.part, Tone(wish.tone))
        elif wish.band is not None:
            self._begin("count", wish.band, self._counting(wish.band))
        else:
            self._pairing_or_refusal().keeper.check()
            self._begin("pair", "", self._pair)

    def _refuse_if_busy(self) -> None:
        if self._around.is_busy():
            raise UsageError(
                "a set or a session is running, so nothing is set up now", hint="End it first."
            )

    def _begin(self, about: Literal["pair", "count"], band: str, talk: _Talk) -> None:
        if self._goes_on:
            raise UsageError(
                "a sensor is being set up already", hint="Go on with that, or cancel it."
            )
        self._talk = Conversation(about, band, self._around.words)
        self._task = asyncio.create_task(self._converse(self._talk, talk), name="setup")

    @property
    def _goes_on(self) -> bool:
        return self._task is not None and not self._task.done()

    async def _converse(self, talk: Conversation, about: _Talk) -> None:
        """Talk to the end; what goes wrong is told, and a bug ends this conversation alone."""
        try:
            await about(talk)
        except BandmateError as fault:
            talk.end("failed", str(fault))
        except asyncio.CancelledError:
            talk.say("cancelled")
            talk.end("cancelled")
            raise
        except Exception:  # noqa: BLE001 - the bands go on
            _log.exception("setting up ended by an unexpected error; the rest goes on")
            talk.say("broken")
            talk.end("failed")
        else:
            talk.end("done")

    async def _pair(self, talk: Conversation) -> None:
        """Pair a sensor, and have it taken in once nothing runs that would be cut off."""
        pairing, around = self._pairing_or_refusal(), self._around
        paired = await paired_anew(
            pairing.sensors, talk, taken=list(around.bands), clock=around.clock
        )
        self._is_keeping = True
        try:
            where = await asyncio.to_thread(pairing.keeper.keep, paired)
            talk.say("kept", band=paired.name, where=where)
            if around.is_busy():
                talk.say("kept_for_later")
            await pairing.keeper.prepare(paired.name)
            # Last, and without a pause behind it: what was begun meanwhile is not cut off.
            while around.is_busy():  # noqa: ASYNC110 - nobody tells when the last set is over
                await asyncio.sleep(_IDLE_EVERY_S)
            talk.say("begins_anew")
            pairing.keeper.begin_anew()
        finally:
            self._is_keeping = False

    def _counting(self, name: str) -> _Talk:
        """A conversation about the movements of a band."""
        around = self._around
        if name not in around.bands:
            there_are = ", ".join(around.bands) or "none"
            raise UsageError(f"there is no band {name!r}", hint=f"There are: {there_are}.")
        band, known = around.bands[name], around.known.get(name)
        if known is None or not band.shows_movement:
            raise UsageError(f"{name} has no sensor that shows movement")
        return lambda talk: counted_again(band, *known, talk, around.clock)

    def _pairing_or_refusal(self) -> Pairing:
        if self._pairing is None:
            raise UsageError(
                "there is no configuration here in which a sensor could be kept",
                hint="In the demo all is virtual. `bandmate run` takes your own sensors in.",
            )
        return self._pairing

    async def _cancel(self) -> None:
        if not self._goes_on:
            self._talk = None  # what it came to was seen
        elif self._is_keeping:
            raise UsageError("the band is being kept", hint="Wait a moment.")
        else:
            await self._cut_off()

    async def _cut_off(self) -> None:
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task])

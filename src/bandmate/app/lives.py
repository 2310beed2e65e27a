"""The service from the start of the process to its end: it begins anew when a band was added.

A life is the service with one configuration. The next is made ready before the present one is
ended, so that a configuration that cannot be used ends nothing.
"""

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec

from bandmate.app.band_file import keep_band
from bandmate.app.clock import SessionClock
from bandmate.app.config import Config
from bandmate.app.config_file import read_config, store_folder
from bandmate.app.library import Library, load_library
from bandmate.app.pairing import Paired
from bandmate.app.plans import band_plans
from bandmate.app.runner import BandPlan, Running, running_service
from bandmate.app.setup import Pairing
from bandmate.app.setup_talks import Sensors
from bandmate.devices.registry import Registry
from bandmate.domain.events import Event
from bandmate.errors import ConfigError
from bandmate.link.radio import Radio
from bandmate.web.tls import given_context

_NOT_WRITABLE: Final = (
    "Let the service's user write there, or stop it and pair by `bandmate pair` as one who may."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What all lives have in common.

    Attributes:
        path: The configuration.
        profiles: What sensors may be.
        environment: What overrides the configuration.
        may_lack: There need be no file yet: the first band that is paired makes it.
        radio: The host's Bluetooth.
        new_clock: Makes the session clock of a life.
    """

    path: Path
    profiles: Registry
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    may_lack: bool = False
    radio: Radio = field(default_factory=Radio)
    new_clock: Callable[[], SessionClock] = SessionClock


@dataclass(frozen=True, slots=True)
class Life:
    """A service that is ready to begin.

    Attributes:
        config: Its configuration.
        clock: Its session clock.
        bands: By name.
        library: Plans, words and questions.
        news: The band for which it begins; empty for the first life.
    """

    config: Config
    clock: SessionClock
    bands: Mapping[str, BandPlan]
    library: Library
    news: str = ""


def prepared(home: Home, news: str = "") -> Life:
    """Make a life of what the configuration says now.

    Args:
        home: Where it is.
        news: The band for which it begins.

    Raises:
        ConfigError: The configuration cannot be used.
        InputError: A recording or plan that it names cannot be.
    """
    config, clock = (
        read_config(home.path, home.environment, may_lack=home.may_lack),
        home.new_clock(),
    )
    if config.page.certificate:
        given_context(config.page)  # it can be used, or that is told before anything begins
    bands = band_plans(config, home.path, home.profiles, clock, home.radio)
    return Life(config, clock, bands, load_library(config.session, home.path), news)


async def live(
    home: Home,
    first: Life,
    stop: asyncio.Event,
    *,
    on_event: Callable[[Event], None],
    on_running: Callable[[Life, Running], None],
) -> None:
    """Run the service, anew whenever a band was added, until `stop` is set.

    Args:
        home: What all lives have in common.
        first: The first of them.
        stop: Ends it.
        on_event: Called with every event.
        on_running: Called when a life has begun.

    Raises:
        StoreError: The local store cannot be opened.
        ConfigError: The page cannot be served where it should be.
        ExceptionGroup: A bug in the core or a link.
    """
    life: Life | None = first
    while life is not None:
        keeper = _Keeper(home)
        async with running_service(
            life.config,
            life.clock,
            life.bands,
            store_folder(life.config),
            on_event=on_event,
            library=life.library,
            pairing=_pairing(home, life, keeper),
        ) as running:
            on_running(life, running)
            await _first_of(stop, keeper.again)
            life = None if stop.is_set() else keeper.next_life
        if life is not None:
            life = _at_the_same_port(life, running.page_url)


def _pairing(home: Home, life: Life, keeper: "_Keeper") -> Pairing:
    bands = {band.address.lower(): band.name for band in life.config.band if band.address}
    sensors = Sensors(home.radio, tuple(home.profiles), bands)
    return Pairing(sensors=sensors, keeper=keeper, news=life.news)


def _at_the_same_port(life: Life, url: str) -> Life:
    """A page that was given any free port is found there again."""
    if life.config.page.port:
        return life
    page = msgspec.structs.replace(life.config.page, port=urlsplit(url).port)
    config = msgspec.structs.replace(life.config, page=page)
    return Life(config, life.clock, life.bands, life.library, life.news)


async def _first_of(*events: asyncio.Event) -> None:
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting)


class _Keeper:
    """Keeps bands in the configuration, and asks for the next life (`app.setup.Keeper`).

    Attributes:
        again: The next life is to begin.
        next_life: That one.
    """

    def __init__(self, home: Home) -> None:
        self.again = asyncio.Event()
        self.next_life: Life | None = None
        self._home = home

    def check(self) -> None:
        """See `app.setup.Keeper`."""
        folder = self._home.path.parent
        while not folder.exists():
            folder = folder.parent
        if not os.access(folder, os.W_OK | os.X_OK):
            raise ConfigError(f"{folder}: cannot be written", hint=_NOT_WRITABLE)

    def keep(self, paired: Paired) -> str:
        """See `app.setup.Keeper`."""
        keep_band(self._home.path, paired)
        return str(self._home.path)

    async def prepare(self, band: str) -> None:
        """See `app.setup.Keeper`."""
        self.next_life = await asyncio.to_thread(prepared, self._home, band)

    def begin_anew(self) -> None:
        """See `app.setup.Keeper`."""
        self.again.set()

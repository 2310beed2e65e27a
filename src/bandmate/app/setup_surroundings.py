"""What setting up is given of the running service."""

from collections.abc import Mapping
from functools import partial
from typing import Protocol

from bandmate.app.clock import SessionClock
from bandmate.app.config import Config
from bandmate.app.service import LiveService
from bandmate.app.setup import Surroundings
from bandmate.app.sink_check import examine_broker, examine_database
from bandmate.app.way_tests import WayTests
from bandmate.catalog.page_words import PageWords
from bandmate.devices.params import Parameters
from bandmate.devices.profile import Profile
from bandmate.sinks.sound import SoundSink


class Planned(Protocol):
    """A band as the service was given it."""

    def sensor(self) -> tuple[Profile, Parameters] | None:
        """What is known of the sensor; `None` where there is none."""
        ...


def surroundings(
    config: Config,
    service: LiveService,
    plans: Mapping[str, Planned],
    *,
    words: PageWords,
    sound: SoundSink,
    clock: SessionClock,
) -> Surroundings:
    """Put it together.

    Args:
        config: The configuration.
        service: The running service.
        plans: Its bands, by name.
        words: What is said.
        sound: The host's own.
        clock: The session clock.
    """
    tests = WayTests(
        {"broker": partial(examine_broker, config), "database": partial(examine_database, config)},
        sound.test,
    )
    return Surroundings(
        bands=service.bands,
        known={name: sensor for name, plan in plans.items() if (sensor := plan.sensor())},
        clock=clock,
        words=words,
        is_busy=service.is_busy,
        tests=tests,
    )

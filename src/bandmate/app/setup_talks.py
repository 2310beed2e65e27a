"""The conversations of the coach page: a sensor is paired, movements are counted again."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bandmate.app.conversation import Conversation
from bandmate.app.live_band import LiveBand
from bandmate.app.pairing import Paired, Wish, tried_out
from bandmate.app.pairing_checks import count_movements
from bandmate.app.reach import Reach, Sensor
from bandmate.app.trial import Trial
from bandmate.devices.params import Parameters
from bandmate.devices.profile import Profile
from bandmate.domain.clock import Clock
from bandmate.domain.setting_up import SeenSensor
from bandmate.errors import DeviceNotFoundError
from bandmate.link.radio import Radio
from bandmate.link.scan import scan
from bandmate.link.sought import IF_UNHEARD

SEARCH_S: Final = 60.0
"""For so long is listened for sensors; what was heard can be picked later, too."""
SHOW_EVERY_S: Final = 0.5
SHOWN_MOST: Final = 20
BEGIN_S: Final = 5.0
"""A band's sensor that sends nothing for so long is told so."""


@dataclass(frozen=True, slots=True)
class Sensors:
    """What may be found.

    Attributes:
        radio: The host's Bluetooth, shared with the bands' links.
        profiles: What sensors may be.
        bands: The band of each address that is in the configuration, in lower case.
    """

    radio: Radio
    profiles: Sequence[Profile]
    bands: Mapping[str, str]


async def paired_anew(
    sensors: Sensors, talk: Conversation, *, taken: Collection[str], clock: Clock
) -> Paired:
    """Have a sensor picked of those in reach, and try it out.

    Args:
        sensors: What may be found.
        talk: Whoever pairs.
        taken: Names of bands that exist.
        clock: The session clock.

    Raises:
        LinkError: Nothing is in reach, the radio cannot be used, or the sensor sends nothing.
        UsageError: Nobody answers, or the sensor needs a parameter.
    """
    talk.say("looking")
    sensor = await _picked(sensors, talk)
    wish = Wish(params={})
    return await tried_out(sensor, wish, talk, taken=taken, radio=sensors.radio, clock=clock)


async def counted_again(
    band: LiveBand, profile: Profile, params: Parameters, talk: Conversation, clock: Clock
) -> None:
    """Count movements of a band that runs; its own counting goes on untouched.

    Raises:
        LinkError: Its sensor sends nothing.
        UsageError: Nobody answers.
    """
    trial = Trial(profile, params, clock)
    band.beside = trial
    try:
        await trial.begins(BEGIN_S)
        await count_movements(trial, profile, params, talk)
    finally:
        band.beside = None


async def _picked(sensors: Sensors, talk: Conversation) -> Sensor:
    """The sensor that is picked, while others are still being found."""
    reach = Reach(sensors.profiles)
    order: dict[str, int] = {}
    picked = asyncio.create_task(talk.pick(), name="setup pick")
    search = asyncio.create_task(scan(sensors.radio, SEARCH_S, reach.hear), name="setup search")
    both = {picked, search}
    try:
        while not (picked.done() or search.done()):
            await asyncio.wait(both, timeout=SHOW_EVERY_S, return_when=asyncio.FIRST_COMPLETED)
            if not picked.done():
                talk.find(shown(reach.sensors, sensors.bands, order))
        if not picked.done():
            search.result()  # trouble with the radio is told
            if not reach.sensors:
                raise DeviceNotFoundError("no sensor is in reach", hint=IF_UNHEARD)
        address = await picked
    finally:
        for task in both:
            task.cancel()
        await asyncio.wait(both)
    return next(one for one in reach.sensors if one.seen.address == address)


def shown(
    sensors: Sequence[Sensor], bands: Mapping[str, str], order: dict[str, int]
) -> Sequence[SeenSensor]:
    """Sensors as they are shown, in the order in which they came: none moves under a finger.

    Args:
        sensors: Those that are heard.
        bands: The band of each known address, in lower case.
        order: When each address came; new ones are added.
    """
    for one in sensors:
        order.setdefault(one.seen.address, len(order))
    first = sorted(sensors, key=lambda one: order[one.seen.address])[:SHOWN_MOST]
    return [
        SeenSensor(
            address=one.seen.address,
            name=one.seen.name,
            kind=one.match.profile.device.name,
            signal=one.signal,
            battery_pct=one.seen.battery_pct,
            band=bands.get(one.seen.address.lower(), ""),
        )
        for one in first
    ]

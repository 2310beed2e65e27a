"""Makes a band of a sensor in reach: found, named, tried out, and only then kept.

The terminal and the coach page pair by the same code; each is a `Dialogue`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Final

from bandmate.app.config import checked_id
from bandmate.app.dialogue import Dialogue
from bandmate.app.pairing_checks import offer_to_count, tell_how_it_is, weigh
from bandmate.app.reach import Sensor, sensors_in_reach
from bandmate.app.trial import tried
from bandmate.devices.params import ParamValue
from bandmate.devices.profile import Profile
from bandmate.domain.clock import Clock
from bandmate.engine.intake import quantity_of
from bandmate.errors import UsageError
from bandmate.link.bluetooth import BluetoothLink
from bandmate.link.radio import Radio

NAMES: Final = ("left", "right", "thigh", "shank", "foot", "pelvis")
"""What a band is offered to be called, in this order."""

BEGIN_S: Final = 30.0
"""How long a sensor may take until it sends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is settled already; empty: it is asked.

    Attributes:
        address: Which sensor.
        name: What the band is called.
        profile: What the sensor is.
        params: Its parameters.
    """

    address: str = ""
    name: str = ""
    profile: str = ""
    params: Mapping[str, ParamValue]


@dataclass(frozen=True, slots=True)
class Paired:
    """A band that works.

    Attributes:
        name: Its id.
        profile: What the sensor is.
        address: Which one.
        params: What was said of it.
    """

    name: str
    profile: str
    address: str
    params: Mapping[str, ParamValue]


async def pair(
    wish: Wish,
    profiles: Iterable[Profile],
    dialogue: Dialogue,
    *,
    taken: Collection[str],
    radio: Radio,
    clock: Clock,
) -> Paired:
    """Find a sensor, name it, and try it out.

    Args:
        wish: What is settled already.
        profiles: What it may be.
        dialogue: Whoever pairs.
        taken: Names of bands that exist; one of them is paired anew.
        radio: The host's Bluetooth.
        clock: The session clock.

    Raises:
        DeviceNotFoundError: Nothing that fits is in reach.
        LinkError: The radio cannot be used, or the sensor sends nothing.
        UsageError: It lacks a parameter, its name is none, or nobody is there to choose.
    """
    dialogue.say("looking")
    meant = [one for one in profiles if wish.profile in {"", one.device.id}]
    sensor = await _chosen(await sensors_in_reach(radio, meant, wish.address or None), dialogue)
    return await tried_out(sensor, wish, dialogue, taken=taken, radio=radio, clock=clock)


async def tried_out(
    sensor: Sensor,
    wish: Wish,
    dialogue: Dialogue,
    *,
    taken: Collection[str],
    radio: Radio,
    clock: Clock,
) -> Paired:
    """Name a sensor that was found, and try it out.

    Args:
        sensor: Which one.
        wish: What is settled already.
        dialogue: Whoever pairs.
        taken: Names of bands that exist; one of them is paired anew.
        radio: The host's Bluetooth.
        clock: The session clock.

    Raises:
        LinkError: The radio cannot be used, or the sensor sends nothing.
        UsageError: It lacks a parameter, or nobody is there to choose.
    """
    profile = await _known(sensor, wish, dialogue)
    quantity_of(profile)
    params = profile.parameters(wish.params)
    name = checked_id(wish.name) if wish.name else await _named(dialogue, taken)
    address = sensor.seen.address
    link = BluetoothLink(profile, address, clock, radio, params)
    dialogue.say("connecting", sensor=profile.device.name, address=address)
    async with tried(link, profile, params, clock) as trial:
        await trial.begins(BEGIN_S)
        await tell_how_it_is(trial, profile, dialogue)
        if quantity_of(profile) == "force":
            await weigh(trial, link, dialogue)
        if quantity_of(profile) != "none":
            await offer_to_count(trial, profile, params, dialogue)
    return Paired(name, profile.device.id, address, wish.params)


async def _chosen(sensors: Sequence[Sensor], dialogue: Dialogue) -> Sensor:
    if len(sensors) == 1:
        return sensors[0]
    options = [
        f"{one.match.profile.device.name} {one.seen.address} ({one.seen.rssi_dbm} dBm)"
        for one in sensors
    ]
    return sensors[await dialogue.choose("which", options)]


async def _named(dialogue: Dialogue, taken: Collection[str]) -> str:
    """What the band is to be called; asked again until it can be."""
    offered = chain(NAMES, (f"band-{number}" for number in count(1)))
    free = next(name for name in offered if name not in taken)
    while True:
        try:
            name = checked_id(await dialogue.ask("name", default=free))
        except UsageError:
            dialogue.say("no_name")
            continue
        if name not in taken or await dialogue.agree("replace", band=name):
            return name


async def _known(sensor: Sensor, wish: Wish, dialogue: Dialogue) -> Profile:
    """What it is; where others look the same, whoever pairs says it."""
    matches = [sensor.match, *sensor.also]
    if wish.profile or len(matches) == 1:
        return sensor.match.profile
    options = [match.profile.device.name for match in matches]
    return matches[await dialogue.choose("kind", options)].profile

"""`bandmate record`: what arrives from one sensor, kept for `bandmate replay`."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import click

from bandmate.app.clock import SessionClock
from bandmate.app.config import checked_id
from bandmate.app.reach import find_sensor
from bandmate.app.record import record
from bandmate.cli.known import known_profiles
from bandmate.cli.log import log_to_terminal
from bandmate.cli.params import Params, param_option
from bandmate.cli.run import stop_event
from bandmate.devices.params import ParamValue
from bandmate.devices.profile import Profile
from bandmate.engine.intake import quantity_of
from bandmate.errors import InputError
from bandmate.link.bluetooth import BluetoothLink
from bandmate.link.radio import Radio


@click.command("record")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--profile", "profile_id", metavar="ID", help="What the sensor is; else found out.")
@click.option("--address", metavar="A", help="Which one, where several are in reach.")
@click.option(
    "--for",
    "for_s",
    type=click.FloatRange(min=0, min_open=True),
    metavar="S",
    help="End S seconds after the sensor was found.",
)
@param_option
@click.option(
    "--band", default="left", show_default=True, metavar="NAME", help="What the band is called."
)
def command(
    file: Path,
    profile_id: str | None,
    address: str | None,
    for_s: float | None,
    params: Params,
    band: str,
) -> None:
    """Record what a sensor sends.

    What arrives goes into FILE until Ctrl-C; bandmate replay FILE --exercise ID plays it.
    """
    if file.exists():
        raise InputError(f"{file}: there is such a file already", hint="Name another one.")
    checked_id(band, "--band")
    known = known_profiles()
    profiles = tuple(known)
    if profile_id is not None:
        profiles = (known.get(profile_id),)
        quantity_of(profiles[0])  # what is no sensor is refused
        profiles[0].parameters(params)  # and what is wrong of it, before it is looked for
    log_to_terminal()
    asyncio.run(
        find_and_record(file, Radio(), profiles, address, for_s=for_s, band=band, params=params)
    )


async def find_and_record(
    file: Path,
    radio: Radio,
    profiles: tuple[Profile, ...],
    address: str | None,
    *,
    for_s: float | None,
    band: str,
    params: Mapping[str, ParamValue],
) -> None:
    """Find the sensor, record until Ctrl-C or for `for_s` seconds, and tell the outcome.

    Raises:
        LinkError: The radio cannot be used, or the sensor is not in reach or sends nothing.
        UsageError: Several sensors are in reach, or the one lacks a parameter.
        InputError: The file cannot be written.
    """
    _say("Looking for the sensor.")
    sensor = await find_sensor(radio, profiles, address)
    profile, at = sensor.match.profile, sensor.seen.address
    parameters = profile.parameters(params)
    _say(f"Found {profile.device.name} at {at}. Ctrl-C ends the recording.")
    stop = stop_event()
    if for_s is not None:
        asyncio.get_running_loop().call_later(for_s, stop.set)
    clock = SessionClock()
    link = BluetoothLink(profile, at, clock, radio, parameters)
    packets_n = await record(
        file, link, profile, parameters, band=band, clock=clock, stop=stop, say=_say
    )
    click.echo(f"{file}: {packets_n} packets in {clock.now():.1f} s")


def _say(text: str) -> None:
    click.echo(text, err=True)

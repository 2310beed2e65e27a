"""`bandmate scan`: which sensors are in reach."""

import asyncio
from collections.abc import Sequence

import click
import msgspec

from bandmate.app.reach import Reach, Sensor
from bandmate.cli.known import known_profiles
from bandmate.cli.table import print_aligned
from bandmate.devices.registry import Registry
from bandmate.link.radio import Radio
from bandmate.link.scan import scan
from bandmate.link.sought import IF_UNHEARD

_HEADING = ("ADDRESS", "NAME", "PROFILE", "MATCH", "SIGNAL", "BATTERY")


@click.command("scan")
@click.option(
    "--for",
    "for_s",
    type=click.FloatRange(min=0, min_open=True),
    default=5.0,
    show_default=True,
    metavar="S",
    help="Listen for S seconds.",
)
@click.option("--json", "as_ndjson", is_flag=True, help="One JSON object a sensor.")
def command(for_s: float, as_ndjson: bool) -> None:
    """Show which sensors are in reach.

    Address, name, what each is, signal strength, and battery where it is advertised. MATCH is
    "sure", or "likely" where other devices may look the same: check the address then.
    """
    asyncio.run(scan_and_show(Radio(), known_profiles(), for_s, as_ndjson=as_ndjson))


async def scan_and_show(radio: Radio, profiles: Registry, for_s: float, *, as_ndjson: bool) -> None:
    """Listen for `for_s` seconds and print the sensors that were heard.

    Raises:
        LinkError: The radio cannot be used.
    """
    reach = Reach(profiles)
    click.echo(f"Listening for {for_s:g} s.", err=True)
    await scan(radio, for_s, reach.hear)
    sensors = reach.sensors
    if as_ndjson:
        for sensor in sensors:
            click.echo(msgspec.json.encode(_as_dict(sensor)))
    elif sensors:
        print_aligned([_HEADING, *map(_row, sensors)])
    click.echo(_outcome(sensors, reach.others_n), err=True)


def _outcome(sensors: Sequence[Sensor], others_n: int) -> str:
    heard = f"Sensors in reach: {len(sensors)}; devices that no profile fits: {others_n}."
    return heard if sensors else f"{heard}\n{IF_UNHEARD}"


def _as_dict(sensor: Sensor) -> dict[str, object]:
    return {
        "address": sensor.seen.address,
        "name": sensor.seen.name,
        "profile": sensor.match.profile.device.id,
        "confidence": sensor.match.confidence,
        "also": [match.profile.device.id for match in sensor.also],
        "rssi_dbm": sensor.seen.rssi_dbm,
        "battery_pct": sensor.seen.battery_pct,
    }


def _row(sensor: Sensor) -> tuple[str, ...]:
    battery_pct = sensor.seen.battery_pct
    return (
        sensor.seen.address,
        _printable(sensor.seen.name) or "-",
        sensor.match.profile.device.id,
        sensor.match.confidence,
        f"{sensor.seen.rssi_dbm} dBm",
        "-" if battery_pct is None else f"{battery_pct:g} %",
    )


def _printable(name: str) -> str:
    """A name from the air may hold anything, also what would steer the terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)

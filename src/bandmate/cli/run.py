"""`bandmate run`: the service."""

import asyncio
import os
import signal
from pathlib import Path

import click

from bandmate.app.clock import SessionClock
from bandmate.app.config import REPLAY, BandConfig, Config
from bandmate.app.config_file import (
    config_path,
    data_folder,
    find_file,
    read_config,
    user_folder,
)
from bandmate.app.runner import BandPlan, running_service
from bandmate.catalog.catalogue import load_catalogue
from bandmate.cli.log import log_to_terminal
from bandmate.cli.show import show, show_json
from bandmate.devices.registry import load_profiles
from bandmate.errors import ConfigError, UsageError
from bandmate.link.bluetooth import BluetoothLink
from bandmate.link.radio import Radio
from bandmate.link.recording_csv import read_csv
from bandmate.link.replay import ReplayLink


@click.command("run")
@click.option(
    "--config",
    "file",
    type=click.Path(path_type=Path),
    metavar="F",
    help="The configuration; else $BANDMATE_CONFIG, else the user's own.",
)
@click.option("--check", is_flag=True, help="Validate the configuration and exit.")
@click.option("--json", "as_ndjson", is_flag=True, help="Print events as JSON, one a line.")
def command(file: Path | None, check: bool, as_ndjson: bool) -> None:
    """Run the service until Ctrl-C or SIGTERM."""
    path = config_path(file)
    config = read_config(path, os.environ)
    clock = SessionClock()
    plans = band_plans(config, path, clock)
    if check:
        click.echo(f"{path}: the configuration is valid; {len(plans)} band(s).", err=as_ndjson)
        return
    if not plans:
        raise ConfigError(
            f"{path}: there is no [[band]] in it", hint="Add the sensor to listen to."
        )
    log_to_terminal()
    folder = Path(config.store.path).expanduser() if config.store.path else data_folder()
    asyncio.run(_run(config, clock, plans, folder, as_ndjson=as_ndjson))


def band_plans(config: Config, path: Path, clock: SessionClock) -> dict[str, BandPlan]:
    """The bands of a configuration, each with its link.

    Raises:
        UsageError: An unknown profile or exercise; the message names the file and the band.
        InputError: A recording to be played cannot be.
    """
    radio = Radio()
    plans: dict[str, BandPlan] = {}
    for band in config.band:
        try:
            if band.exercise:
                load_catalogue().find(band.exercise)
            plans[band.name] = _plan(band, path, clock, radio)
        except UsageError as error:
            raise ConfigError(f"{path}: band {band.name}: {error}") from error
    return plans


def _plan(band: BandConfig, path: Path, clock: SessionClock, radio: Radio) -> BandPlan:
    if band.link:
        recording = read_csv(find_file(band.link.removeprefix(REPLAY), path))
        return BandPlan(
            link=ReplayLink(recording, band.name, clock),
            profile=None,
            exercise=band.exercise,
            arbitrary_unit=recording.unit == "au",
        )
    profile = load_profiles(user_folder() / "profiles").get(band.profile)
    return BandPlan(
        link=BluetoothLink(profile, band.address or None, clock, radio),
        profile=profile,
        exercise=band.exercise,
        strands=band.strands,
    )


async def _run(
    config: Config,
    clock: SessionClock,
    plans: dict[str, BandPlan],
    folder: Path,
    *,
    as_ndjson: bool,
) -> None:
    stop = stop_event()
    on_event = show_json if as_ndjson else show
    async with running_service(config, clock, plans, folder, on_event=on_event) as running:
        click.echo(f"The coach page is at {running.page_url}", err=as_ndjson)
        click.echo("Ctrl-C ends it.", err=as_ndjson)
        await stop.wait()


def stop_event() -> asyncio.Event:
    """An event that Ctrl-C and SIGTERM set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop

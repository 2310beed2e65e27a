"""`bandmate run`: the service."""

import asyncio
import os
import signal
from pathlib import Path

import click

from bandmate.app.clock import SessionClock
from bandmate.app.config import Config
from bandmate.app.config_file import config_path, data_folder, read_config
from bandmate.app.plans import band_plans, own_plans
from bandmate.app.runner import BandPlan, running_service
from bandmate.cli.known import known_profiles
from bandmate.cli.log import log_to_terminal
from bandmate.cli.page_address import page_lines
from bandmate.cli.show import printer
from bandmate.cli.terminal import Terminal
from bandmate.domain.plans import Plan
from bandmate.errors import ConfigError


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
    plans = band_plans(config, path, known_profiles(), clock)
    if not plans:
        raise ConfigError(
            f"{path}: there is no [[band]] in it", hint="Add the sensor to listen to."
        )
    own = own_plans(config, path)
    if check:
        click.echo(f"{path}: the configuration is valid; bands: {', '.join(plans)}.", err=as_ndjson)
        return
    folder = Path(config.store.path).expanduser() if config.store.path else data_folder()
    with Terminal() as terminal:
        log_to_terminal(terminal.err)
        asyncio.run(_run(config, clock, plans, own, folder, terminal, as_ndjson=as_ndjson))


async def _run(
    config: Config,
    clock: SessionClock,
    plans: dict[str, BandPlan],
    own: dict[str, Plan],
    folder: Path,
    terminal: Terminal,
    *,
    as_ndjson: bool,
) -> None:
    stop = stop_event()
    on_event = printer(terminal.out, as_ndjson=as_ndjson)
    say = terminal.err if as_ndjson else terminal.out
    async with running_service(
        config, clock, plans, folder, on_event=on_event, plans=own
    ) as running:
        for line in (*page_lines(running.page_url), f"Local store  {folder}", "Ctrl-C ends it."):
            say(line)
        await stop.wait()


def stop_event() -> asyncio.Event:
    """An event that Ctrl-C and SIGTERM set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop

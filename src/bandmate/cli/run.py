"""`bandmate run`: the service."""

import asyncio
import os
import signal
from pathlib import Path

import click

from bandmate.app.clock import SessionClock
from bandmate.app.config import Config
from bandmate.app.config_file import config_path, read_config, store_folder
from bandmate.app.library import Library, load_library
from bandmate.app.plans import band_plans
from bandmate.app.runner import BandPlan, running_service
from bandmate.cli.config_option import config_option
from bandmate.cli.known import known_profiles
from bandmate.cli.log import log_to_terminal
from bandmate.cli.page_address import code_lines, page_lines
from bandmate.cli.show import printer
from bandmate.cli.terminal import Terminal
from bandmate.errors import ConfigError
from bandmate.link.radio import Radio
from bandmate.web.tls import given_context


@click.command("run")
@config_option
@click.option("--check", is_flag=True, help="Validate the configuration and exit.")
@click.option("--json", "as_ndjson", is_flag=True, help="Print events as JSON, one a line.")
def command(file: Path | None, check: bool, as_ndjson: bool) -> None:
    """Run the service until Ctrl-C or SIGTERM."""
    path = config_path(file)
    config = read_config(path, os.environ)
    clock = SessionClock()
    plans = band_plans(config, path, known_profiles(), clock, Radio())
    if not plans:
        raise ConfigError(
            f"{path}: there is no [[band]] in it", hint="Add the sensor to listen to."
        )
    library = load_library(config.session, path)
    if config.page.certificate:
        given_context(config.page)  # it can be used, or that is told before anything begins
    if check:
        click.echo(f"{path}: the configuration is valid; bands: {', '.join(plans)}.", err=as_ndjson)
        return
    with Terminal() as terminal:
        log_to_terminal(terminal.err)
        asyncio.run(_run(config, clock, plans, library, terminal, as_ndjson=as_ndjson))


async def _run(
    config: Config,
    clock: SessionClock,
    plans: dict[str, BandPlan],
    library: Library,
    terminal: Terminal,
    *,
    as_ndjson: bool,
) -> None:
    stop, folder = stop_event(), store_folder(config)
    on_event = printer(terminal.out, as_ndjson=as_ndjson)
    say = terminal.err if as_ndjson else terminal.out
    async with running_service(
        config, clock, plans, folder, on_event=on_event, library=library
    ) as running:
        # Where a program reads the output it may be kept, as a journal: `bandmate page` shows one.
        code = "" if as_ndjson else running.page_code
        where = (*page_lines(running.page_url), *code_lines(code))
        for line in (*where, f"Local store  {folder}", "Ctrl-C ends it."):
            say(line)
        await stop.wait()


def stop_event() -> asyncio.Event:
    """An event that Ctrl-C and SIGTERM set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop

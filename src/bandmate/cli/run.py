"""`bandmate run`: the service."""

import asyncio
import os
import signal
from pathlib import Path

import click

from bandmate.app.config_environment import FILE_VARIABLE
from bandmate.app.config_file import config_path, store_folder
from bandmate.app.lives import Home, Life, live, prepared
from bandmate.app.runner import Running
from bandmate.cli.config_option import config_option
from bandmate.cli.known import known_profiles
from bandmate.cli.log import log_to_terminal
from bandmate.cli.page_address import code_lines, page_lines
from bandmate.cli.show import printer
from bandmate.cli.terminal import Terminal


@click.command("run")
@config_option
@click.option("--check", is_flag=True, help="Validate the configuration and exit.")
@click.option("--json", "as_ndjson", is_flag=True, help="Print events as JSON, one a line.")
def command(file: Path | None, check: bool, as_ndjson: bool) -> None:
    """Run the service until Ctrl-C or SIGTERM.

    Where there is no configuration yet, sensors are set up on the coach page, which makes it. A
    band that is added there is taken in at once.
    """
    path = config_path(file)
    # A file that was named is to be there: its name may be mistyped.
    was_named = file is not None or bool(os.environ.get(FILE_VARIABLE))
    home = Home(path=path, profiles=known_profiles(), may_lack=not (was_named or check))
    life = prepared(home)
    if check:
        bands = ", ".join(life.bands) or "none yet"
        click.echo(f"{path}: the configuration is valid; bands: {bands}.", err=as_ndjson)
        return
    with Terminal() as terminal:
        log_to_terminal(terminal.err)
        asyncio.run(_run(home, life, terminal, as_ndjson=as_ndjson))


async def _run(home: Home, first: Life, terminal: Terminal, *, as_ndjson: bool) -> None:
    stop = stop_event()
    say = terminal.err if as_ndjson else terminal.out

    def tell(life: Life, running: Running) -> None:
        if life.news:
            say(f"Band {life.news} was added: the service has begun anew.")
        # Where a program reads the output it may be kept, as a journal: `bandmate page` shows one.
        code = "" if as_ndjson else running.page_code
        if life.news:
            for line in code_lines(code):  # the one that was told before holds no longer
                say(line)
            return
        folder = store_folder(life.config)
        where = (*page_lines(running.page_url), *code_lines(code))
        for line in (*where, f"Local store  {folder}", "Ctrl-C ends it."):
            say(line)
        if not life.bands:
            say("No band yet: open the coach page, then Menu, Set-up. Or: bandmate pair")

    on_event = printer(terminal.out, as_ndjson=as_ndjson)
    await live(home, first, stop, on_event=on_event, on_running=tell)


def stop_event() -> asyncio.Event:
    """An event that Ctrl-C and SIGTERM set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop

"""`bandmate demo`: the whole service on one machine with nothing else installed."""

import asyncio
import socket

import click

from bandmate.app.clock import SessionClock
from bandmate.app.config_file import data_folder
from bandmate.app.demo import demo_stage, play
from bandmate.cli.log import log_to_terminal
from bandmate.cli.run import stop_event
from bandmate.cli.show import show, show_json
from bandmate.sim.broker import HOST
from bandmate.web.server import PageSettings

_PORT = PageSettings().port


@click.command("demo")
@click.option(
    "--for",
    "for_s",
    type=click.FloatRange(min=0, min_open=True),
    metavar="S",
    help="End after S seconds of signal time.",
)
@click.option(
    "--speed",
    type=click.FloatRange(0.1, 50),
    default=1.0,
    show_default=True,
    metavar="X",
    help="Run signal time X times faster.",
)
@click.option("--no-page", is_flag=True, help="Do not serve the coach page.")
@click.option("--json", "as_ndjson", is_flag=True, help="Print events as JSON, the summary last.")
def command(for_s: float | None, speed: float, no_page: bool, as_ndjson: bool) -> None:
    """Play a whole session: a virtual band on a virtual radio, an embedded broker, the page.

    A scripted person flosses ten reps, pulls too hard in one, loses the sensor for three seconds,
    and holds two minutes of traction while the broker goes away and comes back.
    """
    log_to_terminal()
    asyncio.run(_demo(for_s, speed, with_page=not no_page, as_ndjson=as_ndjson))


async def _demo(for_s: float | None, speed: float, *, with_page: bool, as_ndjson: bool) -> None:
    clock = SessionClock(speed)
    folder = data_folder() / "demo"
    on_event = show_json if as_ndjson else show

    def say(text: str) -> None:
        click.secho(f"{clock.now():9.2f} s  · {text}", dim=True, err=as_ndjson)

    stop = stop_event()
    page = PageSettings(port=_free(_PORT))
    async with demo_stage(clock, folder, page, on_event, with_page=with_page) as stage:
        for line in (
            f"Coach page   {stage.running.page_url or 'not served'}",
            f"MQTT broker  {HOST}:{stage.broker.port}",
            f"             mosquitto_sub -p {stage.broker.port} -t 'bandmate/#' -v",
            f"Local store  {folder}",
            "Ctrl-C ends it.",
        ):
            click.echo(line, err=as_ndjson)
        ends = [asyncio.create_task(play(stage, say)), asyncio.create_task(stop.wait())]
        left_s = None if for_s is None else max(for_s - clock.now(), 0.0) / speed
        done, waiting = await asyncio.wait(
            ends, timeout=left_s, return_when=asyncio.FIRST_COMPLETED
        )
        for task in waiting:
            task.cancel()
        await asyncio.wait(ends)
        for task in done:
            await task


def _free(port: int) -> int:
    """The page's usual port, or any other where that is taken."""
    with socket.socket() as probe:
        try:
            probe.bind((HOST, port))
        except OSError:
            return 0
    return port

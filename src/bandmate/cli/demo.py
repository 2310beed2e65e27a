"""`bandmate demo`: the whole service on one machine with nothing else installed."""

import asyncio
import os

import click

from bandmate.app.clock import SessionClock
from bandmate.app.config_file import data_folder
from bandmate.app.demo import demo_stage, play, signal_time
from bandmate.cli.log import log_to_terminal
from bandmate.cli.page_address import page_lines
from bandmate.cli.run import stop_event
from bandmate.cli.show import printer
from bandmate.cli.terminal import Terminal
from bandmate.sim.broker import HOST


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
    """Play a whole session with a virtual band.

    Band, radio and MQTT broker are virtual and run in this process; all else is the service itself,
    page included. A scripted person flosses ten reps, pulls too hard in one, loses the sensor for
    three seconds, and holds two minutes of traction while the broker goes away and comes back.
    """
    with Terminal() as terminal:
        log_to_terminal(terminal.err)
        asyncio.run(_demo(terminal, for_s, speed, with_page=not no_page, as_ndjson=as_ndjson))


async def _demo(
    terminal: Terminal, for_s: float | None, speed: float, *, with_page: bool, as_ndjson: bool
) -> None:
    clock = SessionClock(speed)
    # Its own each time: what an earlier broker missed is nothing for this one.
    folder = data_folder() / "demo" / f"{clock.stamp}-{os.getpid()}"
    on_event = printer(terminal.out, as_ndjson=as_ndjson)
    tell = terminal.err if as_ndjson else terminal.out

    def say(text: str) -> None:
        tell(click.style(f"{clock.now():9.2f} s  · {text}", dim=True))

    stop = stop_event()
    async with demo_stage(clock, folder, on_event, with_page=with_page) as stage:
        for line in (
            *page_lines(stage.running.page_url),
            f"MQTT broker  {HOST}:{stage.broker.port}",
            f"             mosquitto_sub -p {stage.broker.port} -t 'bandmate/#' -v",
            f"Local store  {folder}",
            "Ctrl-C ends it.",
        ):
            tell(line)
        ends = [asyncio.create_task(play(stage, say)), asyncio.create_task(stop.wait())]
        if for_s is not None:
            ends.append(asyncio.create_task(signal_time(stage, for_s)))
        done, waiting = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        await asyncio.wait(ends)
        for task in done:
            await task

"""The `bandmate` command."""

import errno
import os
import sys
from typing import Any

import click

from bandmate import __version__
from bandmate.errors import BandmateError

NAMES = (
    "demo",
    "run",
    "scan",
    "pair",
    "record",
    "replay",
    "simulate",
    "profiles",
    "exercises",
    "plan",
    "session",
    "report",
    "export",
    "page",
    "store",
    "doctor",
    "bench",
)
"""The commands, in the order `--help` shows them; each is the module of its name."""


class _Commands(click.Group):
    """Loads a command's module only when it is asked for: `profiles list` needs no radio."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(NAMES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in NAMES:
            return None
        module: Any = __import__(f"bandmate.cli.{cmd_name}", fromlist=["command"])
        command: click.Command = module.command
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="bandmate")
def bandmate() -> None:
    """Companion service for resistance-band sensors.

    It records and warns. It is not a medical device and gives no medical advice.
    """


def main() -> None:
    """Run the command line; errors are told in a sentence, without a traceback."""
    try:
        bandmate(standalone_mode=True)
    except BandmateError as error:
        click.echo(f"bandmate: {error}", err=True)
        sys.exit(error.exit_status)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        click.echo("bandmate: the output cannot be written: the disk is full", err=True)
        # What is still buffered would be tried again, and fail again, at the end of the process.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)

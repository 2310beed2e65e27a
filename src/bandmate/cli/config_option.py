"""`--config`: where the configuration is, for every command that reads it."""

from pathlib import Path

import click

config_option = click.option(
    "--config",
    "file",
    type=click.Path(path_type=Path),
    metavar="F",
    help="The configuration; else $BANDMATE_CONFIG, else the user's own.",
)
"""The option; the command gets `file`, for `app.config_file.config_path`."""

"""`bandmate store`: what the local store holds, whether it is sound, and a copy of it."""

import os
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from bandmate.app.config_file import STORE_NAME, config_path, read_config, store_folder
from bandmate.cli.config_option import config_option
from bandmate.errors import CheckFailedError
from bandmate.sinks.store_admin import StoreState, back_up, examine


@click.group("store")
def command() -> None:
    """The local store: check it, or copy it while the service runs."""


@command.command("check")
@config_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def check(file: Path | None, as_json: bool) -> None:
    """Look through the whole store, and tell what waits and what was refused.

    Nothing is changed. The exit status is 3 if it is damaged.
    """
    path = _store_path(file)
    state = examine(path)
    if as_json:
        click.echo(msgspec.json.encode({"path": str(path), **msgspec.to_builtins(state)}))
    else:
        for line in _lines(path, state):
            click.echo(line)
    if state.faults:
        raise CheckFailedError(
            f"{path} is damaged",
            hint="The service puts it aside as soon as it meets the damage, and takes over what "
            "can be read of it.",
        )


@command.command("backup")
@click.argument("to", metavar="FILE", type=click.Path(path_type=Path))
@config_option
def backup(to: Path, file: Path | None) -> None:
    """Copy the store to FILE, as it is at one moment.

    The copy is a store: put it in the place of a lost one while the service does not run.
    """
    path = _store_path(file)
    size = back_up(path, to)
    click.echo(f"{path} was copied to {to} ({size / 1e6:.1f} MB).")


def _store_path(file: Path | None) -> Path:
    return store_folder(read_config(config_path(file), os.environ)) / STORE_NAME


def _lines(path: Path, state: StoreState) -> Iterator[str]:
    if state.faults:
        yield from (f"{path}: {fault}" for fault in state.faults)
        return
    yield f"{path}: sound, store version {state.version}, {state.used_bytes / 1e6:.1f} MB"
    yield f"{state.events} events, {state.seconds} seconds of readings"
    for sink, count in sorted(state.waiting.items()):
        yield f"{sink}: {count} records wait"
    if state.refused:
        yield f"{state.refused} lines were refused by a database; the newest: {state.refused_last}"

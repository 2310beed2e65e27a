"""`bandmate page`: where the running service's page is, and which devices it lets in."""

import os
from pathlib import Path
from typing import Any

import click
import msgspec

from bandmate.app.config_file import config_path, read_config
from bandmate.app.running_service import RunningService
from bandmate.cli.config_option import config_option
from bandmate.cli.page_address import code_lines, page_lines
from bandmate.cli.table import print_aligned
from bandmate.web.devices import ALL


@click.group("page", invoke_without_command=True)
@config_option
@click.pass_context
def command(ctx: click.Context, file: Path | None) -> None:
    """Where the coach page is, and a code that lets one more device in.

    Only a page that other machines may reach (`[page] host`) needs codes. Each is for one device.
    """
    ctx.obj = file
    if ctx.invoked_subcommand is not None:
        return
    page = read_config(config_path(file), os.environ).page
    service = _service(file)
    devices = service.devices()
    for line in page_lines(page.url(page.port)):
        click.echo(line)
    if not page.is_beyond_here:
        click.echo("             this machine's alone; see [page] host for a phone")
        return
    for line in code_lines(service.page_code()["code"]):
        click.echo(line)
    if fingerprint := devices["fingerprint"]:
        click.echo(f"Certificate  its own: a browser warns until it trusts {_authority(devices)}")
        click.echo(f"             SHA-256 {fingerprint[:48]}")
        click.echo(f"                     {fingerprint[48:]}")


@command.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a device.")
@config_option
@click.pass_obj
def devices(outer: Path | None, file: Path | None, *, as_json: bool) -> None:
    """The devices that were let in."""
    _show(_service(file or outer).devices(), as_json=as_json)


@command.command()
@click.argument("label")
@config_option
@click.pass_obj
def forget(outer: Path | None, label: str, file: Path | None) -> None:
    """Let the device LABEL (`all`: every one) in no longer; its pages are closed at once."""
    _service(file or outer).forget(label)
    click.echo("No device is let in now." if label == ALL else f"{label} is let in no longer.")


def _service(file: Path | None) -> RunningService:
    return RunningService(read_config(config_path(file), os.environ))


def _authority(told: dict[str, Any]) -> str:
    return f"{told['address']}certificate"


def _show(told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        for device in told["devices"]:
            click.echo(msgspec.json.encode(device))
    elif not told["beyond"]:
        click.echo("The page is this machine's alone: no device needs to be let in.")
    elif not told["devices"]:
        click.echo("No device was let in yet.")
    else:
        rows = [
            (d["label"], f"let in {d['added']}", f"last here {d['seen']}") for d in told["devices"]
        ]
        print_aligned(rows)

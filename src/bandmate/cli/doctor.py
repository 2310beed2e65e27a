"""`bandmate doctor`: what is wrong, and what to do about it."""

import asyncio
import os
from collections.abc import AsyncGenerator
from pathlib import Path

import click
import msgspec

from bandmate.app.clock import SessionClock
from bandmate.app.config import Config
from bandmate.app.config_file import config_path, read_config
from bandmate.app.deploy_check import examine_deployment
from bandmate.app.doctor import examine
from bandmate.app.plans import band_plans
from bandmate.app.runner import BandPlan
from bandmate.cli.config_option import config_option
from bandmate.cli.known import known_profiles
from bandmate.domain.findings import Finding
from bandmate.errors import BandmateError, CheckFailedError
from bandmate.link.radio import Radio


@click.command("doctor")
@config_option
@click.option("--deploy", is_flag=True, help="Look at what a running service delivers, too.")
@click.option("--json", "as_ndjson", is_flag=True, help="One JSON object a finding.")
def command(file: Path | None, deploy: bool, as_ndjson: bool) -> None:
    """Find what is wrong.

    Looks at configuration, disk, clock, Bluetooth, every band's sensor, broker and database; each
    line says how it stands, and below a problem what to do. With --deploy each hop from sensor to
    dashboard: what the running service says of its ways out, whether what it stores arrives, and
    whether a panel of the dashboards finds it. The exit status is 3 if there is a problem.
    """
    asyncio.run(_examine_and_show(config_path(file), deploy=deploy, as_ndjson=as_ndjson))


async def _examine_and_show(path: Path, *, deploy: bool, as_ndjson: bool) -> None:
    problems: list[Finding] = []
    async for finding in _findings(path, deploy=deploy):
        if not finding.is_well:
            problems.append(finding)
        if as_ndjson:
            state = "ok" if finding.is_well else "problem"
            click.echo(msgspec.json.encode({"state": state, **msgspec.to_builtins(finding)}))
        else:
            _show(finding)
    if problems:
        found = "1 problem was" if len(problems) == 1 else f"{len(problems)} problems were"
        where = ", ".join(problem.check for problem in problems)
        raise CheckFailedError(f"{found} found: {where}")


async def _findings(path: Path, *, deploy: bool) -> AsyncGenerator[Finding]:
    config, clock, radio, is_read = Config(), SessionClock(), Radio(), False
    plans = dict[str, BandPlan]()
    try:
        config = read_config(path, os.environ)
        plans = band_plans(config, path, known_profiles(), clock, radio)
    except BandmateError as error:
        text, _, fix = str(error).partition("\n")
        yield Finding("configuration", text, fix or "Mend the file; README.md shows one.")
    else:
        is_read = True
        bands = ", ".join(plans) or "no band"
        yield Finding("configuration", f"{path}: {bands}", "" if plans else "Run: bandmate pair")
    async for finding in examine(config, plans, radio, clock):
        yield finding
    if deploy and is_read:
        async for finding in examine_deployment(config):
            yield finding


def _show(finding: Finding) -> None:
    state = click.style("ok     ", fg="green")
    if not finding.is_well:
        state = click.style("problem", fg="red")
    click.echo(f"{state}  {finding.check}: {finding.text}")
    if not finding.is_well:
        click.echo(f"         {click.style('fix', bold=True)}: {finding.fix}")

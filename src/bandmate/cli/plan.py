"""`bandmate plan`: what is planned, in plain words, and whether a plan of one's own holds."""

from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from bandmate.catalog.plans import find_plan, read_plan, ready_plans
from bandmate.cli.plan_view import fact_rows, item_rows
from bandmate.cli.table import print_aligned
from bandmate.domain.plans import PHASE_TITLES, Plan
from bandmate.errors import CheckFailedError, ConfigError


@click.group("plan")
def command() -> None:
    """Plans: what is done, how often, and within which limits."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_(*, as_json: bool) -> None:
    """The ready plans, one a line."""
    if as_json:
        for plan in ready_plans():
            click.echo(msgspec.json.encode(_outline(plan)))
        return
    rows = [("ID", "TITLE", "PHASE", "EXERCISES", "SUMMARY")]
    rows += [
        (plan.id, plan.title, PHASE_TITLES[plan.phase], str(len(plan.items)), plan.summary)
        for plan in ready_plans()
    ]
    print_aligned(rows)


@command.command()
@click.argument("name", metavar="ID|FILE")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(name: str, *, as_json: bool) -> None:
    """What one plan asks for: a ready one by its id, or a file ending in `.toml`."""
    plan = find_plan(name)
    if as_json:
        click.echo(msgspec.json.encode(plan, order="deterministic"))
        return
    click.echo(f"{plan.title} ({plan.id})\n\n{plan.summary}\n")
    print_aligned(item_rows(plan))
    click.echo()
    print_aligned(fact_rows(plan))


@command.command()
@click.argument(
    "paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
def check(paths: Sequence[Path]) -> None:
    """Check plans of one's own; every fault is a line."""
    refused = 0
    for path in paths:
        try:
            plan = read_plan(path)
        except ConfigError as error:
            click.echo(str(error))
            refused += 1
        else:
            click.echo(f"{path}: ok, {len(plan.items)} exercises")
    if refused:
        raise CheckFailedError(f"{refused} of {len(paths)} plans cannot be used")


def _outline(plan: Plan) -> dict[str, object]:
    return {
        "id": plan.id,
        "title": plan.title,
        "summary": plan.summary,
        "phase": plan.phase,
        "exercises": [item.exercise.slug for item in plan.items],
    }

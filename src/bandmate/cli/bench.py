"""`bandmate bench`: how quick bandmate is on this machine."""

import os
import platform
from collections.abc import Sequence

import click
import msgspec

from bandmate.app.bench import bench
from bandmate.app.bench_rows import Row
from bandmate.cli.table import print_aligned

_HEADING = ("WHAT", "FIGURE", "UNIT", "REFERENCE", "ITS FIGURE", "RATIO")
_WHOLE_FROM = 100


@click.command("bench")
@click.option("--json", "as_ndjson", is_flag=True, help="One JSON object a row.")
def command(as_ndjson: bool) -> None:
    """Measure how quick it is on this machine.

    Every figure stands beside a reference measured in the same run; the ratio is ours over the
    reference's, so more is better for samples a second and less for times. It takes some
    seconds; let the machine rest meanwhile.
    """
    click.echo("Measuring.", err=True)
    if as_ndjson:
        for row in bench():
            click.echo(msgspec.json.encode(_as_dict(row)))
        return
    rows = list(bench())
    click.echo(
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores\n"
    )
    print_aligned([_HEADING, *map(_cells, rows)])


def _as_dict(row: Row) -> dict[str, object]:
    return {
        "what": row.what,
        "figure": row.figure,
        "unit": row.unit,
        "reference": row.reference,
        "reference_figure": row.reference_figure,
        "ratio": row.ratio,
    }


def _cells(row: Row) -> Sequence[str]:
    return (
        row.what,
        _number(row.figure),
        row.unit,
        row.reference,
        _number(row.reference_figure),
        _number(row.ratio),
    )


def _number(value: float | None) -> str:
    """Three digits: more cannot be told from one run to the next."""
    if value is None:
        return "-"
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.0f}" if rounded >= _WHOLE_FROM else f"{rounded:g}"

"""`bandmate export`: sessions as tables, for a spreadsheet or for a program."""

from collections.abc import Sequence
from pathlib import Path

import click

from bandmate.app.config_file import config_path
from bandmate.app.reports.export import Format, write_files
from bandmate.cli.archive_option import opened_archive
from bandmate.cli.config_option import config_option
from bandmate.errors import UsageError


@click.command("export")
@click.argument("sessions", metavar="[SESSION]...", nargs=-1)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["csv", "parquet"]),
    default="csv",
    show_default=True,
    help="Parquet needs pyarrow: pip install 'bandmate[export]'.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    required=True,
    help="Where the files are written, one a table.",
)
@config_option
def command(sessions: Sequence[str], kind: Format, out: Path, file: Path | None) -> None:
    """Write sessions as tables: all of them, or those that are named.

    The tables are sessions, sets, reps, holds, alerts, symptoms and samples; docs/interfaces.md
    tells their columns and units. They hold pseudonyms, and no name of a person.
    """
    archive, _ = opened_archive(config_path(file))
    if sessions:
        chosen = [archive.find(session) for session in dict.fromkeys(sessions)]
    else:
        chosen = list(reversed(archive.sessions(most=None)))
    if not chosen:
        raise UsageError("there are no sessions yet", hint="`bandmate run` keeps them.")
    for path in write_files(out, kind, map(archive.keep_of, chosen)):
        click.echo(path)

"""`bandmate report`: one session as a page to be printed, or the list of sessions."""

import webbrowser
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click
import msgspec

from bandmate.app.config_file import config_path
from bandmate.app.reports.archive import PAGE_N, Kept, local_time
from bandmate.app.reports.report import report
from bandmate.app.reports.sessions import Session
from bandmate.cli.archive_option import opened_archive
from bandmate.cli.config_option import config_option
from bandmate.cli.table import print_aligned
from bandmate.errors import StoreError

_HEAD = ("SESSION", "DATE", "TIME", "PERSON", "PLAN", "SETS", "DOSE", "OVER", "STOPS", "PAIN")
_WITHOUT = {"spans", "begun_ns", "ended_ns", "run"}
"""What of a session is no one else's business."""


@click.command("report")
@click.argument("session", default="")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where the page is written; by default bandmate-SESSION.html in this folder.",
)
@click.option("--open", "shows", is_flag=True, help="Open it in the browser.")
@click.option("--list", "lists", is_flag=True, help=f"The newest {PAGE_N} sessions, and no page.")
@click.option("--all", "every", is_flag=True, help="With --list: all of them.")
@config_option
@click.option("--json", "as_json", is_flag=True, help="The results as JSON, and no page.")
def command(
    session: str,
    out: Path | None,
    file: Path | None,
    *,
    shows: bool,
    lists: bool,
    every: bool,
    as_json: bool,
) -> None:
    """Write what SESSION came to as one page (by default the newest session).

    The page holds all it needs, and fits a printed sheet for a usual session. The service may run
    meanwhile, or not.
    """
    archive, library = opened_archive(config_path(file))
    if lists:
        _print_list(archive.sessions(most=None if every else PAGE_N), as_json=as_json)
        return
    kept = archive.keep_of(archive.find(session))
    if as_json:
        click.echo(msgspec.json.encode(results_json(kept), enc_hook=str))
        return
    path = out or Path(f"bandmate-{kept.results.session.id}.html")
    _write(path, report(kept.results, kept.readings, library))
    click.echo(path)
    if shows and not webbrowser.open(path.resolve().as_uri()):
        click.echo(f"There is no browser here to open {path} with.", err=True)


def results_json(kept: Kept) -> dict[str, object]:
    """What a session came to, without what only drawings and files need."""
    results = kept.results
    session = asdict(results.session)
    return {
        "session": {name: value for name, value in session.items() if name not in _WITHOUT},
        "exercises": [_work_json(asdict(work)) for work in results.exercises],
        "sets": [_work_json(asdict(work)) for work in results.sets],
        "over_tension": [asdict(one) for one in results.over_tension],
        "transients": [asdict(one) for one in results.jerks],
        "stops": [asdict(one) for one in results.stops],
        "sides": [asdict(one) for one in results.sides],
        "quality": asdict(results.quality),
        "recounts": [one.to_dict() for one in results.recounts],
    }


def _work_json(work: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in work.items() if name != "marks"}


def _print_list(sessions: Sequence[Session], *, as_json: bool) -> None:
    if as_json:
        for session in sessions:
            listed = {k: v for k, v in asdict(session).items() if k not in _WITHOUT}
            click.echo(msgspec.json.encode(listed))
    elif sessions:
        print_aligned([_HEAD, *map(_row, sessions)])
    else:
        click.echo("There are no sessions yet.")


def _row(session: Session) -> tuple[str, ...]:
    planned = "" if session.sets_planned is None else f" of {session.sets_planned}"
    before, after = ("-" if pain is None else str(pain) for pain in session.pain)
    is_guided = session.kind == "guided"
    return (
        session.id,
        session.day.isoformat(),
        f"{local_time(session.begun_ns):%H:%M}",
        session.person or "-",
        session.plan or "free sets",
        f"{session.sets_done if planned else session.sets}{planned}",
        "-" if session.dose_share is None else f"{100 * session.dose_share:.0f} %",
        str(session.over_tension),
        str(session.stops),
        f"{before} -> {after}" if is_guided else "-",
    )


def _write(path: Path, page: str) -> None:
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be written: {error.strerror}", hint="Name another place: --out FILE."
        ) from error

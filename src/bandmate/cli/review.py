"""`bandmate session review`: what a person's sessions came to, week by week, and what is next."""

import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
import msgspec

from bandmate.app.config_file import config_path, read_config, store_folder
from bandmate.app.library import load_library
from bandmate.app.people import People, past_of
from bandmate.catalog.catalogue import load_catalogue
from bandmate.cli.config_option import config_option
from bandmate.cli.table import print_aligned
from bandmate.engine.progression import Proposal
from bandmate.engine.review import Review, SideBySide, Trend, Week, review
from bandmate.errors import UsageError

_PSEUDONYM = re.compile(r"[a-z0-9_-]{1,64}")
_WEEK_HEAD = ("WEEK OF", "SESSIONS", "DAYS", "DOSE", "IN ZONE", "OVER", "STOPS", "PAIN", "LEVEL")
_TREND = {
    "falling": "moves up towards the back",
    "rising": "moves down the leg",
    "level": "stays where it is",
    "few": "too few weeks to say",
}


@click.command("review")
@click.argument("plan", required=False)
@click.option("--person", default="me", show_default=True, help="Whose sessions, a pseudonym.")
@config_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(plan: str | None, person: str, file: Path | None, *, as_json: bool) -> None:
    """What the sessions came to, against PLAN (by default that of the last session)."""
    if not _PSEUDONYM.fullmatch(person):
        raise UsageError(
            f"{person!r} is not a pseudonym", hint="Lower-case letters, digits, - and _ alone."
        )
    path = config_path(file)
    config = read_config(path, os.environ)
    library = load_library(config.session, path)
    sessions = People(store_folder(config) / "people").sessions(person)
    if not sessions:
        raise UsageError(
            f"there are no sessions of {person!r} yet",
            hint="Name somebody else: --person PSEUDONYM.",
        )
    chosen = library.find(plan or sessions[-1].plan, person)
    found = review(chosen, past_of(sessions), date.today())  # noqa: DTZ011 - a person's own day
    if as_json:
        click.echo(msgspec.json.encode({"person": person, "plan": chosen.id, "review": found}))
        return
    click.echo(f"{person}: {len(sessions)} sessions, against the plan {chosen.title!r}\n")
    for line in _lines(found):
        click.echo(line)
    for notice in found.notices:
        click.echo(f"\n{library.questions.texts[notice]}")
    for step in found.proposals:
        click.echo(f"\nProposal: {_step(step)}\n{library.questions.texts['proposal']}")


def _lines(found: Review) -> Iterator[str]:
    print_aligned([_WEEK_HEAD, *map(_week, found.weeks)])
    yield f"\nMost distal level: {_trend(found.distal)}."
    if found.pain_change is not None:
        way = "lower" if found.pain_change < 0 else "higher"
        yield f"Pain before sessions: {abs(found.pain_change):g} {way} than in the first week."
    else:
        yield "Pain before sessions: no change that is larger than chance (2 points)."
    for one in found.sides:
        yield _sides(one)


def _week(week: Week) -> tuple[str, ...]:
    kept = week.adherence
    return (
        week.monday.isoformat(),
        str(week.sessions),
        f"{kept.done} of {kept.planned}",
        f"{100 * week.dose_share:.0f} %",
        "-" if week.in_zone_share is None else f"{100 * week.in_zone_share:.0f} %",
        str(week.over_tension),
        str(week.stops),
        _before_after(week.pain_before, week.pain_after),
        _before_after(week.distal_before, week.distal_after),
    )


def _before_after(before: float, after: float | None) -> str:
    return f"{before:g} -> {'-' if after is None else f'{after:g}'}"


def _trend(trend: Trend) -> str:
    weeks = f"{trend.weeks} week{'s' if trend.weeks != 1 else ''}"
    return f"{_TREND[trend.word]} ({weeks})"


def _sides(one: SideBySide) -> str:
    title = load_catalogue().find(one.exercise).title
    if one.word == "even":
        return f"{title}: both sides even ({one.asymmetry_pct:.0f} %), {_counts(one)}."
    often = ", as in two sessions before or more" if one.word == "marked" else ""
    return f"{title}: {one.weaker} {one.asymmetry_pct:.0f} % less{often}, {_counts(one)}."


def _counts(one: SideBySide) -> str:
    return f"{one.n_left} left and {one.n_right} right on {one.day.isoformat()}"


def _step(step: Proposal) -> str:
    exercise = load_catalogue().find(step.exercise)
    match step.step:
        case "reps":
            return f"{exercise.title}, {step.dose.reps} repetitions a set"
        case "sets":
            return f"{exercise.title}, {step.dose.sets} sets"
        case "zone":
            zone = step.zone
            levels = "" if zone is None else f" ({zone.low_n:.0f} to {zone.high_n:.0f} N)"
            return f"{exercise.title}, a band one step stronger{levels}"

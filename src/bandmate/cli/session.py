"""`bandmate session`: drives the guided session of a running service, over its page's address."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from bandmate.app.config_file import config_path, read_config
from bandmate.app.running_service import RunningService
from bandmate.cli.config_option import config_option
from bandmate.cli.review import command as review
from bandmate.cli.table import print_aligned
from bandmate.errors import UsageError

_pain = click.option("--pain", type=click.IntRange(0, 10), prompt="Pain now, 0 to 10")
_distal = click.option(
    "--distal",
    type=click.IntRange(0, 5),
    prompt="How far down is it felt: 0 none, 1 back, 2 buttock or thigh, 3 knee, 4 calf, 5 foot",
)
_tingling = click.option("--tingling/--no-tingling", prompt="Does anything tingle?", default=False)


@click.group("session")
def command() -> None:
    """A guided session on the running service: begin it, answer, go on, stop."""


@command.command()
@click.argument("plan")
@click.option("--person", default="me", show_default=True, help="Whose it is, a pseudonym.")
@click.option("--side", type=click.Choice(["left", "right"]), default="left", show_default=True)
@config_option
@_pain
@_distal
@_tingling
@click.option("--flare/--no-flare", prompt="Is it clearly worse than lately?", default=False)
@click.option("--yes", "yes", multiple=True, metavar="ID", help="A question answered with yes.")
@click.option("--no-to-all", is_flag=True, help="All questions but those are answered with no.")
def start(
    plan: str,
    person: str,
    side: str,
    file: Path | None,
    pain: int,
    distal: int,
    *,
    tingling: bool,
    flare: bool,
    yes: Sequence[str],
    no_to_all: bool,
) -> None:
    """Begin a session of PLAN and answer its self-check."""
    service = _service(file)
    begun = service.lead({"ask": "begin", "plan": plan, "person": person, "side": side})
    answered = list(yes)
    if not no_to_all:
        for name, text in begun["questions"]:
            if name not in answered and click.confirm(text, default=False):
                answered.append(name)
    told = {"pain": pain, "distal": distal, "tingling": tingling}
    _show(service.lead({"ask": "answer", **told, "flare": flare, "yes": answered}))


@command.command()
@config_option
@_pain
@_distal
@_tingling
def answer(file: Path | None, pain: int, distal: int, *, tingling: bool) -> None:
    """Answer the questions afterwards."""
    service = _service(file)
    now = service.health()["guided"]
    if now is None or now["state"] != "asking":
        raise UsageError(
            "nothing is asked afterwards now",
            hint="`bandmate session start` asks what is asked before a session.",
        )
    told = {"pain": pain, "distal": distal, "tingling": tingling}
    _show(service.lead({"ask": "answer", **told}))


@command.command()
@click.argument("reason", type=click.Choice(["tingle", "pain"]), required=False)
@config_option
def stop(reason: str | None, file: Path | None) -> None:
    """End the session; for a symptom, which locks the exercise for the day."""
    _show(_service(file).lead({"ask": "stop", "reason": reason} if reason else {"ask": "end"}))


@command.command("pain")
@click.argument("level", type=click.IntRange(0, 10))
@config_option
def pain_(level: int, file: Path | None) -> None:
    """Tell how much it hurts now; where the plan says so, that ends the exercise."""
    _show(_service(file).lead({"ask": "pain", "pain": level}))


@command.command()
@click.argument("count", type=click.IntRange(0, 999))
@config_option
def recount(count: int, file: Path | None) -> None:
    """The last set had COUNT repetitions, whatever was counted."""
    _show(_service(file).lead({"ask": "recount", "count": count}))


@command.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@config_option
def status(file: Path | None, *, as_json: bool) -> None:
    """How the session stands."""
    guided = _service(file).health()["guided"]
    if as_json:
        click.echo(msgspec.json.encode(guided))
    elif guided is None:
        click.echo("There was no session yet.")
    else:
        _show(guided)


def _plain(ask: str, text: str) -> click.Command:
    @click.command(ask, help=text)
    @config_option
    def run(file: Path | None) -> None:
        _show(_service(file).lead({"ask": ask}))

    return run


for _ask, _text in {
    "go": "Go on now: begin, or do not wait.",
    "skip": "Leave this set; what was done of it counts.",
    "next": "Leave this exercise.",
    "swap": "Begin with the other side.",
    "pause": "Pause.",
    "resume": "Go on after a pause.",
    "ack": "Got it: acknowledge a stop or an alert.",
}.items():
    command.add_command(_plain(_ask, _text))
command.add_command(review)


def _service(file: Path | None) -> RunningService:
    return RunningService(read_config(config_path(file), os.environ))


def _show(guided: Mapping[str, Any]) -> None:
    left = "" if guided["left_s"] is None else f", {guided['left_s']} s left"
    rows = [("State", str(guided["state"]).replace("_", " ") + left)]
    if guided["title"]:
        number = f", set {guided['set_number']} of {guided['sets']}" if guided["sets"] > 1 else ""
        side = f", {guided['side']} side" if guided["side"] else ""
        rows.append(("Exercise", f"{guided['title']}{side}{number}"))
    if guided["text"]:
        rows.append(("Said", " ".join(guided["text"].splitlines())))
    print_aligned(rows)

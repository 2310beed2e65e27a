"""`bandmate pair`: a sensor becomes a band of the configuration."""

import asyncio
import os
import threading
from collections.abc import Sequence
from pathlib import Path

import click

from bandmate.app.band_file import keep_band
from bandmate.app.clock import SessionClock
from bandmate.app.config import Config, checked_id
from bandmate.app.config_file import config_path, read_config
from bandmate.app.curve import Curve
from bandmate.app.pairing import Wish, pair
from bandmate.catalog.page_words import load_page_words
from bandmate.catalog.texts import ENGLISH
from bandmate.cli.config_option import config_option
from bandmate.cli.known import known_profiles
from bandmate.cli.log import log_to_terminal
from bandmate.cli.params import Params, param_option
from bandmate.errors import UsageError
from bandmate.link.radio import Radio


@click.command("pair")
@click.option("--address", default="", metavar="A", help="Which sensor.")
@click.option("--name", default="", metavar="NAME", help="What the band is called.")
@click.option("--profile", "profile_id", default="", metavar="ID", help="What the sensor is.")
@param_option
@click.option("--yes", is_flag=True, help="Ask nothing: no weight, no movements.")
@config_option
def command(
    address: str, name: str, profile_id: str, params: Params, yes: bool, file: Path | None
) -> None:
    """Make a band of a sensor in reach.

    Finds it, names it, sets its zero, and on wish holds a known weight against it and counts some
    movements. Only then it is written into the configuration; comments there stay.
    """
    path, profiles = config_path(file), known_profiles()
    config = read_config(path, os.environ) if path.exists() else Config()
    if profile_id:
        profiles.get(profile_id)
    if name:
        checked_id(name, "--name")
    log_to_terminal()
    wish = Wish(address=address, name=name, profile=profile_id, params=params)
    dialogue = Nobody() if yes else Somebody()
    names = [band.name for band in config.band]
    pairing = pair(wish, profiles, dialogue, taken=names, radio=Radio(), clock=SessionClock())
    paired = asyncio.run(pairing)
    keep_band(path, paired)
    click.echo(f"Band {paired.name} is kept in {path}. Next: bandmate run")


class Nobody:
    """Nobody to ask: everything is as it is by default (`app.dialogue.Dialogue`)."""

    def say(self, line: str, **values: object) -> None:
        """Tell something."""
        _tell_line(line, **values)

    def show(self, curve: Curve) -> None:
        """Nobody looks."""

    async def choose(self, question: str, options: Sequence[str]) -> int:
        """Refuse.

        Raises:
            UsageError: Always.
        """
        raise UsageError(
            f"{_worded(question)} {'; '.join(options)}", hint="Say it by --address or --profile."
        )

    async def ask(self, _question: str, *, default: str = "") -> str:
        """Nothing is answered."""
        return default

    async def agree(self, _question: str, **_values: object) -> bool:
        """Nothing is agreed to."""
        return False

    async def ready(self, question: str) -> None:
        """It is taken to be done."""


class Somebody:
    """Whoever sits before the terminal (`app.dialogue.Dialogue`)."""

    def say(self, line: str, **values: object) -> None:
        """Tell something."""
        _tell_line(line, **values)

    def show(self, curve: Curve) -> None:
        """A terminal draws none: what is counted is told."""

    async def choose(self, question: str, options: Sequence[str]) -> int:
        """A number is typed."""
        for number, option in enumerate(options, start=1):
            click.echo(f"  {number}  {option}", err=True)
        while True:
            said = await self._typed(f"{_worded(question)} (1 to {len(options)})")
            if said.isdecimal() and 1 <= int(said) <= len(options):
                return int(said) - 1

    async def ask(self, question: str, *, default: str = "") -> str:
        """A line is typed."""
        return await self._typed(f"{_worded(question)} (Enter: {default or 'none'})") or default

    async def agree(self, question: str, **values: object) -> bool:
        """A letter is typed."""
        said = await self._typed(f"{_worded(question, **values)} (y; Enter: no)")
        return said.lower().startswith("y")

    async def ready(self, question: str) -> None:
        """Enter is pressed."""
        await self._typed(f"{_worded(question)} Then press Enter")

    async def _typed(self, question: str) -> str:
        """A line is typed, while sensors go on being listened to.

        Raises:
            Abort: The input ended.
        """
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[str] = loop.create_future()

        def ask() -> None:
            try:
                said = click.prompt(question, default="", show_default=False, err=True)
            except BaseException as ended:  # noqa: BLE001 - it is raised where it is waited for
                loop.call_soon_threadsafe(_tell, answered, ended)
            else:
                loop.call_soon_threadsafe(_tell, answered, str(said).strip())

        # No thread of a pool: at the end of the process nobody waits for a line that never comes.
        threading.Thread(target=ask, name="asks", daemon=True).start()
        return await answered


def _worded(line: str, **values: object) -> str:
    return load_page_words(ENGLISH)["pairing"][line].format(**values)


def _tell_line(line: str, **values: object) -> None:
    click.echo(_worded(line, **values), err=True)


def _tell(answered: asyncio.Future[str], said: str | BaseException) -> None:
    if answered.cancelled():
        return
    if isinstance(said, BaseException):
        answered.set_exception(said)
    else:
        answered.set_result(said)

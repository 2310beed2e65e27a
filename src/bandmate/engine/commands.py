"""What a person can ask for, as recordings, MQTT and the page write it."""

import re
from dataclasses import dataclass

from bandmate.errors import UsageError

KNOWN = "ack, next, start:EXERCISE, stop, stop:tingle, stop:pain, stop:pain:0-10, tare"
_FORM = re.compile(
    r"(ack|next|tare)|(start):([a-z0-9_-]+)|(stop)(?::(tingle)|:(pain)(?::(?:\d|10))?)?"
)


@dataclass(frozen=True, slots=True)
class Command:
    """A parsed command: `ack`, `next`, `start`, `stop` or `tare`.

    Attributes:
        verb: What to do.
        subject: The exercise to start, or the reason to stop (`tingle`, `pain`, or empty).
    """

    verb: str
    subject: str = ""


def parse_command(text: str) -> Command:
    """Parse a command.

    Raises:
        UsageError: It has not the form of one; the message tells the known ones.
    """
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"unknown command {text!r}", hint=f"Known are: {KNOWN}.")
    plain, start, slug, _, tingle, pain = found.groups()
    if plain:
        return Command(plain)
    return Command("start", slug) if start else Command("stop", tingle or pain or "")

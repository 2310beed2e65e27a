"""What people ask of a session and tell it, and its written form."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, cast

from bandmate.domain.alerts import AlertCode
from bandmate.errors import UsageError

VERBS = ("go", "skip", "next", "swap", "pause", "resume", "end", "ack")
SYMPTOMS: Final[Mapping[AlertCode, Literal["tingle", "pain"]]] = MappingProxyType(
    {AlertCode.TINGLE_STOP: "tingle", AlertCode.PAIN_STOP: "pain"}
)
"""The symptom that a stop of a band itself tells."""
_FORM = re.compile(r"(stop):(tingle)|(stop):pain(?::(\d|10))?|(pain):(\d|10)|recount:(\d{1,3})")
_MOST_PAIN, _MOST_DISTAL = 10, 5


@dataclass(frozen=True, slots=True)
class Told:
    """How it is.

    Attributes:
        pain: 0 to 10.
        distal: The most distal level: 0 none, 1 back, 2 buttock or upper thigh, 3 knee, 4 calf,
            5 foot.
        tingling: It tingles.

    Raises:
        UsageError: A number is out of its range.
    """

    pain: int
    distal: int
    tingling: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.pain <= _MOST_PAIN:
            raise UsageError(f"pain is 0 to {_MOST_PAIN}, not {self.pain}")
        if not 0 <= self.distal <= _MOST_DISTAL:
            raise UsageError(f"the most distal level is 0 to {_MOST_DISTAL}, not {self.distal}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A command.

    Attributes:
        verb: One of `VERBS`; `stop` or `tell` with a symptom; or `recount` with a count.
        symptom: What is told.
        pain: 0 to 10, where it was told.
        count: The repetitions of the last set as the person counted them.
    """

    verb: str
    symptom: Literal["tingle", "pain"] | None = None
    pain: int | None = None
    count: int | None = None


def parse(text: str) -> Asked:
    """Parse a command: a verb, `stop:tingle`, `stop:pain`, `stop:pain:N`, `pain:N`, `recount:N`.

    Raises:
        UsageError: It has not the form of one; the message tells the known ones.
    """
    text = text.strip()
    if text in VERBS:
        return Asked(text)
    found = _FORM.fullmatch(text)
    if found is None:
        known = f"{', '.join(VERBS)}, stop:tingle, stop:pain, stop:pain:0-10, pain:0-10, recount:N"
        raise UsageError(f"unknown command {text!r}", hint=f"Known are: {known}.")
    _, tingle, stop, strong, _, pain, count = cast("tuple[str | None, ...]", found.groups())
    if tingle:
        return Asked("stop", "tingle")
    if stop:
        return Asked("stop", "pain", int(strong) if strong else None)
    if count:
        return Asked("recount", count=int(count))
    return Asked("tell", "pain", int(pain or 0))

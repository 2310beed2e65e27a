"""What a person asks for by MQTT or on the page: a command as JSON, told to the service as text."""

from typing import Annotated, Literal

import msgspec

from bandmate.errors import UsageError
from bandmate.sinks.setup_wish import SetupWish

_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[a-z0-9_-]+\Z")]
_Ref = Annotated[str, msgspec.Meta(max_length=128)]
_Level = Annotated[int, msgspec.Meta(ge=0, le=10)]


class Lead(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked of the guided session.

    Attributes:
        ask: What to do.
        plan: What to begin.
        person: Whose session it is, a pseudonym.
        side: The side to begin with; the painful one.
        reason: Why to stop.
        pain: 0 to 10; of an answer, or told on the way.
        distal: The most distal level, 0 to 5, of an answer.
        tingling: It tingles.
        flare: It is clearly worse than lately.
        yes: The questions that are answered with yes; all others that are asked with no.
        count: The repetitions of the last set, as the person counted them.
    """

    ask: Literal[
        "begin",
        "answer",
        "go",
        "skip",
        "next",
        "swap",
        "pause",
        "resume",
        "end",
        "ack",
        "stop",
        "pain",
        "recount",
    ]
    plan: _Name | None = None
    person: _Name = "me"
    side: Literal["left", "right"] = "left"
    reason: Literal["tingle", "pain"] | None = None
    pain: _Level | None = None
    distal: Annotated[int, msgspec.Meta(ge=0, le=5)] | None = None
    tingling: bool = False
    flare: bool = False
    yes: tuple[str, ...] = ()
    count: Annotated[int, msgspec.Meta(ge=0, le=999)] | None = None

    def __post_init__(self) -> None:
        if (self.ask == "begin") != (self.plan is not None):
            raise ValueError("`begin` needs `plan`, and only `begin` takes it")
        if (self.ask == "stop") != (self.reason is not None):
            raise ValueError("`stop` needs `reason`, and only `stop` takes it")
        if (self.ask == "recount") != (self.count is not None):
            raise ValueError("`recount` needs `count`, and only `recount` takes it")
        if self.ask == "pain" and self.pain is None:
            raise ValueError("`pain` needs `pain`, 0 to 10")

    @property
    def text(self) -> str:
        """It as the session takes it, such as `go`, `stop:tingle`, `pain:4`."""
        pain = self.pain if self.reason != "tingle" else None
        parts = (self.ask, self.reason, pain, self.count)
        return ":".join(str(part) for part in parts if part is not None)


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The payload of `<base>/cmd`, and what the page sends.

    Attributes:
        do: What to do.
        ref: Comes back in the answer, so that it can be told whose it is.
        band: One band; all of them where it is left out.
        exercise: What to start.
        reason: Why to stop; a stop for tingling or pain stays until it is acknowledged.
        level: How much pain, 0 to 10.
        lead: What is asked of the guided session.
        setup: What is asked for when setting up.
    """

    do: Literal["start", "stop", "next", "ack", "tare", "sleep", "wake", "session", "setup"]
    ref: _Ref | None = None
    band: _Name | None = None
    exercise: _Name | None = None
    reason: Literal["tingle", "pain"] | None = None
    level: _Level | None = None
    lead: Lead | None = None
    setup: SetupWish | None = None

    def __post_init__(self) -> None:
        if (self.do == "session") != (self.lead is not None):
            raise ValueError("`session` needs `lead`, and only `session` takes it")
        if (self.do == "setup") != (self.setup is not None):
            raise ValueError("`setup` needs `setup`, and only `setup` takes it")
        if (self.do == "start") != (self.exercise is not None):
            raise ValueError("`start` needs `exercise`, and only `start` takes it")
        if self.reason is not None and self.do != "stop":
            raise ValueError("only `stop` takes `reason`")
        if self.level is not None and self.reason != "pain":
            raise ValueError("only `stop` with `reason` `pain` takes `level`")

    @property
    def text(self) -> str:
        """The command as the service takes it, such as `ack`, `start:EXERCISE`, `stop:pain:7`."""
        parts = (self.do, self.exercise, self.reason, self.level)
        return ":".join(str(part) for part in parts if part is not None)


def parse_command(payload: bytes | str) -> Command:
    """The command in a message.

    Raises:
        UsageError: It is no command; the text says what is wrong with it.
    """
    try:
        return msgspec.json.decode(payload, type=Command)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"not a command: {error}") from error


def find_ref(payload: bytes) -> str | None:
    """The `ref` of a message, command or not, so that its sender knows the answer as his."""
    try:
        return msgspec.json.decode(payload, type=_Referred).ref
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


class _Referred(msgspec.Struct, frozen=True):
    ref: _Ref | None = None

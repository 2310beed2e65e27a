"""What a person asks for by MQTT or on the page: a command as JSON, told to the service as text."""

from typing import Annotated, Literal

import msgspec

from bandmate.errors import UsageError

_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern="^[a-z0-9_-]+$")]
_Ref = Annotated[str, msgspec.Meta(max_length=128)]
_Level = Annotated[int, msgspec.Meta(ge=0, le=10)]


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The payload of `<base>/cmd`, and what the page sends.

    Attributes:
        do: What to do.
        ref: Comes back in the answer, so that it can be told whose it is.
        band: One band; all of them where it is left out.
        exercise: What to start.
        reason: Why to stop; a stop for tingling or pain stays until it is acknowledged.
        level: How much pain, 0 to 10.
    """

    do: Literal["start", "stop", "next", "ack", "tare", "sleep", "wake"]
    ref: _Ref | None = None
    band: _Name | None = None
    exercise: _Name | None = None
    reason: Literal["tingle", "pain"] | None = None
    level: _Level | None = None

    def __post_init__(self) -> None:
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

"""What a person asks for when setting up: the part of a command that is about it."""

from typing import Annotated, Literal

import msgspec

from bandmate.domain.setting_up import TestedWay

_Band = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[a-z0-9_-]+\Z")]
_Answer = Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[^\x00-\x1f\x7f]*\Z")]


class SetupWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked for.

    Attributes:
        ask: `pair` begins to look for a sensor, `count` to count repetitions of a band; `answer`
            answers the open question; `cancel` ends the conversation, or puts away what it came
            to; `test` tests a way out.
        band: Whose repetitions are counted.
        number: Which question is answered.
        text: The answer: of `pick` the sensor's address, of `choose` the place of the option from
            0, of `agree` `yes` or `no`, of `ready` nothing.
        part: What is tested.
        tone: What is heard in the test of the host's sound.
    """

    ask: Literal["pair", "count", "answer", "cancel", "test"]
    band: _Band | None = None
    number: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] | None = None
    text: _Answer = ""
    part: TestedWay | None = None
    tone: Literal["done", "ease", "stop"] = "done"

    def __post_init__(self) -> None:
        if (self.ask == "count") != (self.band is not None):
            raise ValueError("`count` needs `band`, and only `count` takes it")
        if (self.ask == "answer") != (self.number is not None):
            raise ValueError("`answer` needs `number`, and only `answer` takes it")
        if self.text and self.ask != "answer":
            raise ValueError("only `answer` takes `text`")
        if (self.ask == "test") != (self.part is not None):
            raise ValueError("`test` needs `part`, and only `test` takes it")
        if self.tone != "done" and self.part != "sound":
            raise ValueError("only the test of `sound` takes `tone`")

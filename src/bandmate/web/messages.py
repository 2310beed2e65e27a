"""What the page and the service say to each other, as JSON texts.

The service sends `hello` first, then `event`, `alerts`, `sound`, `state` and `reply` as they come;
the page sends what a person asks for.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import msgspec

from bandmate import __version__
from bandmate.domain.exercises import Exercise
from bandmate.domain.records import BandState, SinkHealth
from bandmate.errors import UsageError
from bandmate.sinks.board import StandingAlert
from bandmate.sinks.cues import Tone
from bandmate.sinks.service import Service


class _Ask(msgspec.Struct, tag_field="do", forbid_unknown_fields=True, frozen=True):
    """Something a person asks for; `band` names one sensor, `None` means all."""

    band: str | None = None

    @property
    def command(self) -> str:
        """The same as `Service.command` takes it."""
        return str(self.__struct_config__.tag)


class Ack(_Ask, tag="ack", frozen=True):
    """The alerts were seen."""


class Next(_Ask, tag="next", frozen=True):
    """Go on to the next set."""


class Tare(_Ask, tag="tare", frozen=True):
    """The band is slack: what is read now is zero."""


class Start(_Ask, tag="start", frozen=True, kw_only=True):
    """Begin an exercise."""

    exercise: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9_-]+$")]

    @property
    def command(self) -> str:
        """The same as `Service.command` takes it."""
        return f"start:{self.exercise}"


class Stop(_Ask, tag="stop", frozen=True):
    """Stop; `level` is pain from 0 to 10."""

    reason: Literal["tingle", "pain"] | None = None
    level: Annotated[int, msgspec.Meta(ge=0, le=10)] | None = None

    @property
    def command(self) -> str:
        """The same as `Service.command` takes it."""
        parts = ("stop", self.reason, self.level if self.reason == "pain" else None)
        return ":".join(str(part) for part in parts if part is not None)


Ask = Ack | Next | Tare | Start | Stop

_asks: msgspec.json.Decoder[Ask] = msgspec.json.Decoder(Ask)


def parse(text: str) -> Ask:
    """What the page asks for.

    Raises:
        UsageError: It is no JSON, or not one of the things the page may ask for.
    """
    try:
        return _asks.decode(text)
    except msgspec.MsgspecError as error:
        raise UsageError(f"the page asked for something unknown: {error}") from error


def hello(service: Service, alerts: Sequence[StandingAlert], exercises: Sequence[Exercise]) -> str:
    """The whole picture, for a page that has just come (back)."""
    return _encode(
        "hello",
        version=__version__,
        session=service.session,
        bands=service.states(),
        sinks=service.sinks(),
        alerts=alerts,
        exercises=[{"slug": e.slug, "title": e.title} for e in exercises],
    )


def event(body: Mapping[str, object]) -> str:
    """An event (`domain.events`), as it is."""
    return _encode("event", **body)


def alerts(standing: Sequence[StandingAlert]) -> str:
    """All alerts to be shown, the first one in front."""
    return _encode("alerts", alerts=standing)


def sound(tone: Tone) -> str:
    """A tone to begin now."""
    return _encode("sound", tone=tone, rank=tone.rank)


def state(bands: Sequence[BandState], sinks: Sequence[SinkHealth]) -> str:
    """How everything stands now; only the newest matters."""
    return _encode("state", bands=bands, sinks=sinks)


def reply(text: str, *, ok: bool) -> str:
    """What became of something the page asked for."""
    return _encode("reply", ok=ok, text=text)


def _encode(type_: str, /, **fields: object) -> str:
    return msgspec.json.encode({"type": type_, **fields}).decode()

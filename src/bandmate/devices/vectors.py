"""Test vectors: what stands in a profile beside its tables, bytes in and values out.

Ids are stable. The conformance check runs every vector; a kind says what is run.
"""

from typing import Annotated

from msgspec import Meta, Struct

from bandmate.devices.layout import CompanyId, Hex, Name
from bandmate.devices.taxonomy import ErrorName


class Reading(Struct, frozen=True, forbid_unknown_fields=True):
    """An expected reading.

    Attributes:
        force_n: Newton, met within 1e-5 N or 1e-6 of its size.
        t: Raw device ticks, where the sensor stamps.
    """

    force_n: float
    t: int | None = None


class _Vector(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind"):
    id: Annotated[str, Meta(min_length=1)]
    source: str = "derived from the layout"


class FrameVector(_Vector, frozen=True, kw_only=True):
    """One frame and what it holds.

    Attributes:
        on: Channel it arrives on.
        company: Company id, for an advertisement; `hex` is what stands behind it.
    """

    on: Name
    company: CompanyId | None = None
    hex: Hex
    samples: tuple[Reading, ...] = ()
    facts: dict[str, float | int | str] = {}


class Notify(FrameVector, frozen=True, kw_only=True, tag="notify"):
    """A good frame of a GATT role."""


class Advertisement(FrameVector, frozen=True, kw_only=True, tag="advertisement"):
    """A good manufacturer payload."""

    on: Name = "advert"


class Malformed(FrameVector, frozen=True, kw_only=True, tag="malformed"):
    """A frame with a fault; `samples` are what is kept of it."""

    error: ErrorName


class Response(_Vector, frozen=True, kw_only=True, tag="response"):
    """The frame that answers a command."""

    command: Name
    on: Name
    hex: Hex
    facts: dict[str, float | int | str]


class CommandBytes(_Vector, frozen=True, kw_only=True, tag="command"):
    """What a command writes, step by step."""

    command: Name
    writes: tuple[Hex, ...]


class ClockTicks(_Vector, frozen=True, kw_only=True, tag="clock"):
    """Frames whose raw ticks are given; joining them is the time base's work."""

    on: Name
    frames: tuple[Hex, ...]
    ticks: tuple[int, ...]


class Silence(_Vector, frozen=True, kw_only=True, tag="silence"):
    """Good frames and then none: the link must call the signal lost soon enough.

    Attributes:
        lost_within_s: The longest silence that may go untold.
    """

    on: Name
    company: CompanyId | None = None
    frames: tuple[Hex, ...]
    lost_within_s: float


class Refused(_Vector, frozen=True, kw_only=True, tag="refused"):
    """Bytes that must never be written to a role: no command of any profile may begin so."""

    to: Name
    hex: Annotated[Hex, Meta(min_length=2)]
    why: str


Vector = (
    Notify | Advertisement | Malformed | Response | CommandBytes | ClockTicks | Silence | Refused
)

"""How bytes of one channel become readings and facts: the `stream` tables of a profile.

A stream belongs to a channel: a GATT role, or `advert`. It knows one or more frames, told apart by
their first bytes (`tag`); a frame is a row of fields, once or repeated to its end.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from bandmate.devices.taxonomy import ErrorName
from bandmate.devices.wire import WireName

Hex = Annotated[str, Meta(pattern=r"^([0-9a-f]{2})*$")]
"""Bytes in lower-case hex without separators."""

Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]
"""A role, a fact or a stream: lower-case words joined by `_`."""

Plausible = Annotated[float, Meta(ge=-1e12, le=1e12)]
"""A finite number."""

Positive = Annotated[float, Meta(gt=0, le=1e12)]
"""A finite number above zero."""

Offset = Annotated[int, Meta(ge=0)]
Size = Annotated[int, Meta(ge=1, le=512)]
CompanyId = Annotated[int, Meta(ge=0, le=0xFFFF)]

ForceUnit = Literal["N", "kN", "kg", "kgf", "lb", "lbf"]


class Field(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One number or text of a frame; its value is raw x `scale`.

    Attributes:
        name: `force`, `tick` (the raw device stamp), or a fact with its unit (`battery_mv`).
        type: How it stands on the wire.
        at: Offset behind the header, bytes; by default right behind the field before it.
        unit: Unit of `force`; facts carry theirs in the name.
        scale: Unit per wire step.
        min: Least plausible value, in the unit; below it is `out_of_range`.
        max: Largest plausible value, in the unit; above it is `out_of_range`.
        not_known: Wire values by which the sensor says that it does not know.
    """

    name: Name
    type: WireName
    at: Offset | None = None
    unit: ForceUnit | None = None
    scale: Positive = 1.0
    min: Plausible | None = None
    max: Plausible | None = None
    not_known: tuple[int, ...] = ()


class Guard(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A status byte that must say that the reading is good.

    Attributes:
        at: Offset in the frame, bytes.
        mask: Bits looked at.
        allowed: Good values of those bits; the encoder writes the first.
        error: What any other value means.
    """

    at: Offset
    mask: Annotated[int, Meta(ge=1, le=0xFF)] = 0xFF
    allowed: Annotated[tuple[int, ...], Meta(min_length=1)]
    error: ErrorName


class Header(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What stands before the payload of every frame of a stream.

    Attributes:
        size: Bytes.
        length_at: Offset of the byte that declares the payload's length in bytes.
    """

    size: Size
    length_at: Offset


class FrameLayout(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One kind of frame. Without `fields`, `facts` and `reply` it is known and of no interest.

    Attributes:
        tag: The bytes it begins with.
        size: Its size in bytes, where fixed (no header).
        min_size: Its least size in bytes, where more may follow (no header).
        repeat: The fields fill the payload again and again, one reading each time.
        fields: What it holds; all of one byte order.
        guards: Status bytes, looked at in this order.
        facts: What its arrival alone says, such as `battery_low = 1`.
        reply: It answers the last command.
    """

    tag: Hex = ""
    size: Size | None = None
    min_size: Size | None = None
    repeat: bool = False
    fields: tuple[Field, ...] = ()
    guards: tuple[Guard, ...] = ()
    facts: dict[Name, int] = {}
    reply: bool = False

    @property
    def least_size(self) -> int:
        """The fewest bytes it can have; 0 where a header says."""
        return self.size or self.min_size or 0

    @property
    def holds_readings(self) -> bool:
        """Whether it holds readings, not facts."""
        return any(field.name == "force" for field in self.fields)


class Stream(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What arrives on one channel, one frame a notification or advertisement.

    Attributes:
        company: Company id, for the channel `advert` only.
        header: Where frames declare their length.
        unmatched: The error of a frame with no known tag.
        frames: The kinds of frames; their tags are equally long.
    """

    company: CompanyId | None = None
    header: Header | None = None
    unmatched: Literal["unknown_type", "no_match"] = "unknown_type"
    frames: Annotated[tuple[FrameLayout, ...], Meta(min_length=1)]

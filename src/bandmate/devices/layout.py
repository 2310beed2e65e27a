"""How bytes of one channel become samples and facts: the `stream` tables of a profile.

A stream belongs to a channel: a GATT role, or `advert`. Its framing cuts whole frames out of what
arrives; frames are told apart by how they begin (`tag`). A frame is a row of fields, once or
repeated to its end.
"""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct, field

from bandmate.devices.taxonomy import ErrorName
from bandmate.devices.wire import DATE_TIME_SIZE, FIXED, WireName

Hex = Annotated[str, Meta(pattern=r"^([0-9a-f]{2})*$")]
"""Bytes in lower-case hex without separators."""

OneByte = Annotated[str, Meta(pattern=r"^[0-9a-f]{2}$")]
"""One byte in lower-case hex."""

Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*$")]
"""A role, a fact or a stream: lower-case words joined by `_`."""

ParamName = Annotated[str, Meta(pattern=r"^[a-z][A-Za-z0-9_]*$")]
"""A parameter; units keep their own capitals (`kN_per_count`)."""

Plausible = Annotated[float, Meta(ge=-1e12, le=1e12)]
"""A finite number."""

Positive = Annotated[float, Meta(gt=0, le=1e12)]
"""A finite number above zero."""

Offset = Annotated[int, Meta(ge=0, le=512)]
Size = Annotated[int, Meta(ge=1, le=512)]
CompanyId = Annotated[int, Meta(ge=0, le=0xFFFF)]

Unit = Literal["N", "kN", "kg", "kgf", "lb", "lbf", "g", "mg", "ms2", "dps", "rads", "ut", "deg"]
"""A unit on the wire; `units.PER_UNIT` says what each is worth in ours."""

QUANTITIES: Final = {
    "force": "force_n",
    "acc": "acc_ms2",
    "gyro": "gyro_rads",
    "mag": "mag_ut",
    "quat": "quat",
    "angle": "angle_deg",
}
"""What a sample can hold, by its field's name: its public name and unit."""

LINE_LEAST: Final = 16
LINE_MOST: Final = 4096
"""Bytes that may wait for the end of a line: at least, and at most."""

TICK: Final = "tick"
"""The field that stamps a sample."""


class Strict(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of a profile: unknown keys are errors."""


class UnitChoice(Strict, frozen=True, kw_only=True):
    """What one value of the byte that names the unit means.

    Attributes:
        unit: The unit.
        scale: Unit per wire step.
    """

    unit: Unit
    scale: Positive = 1.0


class UnitFrom(Strict, frozen=True, kw_only=True):
    """The unit stands in the frame.

    Attributes:
        at: Offset of the byte that names it.
        mask: Bits looked at.
        map: The unit by the value of those bits, in hex; any other is `bad_unit`.
    """

    at: Offset
    mask: Annotated[int, Meta(ge=1, le=0xFF)] = 0xFF
    map: Annotated[dict[OneByte, UnitChoice], Meta(min_length=1)]


class Field(Strict, frozen=True, kw_only=True):
    """One number, vector or text of a frame; its value is (raw - `zero`) x `scale` x `factor`.

    Attributes:
        name: A quantity (`force`, `acc`, `gyro`, `mag`, `quat`, `angle`), `tick` (the raw device
            stamp), or a fact with its unit (`battery_mv`).
        type: How it stands on the wire.
        count: So many of them in a row make a vector; 1 for a plain number.
        at: Offset in the frame, or behind the header, bytes; by default right behind the field
            before it.
        width: Bytes of a text; by default it fills the frame.
        decimals: Digits behind the point of a `number`, as the encoder writes it.
        unit: Unit of a quantity, or the parameter that names it; facts carry theirs in the name.
        unit_from: Where the frame itself names the unit.
        order: How a quaternion stands on the wire.
        scale: Unit per wire step.
        factor: A parameter that multiplies.
        zero: Wire value of nothing, or the parameter that holds it.
        min: Least plausible value, in the unit; below it is `out_of_range`.
        max: Largest plausible value, in the unit; above it is `out_of_range`.
        overflow_above: Wire values above it are `overflow`.
        overload_above: Larger values, in the unit, are kept and told as the fact `overload`.
        not_known: Wire values by which the sensor says that it does not know.
        mask: Bits of a whole number that count.
        shift: By how many bits they are moved down.
        if_flag: Bits of the field `flags` of which one must be set, else it is left out.
        hidden: It serves other fields and is no fact.
    """

    name: Name
    type: WireName
    count: Annotated[int, Meta(ge=1, le=4)] = 1
    at: Offset | None = None
    width: Size | None = None
    decimals: Annotated[int, Meta(ge=0, le=6)] = 0
    unit: str | None = None
    unit_from: UnitFrom | None = None
    order: Literal["wxyz", "xyzw"] = "wxyz"
    scale: Positive = 1.0
    factor: ParamName | None = None
    zero: Plausible | ParamName = 0.0
    min: Plausible | None = None
    max: Plausible | None = None
    overflow_above: int | None = None
    overload_above: Positive | None = None
    not_known: tuple[int, ...] = ()
    mask: Annotated[int, Meta(ge=1)] | None = None
    shift: Annotated[int, Meta(ge=0, le=63)] = 0
    if_flag: Annotated[int, Meta(ge=1)] | None = None
    hidden: bool = False

    @property
    def is_sample(self) -> bool:
        """Whether it belongs to a sample, not to the facts."""
        return self.name in QUANTITIES or self.name == TICK

    @property
    def size(self) -> int | None:
        """Its bytes; `None` where it fills the frame."""
        if self.type in FIXED:
            return FIXED[self.type].size * self.count
        return DATE_TIME_SIZE if self.type == "date_time" else self.width


class Guard(Strict, frozen=True, kw_only=True):
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


class Checksum(Strict, frozen=True, kw_only=True):
    """A sum over the frame's bytes.

    Attributes:
        kind: `sum8`: modulo 256, one byte; `sum_dec2_ascii`: modulo 100, two decimal digits.
        at: Offset of the sum, of all bytes before it; by default it ends the frame.
    """

    kind: Literal["sum8", "sum_dec2_ascii"]
    at: Offset | None = None


class Header(Strict, frozen=True, kw_only=True):
    """What stands before the payload of every frame of a stream.

    Attributes:
        size: Bytes.
        length_at: Where it declares the payload's length.
        length_type: How that stands on the wire.
        counts: What is declared: the payload's bytes, or its rows.
    """

    size: Size
    length_at: Offset
    length_type: Literal["u8", "u16le", "u16be"] = "u8"
    counts: Literal["bytes", "rows"] = "bytes"


class EndFraming(Strict, frozen=True, kw_only=True, tag_field="kind", tag="end"):
    """Frames end with a byte that stands nowhere else in them.

    Attributes:
        byte: That byte. It is no part of the frame where `size` is not given.
        size: The frame's size, the end byte included, where fixed.
        max: Bytes that may wait for an end, or the parameter that says so.
        strip: Bytes taken off the frame's ends, such as a carriage return.
    """

    byte: OneByte
    size: Size | None = None
    max: Annotated[int, Meta(ge=LINE_LEAST, le=LINE_MOST)] | ParamName = 512
    strip: Hex = ""


class SyncFraming(Strict, frozen=True, kw_only=True, tag_field="kind", tag="sync"):
    """Frames begin with a byte that may stand elsewhere in them too.

    Attributes:
        byte: That byte.
        second: What may follow it; empty: anything.
        size: The frame's size in bytes.
        size_by: Other sizes, by the second byte.
    """

    byte: OneByte
    second: tuple[OneByte, ...] = ()
    size: Size
    size_by: dict[OneByte, Size] = field(default_factory=dict[OneByte, Size])


class FrameLayout(Strict, frozen=True, kw_only=True):
    """One kind of frame. Without `fields`, `facts` and `reply` it is known and of no interest.

    Attributes:
        tag: The bytes it begins with; of two that fit, the longer counts. Kinds that begin alike
            are told apart by their sizes.
        end: The bytes it ends with.
        size: Its size in bytes, where fixed (no header).
        min_size: Its least size in bytes, where more may follow (no header).
        mode: It stands so on its channel while the parameter `mode` has this value; without one,
            the first frame of the channel counts.
        repeat: The fields fill the payload again and again, one sample each time.
        fields: What it holds; all numbers of one byte order.
        guards: Status bytes, looked at in this order.
        facts: What its arrival alone says, such as `battery_low = 1`.
        reply: It answers the last command.
        template: A good frame, of which the encoder changes the fields alone.
    """

    tag: Hex = ""
    end: Hex = ""
    size: Size | None = None
    min_size: Size | None = None
    mode: int | None = None
    repeat: bool = False
    fields: tuple[Field, ...] = ()
    guards: tuple[Guard, ...] = ()
    facts: dict[Name, int] = field(default_factory=dict[Name, int])
    reply: bool = False
    template: Hex = ""

    @property
    def least_size(self) -> int:
        """The fewest bytes it can have; 0 where a header says."""
        return self.size or self.min_size or 0

    @property
    def holds_samples(self) -> bool:
        """Whether it holds samples, not facts alone."""
        return any(field.name in QUANTITIES for field in self.fields)


class Csv(Strict, frozen=True, kw_only=True):
    """Each frame is a line of comma-separated numbers.

    Attributes:
        columns: The parameter that names the columns: `t_us`, `t_ms`, `t_s`, a unit of force,
            `acc_x_g` … (see `devices.csv_lines`), or `-` for one that is passed over.
    """

    columns: ParamName


class Stream(Strict, frozen=True, kw_only=True):
    """What arrives on one channel.

    Attributes:
        company: Company id, for the channel `advert` only.
        framing: How frames are cut out of what arrives; by default a notification is a frame.
        header: Where frames declare their length.
        checksum: A sum that must be right in every frame.
        unmatched: The error of a frame with no known tag; `ignored`: it is none.
        frames: The kinds of frames.
        listen: Whether it is asked for; otherwise it is only understood when it comes.
        csv: Lines of text, in place of `frames`.
        codec: The codec that reads the channel, in place of `frames` (`devices.codecs`).
        samples: Whether the codec brings samples.
        facts: Facts that the codec tells.
    """

    company: CompanyId | None = None
    framing: EndFraming | SyncFraming | None = None
    header: Header | None = None
    checksum: Checksum | None = None
    unmatched: Literal["unknown_type", "no_match", "ignored"] = "unknown_type"
    frames: tuple[FrameLayout, ...] = ()
    listen: bool = True
    csv: Csv | None = None
    codec: Name | None = None
    samples: bool = True
    facts: tuple[Name, ...] = ()

    @property
    def holds_samples(self) -> bool:
        """Whether samples may arrive on it."""
        return (
            (self.codec is not None and self.samples)
            or self.csv is not None
            or any(frame.holds_samples for frame in self.frames)
        )

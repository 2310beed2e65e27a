"""Test vectors: what stands in a profile beside its tables, bytes in and values out.

Ids are stable. The conformance check runs every vector; a kind says what is run.
"""

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta, field

from bandmate.devices.layout import CompanyId, Hex, Name, ParamName, Strict
from bandmate.devices.params import ParamValue
from bandmate.devices.taxonomy import ErrorName

FactValues = float | int | str | tuple[float, ...]


class Reading(Strict, frozen=True, kw_only=True):
    """An expected sample: what it holds, and nothing else.

    Numbers are met within 1e-5 or 1e-6 of their size; where a source rounded them, within `tol`.

    Attributes:
        force_n: Newton.
        t: Raw device ticks, where the sensor stamps.
        acc_ms2: Acceleration, m/s².
        gyro_rads: Angular rate, rad/s.
        mag_ut: Magnetic field, microtesla.
        quat: Orientation, w, x, y, z.
        angle_deg: Angles about the axes, degrees.
        tol: Absolute tolerance of all of them.
    """

    force_n: float | None = None
    t: float | None = None
    acc_ms2: tuple[float, float, float] | None = None
    gyro_rads: tuple[float, float, float] | None = None
    mag_ut: tuple[float, float, float] | None = None
    quat: tuple[float, float, float, float] | None = None
    angle_deg: tuple[float, float, float] | None = None
    tol: float = 1e-5

    def quantities(self) -> Iterator[tuple[str, float | tuple[float, ...]]]:
        """What is expected, by name."""
        for name in ("force_n", "t", "acc_ms2", "gyro_rads", "mag_ut", "quat", "angle_deg"):
            value: float | tuple[float, ...] | None = getattr(self, name)
            if value is not None:
                yield name, value


class _Vector(Strict, frozen=True, kw_only=True, tag_field="kind"):
    id: Annotated[str, Meta(min_length=1)]
    source: str = "derived from the layout"
    params: dict[ParamName, ParamValue] = field(default_factory=dict[ParamName, ParamValue])


class FrameVector(_Vector, frozen=True, kw_only=True):
    """One frame, or several in order, and what they hold together.

    Attributes:
        on: Channel they arrive on.
        company: Company id, for an advertisement; `hex` is what stands behind it.
        hex: The frame.
        frames: Several, in place of `hex`.
        samples: The samples, in order.
        facts: The facts; of one told twice, the last.
    """

    on: Name
    company: CompanyId | None = None
    hex: Hex = ""
    frames: tuple[Hex, ...] = ()
    samples: tuple[Reading, ...] = ()
    facts: dict[str, FactValues] = field(default_factory=dict[str, FactValues])

    @property
    def payloads(self) -> tuple[bytes, ...]:
        """The bytes, frame by frame."""
        return tuple(bytes.fromhex(text) for text in self.frames or (self.hex,))


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
    samples: tuple[Reading, ...] = ()
    facts: dict[str, FactValues] = field(default_factory=dict[str, FactValues])


class CommandBytes(_Vector, frozen=True, kw_only=True, tag="command"):
    """What a command writes, step by step, to a sensor with the vector's parameters."""

    command: Name
    writes: tuple[Hex, ...]


class ClockTicks(_Vector, frozen=True, kw_only=True, tag="clock"):
    """Frames whose raw ticks are given; joining them is the time base's work."""

    on: Name
    frames: tuple[Hex, ...]
    ticks: tuple[float, ...]


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

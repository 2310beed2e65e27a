"""How numbers and texts stand on the wire: the one table of types a profile may name.

Fixed types are read by `struct`; types without a fixed size fill what is left of a frame, or as
many bytes as the field says.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

WireName = Literal[
    "u8", "i8",
    "u16le", "u16be", "i16le", "i16be",
    "u24be",
    "u32le", "u32be", "i32le", "i32be",
    "u64le",
    "f32le", "f32be",
    "ascii", "utf8", "number", "uint_le", "sign_magnitude", "date_time",
]  # fmt: skip
"""A type by the name profiles write: kind, bits, byte order; or what kind of text it is."""


@dataclass(frozen=True, slots=True)
class FixedType:
    """A number of a fixed size.

    Attributes:
        code: Its letter in a `struct` format.
        order: Its byte order in a `struct` format; empty for a single byte.
        size: Bytes.
        lowest: Smallest value on the wire.
        highest: Largest value on the wire.
    """

    code: str
    order: Literal["<", ">", ""]
    size: int
    lowest: float
    highest: float

    @property
    def is_float(self) -> bool:
        """Whether it can hold fractions, NaN and infinity."""
        return self.code == "f"


def _integer(code: str, order: Literal["<", ">", ""], size: int) -> FixedType:
    bits = 8 * size
    if code.isupper():
        return FixedType(code, order, size, 0, 2**bits - 1)
    return FixedType(code, order, size, -(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


_F32_HIGHEST = (2 - 2**-23) * 2.0**127
"""IEEE 754 binary32, largest finite value."""

FIXED: Final = MappingProxyType[str, FixedType](
    {
        "u8": _integer("B", "", 1),
        "i8": _integer("b", "", 1),
        "u16le": _integer("H", "<", 2),
        "u16be": _integer("H", ">", 2),
        "i16le": _integer("h", "<", 2),
        "i16be": _integer("h", ">", 2),
        "u24be": FixedType("3s", ">", 3, 0, 2**24 - 1),  # `struct` knows three bytes, no number
        "u32le": _integer("I", "<", 4),
        "u32be": _integer("I", ">", 4),
        "i32le": _integer("i", "<", 4),
        "i32be": _integer("i", ">", 4),
        "u64le": _integer("Q", "<", 8),
        "f32le": FixedType("f", "<", 4, -_F32_HIGHEST, _F32_HIGHEST),
        "f32be": FixedType("f", ">", 4, -_F32_HIGHEST, _F32_HIGHEST),
    }
)
"""Numbers of a fixed size by name."""

DATE_TIME_SIZE: Final = 7
"""A SIG date and time: year u16 LE, then month, day, hours, minutes, seconds."""

HIGHEST_LENGTH: Final = 255
"""The longest payload that a header's length byte can declare, bytes."""

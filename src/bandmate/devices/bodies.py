"""What a frame holds behind its framing, readings apart: a mere sign, facts, or a text.

A body is given bytes that are there and never raises on them.
"""

import struct
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from bandmate.devices.gauge import Gauge, RowFormat
from bandmate.devices.layout import Field
from bandmate.devices.taxonomy import ErrorName, first_of
from bandmate.devices.wire import FIXED
from bandmate.domain.samples import Decoded

FactValue = float | int | str

NO_FACTS: Final[Mapping[str, FactValue]] = MappingProxyType({})


class Body(ABC):
    """What a frame holds."""

    @abstractmethod
    def read(self, data: bytes, start: int, size: int) -> Decoded:
        """Read the payload `data[start : start + size]`, which is there in full."""

    def whole(self, size: int) -> int:
        """How many of the first `size` bytes of a cut payload hold whole items; mostly none."""
        del size
        return 0


class Sign(Body):
    """A frame whose arrival says all there is to say, perhaps nothing of interest."""

    def __init__(self, facts: Mapping[str, FactValue]) -> None:
        self._decoded = Decoded(facts=facts)

    def read(self, data: bytes, start: int, size: int) -> Decoded:
        """The facts of its arrival."""
        del data, start, size
        return self._decoded


class Facts(Body):
    """Numbers of fixed size, each a fact by its field's name."""

    def __init__(self, fields: Sequence[Field]) -> None:
        row = RowFormat.of(fields)
        self._struct = struct.Struct(row.repeated(1))
        self._gauges = [(field.name, Gauge.of(field)) for field in fields]

    def read(self, data: bytes, start: int, size: int) -> Decoded:
        """The plausible facts."""
        if size != self._struct.size:
            return Decoded(error="truncated" if size < self._struct.size else "length_mismatch")
        facts: dict[str, FactValue] = {}
        errors: list[ErrorName] = []
        for (name, gauge), raw in zip(
            self._gauges, self._struct.unpack_from(data, start), strict=True
        ):
            if error := gauge.error(raw):
                errors.append(error)
            else:
                facts[name] = gauge.value(raw)
        return Decoded(facts=facts, error=first_of(errors))


class Rest(Body):
    """One fact that fills the payload: a text, or an integer without its high zero bytes."""

    MOST_INTEGER_BYTES = 8

    def __init__(self, field: Field) -> None:
        self._name = field.name
        self._is_text = field.type == "ascii"

    def read(self, data: bytes, start: int, size: int) -> Decoded:
        """The fact."""
        payload = data[start : start + size]
        if not payload:
            return Decoded(error="truncated")
        if self._is_text:
            if not (payload.isascii() and (text := payload.decode("ascii")).isprintable()):
                return Decoded(error="unknown_type")
            return Decoded(facts={self._name: text})
        if len(payload) > self.MOST_INTEGER_BYTES:
            return Decoded(error="length_mismatch")
        return Decoded(facts={self._name: int.from_bytes(payload, "little")})


def fact_body(fields: Sequence[Field]) -> Body:
    """The body for fields that are facts."""
    alone = fields[0]
    return Facts(fields) if alone.type in FIXED else Rest(alone)

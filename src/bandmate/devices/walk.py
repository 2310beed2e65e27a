"""Fields of any kind, one after the other, once: numbers, texts, flags; samples and facts."""

import re
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bandmate.devices.bodies import Body
from bandmate.devices.gauge import Gauge, real_first
from bandmate.devices.layout import QUANTITIES, TICK, Field, UnitFrom
from bandmate.devices.params import Parameters
from bandmate.devices.readings import OVERLOADED
from bandmate.devices.taxonomy import ErrorName, first_of
from bandmate.devices.wire import FIXED
from bandmate.domain.samples import Decoded, FactValue, Vector

MOST_INTEGER_BYTES: Final = 8
FLAGS: Final = "flags"
"""The field whose bits say which others are there."""

_NUMBER = re.compile(rb"\s*[+-]?(\d+(?:\.(\d*))?|\.(\d+))\s*")
"""A decimal number as instruments write it: no exponent, no `nan`."""

_Raw = float | str | tuple[float, ...]


class _Bad(Exception):  # noqa: N818 - it never leaves this module
    """A field that cannot be read; the error's name."""

    def __init__(self, name: ErrorName) -> None:
        super().__init__(name)
        self.name: ErrorName = name


class Walk(Body):
    """Fields that stand once, at fixed places or behind each other.

    Args:
        fields: In the order of the wire.
        taken: Offset of the first field, where its own does not say.
        params: The sensor's parameters.
        exact: Bytes behind the last field are an error.
    """

    def __init__(
        self, fields: Sequence[Field], taken: int, params: Parameters, *, exact: bool
    ) -> None:
        self._items = [_Item.of(field, params) for field in fields]
        self._taken = taken
        self._exact = exact

    def read(self, data: bytes, start: int, size: int) -> Decoded:
        """The sample, if the fields make one, and the facts."""
        sample, facts, errors = _Sample(), dict[str, FactValue](), list[ErrorName]()
        end, at, flags = start + size, start + self._taken, 0
        for item in self._items:
            field = item.field
            if field.if_flag and not flags & field.if_flag:
                continue
            at = at if field.at is None else start + field.at
            width = end - at if item.size is None else item.size
            if at + width > end or width <= 0:
                errors.append("truncated")
                break
            own = data[at : at + width]
            at += width
            try:
                raw = item.read(own)
                if field.name == FLAGS and isinstance(raw, int):
                    flags = raw
                if not field.hidden:
                    item.put(raw, own, data[start:end], sample, facts)
            except _Bad as bad:
                errors.append(bad.name)
                if field.is_sample:
                    sample.spoilt = True
        else:
            if self._exact and at < end:
                return Decoded(error=first_of(["length_mismatch", *errors]))
        return sample.decoded(facts, first_of(errors))


class _Sample:
    """The sample that is being read."""

    def __init__(self) -> None:
        self.force_n: float | None = None
        self.tick: float | None = None
        self.motion: dict[str, Vector] = {}
        self.spoilt = False

    def decoded(self, facts: dict[str, FactValue], error: ErrorName | None) -> Decoded:
        if self.spoilt or (self.force_n is None and not self.motion):
            return Decoded(facts=facts, error=error)
        return Decoded(
            () if self.force_n is None else (self.force_n,),
            () if self.tick is None else (self.tick,),
            {name: (vector,) for name, vector in self.motion.items()},
            facts,
            error,
        )


@dataclass(frozen=True, slots=True)
class _Item:
    """One field, compiled.

    Attributes:
        size: Bytes; `None` where it fills the frame.
        read: Reads its wire value from just its bytes.
        gauges: By the unit that the frame names; under the empty name its own.
    """

    field: Field
    size: int | None
    read: Callable[[bytes], _Raw]
    gauges: dict[int | None, Gauge]

    @classmethod
    def of(cls, field: Field, params: Parameters) -> "_Item":
        gauges: dict[int | None, Gauge] = {None: Gauge.of(field, params)}
        if field.unit_from:
            gauges |= {
                int(value, 16): Gauge.of(field, params, choice.unit, choice.scale)
                for value, choice in field.unit_from.map.items()
            }
        return cls(field, field.size, _reader(field), gauges)

    def put(
        self, raw: _Raw, text: bytes, frame: bytes, sample: _Sample, facts: dict[str, FactValue]
    ) -> None:
        """Judge a wire value and put it where it belongs."""
        field = self.field
        if isinstance(raw, str):
            facts[field.name] = raw
            return
        gauge = self._gauge(field.unit_from, frame)
        value = _judged(gauge, raw)
        if field.name == "force":
            sample.force_n = _one(value)
            if _one(raw) > gauge.overload:
                facts.update(OVERLOADED)
            if field.type == "number":
                facts["resolution_n"] = self._step_n(text, frame)
        elif field.name == TICK:
            sample.tick = _one(raw)
        elif quantity := QUANTITIES.get(field.name):
            vector = value if isinstance(value, tuple) else (value,)
            sample.motion[quantity] = real_first(vector) if field.order == "xyzw" else vector
        else:
            facts[field.name] = value

    def _gauge(self, unit_from: UnitFrom | None, frame: bytes) -> Gauge:
        if unit_from is None:
            return self.gauges[None]
        named = frame[unit_from.at] & unit_from.mask if unit_from.at < len(frame) else None
        if named is None or named not in self.gauges:
            raise _Bad("bad_unit")
        return self.gauges[named]

    def _step_n(self, text: bytes, frame: bytes) -> float:
        """Newton that the last digit of a written number stands for."""
        _, _, decimals = text.strip().partition(b".")
        return self._gauge(self.field.unit_from, frame).per_step * 10.0 ** -len(decimals)


def _one(value: float | tuple[float, ...]) -> float:
    return value[0] if isinstance(value, tuple) else value


def _judged(gauge: Gauge, raw: float | tuple[float, ...]) -> float | tuple[float, ...]:
    for number in raw if isinstance(raw, tuple) else (raw,):
        if error := gauge.error(number):
            raise _Bad(error)
    if isinstance(raw, tuple):
        return tuple([gauge.value(number) for number in raw])
    return gauge.value(raw)


def _reader(field: Field) -> Callable[[bytes], _Raw]:
    if field.type in FIXED:
        return _fixed_reader(field)
    readers: dict[str, Callable[[bytes], _Raw]] = {
        "ascii": _text,
        "utf8": _padded_text,
        "number": read_number,
        "uint_le": _integer,
        "sign_magnitude": _sign_magnitude,
        "date_time": _date_time,
    }
    return readers[field.type]


def _fixed_reader(field: Field) -> Callable[[bytes], _Raw]:
    wire = FIXED[field.type]
    unpack = struct.Struct((wire.order or "<") + wire.code * field.count).unpack
    if field.count > 1:
        return unpack
    mask, shift = field.mask, field.shift
    if wire.code.endswith("s"):
        return lambda data: int.from_bytes(data, "big")
    if mask is not None:
        return lambda data: (unpack(data)[0] & mask) >> shift
    return lambda data: unpack(data)[0]


def read_number(data: bytes) -> float:
    """A decimal number.

    Raises:
        _Bad: It is none.
    """
    if not _NUMBER.fullmatch(data):
        raise _Bad("bad_number")
    return float(data)


def _text(data: bytes) -> str:
    if not (data.isascii() and (text := data.decode("ascii")).isprintable()):
        raise _Bad("unknown_type")
    return text


def _padded_text(data: bytes) -> str:
    try:
        text = data.decode().rstrip("\0")
    except UnicodeDecodeError as error:
        raise _Bad("unknown_type") from error
    if not text.isprintable():
        raise _Bad("unknown_type")
    return text


def _integer(data: bytes) -> int:
    if len(data) > MOST_INTEGER_BYTES:
        raise _Bad("length_mismatch")
    return int.from_bytes(data, "little")


def _sign_magnitude(data: bytes) -> int:
    sign = 1 << (8 * len(data) - 1)
    raw = int.from_bytes(data, "big")
    return sign - raw if raw & sign else raw


def _date_time(data: bytes) -> str:
    year, month, day, hour, minute, second = struct.unpack("<HBBBBB", data)
    try:
        # The sensor says no time zone.
        return datetime(year, month, day, hour, minute, second).isoformat()  # noqa: DTZ001
    except ValueError as error:
        raise _Bad("out_of_range") from error

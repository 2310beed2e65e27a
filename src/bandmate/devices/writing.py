"""Writing fields: the values of samples and facts as the bytes of a frame."""

import math
import struct
from collections.abc import Sequence
from datetime import datetime

from bandmate.devices.csv_lines import CsvLines
from bandmate.devices.gauge import Gauge
from bandmate.devices.layout import QUANTITIES, TICK, Field
from bandmate.devices.params import Parameters
from bandmate.devices.walk import FLAGS
from bandmate.devices.wire import FIXED
from bandmate.domain.samples import Decoded, FactValue


class Writer:
    """Writes fields, a row a sample.

    Args:
        fields: In the order of the wire.
        taken: Offset of the first field, where its own does not say.
        params: The sensor's parameters.
    """

    def __init__(self, fields: Sequence[Field], taken: int, params: Parameters) -> None:
        self._fields = fields
        self._taken = taken
        self._params = params

    def write(self, decoded: Decoded, rows: int = 1, into: bytes = b"") -> bytes:
        """The bytes of the fields, from the frame's (or the payload's) first byte on.

        Args:
            decoded: `rows` samples at least, where the fields hold samples.
            rows: How often the fields stand there.
            into: Bytes of which the fields are changed alone.

        Raises:
            ValueError: A value that is not finite, or stamps that are missing.
        """
        out = bytearray(into)
        at = self._taken
        for i in range(rows):
            for field in self._fields:
                if field.if_flag and field.name not in decoded.facts:
                    continue
                at = field.at if field.at is not None and i == 0 else at
                if into and not field.is_sample and field.name not in decoded.facts:
                    at += field.size or 0
                    continue
                written = self._written(field, decoded, i)
                out.extend(b"\0" * (at + len(written) - len(out)))
                if field.mask is None:
                    out[at : at + len(written)] = written
                else:  # bits that share a byte
                    out[at] = out[at] & ~field.mask & 0xFF | written[0]
                at += len(written)
        for field in self._fields:
            self._write_unit(out, field)
        return bytes(out)

    def _written(self, field: Field, decoded: Decoded, i: int) -> bytes:
        if field.name == FLAGS:
            return bytes([_flags(self._fields, decoded)])
        if field.name == TICK:
            wire = FIXED[field.type]
            if i >= len(decoded.ticks):
                raise ValueError("as many stamps as samples are needed")
            return _packed(field, [decoded.ticks[i] % (wire.highest + 1)])
        value = _value(field, decoded, i)
        if field.type in {"ascii", "utf8", "date_time", "uint_le"}:
            return _text(field, value)
        gauge = self._gauge(field)
        numbers = value if isinstance(value, tuple) else (float(value),)
        if field.order == "xyzw":
            numbers = (*numbers[1:], *numbers[:1])
        if not all(map(math.isfinite, numbers)):
            raise ValueError(f"{field.name} must be finite, got {value}")
        if field.type == "number":
            return _number(field, gauge.raw(numbers[0]))
        if field.type == "sign_magnitude":
            return _sign_magnitude(field, round(gauge.raw(numbers[0])))
        return _packed(field, [gauge.raw(number) for number in numbers])

    def _gauge(self, field: Field) -> Gauge:
        if field.unit_from is None:
            return Gauge.of(field, self._params)
        choice = field.unit_from.map[_unit_key(field, self._params)]
        return Gauge.of(field, self._params, choice.unit, choice.scale)

    def _write_unit(self, out: bytearray, field: Field) -> None:
        unit_from = field.unit_from
        if unit_from is not None:
            out.extend(b"\0" * (unit_from.at + 1 - len(out)))
            named = int(_unit_key(field, self._params), 16)
            out[unit_from.at] = out[unit_from.at] & ~unit_from.mask & 0xFF | named


def line_of(lines: CsvLines, decoded: Decoded, i: int) -> bytes:
    """A sample as a line of comma-separated numbers, its end included.

    Args:
        lines: The columns.
        decoded: The samples, with the facts that have a column.
        i: Which one.
    """
    axes = {
        at: decoded.motion[quantity][i][axis] / per
        for quantity, by_axis in lines.axes.items()
        for axis, (at, per) in by_axis.items()
    }
    cells = [
        f"{axes[at]:.5f}" if at in axes else lines.cell(name, decoded, i)
        for at, name in enumerate(lines.columns)
    ]
    return ",".join(cells).encode() + b"\n"


def _unit_key(field: Field, params: Parameters) -> str:
    """Under which byte the unit stands that the sensor was set to; else the first."""
    choices = field.unit_from.map if field.unit_from else {}
    wanted = params.get("unit")
    return next((key for key, c in choices.items() if c.unit == wanted), next(iter(choices)))


def _flags(fields: Sequence[Field], decoded: Decoded) -> int:
    """The bits of the optional fields that are there."""
    bits = 0
    for field in fields:
        if field.if_flag and field.name in decoded.facts:
            bits |= field.if_flag
    return bits


def _value(field: Field, decoded: Decoded, i: int) -> FactValue:
    if field.name == "force":
        return decoded.force_n[i]
    if quantity := QUANTITIES.get(field.name):
        vectors = decoded.motion.get(quantity, ())
        return vectors[i] if vectors else (0.0,) * field.count
    return decoded.facts.get(field.name, (0.0,) * field.count if field.count > 1 else 0)


def _text(field: Field, value: FactValue) -> bytes:
    if field.type == "date_time":
        t = datetime.fromisoformat(str(value))
        return struct.pack("<HBBBBB", t.year, t.month, t.day, t.hour, t.minute, t.second)
    if field.type == "ascii":
        return str(value).encode("ascii")[: field.width]
    if field.type == "utf8":
        return str(value).encode()
    whole = int(value) if isinstance(value, float | int) else 0
    return whole.to_bytes(max(1, (whole.bit_length() + 7) // 8), "little")


def _number(field: Field, raw: float) -> bytes:
    """As many digits as there is room for, the last ones given up first."""
    width = field.width or 1
    decimals = field.decimals
    while len(text := f"{raw:0{width}.{decimals}f}") > width and decimals and field.width:
        decimals -= 1
    return text.encode()


def _sign_magnitude(field: Field, raw: int) -> bytes:
    width = field.width or 1
    sign = 1 << (8 * width - 1)
    return (min(abs(raw), sign - 1) | sign * (raw < 0)).to_bytes(width, "big")


def _packed(field: Field, raws: Sequence[float]) -> bytes:
    wire = FIXED[field.type]
    if wire.code.endswith("s"):
        return b"".join(round(raw).to_bytes(wire.size, "big") for raw in raws)
    if wire.is_float:
        values: Sequence[float] = raws
    elif field.mask is not None:
        values = [(round(raw) << field.shift) & field.mask for raw in raws]
    else:
        values = [round(raw) for raw in raws]
    return struct.pack((wire.order or "<") + wire.code * field.count, *values)

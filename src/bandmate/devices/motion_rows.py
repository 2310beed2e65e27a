"""Rows of motion samples: vectors, and the raw stamp beside them where the sensor stamps."""

import struct
from collections.abc import Sequence

from bandmate.devices.bodies import Body
from bandmate.devices.gauge import Gauge, RowFormat, real_first
from bandmate.devices.layout import QUANTITIES, TICK, Field
from bandmate.devices.params import Parameters
from bandmate.devices.readings import regresses
from bandmate.devices.taxonomy import ErrorName, first_of
from bandmate.devices.wire import FIXED
from bandmate.domain.samples import NOTHING, Decoded, Vector


class MotionRows(Body):
    """Fields `acc`, `gyro`, `mag`, `quat`, `angle` and perhaps `tick`, once or repeated.

    A sample with a number that is not plausible is dropped whole and the others are kept. Stamps
    that do not rise spoil the frame.
    """

    def __init__(self, fields: Sequence[Field], row: RowFormat, params: Parameters) -> None:
        self._row = struct.Struct(row.repeated(1))
        self._quantities: list[tuple[str, Gauge, slice]] = []
        self._turned: set[str] = set()
        self._tick: int | None = None
        self._wraps_at = 0
        at = 0
        for field in fields:
            if field.name == TICK:
                self._tick = at
                self._wraps_at = int(FIXED[field.type].highest) + 1
            else:
                name = QUANTITIES[field.name]
                columns = slice(at, at + field.count)
                self._quantities.append((name, Gauge.of(field, params), columns))
                if field.order == "xyzw":
                    self._turned.add(name)
            at += field.count

    def whole(self, size: int) -> int:
        """The bytes of whole rows."""
        return size - size % self._row.size

    def read(self, data: bytes, start: int, size: int) -> Decoded:
        """The samples, oldest first."""
        if size % self._row.size:
            return Decoded(error="length_not_multiple")
        rows = [*self._row.iter_unpack(data[start : start + size])]
        faults = [self._fault(row) for row in rows]
        error = first_of(fault for fault in faults if fault)
        if error:
            rows = [row for row, fault in zip(rows, faults, strict=True) if fault is None]
        ticks: Sequence[float] = ()
        if self._tick is not None:
            ticks = [row[self._tick] for row in rows]
            if regresses(ticks, self._wraps_at):
                return Decoded(error=error or "clock_regressed")
        if not rows:
            return Decoded(error=error)
        motion = {
            name: [_scaled(row[columns], gauge) for row in rows]
            for name, gauge, columns in self._quantities
        }
        for name in self._turned:
            motion[name] = [real_first(vector) for vector in motion[name]]
        return Decoded((), ticks, motion, NOTHING, error)

    def _fault(self, row: Sequence[float]) -> ErrorName | None:
        for _, gauge, columns in self._quantities:
            for raw in row[columns]:
                # One chained comparison refuses NaN, infinity and what is out of range.
                if not gauge.lowest <= raw <= gauge.highest:
                    return gauge.error(raw)
        return None


def _scaled(raws: Sequence[float], gauge: Gauge) -> Vector:
    return tuple([gauge.value(raw) for raw in raws])

"""Rows of force readings, the raw stamp beside each where the sensor stamps: the quick way."""

import math
import struct
from collections.abc import Mapping, Sequence
from itertools import pairwise
from operator import lt
from types import MappingProxyType
from typing import Any, Final

from bandmate.devices.bodies import Body
from bandmate.devices.gauge import Gauge, RowFormat
from bandmate.devices.layout import TICK, Field
from bandmate.devices.params import Parameters
from bandmate.devices.taxonomy import first_of
from bandmate.devices.wire import FIXED, HIGHEST_LENGTH
from bandmate.domain.samples import NOTHING, Decoded

OVERLOADED: Final = MappingProxyType({"overload": 1})
"""The fact that a load was beyond what the sensor is made for."""


def regresses(ticks: Sequence[float], wraps_at: int) -> bool:
    """Whether stamps fail to rise; a small step over the counter's end is a rise."""
    half = wraps_at // 2
    steps = ((b - a) % wraps_at for a, b in pairwise(ticks))
    return any(step == 0 or step >= half for step in steps)


class Readings(Body):
    """Fields `force` and perhaps `tick`, once or repeated.

    A reading that is not plausible is dropped and the others are kept. Stamps that do not rise
    spoil the frame: which of them is wrong cannot be told.
    """

    def __init__(self, fields: Sequence[Field], row: RowFormat, params: Parameters) -> None:
        names = [field.name for field in fields]
        self._row_size = row.size
        # By the count of rows, so that a frame costs one lookup and one unpacking.
        self._unpackers = [
            struct.Struct(row.repeated(count)).unpack_from
            for count in range(HIGHEST_LENGTH // row.size + 1)
        ]
        self._unpack_one = self._unpackers[1]
        self._row = row
        self._width = len(fields)
        self._force = names.index("force")
        field = fields[self._force]
        self._is_bytes = FIXED[field.type].code.endswith("s")
        self._gauge = gauge = Gauge.of(field, params)
        self._lowest, self._highest = gauge.lowest, min(gauge.highest, gauge.overflow)
        # A float, so that nothing is converted while readings are reckoned.
        self._zero, self._per_step = float(gauge.zero), gauge.per_step
        # Nothing but the range has to be looked at.
        self._is_plain = not (self._is_bytes or gauge.not_known or gauge.overload < math.inf)
        self._tick = names.index(TICK) if TICK in names else None
        self._wraps_at = 0
        if self._tick is not None:
            self._wraps_at = int(FIXED[fields[self._tick].type].highest) + 1

    def whole(self, size: int) -> int:
        """The bytes of whole rows."""
        return size - size % self._row_size

    def read(self, data: bytes, start: int, size: int) -> Decoded:
        """The readings, oldest first."""
        if size == self._row_size:  # what most sensors send, so it goes the shortest way
            values = self._unpack_one(data, start)
            raw = values[self._force]
            if self._is_plain and self._lowest <= raw <= self._highest:
                ticks = () if self._tick is None else (values[self._tick],)
                return Decoded(((raw - self._zero) * self._per_step,), ticks)
        elif size % self._row_size:
            return Decoded(error="length_not_multiple")
        return self._read_rows(data, start, size // self._row_size)

    def _read_rows(self, data: bytes, start: int, count: int) -> Decoded:
        values = self._unpack(count, data, start)
        raws: Sequence[float] = values[self._force :: self._width]
        if self._is_bytes:
            raws = [int.from_bytes(raw, "big") for raw in values[self._force :: self._width]]
        lowest, highest, zero, per_step = self._lowest, self._highest, self._zero, self._per_step
        # One chained comparison refuses NaN, infinity and what is out of range.
        force_n = [(raw - zero) * per_step for raw in raws if lowest <= raw <= highest]
        ticks = () if self._tick is None else values[self._tick :: self._width]
        sound = len(force_n) == count and (count < 2 or all(map(lt, ticks, ticks[1:])))
        if sound and self._is_plain:
            return Decoded(force_n, ticks)
        if not sound or not self._gauge.not_known.isdisjoint(raws):
            return self._sift(raws, ticks)
        return Decoded(force_n, ticks, NOTHING, self._overload(raws))

    def _unpack(self, count: int, data: bytes, start: int) -> tuple[Any, ...]:
        if count < len(self._unpackers):
            return self._unpackers[count](data, start)
        return struct.unpack_from(self._row.repeated(count), data, start)

    def _overload(self, raws: Sequence[float]) -> Mapping[str, int]:
        return OVERLOADED if raws and max(raws) > self._gauge.overload else NOTHING

    def _sift(self, raws: Sequence[float], ticks: Sequence[float]) -> Decoded:
        """The slow way: keep what is good and name what is not."""
        gauge = self._gauge
        faults = [gauge.error(raw) for raw in raws]
        error = first_of(fault for fault in faults if fault)
        if regresses(ticks, self._wraps_at):
            return Decoded(error=error or "clock_regressed")
        kept = [i for i, fault in enumerate(faults) if fault is None]
        return Decoded(
            [gauge.value(raws[i]) for i in kept],
            [ticks[i] for i in kept] if ticks else (),
            NOTHING,
            self._overload([raws[i] for i in kept]),
            error,
        )

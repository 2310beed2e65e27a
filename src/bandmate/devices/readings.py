"""Rows of readings, the raw stamp beside each where the sensor stamps."""

import struct
from collections.abc import Sequence
from itertools import pairwise
from operator import lt

from bandmate.devices.bodies import NO_FACTS, Body
from bandmate.devices.gauge import Gauge, RowFormat
from bandmate.devices.layout import Field
from bandmate.devices.taxonomy import first_of
from bandmate.devices.wire import FIXED, HIGHEST_LENGTH
from bandmate.domain.samples import Decoded


class Readings(Body):
    """Fields `force` and perhaps `tick`, once or repeated.

    A reading that is not plausible is dropped and the others are kept. Stamps that do not rise
    spoil the frame: which of them is wrong cannot be told.
    """

    def __init__(self, fields: Sequence[Field]) -> None:
        names = [field.name for field in fields]
        row = RowFormat.of(fields)
        self._row_size = row.size
        # By the count of rows, so that a frame costs one lookup and one unpacking.
        self._unpackers = [
            struct.Struct(row.repeated(count)).unpack_from
            for count in range(HIGHEST_LENGTH // row.size + 1)
        ]
        self._width = len(fields)
        self._force = names.index("force")
        self._gauge = gauge = Gauge.of(fields[self._force])
        self._plausible = gauge.lowest, gauge.highest, gauge.per_step
        self._tick = names.index("tick") if "tick" in names else None
        self._wraps_at = 0
        if self._tick is not None:
            self._wraps_at = int(FIXED[fields[self._tick].type].highest) + 1

    def whole(self, size: int) -> int:
        """The bytes of whole rows."""
        return size - size % self._row_size

    def read(self, data: bytes, start: int, size: int) -> Decoded:
        """The readings, oldest first."""
        if size % self._row_size:
            return Decoded(facts=NO_FACTS, error="length_not_multiple")
        count = size // self._row_size
        values = self._unpackers[count](data, start)
        lowest, highest, per_step = self._plausible
        raws = values[self._force :: self._width]
        # One chained comparison refuses NaN, infinity and what is out of range.
        force_n = [raw * per_step for raw in raws if lowest <= raw <= highest]
        ticks = () if self._tick is None else values[self._tick :: self._width]
        if (
            len(force_n) < count
            or (count > 1 and not all(map(lt, ticks, ticks[1:])))
            or not self._gauge.not_known.isdisjoint(raws)
        ):
            return self._sift(raws, ticks)
        return Decoded(force_n, ticks, NO_FACTS)

    def _sift(self, raws: Sequence[float], ticks: Sequence[int]) -> Decoded:
        """The slow way: keep what is good and name what is not."""
        gauge = self._gauge
        faults = [gauge.error(raw) for raw in raws]
        error = first_of(fault for fault in faults if fault)
        if self._regresses(ticks):
            return Decoded(facts=NO_FACTS, error=error or "clock_regressed")
        kept = [i for i, fault in enumerate(faults) if fault is None]
        force_n = [raws[i] * gauge.per_step for i in kept]
        return Decoded(force_n, [ticks[i] for i in kept] if ticks else (), NO_FACTS, error)

    def _regresses(self, ticks: Sequence[int]) -> bool:
        """Whether stamps fail to rise; a small step over the counter's end is a rise."""
        half = self._wraps_at // 2
        steps = ((b - a) % self._wraps_at for a, b in pairwise(ticks))
        return any(step == 0 or step >= half for step in steps)

"""How the value of one field is judged and scaled, and how fields are laid out in a row."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from bandmate.devices.layout import Field
from bandmate.devices.params import Parameters
from bandmate.devices.taxonomy import ErrorName
from bandmate.devices.wire import FIXED
from bandmate.domain.samples import Vector
from bandmate.errors import UsageError
from bandmate.units import PER_UNIT


@dataclass(frozen=True, slots=True)
class Gauge:
    """What a field's wire values may be, and what one wire step is worth.

    Attributes:
        lowest: Least plausible wire value; finite.
        highest: Largest plausible wire value; finite.
        overload: Larger wire values are kept and told; infinite where there are none.
        overflow: Larger wire values are no values; infinite where there are none.
        not_known: Wire values that mean "not known".
        zero: Wire value of nothing.
        per_step: Our unit a step: newton for a force; the fact's own unit for a fact.
    """

    lowest: float
    highest: float
    overload: float
    overflow: float
    not_known: frozenset[int]
    zero: float
    per_step: float

    @classmethod
    def of(cls, field: Field, params: Parameters, unit: str = "", scale: float = 1.0) -> Self:
        """The gauge of a field, for one sensor's parameters.

        Args:
            field: Its `zero` and `factor` must be known; an unknown zero counts as 0.
            params: The sensor's parameters.
            unit: The unit that the frame names; empty: the field's own.
            scale: Its unit per wire step, beside the field's own scale.

        Raises:
            UsageError: The parameter that multiplies is 0.
        """
        wire = FIXED.get(field.type)
        factor = params.number(field.factor) if field.factor else 1.0
        step = field.scale * scale * (1.0 if factor is None else factor)
        if step == 0.0:
            raise UsageError(f"the parameter {field.factor} must not be 0")
        zero = field.zero if isinstance(field.zero, float | int) else params.number(field.zero)
        zero = zero or 0.0
        lowest, highest = (wire.lowest, wire.highest) if wire else (-_HUGE, _HUGE)
        bounds = sorted(
            bound / step + zero
            for bound in (
                -_HUGE if field.min is None else field.min,
                _HUGE if field.max is None else field.max,
            )
        )
        overload = field.overload_above
        return cls(
            lowest=max(lowest, bounds[0]),
            highest=min(highest, bounds[1]),
            overload=math.inf if overload is None else overload / step + zero,
            overflow=math.inf if field.overflow_above is None else field.overflow_above,
            not_known=frozenset(field.not_known),
            zero=zero,
            per_step=step * PER_UNIT.get(unit or _unit_of(field, params), 1.0),
        )

    def error(self, raw: float) -> ErrorName | None:
        """What is wrong with a wire value; a code for "not known" has no range."""
        if not math.isfinite(raw):
            return "non_finite"
        if raw in self.not_known:
            return "not_known"
        if raw > self.overflow:
            return "overflow"
        return None if self.lowest <= raw <= self.highest else "out_of_range"

    def value(self, raw: float) -> float:
        """A wire value in its unit; whole numbers that need no scaling stay whole."""
        moved = raw - self.zero if self.zero else raw
        return moved if self.per_step == 1.0 else moved * self.per_step

    def raw(self, value: float) -> float:
        """The wire value of a value in its unit, cut at what is plausible."""
        raw = value / self.per_step + self.zero
        return min(max(raw, self.lowest), self.highest, self.overflow)


def real_first(quat: Vector) -> Vector:
    """A quaternion x, y, z, w as w, x, y, z."""
    return (*quat[-1:], *quat[:-1])


_HUGE = 1e38
"""Beyond every plausible value, and finite."""


def _unit_of(field: Field, params: Parameters) -> str:
    if field.unit is None or field.unit in PER_UNIT:
        return field.unit or ""
    return str(params.get(field.unit))


@dataclass(frozen=True, slots=True)
class RowFormat:
    """The `struct` format of a row of fields of fixed types.

    Attributes:
        order: Byte order.
        codes: Format of one row, without the byte order.
        start: Offset of the row's first byte.
        size: Bytes of one row.
    """

    order: str
    codes: str
    start: int
    size: int

    @classmethod
    def of(cls, fields: Sequence[Field], taken: int = 0) -> Self:
        """Lay the fields out; gaps between them are passed over.

        Args:
            fields: Of fixed types.
            taken: Bytes before the first field, where its own offset does not say.
        """
        start = taken if fields[0].at is None else fields[0].at
        order, codes, end = "", "", start
        for field in fields:
            wire = FIXED[field.type]
            gap = 0 if field.at is None else field.at - end
            order = order or wire.order
            codes += f"{gap}x" * bool(gap) + wire.code * field.count
            end += gap + wire.size * field.count
        return cls(order or "<", codes, start, end - start)

    def repeated(self, count: int) -> str:
        """The format of `count` rows, one behind the other."""
        return self.order + self.codes * count

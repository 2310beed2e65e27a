"""How the value of one field is judged and scaled, and how fields are laid out in a row."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from bandmate.devices.layout import Field
from bandmate.devices.taxonomy import ErrorName
from bandmate.devices.wire import FIXED
from bandmate.units import NEWTON_PER


@dataclass(frozen=True, slots=True)
class Gauge:
    """What a field's wire values may be, and what one wire step is worth.

    Attributes:
        lowest: Least plausible wire value; finite.
        highest: Largest plausible wire value; finite.
        not_known: Wire values that mean "not known".
        per_step: Newton a step for a force, the fact's own unit otherwise.
    """

    lowest: float
    highest: float
    not_known: frozenset[int]
    per_step: float

    @classmethod
    def of(cls, field: Field) -> Self:
        """The gauge of a field of a fixed-size type."""
        wire = FIXED[field.type]
        newton = NEWTON_PER[field.unit] if field.unit else 1.0
        return cls(
            lowest=wire.lowest if field.min is None else field.min / field.scale,
            highest=wire.highest if field.max is None else field.max / field.scale,
            not_known=frozenset(field.not_known),
            per_step=field.scale * newton,
        )

    def error(self, raw: float) -> ErrorName | None:
        """What is wrong with a wire value; a code for "not known" has no range."""
        if not math.isfinite(raw):
            return "non_finite"
        if raw in self.not_known:
            return "not_known"
        return None if self.lowest <= raw <= self.highest else "out_of_range"

    def value(self, raw: float) -> float:
        """A wire value in its unit; whole numbers that need no scaling stay whole."""
        return raw if self.per_step == 1.0 else raw * self.per_step


@dataclass(frozen=True, slots=True)
class RowFormat:
    """The `struct` format of a row of fields.

    Attributes:
        order: Byte order.
        codes: Format of one row, without the byte order.
        size: Bytes of one row.
    """

    order: str
    codes: str
    size: int

    @classmethod
    def of(cls, fields: Sequence[Field]) -> Self:
        """Lay the fields out; gaps between them are passed over."""
        order, codes, size = "", "", 0
        for field in fields:
            wire = FIXED[field.type]
            gap = 0 if field.at is None else field.at - size
            order = order or wire.order
            codes += f"{gap}x{wire.code}" if gap else wire.code
            size += gap + wire.size
        return cls(order or "<", codes, size)

    def repeated(self, count: int) -> str:
        """The format of `count` rows, one behind the other."""
        return self.order + self.codes * count

"""Lines of comma-separated numbers, the columns named by a person."""

import re
from collections.abc import Sequence
from typing import Final

from bandmate.devices.bodies import Body
from bandmate.domain.samples import Decoded, FactValue, Vector
from bandmate.errors import UsageError
from bandmate.units import MOTION_PER, NEWTON_PER

MOST_N: Final = 1e6
"""Newton: more is no pull, in whatever unit it was written."""
PASSED_OVER: Final = "-"

_TIME = re.compile(r"t_(s|ms|us|ns)")
_AXIS = re.compile(r"(acc|gyro|mag)_([xyz])_([a-z0-9]+)")
_QUANTITY: Final = {"acc": "acc_ms2", "gyro": "gyro_rads", "mag": "mag_ut"}
_UNITS: Final = {"acc": {"g", "mg", "ms2"}, "gyro": {"dps", "rads"}, "mag": {"ut"}}
_FACT = re.compile(r"[a-z][a-z0-9_]*")
_NUMBER = re.compile(rb"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")
_NOT_FINITE = re.compile(rb"\s*[+-]?(nan|inf|infinity)\s*", re.IGNORECASE)


class CsvLines(Body):
    """Reads one line, the end taken off.

    Args:
        columns: `t_s`, `t_ms`, `t_us` or `t_ns` (the sensor's own clock); a unit of force (`N`,
            `kN`, `kg`, `kgf`, `lb`, `lbf`); `acc_x_g`, `gyro_z_dps`, `mag_x_ut` and their like; a
            fact such as `battery_pct`; or `-`, which is passed over. Joined by commas.

    Attributes:
        tick_unit: The unit of the column of time; `None` where there is none.

    Raises:
        UsageError: Columns that are none of these, twice the same, or no sample.
    """

    def __init__(self, columns: str) -> None:
        # Taken as a list is often written: [t_ms, "kg"].
        self.columns = [name.strip(" []\"'") for name in columns.split(",")]
        self.tick_unit: str | None = None
        self.force_per: float | None = None
        self.axes: dict[str, dict[int, tuple[int, float]]] = {}
        for at, name in enumerate(self.columns):
            self._place(at, name)
        named = [name for name in self.columns if name != PASSED_OVER]
        if len(set(named)) < len(named) or not (self.force_per or self.axes):
            raise UsageError(
                f"columns {columns!r} do not make a sample",
                hint="Name each column once, and among them a unit of force (t_ms,kg) or three "
                "axes (acc_x_g,acc_y_g,acc_z_g).",
            )
        if any(len(axes) < len("xyz") for axes in self.axes.values()):
            raise UsageError(f"columns {columns!r}: an axis is missing", hint="Name x, y and z.")

    def read(self, data: bytes, start: int, size: int) -> Decoded:
        """The sample and the facts of one line."""
        cells = data[start : start + size].split(b",")
        if len(cells) != len(self.columns):
            return Decoded(error="bad_columns")
        values: list[float] = []
        for name, cell in zip(self.columns, cells, strict=True):
            if name == PASSED_OVER:
                values.append(0.0)
            elif _NUMBER.fullmatch(cell):
                values.append(float(cell))
            else:
                return Decoded(error="non_finite" if _NOT_FINITE.fullmatch(cell) else "bad_number")
        if not all(abs(value) < float("inf") for value in values):
            return Decoded(error="non_finite")
        return self._sample(values)

    def cell(self, name: str, decoded: Decoded, i: int) -> str:
        """What a sensor writes into a column that is no axis.

        Args:
            name: The column.
            decoded: The samples.
            i: Which one.
        """
        if _TIME.fullmatch(name):
            return f"{decoded.ticks[i]:.15g}" if i < len(decoded.ticks) else "0"
        if self.force_per and name in NEWTON_PER:
            return f"{decoded.force_n[i] / NEWTON_PER[name]:.4f}"
        return str(decoded.facts.get(name, 0))

    def _sample(self, values: Sequence[float]) -> Decoded:
        ticks: tuple[float, ...] = ()
        force_n: tuple[float, ...] = ()
        facts: dict[str, FactValue] = {}
        for name, value in zip(self.columns, values, strict=True):
            if _TIME.fullmatch(name):
                ticks = (int(value) if value.is_integer() else value,)
            elif name in NEWTON_PER:
                force_n = (value * NEWTON_PER[name],)
            elif name != PASSED_OVER and not _AXIS.fullmatch(name):
                facts[name] = value
        if force_n and not abs(force_n[0]) <= MOST_N:
            return Decoded(facts=facts, error="out_of_range")
        motion: dict[str, tuple[Vector, ...]] = {
            quantity: (tuple(values[at] * per for at, per in (axes[i] for i in range(3))),)
            for quantity, axes in self.axes.items()
        }
        return Decoded(force_n, ticks, motion, facts)

    def _place(self, at: int, name: str) -> None:
        if time := _TIME.fullmatch(name):
            self.tick_unit = time[1]
        elif name in NEWTON_PER:
            self.force_per = NEWTON_PER[name]
        elif (axis := _AXIS.fullmatch(name)) and axis[3] in _UNITS[axis[1]]:
            quantity = self.axes.setdefault(_QUANTITY[axis[1]], {})
            quantity["xyz".index(axis[2])] = at, MOTION_PER[axis[3]]
        elif axis or (name != PASSED_OVER and not _FACT.fullmatch(name)):
            raise UsageError(
                f"{name!r} is no column that is known",
                hint="Known are t_ms, kg, N, lb, acc_x_g, gyro_x_dps, a fact such as battery_pct, "
                "and - for one that is passed over.",
            )

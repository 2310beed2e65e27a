"""Tables and gates of the sheet, in Markdown."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gate:
    """A figure that is asked for, and what it came to.

    Attributes:
        of: Which set.
        asked: What is asked for, in words.
        figure: What it came to.
        limit: What it is held against.
        unit: How it is shown: `%`, `ms`, `s` or a plain number.
        is_least: The figure has to reach the limit; else it has to stay under it.
    """

    of: str
    asked: str
    figure: float
    limit: float
    unit: str = "%"
    is_least: bool = True

    @property
    def is_met(self) -> bool:
        """Whether it is."""
        if math.isnan(self.figure):
            return False
        return self.figure >= self.limit if self.is_least else self.figure <= self.limit

    def row(self) -> list[str]:
        """Its row in the table of gates."""
        missing = "no figure" if math.isnan(self.figure) else self._missing()
        return [self.of, self.asked, shown(self.figure, self.unit), missing]

    def _missing(self) -> str:
        off = shown(abs(self.figure - self.limit), self.unit)
        return "met" if self.is_met else f"**not met**, by {off}"


def gate_table(gates: Sequence[Gate]) -> str:
    """The gates, one a row."""
    return table(["set", "asked for", "figure", ""], [gate.row() for gate in gates])


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; all columns but the first are set to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def shown(value: float, unit: str = "") -> str:
    """A number with its unit, `-` where there is none.

    Args:
        value: A share of 1 for `%`, seconds for `ms` and `s`.
        unit: How to show it.
    """
    if math.isnan(value):
        return "-"
    match unit:
        case "%":
            return f"{100 * value:.1f} %"
        case "ms":
            return f"{1000 * value:.0f} ms"
        case "s":
            return f"{value:.2f} s"
        case "ms.":
            return f"{1000 * value:.2f} ms"
        case _:
            return f"{value:.2f}"

"""What was measured in the box, to be printed at the end."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from bluez_box.measuring import Held

SLACK: Final = 3.0
"""Where what is asked is less than twice what is found, tests fail only at so many times of it:
they run on shared machines that stall. What was found stands in the figures."""


@dataclass
class Figures:
    """What was measured, in the order in which it is told."""

    lines: list[str] = field(default_factory=list[str])

    def tell(self, what: str, values: Sequence[float], unit: str, bound: str) -> None:
        """Add a figure: how often, the middle, p95 and worst of its values."""
        ordered = sorted(values)
        middle, p95 = (ordered[round(share * (len(ordered) - 1))] for share in (0.5, 0.95))
        told = f"median {middle:.2f}, p95 {p95:.2f}, worst {ordered[-1]:.2f} {unit}"
        self.lines.append(f"| {what} | {len(values)} | {told} | {bound} |")

    def tell_held(self, what: str, left: Sequence[Held]) -> None:
        """Add what a process held on to, first and last."""
        first, last = left[0], left[-1]
        told = (
            f"tasks {first.tasks} to {last.tasks}, files {first.files} to {last.files}, "
            f"memory {first.resident_mb:.1f} to {last.resident_mb:.1f} MB"
        )
        self.lines.append(f"| {what} | {len(left)} | {told} | no growth |")

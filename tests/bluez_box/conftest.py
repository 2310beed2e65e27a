"""One box for all tests that need it, and the figures they print."""

import os
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

import pytest
import pytest_asyncio

from bluez_box.box import Box, running_box
from bluez_box.measuring import Held


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


_FIGURES = Figures()


@pytest.fixture(scope="session")
def figures() -> Figures:
    return _FIGURES


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def box() -> AsyncGenerator[Box]:
    """The box, and an environment in which bleak uses it."""
    async with running_box() as running:
        before = dict(os.environ)
        os.environ.update(running.environment)
        try:
            yield running
        finally:
            os.environ.clear()
            os.environ.update(before)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures, as `docs/reliability.md` keeps them."""
    if _FIGURES.lines:
        terminalreporter.section("figures")
        terminalreporter.line("| what | times | found | asked |")
        terminalreporter.line("|---|---|---|---|")
        for line in _FIGURES.lines:
            terminalreporter.line(line)

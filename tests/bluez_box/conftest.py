"""One box for all tests that need it, and the figures they print."""

import os
from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio

from bluez_box.box import Box, running_box
from bluez_box.figures import Figures

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

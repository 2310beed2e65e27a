"""What every area's tests may ask for: time that costs nothing, free ports, and real servers that
are reaped afterwards."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import async_solipsism
import pytest

from parts.programs import find_free_port
from parts.servers import InfluxDb, Mosquitto, Server, VictoriaMetrics

ServerT = TypeVar("ServerT", bound=Server)


def pytest_asyncio_loop_factories(
    item: pytest.Item,
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """A loop on a virtual clock where the test is marked `virtual_time`."""
    if item.get_closest_marker("virtual_time"):
        return {"virtual": async_solipsism.EventLoop}
    return {"real": asyncio.new_event_loop}


FIGURE = "figure"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures that tests have recorded, in whichever process they ran."""
    reports = (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed"))
    for report in reports:
        for name, value in report.user_properties:
            if name == FIGURE:
                terminalreporter.write_line(str(value))


@pytest.fixture
def told_figure(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Has a figure printed at the end, beside the verdict."""
    return lambda text: record_property(FIGURE, text)


@pytest.fixture
def free_port() -> int:
    return find_free_port()


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    yield from _running(Mosquitto(tmp_path / "mosquitto", find_free_port()))


@pytest.fixture
def influxdb(tmp_path: Path) -> Iterator[InfluxDb]:
    yield from _running(InfluxDb(tmp_path / "influxdb", find_free_port()))


@pytest.fixture
def victoria_metrics(tmp_path: Path) -> Iterator[VictoriaMetrics]:
    yield from _running(VictoriaMetrics(tmp_path / "victoria", find_free_port()))


def _running(server: ServerT) -> Iterator[ServerT]:
    server.start()
    try:
        yield server
    finally:
        server.kill()

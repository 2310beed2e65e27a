"""What every area's tests may ask for: free ports, and real servers that are reaped afterwards."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from parts.programs import find_free_port
from parts.servers import InfluxDb, Mosquitto, Server, VictoriaMetrics

ServerT = TypeVar("ServerT", bound=Server)


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

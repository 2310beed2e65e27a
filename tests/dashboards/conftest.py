"""The filled database, once for all tests of a process."""

import asyncio
from collections.abc import Iterator

import pytest

from dashboards.scene import Scene, fill
from parts.programs import find_free_port
from parts.servers import InfluxDb


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("scene")
    server = InfluxDb(folder / "influxdb", find_free_port())
    server.start()
    try:
        yield asyncio.run(fill(server, folder))
    finally:
        server.kill()

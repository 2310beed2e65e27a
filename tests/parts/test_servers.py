"""The real servers do what the other tests lean on."""

import socket
from pathlib import Path

import pytest

from parts.programs import PACKAGES, part
from parts.servers import Mosquitto, Server


@pytest.fixture(params=["mosquitto", "influxdb", "victoria_metrics"])
def server(request: pytest.FixtureRequest) -> Server:
    server: Server = request.getfixturevalue(request.param)
    return server


def test_a_killed_server_refuses_and_comes_back_on_its_port(server: Server):
    port = server.port

    server.kill()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
    server.start()
    assert server.port == port
    socket.create_connection(("127.0.0.1", port), timeout=5).close()


def test_a_frozen_server_can_be_stopped(mosquitto: Mosquitto):
    mosquitto.freeze()

    mosquitto.stop()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", mosquitto.port), timeout=5)


def test_a_missing_part_skips_and_names_its_package(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(PACKAGES, "no-such-program", "no-such-package")
    monkeypatch.delenv("CI", raising=False)

    with pytest.raises(pytest.skip.Exception, match=r"no-such-program is missing.*no-such-package"):
        part("no-such-program")


def test_a_missing_part_fails_on_ci(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(PACKAGES, "no-such-program", "no-such-package")
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.fail.Exception, match="no-such-package"):
        part("no-such-program")


@pytest.mark.parametrize(("program", "package"), PACKAGES.items())
def test_the_script_installs_every_part(program: str, package: str):
    script = Path(__file__).with_name("install.sh").read_text()

    assert f"need {program} {package}" in [line.strip() for line in script.splitlines()]

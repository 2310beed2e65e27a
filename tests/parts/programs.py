"""The programs that tests run against, and free ports for them."""

import os
import random
import shutil
import socket

import pytest

PACKAGES = {
    "mosquitto": "mosquitto",
    "mosquitto_passwd": "mosquitto",
    "mosquitto_sub": "mosquitto-clients",
    "influxd": "influxdb",
    "victoria-metrics": "victoria-metrics",
    "chromium": "chromium",
    "aplay": "alsa-utils",
    "dbus-daemon": "dbus",
    "openssl": "openssl",
    "shellcheck": "shellcheck",
    "systemd-analyze": "systemd",
    "qemu-system-x86_64": "qemu-system-x86",
}
"""Debian's package of each program, as `install.sh` installs them."""

# Debian keeps servers where a plain user's PATH does not look.
_SEARCH_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])

# Below Linux's ephemeral ports: while a server is down, no client can be given its port, and none
# can connect to itself on it.
_PORTS = range(20_000, 30_000)


def part(program: str) -> str:
    """The path of a program of `PACKAGES`.

    Where it is missing the test is skipped and says so; on CI it fails.
    """
    path = shutil.which(program, path=_SEARCH_PATH)
    if path is not None:
        return path
    text = f"{program} is missing: install Debian's package {PACKAGES[program]}"
    if os.environ.get("CI") == "true":
        pytest.fail(text)
    pytest.skip(text)


def find_free_port() -> int:
    """A loopback TCP port that nobody listens on."""
    # The system's randomness: runs side by side share the seed that pytest sets.
    for port in random.SystemRandom().sample(_PORTS, len(_PORTS)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError(f"no free port in {_PORTS}")

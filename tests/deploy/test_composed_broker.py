"""The broker of `deploy/compose.yaml`, run for real with its configuration and made secrets."""

import os
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bandmate.app.config_file import read_config
from bandmate.errors import SinkUnavailableError
from bandmate.sinks.mqtt_broker import Broker
from deploy.composed import DEPLOY, SERVICES, Made
from parts.programs import find_free_port, part
from parts.servers import Mosquitto

pytestmark = pytest.mark.timeout(120)


class ComposedMosquitto(Mosquitto):
    """Mosquitto as its container runs it, on another port and with this machine's paths."""

    def __init__(self, folder: Path, port: int, made: Made) -> None:
        super().__init__(folder, port)
        self._made = made

    def _command(self) -> list[str]:
        text = (DEPLOY / "mosquitto/mosquitto.conf").read_text()
        target = next(
            c["target"] for c in SERVICES["mosquitto"]["configs"] if "conf" in c["target"]
        )
        text = self._made.with_paths(text, "mosquitto")
        text = text.replace("listener 8883", f"listener {self.port} localhost")
        text = text.replace("/mosquitto/data/", f"{self._folder}/")
        config = self._folder / Path(target).name
        config.write_text(f"{text}user root\n")  # the container has its user from the start
        return [part(self.program), "-c", str(config)]


@pytest.fixture(scope="module")
def broker(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ComposedMosquitto]:
    server = ComposedMosquitto(tmp_path_factory.mktemp("broker"), find_free_port(), made)
    server.start()
    yield server
    server.kill()


async def reached(broker: Mosquitto, made: Made, folder: Path, **changed: str) -> str:
    """What bandmate's own probe finds, by the configuration that the image brings."""
    file = folder / "config.toml"
    file.write_text(made.with_paths((DEPLOY / "bandmate.toml").read_text(), "bandmate"))
    here = {"HOST": "localhost", "PORT": str(broker.port), **changed}
    overrides = {f"BANDMATE_MQTT__{key}": value for key, value in here.items()}
    config = read_config(file, os.environ | overrides)
    assert config.mqtt is not None
    return await Broker(config.mqtt).probe(config.site.name)


async def test_bandmate_is_let_in_over_tls(broker: Mosquitto, made: Made, tmp_path: Path):
    assert await reached(broker, made, tmp_path) == f"localhost:{broker.port} (MQTT 5)"


async def test_a_wrong_password_is_refused(broker: Mosquitto, made: Made, tmp_path: Path):
    with pytest.raises(SinkUnavailableError, match="username and password_file"):
        await reached(broker, made, tmp_path, PASSWORD="0" * 64)


async def test_nobody_comes_in_unencrypted(broker: Mosquitto, made: Made, tmp_path: Path):
    with pytest.raises(SinkUnavailableError):
        await reached(broker, made, tmp_path, TLS="false")


@pytest.mark.parametrize(("trusted", "status"), [("ours", 0), ("the system's", 1)])
def test_only_who_trusts_our_authority_goes_on(
    broker: Mosquitto, made: Made, trusted: str, status: int
):
    ours = ["-CAfile", made.secrets / "ca.pem", "-no-CApath"] if trusted == "ours" else []
    done = subprocess.run(
        [
            *(part("openssl"), "s_client", "-verify_return_error", *ours),
            *("-connect", f"localhost:{broker.port}", "-verify_hostname", "mosquitto"),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert done.returncode == status, done.stderr


def client(
    broker: Mosquitto, made: Made, program: str, user: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run a client of mosquitto's own as a user that the secrets name."""
    password = next(made.secrets.glob(f"{user}/mqtt-password"), made.secrets / "none")
    login = ["-u", user, "-P", password.read_text()] if password.is_file() else []
    return subprocess.run(
        [
            *(part("mosquitto_sub").replace("mosquitto_sub", program), *login),
            *("-h", "localhost", "-p", str(broker.port), "--cafile", made.secrets / "ca.pem"),
            *arguments,
        ],
        capture_output=True,
        check=False,
        text=True,
    )


def test_nobody_comes_in_without_a_name(broker: Mosquitto, made: Made):
    done = client(broker, made, "mosquitto_pub", "nobody", "-t", "bandmate/home/status", "-m", "x")
    assert done.returncode != 0
    assert "not authorised" in done.stderr.lower()


@pytest.mark.parametrize(
    ("user", "topic", "passes"),
    [
        ("bandmate", "bandmate/home/session", True),
        ("bandmate", "homeassistant/device/bandmate_home_left/config", True),
        ("bandmate", "homeassistant/status", False),
        ("bandmate", "elsewhere", False),
        ("homeassistant", "homeassistant/status", True),
        ("homeassistant", "bandmate/home/cmd", False),
        ("homeassistant", "bandmate/home/status", False),
    ],
)
def test_each_may_write_what_the_rules_say(
    broker: Mosquitto, made: Made, user: str, topic: str, passes: bool
):
    # Retained, so that no listener needs to be there first; Home Assistant may read all of these.
    said = f"{user} says {topic}"
    client(broker, made, "mosquitto_pub", user, "-t", topic, "-m", said, "-r", "-q", "1")
    heard = client(
        broker, made, "mosquitto_sub", "homeassistant", "-t", topic, "-C", "1", "-W", "1"
    )
    assert (heard.stdout.strip() == said) is passes


def test_its_health_check_holds_and_tells_when_the_broker_is_gone(
    broker: ComposedMosquitto, made: Made
):
    part("mosquitto_sub")
    kind, command = SERVICES["mosquitto"]["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    words = made.with_paths(command.replace("$$", "$"), "mosquitto").replace(
        "8883", str(broker.port)
    )

    def status() -> int:
        return subprocess.run(["sh", "-c", words], capture_output=True, check=False).returncode

    assert status() == 0
    broker.freeze()
    try:
        assert status() != 0
    finally:
        broker.thaw()
    assert shlex.split(words)[0] == "mosquitto_sub"

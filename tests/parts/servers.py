"""Real servers, each in its own process and folder, on one loopback port for life."""

import http.client
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from pathlib import Path

from parts.programs import part

_READY_S = 20.0
_POLL_S = 0.02


class Server(ABC):
    """A server that can be started, stopped, killed, frozen and started again.

    Its data stay in `folder` and its port stays the same from one start to the next.
    """

    program: str

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self._folder = folder
        self._log = folder / f"{self.program}.log"
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def url(self) -> str:
        """Where it speaks HTTP."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            RuntimeError: It ended, or did not answer in time; its log is in the message.
        """
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command(), stdout=log, stderr=log)
        deadline_s = time.monotonic() + _READY_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline_s:
                self.kill()
                raise RuntimeError(
                    f"{self.program} did not start:\n{self._log.read_text()[-2000:]}"
                )
            time.sleep(_POLL_S)

    def stop(self) -> None:
        """End it as an administrator would."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a crash would."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Let it hang: connections stay open, nothing answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on after `freeze`."""
        self._signal(signal.SIGCONT)

    @abstractmethod
    def _command(self) -> list[str]:
        """How it is started; writes its configuration."""

    @abstractmethod
    def _answers(self) -> bool:
        """Whether it takes requests."""

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(number)
        self._process.send_signal(signal.SIGCONT)  # a frozen process takes no SIGTERM
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


class Mosquitto(Server):
    """An MQTT 3.1.1 and 5 broker that keeps its retained messages and sessions on disk.

    Attributes:
        access: Configuration lines about who may come in.
    """

    program = "mosquitto"

    def __init__(self, folder: Path, port: int, *, access: str = "allow_anonymous true") -> None:
        super().__init__(folder, port)
        self.access = access

    def _command(self) -> list[str]:
        config = self._folder / "mosquitto.conf"
        config.write_text(
            f"listener {self.port} 127.0.0.1\n"
            "user root\n"  # else, started by root, it could not write into its folder
            "persistence true\n"
            f"persistence_location {self._folder}/\n"
            f"{self.access}\n"
        )
        return [part(self.program), "-c", str(config)]

    def _answers(self) -> bool:
        return _listens(self.port)


class Amqtt(Server):
    """A broker that speaks MQTT 3.1.1 only, from the environment of the tests."""

    program = "amqtt"

    def _command(self) -> list[str]:
        config = self._folder / "amqtt.yaml"
        config.write_text(f"""
listeners: {{default: {{type: tcp, bind: "127.0.0.1:{self.port}"}}}}
plugins: {{amqtt.plugins.authentication.AnonymousAuthPlugin: {{allow_anonymous: true}}}}
""")
        return [str(Path(sys.executable).with_name(self.program)), "-c", str(config)]

    def _answers(self) -> bool:
        return _listens(self.port)


class _HttpServer(Server):
    health_path: str

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=1)
        try:
            connection.request("GET", self.health_path)
            return connection.getresponse().status < http.client.BAD_REQUEST
        except OSError:
            return False
        finally:
            connection.close()


class InfluxDb(_HttpServer):
    """InfluxDB 1.x: `/write` and InfluxQL at `/query`."""

    program = "influxd"
    health_path = "/ping"

    def __init__(self, folder: Path, port: int, *, with_accounts: bool = False) -> None:
        super().__init__(folder, port)
        self._with_accounts = with_accounts

    def _command(self) -> list[str]:
        config = self._folder / "influxdb.toml"
        config.write_text(f"""
reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
dir = "{self._folder}/meta"
[data]
dir = "{self._folder}/data"
wal-dir = "{self._folder}/wal"
query-log-enabled = false
[monitor]
store-enabled = false
[subscriber]
enabled = false
[http]
bind-address = "127.0.0.1:{self.port}"
log-enabled = false
auth-enabled = {str(self._with_accounts).lower()}
[logging]
level = "error"
suppress-logo = true
""")
        return [part(self.program), "run", "-config", str(config)]


class VictoriaMetrics(_HttpServer):
    """VictoriaMetrics: takes `/api/v2/write`, answers PromQL."""

    program = "victoria-metrics"
    health_path = "/health"

    def _command(self) -> list[str]:
        return [
            part(self.program),
            f"-storageDataPath={self._folder}/data",
            f"-httpListenAddr=127.0.0.1:{self.port}",
            "-retentionPeriod=100y",
            "-search.latencyOffset=0s",
            "-search.disableCache",
            "-loggerLevel=ERROR",
        ]


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True

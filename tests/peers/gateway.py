"""A popular Bluetooth gateway to MQTT: how soon, and what an outage of the broker costs.

    python tests/peers/gateway.py PYTHON

`PYTHON` is that of an environment where it is installed (the Makefile makes one); it runs there in
a process of its own, unchanged, and hears a counter 80 times a second (`gateway/sitecustomize.py`).
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from time import monotonic

import click
import msgspec
import numpy as np
from aiomqtt import MqttError

from bandmate.errors import SinkUnavailableError
from bandmate.sinks.mqtt_bare import bare_client
from parts.programs import find_free_port
from parts.servers import Mosquitto
from parts.waiting import until

HOST = "127.0.0.1"
RATE_HZ = 80
CALM_S = 20.0
OUTAGES_S = (5.0, 60.0)
_MARK = "ffff"


class Ear:
    """When each number was heard by the gateway, and when it came by the broker."""

    def __init__(self) -> None:
        self.sent_s: dict[int, float] = {}
        self.heard_s: dict[int, float] = {}

    async def read(self, out: asyncio.StreamReader) -> None:
        while line := await out.readline():
            number, at_s = line.split()
            self.sent_s[int(number)] = float(at_s)

    async def listen(self, port: int) -> None:
        while True:
            with suppress(SinkUnavailableError, MqttError):
                async with bare_client(HOST, port) as client:
                    await client.subscribe("home/TheengsGateway/BTtoMQTT/+")
                    async for payload in client.arrivals():
                        data = str(msgspec.json.decode(payload).get("manufacturerdata", ""))
                        self.heard_s[int(data.removeprefix(_MARK), 16)] = monotonic()
            await asyncio.sleep(0.05)

    def lost(self, since: int) -> int:
        return len({number for number in self.sent_s if number > since} - set(self.heard_s))


@asynccontextmanager
async def gateway(python: str, home: Path, port: int) -> AsyncGenerator[asyncio.StreamReader]:
    options = ("-H", HOST, "-P", str(port), "-pa", "1", "-padv", "1", "-D", "0", "-sd", "3600")
    process = await asyncio.create_subprocess_exec(
        *(python, "-m", "TheengsGateway", *options, "-ll", "CRITICAL"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=os.environ
        | {
            "HOME": str(home),
            "PYTHONPATH": str(Path(__file__).with_name("gateway")),
            "ADVERTISEMENTS_HZ": str(RATE_HZ),
        },
    )
    assert process.stdout is not None
    try:
        yield process.stdout
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def main(python: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        broker = Mosquitto(Path(name) / "broker", find_free_port())
        await asyncio.to_thread(broker.start)
        ear = Ear()
        async with gateway(python, Path(name), broker.port) as out:
            tasks = [asyncio.create_task(w) for w in (ear.read(out), ear.listen(broker.port))]
            await until(lambda: len(ear.heard_s) > RATE_HZ, within_s=60.0)  # it scans
            first = max(ear.heard_s)
            await asyncio.sleep(CALM_S)
            taken_s = [at - ear.sent_s[n] for n, at in ear.heard_s.items() if n > first]
            p50, p99 = np.percentile(taken_s, [50, 99]) * 1e3
            click.echo(
                f"Theengs Gateway, {RATE_HZ} messages a second: p50 {p50:.2f}, p99 {p99:.2f} ms"
            )
            for outage_s in OUTAGES_S:
                first = max(ear.sent_s)
                await asyncio.sleep(2.0)
                await asyncio.to_thread(broker.stop)
                await asyncio.sleep(outage_s)
                await asyncio.to_thread(broker.start)
                await asyncio.sleep(10.0)
                sent = max(ear.sent_s) - first
                click.echo(f"outage of {outage_s:g} s: lost of {sent}: {ear.lost(first)}")
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        await asyncio.to_thread(broker.kill)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))

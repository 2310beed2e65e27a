"""The service in this process, fed by a recording, and a second client at its broker."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import aiomqtt
import msgspec
from aiomqtt import Client

from bandmate.app.clock import SessionClock
from bandmate.app.config import Config
from bandmate.app.runner import BandPlan, Running, running_service
from bandmate.domain.events import Event
from bandmate.link.recording_csv import read_csv
from bandmate.link.replay import ReplayLink
from bandmate.sinks.sound import SoundSettings
from bandmate.web.server import PageSettings
from parts.servers import InfluxDb

BASE = "bandmate/home"
QUIET = Config(page=PageSettings(port=0), sound=SoundSettings("off"))
"""Nothing but the store and a page on any port."""

Body = dict[str, Any]


def write_csv(
    path: Path,
    force_n: Callable[[float], float],
    length_s: float,
    *,
    commands: Mapping[float, str] | None = None,
) -> Path:
    """Write a recording of 50 readings a second, of which always two have one time.

    Args:
        path: Where to.
        force_n: The pull at a time.
        length_s: How long it is.
        commands: What the person did, by the time of a reading.
    """
    rows = ["t_s,force_n,command"]
    for number in range(round(length_s * 50)):
        t_s = number // 2 / 25
        command = (commands or {}).get(t_s, "") if number % 2 == 0 else ""
        rows.append(f"{t_s:.2f},{force_n(t_s):.3f},{command}")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@dataclass
class Playing:
    """A service that plays a recording.

    Attributes:
        folder: Its store and its own recordings.
        events: What it told, in order.
    """

    running: Running
    clock: SessionClock
    folder: Path
    events: list[Event]

    def named(self, name: str) -> list[Event]:
        """Its events of a name."""
        return [event for event in self.events if event.name == name]

    def over(self) -> bool:
        """The recording was played to its end."""
        return bool(self.named("summary"))

    def health(self, sink: str) -> str:
        """The state of a sink."""
        return {health.name: health.state for health in self.running.service.sinks()}[sink]

    def delivered(self, sink: str) -> bool:
        """A sink has taken everything."""
        return all(
            (health.name not in {sink, "store"}) or (health.state, health.queued) == ("up", 0)
            for health in self.running.service.sinks()
        )


@asynccontextmanager
async def playing(
    recording: Path,
    folder: Path,
    exercise: str,
    *,
    speed: float = 20.0,
    config: Config = QUIET,
    bands: Sequence[str] = ("left",),
) -> AsyncGenerator[Playing]:
    """Run the service on a recording, as `bandmate run` does, but faster."""
    clock = SessionClock(speed)
    source = read_csv(recording)
    links = {band: ReplayLink(source, band, clock) for band in bands}
    plans = {
        band: BandPlan(link, None, exercise, quantity=link.quantity) for band, link in links.items()
    }
    events: list[Event] = []
    async with running_service(config, clock, plans, folder, on_event=events.append) as running:
        yield Playing(running, clock, folder, events)


@dataclass
class Ear:
    """What a second client heard."""

    client: Client
    heard: list[aiomqtt.Message] = field(default_factory=list[aiomqtt.Message])

    def on(self, topic: str) -> list[bytes]:
        """The payloads on a topic, in order."""
        return [bytes(m.payload) for m in self.heard if m.topic.value == topic]

    def events(self) -> list[Body]:
        """The events of the band."""
        return [json.loads(payload) for payload in self.on(f"{BASE}/band/left/event")]

    async def listen(self) -> None:
        """Listen until the broker goes or this is cancelled."""
        with suppress(aiomqtt.MqttError):
            async for message in self.client.messages:
                self.heard.append(message)


@asynccontextmanager
async def ear(port: int) -> AsyncGenerator[Ear]:
    """A client that hears everything."""
    async with Client("127.0.0.1", port) as client:
        listener = Ear(client)
        await client.subscribe("#", qos=1)
        task = asyncio.create_task(listener.listen())
        try:
            yield listener
        finally:
            task.cancel()
            await asyncio.wait([task])


def select(server: InfluxDb, query: str) -> list[Body]:
    """The rows of an InfluxQL query, by column."""
    text = urlopen(f"{server.url}/query?{urlencode({'db': 'bandmate', 'q': query})}").read()
    (result,) = json.loads(text)["results"]
    return [
        dict(zip(series["columns"], values, strict=True))
        for series in result.get("series", [])
        for values in series["values"]
    ]


def as_body(event: Event) -> Body:
    """The event as its JSON says it."""
    body: Body = msgspec.json.decode(msgspec.json.encode(event.to_dict()))
    return body

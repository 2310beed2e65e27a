"""`bandmate simulate` as a person runs it: another process, met by the production link."""

import asyncio
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from bumble.controller import Controller
from bumble.transport.tcp_client import open_tcp_client_transport
from bumble.transport.tcp_server import open_tcp_server_transport_with_socket

from app.program import Program, program
from bandmate.app.clock import SessionClock
from bandmate.app.simulate import Happened, Offer, Offered, simulate
from bandmate.catalog.catalogue import load_catalogue
from bandmate.cli import main
from bandmate.errors import RadioUnavailableError
from bandmate.sim import adapter as adapter_module
from bandmate.sim.air import Air
from bandmate.sim.faults import Faults
from bandmate.sim.radio import VirtualRadio, virtual_radio
from devices.counting import Counting, counting
from link.rig import PROFILES, FastClock, Notes, new_link, running
from parts.waiting import until

SENSORS = ("tindeq-progressor", "weiheng-wh-c06", "movella-dot")
"""One that is connected, one that only advertises, one that is worn."""

REPS_N = 2
LONGEST_S = 60.0
NOWHERE = "tcp-client:127.0.0.1:9"


class Dongle:
    """A controller that a program elsewhere may use.

    Attributes:
        spec: How that program reaches it.
    """

    def __init__(self, served: Any, port: int, air: Air) -> None:  # noqa: ANN401 - untyped by Bumble
        self._served = served
        Controller("simulated", served.source, served.sink, air)  # the air keeps it
        self.spec = f"tcp-client:127.0.0.1:{port}"

    async def pull_out(self) -> None:
        """End the connection to whoever uses it."""
        if self._served.sink.transport is not None:
            self._served.sink.transport.close()
        self._served.server.close()
        await asyncio.sleep(0.01)


@asynccontextmanager
async def dongle(air: Air) -> AsyncGenerator[Dongle]:
    """A controller on the air, until the end of the context."""
    listening = socket.create_server(("127.0.0.1", 0))
    served = await open_tcp_server_transport_with_socket(listening)
    plugged = Dongle(served, listening.getsockname()[1], air)
    try:
        yield plugged
    finally:
        await plugged.pull_out()


async def counted(virtual: VirtualRadio, sensor: str) -> Counting:
    """Two movements, through the production link."""
    profile, clock = PROFILES.get(sensor), FastClock()
    params = profile.parameters()
    notes = counting(profile, params)
    async with running(new_link(virtual, profile, clock, params=params), notes):
        await until(lambda: notes.pipeline.last_s is not None, within_s=LONGEST_S)
        notes.pipeline.start(load_catalogue().find("free_reps"), clock.now())
        await until(lambda: len(notes.reps) >= REPS_N, within_s=LONGEST_S)
    return notes


@pytest.mark.timeout(150)
async def test_bands_of_other_processes_are_found_and_their_movements_counted(tmp_path: Path):
    bands: dict[str, Program] = {}
    async with virtual_radio() as virtual, AsyncExitStack() as stack:
        for sensor in SENSORS:
            plugged = await stack.enter_async_context(dongle(virtual.air))
            arguments = ("simulate", sensor, "--transport", plugged.spec, "--json")
            bands[sensor] = await stack.enter_async_context(program(tmp_path, *arguments))
        counts = await asyncio.gather(*(counted(virtual, sensor) for sensor in SENSORS))
        for band in bands.values():
            band.stop()
            assert await band.ended() == 0
    for sensor, notes in zip(SENSORS, counts, strict=True):
        assert {rep.grade for rep in notes.reps} == {"full"}
        offered, *happened = bands[sensor].events()
        services = sorted({place.service for place in PROFILES.get(sensor).gatt.values()})
        assert (offered["profile"], offered["services"]) == (sensor, services)
        assert "streaming" in {event["event"] for event in happened}
    commands = [
        event["about"] for event in bands[SENSORS[0]].events() if event["event"] == "command"
    ]
    assert commands == ["stop", "battery", "start", "stop"]


def an_offer(sensor: str, faults: Faults) -> Offer:
    return Offer(
        profile=PROFILES.get(sensor),
        address="F0:F1:F2:F3:F4:01",
        exercise=load_catalogue().find("free_reps"),
        params={},
        rate_hz=None,
        samples_n=None,
        faults=faults,
        seed=1,
    )


@asynccontextmanager
async def offered(
    virtual: VirtualRadio, sensor: str, faults: Faults
) -> AsyncGenerator[list[Offered | Happened]]:
    """A band offered by this process through a controller outside it; what it tells."""
    told: list[Offered | Happened] = []
    stop = asyncio.Event()
    async with dongle(virtual.air) as plugged, asyncio.TaskGroup() as tasks:
        offer = an_offer(sensor, faults)
        tasks.create_task(simulate(offer, plugged.spec, SessionClock(), stop, told.append))
        yield told
        stop.set()


def words(told: list[Offered | Happened]) -> list[str]:
    return [one.event for one in told]


async def test_what_goes_wrong_is_told_and_the_band_is_there_again():
    notes, clock = Notes(), FastClock()
    async with (
        virtual_radio() as virtual,
        offered(virtual, "tindeq-progressor", Faults(drop_s=0.3)) as told,
        running(new_link(virtual, PROFILES.get("tindeq-progressor"), clock), notes),
    ):
        await until(lambda: words(told).count("streaming") == 2, within_s=LONGEST_S)
    faults = [one.about for one in told if isinstance(one, Happened) and one.event == "fault"]
    assert faults[0] == "drop"
    assert words(told)[words(told).index("fault") + 1] == "disconnected"


async def test_a_scale_that_falls_silent_repeats_no_old_reading():
    clock, notes = FastClock(), Notes()
    scale = PROFILES.get("weiheng-wh-c06")
    async with (
        virtual_radio() as virtual,
        offered(virtual, scale.device.id, Faults(silence_s=0.5)) as told,
        running(new_link(virtual, scale, clock), notes),
    ):
        await until(lambda: "fault" in words(told))
        await asyncio.sleep(0.3)
        heard_n = notes.frames_n
        await asyncio.sleep(1.0)
        assert notes.frames_n == heard_n > 0


async def test_a_controller_that_goes_away_ends_it_with_a_sentence():
    told: list[Offered | Happened] = []
    never, offer = asyncio.Event(), an_offer("tindeq-progressor", Faults())
    async with dongle(Air()) as plugged:
        simulating = asyncio.create_task(
            simulate(offer, plugged.spec, SessionClock(), never, told.append)
        )
        await until(lambda: told)
        await asyncio.sleep(0.2)
        await plugged.pull_out()
        with pytest.raises(RadioUnavailableError, match="went away"):
            await simulating


async def test_it_waits_where_the_controller_is_to_come_to_it(
    monkeypatch: pytest.MonkeyPatch, free_port: int
):
    monkeypatch.setattr(adapter_module, "ANSWER_S", 0.2)
    told: list[Offered | Happened] = []
    stop, offer = asyncio.Event(), an_offer("weiheng-wh-c06", Faults())
    spec = f"tcp-server:127.0.0.1:{free_port}"
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(simulate(offer, spec, SessionClock(), stop, told.append))
        await asyncio.sleep(0.5)
        assert not told
        async with await open_tcp_client_transport(f"127.0.0.1:{free_port}") as plugged:
            Controller("simulated", plugged.source, plugged.sink, Air())
            await until(lambda: "streaming" in words(told))
            stop.set()
            await asyncio.sleep(0.3)


async def test_ctrl_c_ends_the_waiting_for_a_controller(tmp_path: Path, free_port: int):
    arguments = ("simulate", "sig-force", "--transport", f"tcp-server:127.0.0.1:{free_port}")
    async with program(tmp_path, *arguments) as band:
        await band.told("waiting for a Bluetooth controller")
        band.stop()
        assert await band.ended() == 0
    assert band.out == []


async def test_a_port_where_no_controller_answers_is_told(monkeypatch: pytest.MonkeyPatch):
    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(100):
            pass
        writer.close()
        await writer.wait_closed()
        gone.set()

    monkeypatch.setattr(adapter_module, "ANSWER_S", 0.2)
    never, gone, offer = asyncio.Event(), asyncio.Event(), an_offer("sig-force", Faults())
    async with await asyncio.start_server(hear, "127.0.0.1", 0) as server:
        spec = f"tcp-client:127.0.0.1:{server.sockets[0].getsockname()[1]}"
        with pytest.raises(RadioUnavailableError, match="no Bluetooth controller answers"):
            await simulate(offer, spec, SessionClock(), never, lambda _event: None)
        await gone.wait()


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def ended(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> object:
    """The exit status of a call in this process."""
    monkeypatch.setattr(sys, "argv", ["bandmate", "simulate", *arguments])
    with pytest.raises(SystemExit) as end:
        main()
    return end.value.code


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("transport", "said"),
    [
        (NOWHERE, "A controller must listen there"),
        ("nonsense:1", "Known are hci-socket:0"),
        ("usb", "Plug a Bluetooth dongle in"),
        ("serial:/dev/no-such-port,1000000", "Name the port and its speed"),
    ],
)
def test_a_controller_that_cannot_be_reached_is_told_with_what_to_do(
    transport: str,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    assert ended(monkeypatch, "tindeq-progressor", "--transport", transport) == 1
    err = capsys.readouterr().err
    assert err.startswith("bandmate: the Bluetooth transport")
    assert said in err
    assert "Traceback" not in err


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sig-battery"], "sig-battery is a service"),
        (["tindeq-progresor"], "Did you mean 'tindeq-progressor'?"),
        (["tindeq-progressor", "--exercise", "flossing"], "unknown exercise 'flossing'"),
        (["tindeq-progressor", "--samples", "40"], "holds 1 to 31 readings"),
        (["frez-dyno"], "frez-dyno needs the parameter coefficient"),
        (["movella-dot", "--rate", "7"], "rate_hz cannot be 7"),
        (["tindeq-progressor", "--address", "00:11:22:33:44:55"], "no random static address"),
        (["tindeq-progressor", "--fault", "hunger"], "One of: loss, duplicate"),
        (["tindeq-progressor", "--fault", "loss=2"], "A share is 0 to 1"),
        (["tindeq-progressor", "--fault", "held"], "no display that can be held"),
    ],
)
def test_what_cannot_be_offered_ends_with_2_and_says_why(
    arguments: list[str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    assert ended(monkeypatch, *arguments, "--transport", NOWHERE) == 2
    assert said in capsys.readouterr().err


@pytest.mark.usefixtures("home")
def test_without_the_virtual_radio_the_extra_to_install_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    for name in [n for n in sys.modules if n.startswith("bandmate.sim.") or n == "bumble"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "bumble", None)
    assert ended(monkeypatch, "tindeq-progressor") == 2
    assert "bandmate[sim]" in capsys.readouterr().err


async def test_a_person_reads_what_is_offered_and_done(tmp_path: Path):
    async with virtual_radio() as virtual, dongle(virtual.air) as plugged:
        arguments = ("simulate", "sig-force", "--transport", plugged.spec)
        async with program(tmp_path, *arguments, "--address", "f0:f1:f2:f3:f4:05") as band:
            link = new_link(virtual, PROFILES.get("sig-force"), FastClock(), "F0:F1:F2:F3:F4:05")
            async with running(link, Notes()):
                assert (await band.told("streaming")).endswith("streaming    10 Hz")
            band.stop()
            assert await band.ended() == 0
    assert band.out[0] == "Offered   Bluetooth SIG Force characteristic at F0:F1:F2:F3:F4:05"
    assert "Service   0000185a-0000-1000-8000-00805f9b34fb" in band.out
    assert not band.err


async def test_it_ends_by_itself_when_it_is_told_how_long(tmp_path: Path):
    async with dongle(Air()) as plugged:
        arguments = ("simulate", "sig-force", "--transport", plugged.spec, "--for", "0.5")
        async with program(tmp_path, *arguments) as band:
            assert await band.ended() == 0
    assert band.out[0].startswith("Offered")

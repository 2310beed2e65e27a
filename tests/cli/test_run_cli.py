"""`bandmate run` as a person starts it: what is told, what is kept, and how it ends."""

import logging
import signal
import socket
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.program import Program, program
from app.rig import BASE, ear, write_csv
from bandmate.cli import main
from bandmate.sim.person import reps
from parts.servers import Mosquitto
from parts.waiting import until

Run = Callable[..., tuple[int, str, str]]
PULL = reps(2, 4.0, 14.0, 1.5, start_s=0.5)

BAND = '[[band]]\nname = "left"\nlink = "replay:pull.csv"\nexercise = "free_reps"\n'
DOT = '[[band]]\nname = "left"\nprofile = "movella-dot"\n'
QUIET = '[page]\nport = 0\n[sound]\noutput = "off"\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A configuration that plays the recording of four seconds beside it."""
    write_csv(tmp_path / "pull.csv", PULL, 4.0)
    return configure(tmp_path / "bandmate.toml", BAND + QUIET)


def configure(file: Path, text: str) -> Path:
    file.write_text(text)
    return file


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Call `bandmate run` in this process."""
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / "home"))
    monkeypatch.delenv("BANDMATE_CONFIG", raising=False)
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # the command sets its own

    def call(*arguments: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["bandmate", "run", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        assert isinstance(ended.value.code, int)
        out, err = capsys.readouterr()
        return ended.value.code, out, err

    return call


def stored(home: Path) -> list[str]:
    """The names of what a person's store holds, in order."""
    with closing(sqlite3.connect(home / ".local/share/bandmate/bandmate.db")) as db:
        return [name for (name,) in db.execute("SELECT name FROM record ORDER BY seq")]


def test_check_says_that_all_is_well(file: Path, run: Run):
    configure(file, BAND)

    assert run("--config", file, "--check") == (
        0,
        f"{file}: the configuration is valid; bands: left.\n",
        "",
    )


def test_check_takes_the_parameters_of_a_sensor(file: Path, run: Run):
    configure(file, DOT + "params = { mode = 26, rate_hz = 30 }")

    status, out, err = run("--config", file, "--check")

    assert (status, err) == (0, "")
    assert "bands: left" in out


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (BAND + "[mqtt]\nprot = 1", "mqtt.prot: there is no such key\nDid you mean port?"),
        (
            BAND.replace("free_reps", "free_rep"),
            "band left: unknown exercise 'free_rep'\nDid you mean free_reps?",
        ),
        (
            '[[band]]\nname = "left"\nprofile = "tindeq"',
            "band left: no device profile 'tindeq'\nDid you mean 'tindeq-progressor'?",
        ),
        (
            DOT + "params = { rate_hs = 30 }",
            "band left: movella-dot takes no parameter 'rate_hs'\nDid you mean 'rate_hz'?",
        ),
        (
            DOT + "params = { mode = 7 }",
            "band left: movella-dot: parameter mode cannot be 7\nOne of: 5, 6, 21, 26.",
        ),
        (DOT + 'params = { mode = "x" }', "parameter mode must be a finite integer"),
        (
            DOT.replace("movella-dot", "tindeq-progressor") + "params = { mode = 7 }",
            "band left: tindeq-progressor takes no parameter 'mode'\nIt takes none: leave it out.",
        ),
        (
            DOT.replace("movella-dot", "sig-battery"),
            "band left: sig-battery is a service that sensors",
        ),
        ("[[band", "not valid TOML"),
    ],
)
def test_a_wrong_configuration_is_told_and_nothing_is_begun(
    file: Path, run: Run, text: str, told: str
):
    configure(file, text)

    status, out, err = run("--config", file)

    assert (status, out) == (2, "")
    assert err.startswith(f"bandmate: {file}: ")
    assert told in err
    assert "Traceback" not in err
    assert [path.name for path in file.parent.iterdir()] == ["bandmate.toml", "pull.csv"]


def test_a_recording_that_is_missing_is_told(file: Path, run: Run):
    configure(file, BAND.replace("pull.csv", "push.csv"))

    assert run("--config", file, "--check") == (
        1,
        "",
        "bandmate: push.csv: there is no such file\n",
    )


def test_a_raw_recording_is_told_where_it_belongs(file: Path, run: Run):
    (file.parent / "pull.csv").write_text('{"bandmate_recording":1}\n')

    status, _, err = run("--config", file, "--check")

    assert status == 1
    assert "pull.csv: a raw recording cannot be played in place of a sensor\n" in err


def test_the_environment_names_the_file_and_holds_the_secrets(
    file: Path, run: Run, monkeypatch: pytest.MonkeyPatch
):
    configure(file, BAND + '[mqtt]\nhost = "broker.example"\n')
    monkeypatch.setenv("BANDMATE_CONFIG", str(file))
    monkeypatch.setenv("BANDMATE_MQTT__PASSWORD", "hunter2")

    status, out, err = run("--check")

    assert status == 0
    assert "hunter2" not in out + err

    monkeypatch.setenv("BANDMATE_MQTT__PASSWRD", "hunter2")
    status, out, err = run("--check")

    assert (status, out) == (2, "")
    assert err.startswith("bandmate: $BANDMATE_MQTT__PASSWRD: there is no such setting\n")
    assert "hunter2" not in err


def test_without_a_configuration_a_check_says_how_to_give_one(run: Run, tmp_path: Path):
    status, _, err = run("--check")

    assert status == 2
    assert err.startswith(f"bandmate: {tmp_path}/home/bandmate/config.toml: there is no")


def test_a_configuration_that_was_named_is_to_be_there(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    gone = tmp_path / "mistyped.toml"
    monkeypatch.setenv("BANDMATE_CONFIG", str(gone))

    for status, _, err in (run(), run("--config", gone)):
        assert status == 2
        assert err.startswith(f"bandmate: {gone}: there is no configuration here")


def test_a_configuration_without_a_band_is_valid(file: Path, run: Run):
    configure(file, QUIET)

    status, out, _ = run("--config", file, "--check")

    assert (status, out) == (0, f"{file}: the configuration is valid; bands: none yet.\n")


async def test_whoever_has_nothing_yet_is_shown_the_way_to_the_page(tmp_path: Path):
    nothing = {"BANDMATE_PAGE__PORT": "0", "BANDMATE_SOUND__OUTPUT": "off"}
    async with program(tmp_path / "home", "run", environment=nothing) as service:
        await service.told("Coach page   http://127.0.0.1:")
        await service.told("No band yet: open the coach page, then Menu, Set-up.")
        service.stop()
        assert await service.ended() == 0


def test_an_own_profile_that_cannot_be_used_is_told(file: Path, run: Run, tmp_path: Path):
    own = tmp_path / "home" / "bandmate" / "profiles" / "mine.toml"
    own.parent.mkdir(parents=True)
    own.write_text("[device]")
    configure(file, BAND)

    status, _, err = run("--config", file, "--check")

    assert status == 0
    assert f"{own}: not a device profile" in err


def test_a_port_that_is_taken_is_told(file: Path, run: Run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        configure(file, f"{BAND}[page]\nport = {port}\n")

        status, out, err = run("--config", file)

    assert (status, out) == (2, "")
    assert f"port {port}: another program uses that port\nIs bandmate running already?" in err
    assert "Traceback" not in err


async def test_it_says_where_the_page_is_and_ends_by_ctrl_c(file: Path, tmp_path: Path):
    async with program(tmp_path / "home", "run", "--config", file) as service:
        await service.told("Coach page   http://127.0.0.1:")
        await service.told("rep 1")
        service.stop()
        assert await service.ended() == 0

    assert any("summary: " in line for line in service.out)
    assert "Traceback" not in str(service)


async def test_json_is_events_alone_and_replays_to_the_letter(file: Path, tmp_path: Path):
    async with program(tmp_path / "home", "run", "--config", file, "--json") as service:
        await service.told('"summary"')
        service.stop(signal.SIGTERM)
        assert await service.ended() == 0

    assert [event["event"] for event in service.events()].count("rep") == 2
    (recording,) = (tmp_path / "home/.local/share/bandmate/recordings").iterdir()
    async with program(tmp_path / "home", "replay", recording, "--json") as replay:
        assert await replay.ended() == 0
    assert replay.out == service.out


async def test_sigterm_in_a_set_ends_it_and_says_goodbye(
    file: Path, tmp_path: Path, mosquitto: Mosquitto
):
    configure(file, f'{BAND}{QUIET}[mqtt]\nhost = "127.0.0.1"\nport = {mosquitto.port}\n')

    async with (
        ear(mosquitto.port) as heard,
        program(tmp_path / "home", "run", "--config", file, "--json") as service,
    ):
        await until(lambda: "set_started" in {body["event"] for body in heard.events()})
        service.stop(signal.SIGTERM)
        assert await service.ended() == 0
        await until(lambda: heard.events()[-1]["event"] == "summary")

    assert [event["event"] for event in service.events()][-1] == "summary"
    assert {"set_ended", "summary"} <= set(stored(tmp_path / "home"))
    async with ear(mosquitto.port) as later:
        await until(lambda: later.on(f"{BASE}/status") == [b"offline"])
        await until(lambda: later.on(f"{BASE}/band/left/availability") == [b"offline"])


async def test_a_bug_in_the_core_is_loud_and_what_came_before_is_stored(file: Path, tmp_path: Path):
    broken = """
import sys
from bandmate.cli import main
from bandmate.engine.active_set import ActiveSet

def step(self, signal, *, trusted):
    raise RuntimeError("a bug")

ActiveSet.step = step
sys.argv[0] = "bandmate"
main()
"""
    arguments = ("run", "--config", file)
    async with program(tmp_path / "home", *arguments, python=("-c", broken)) as service:
        assert await service.ended() == 1

    assert "RuntimeError: a bug" in "\n".join(service.err)
    assert stored(tmp_path / "home")[0] == "set_started"


def addresses(service: Program) -> list[str]:
    return [line.split()[-1] for line in service.out if "https://" in line]


async def test_a_page_for_the_whole_network_has_an_address_others_can_open(
    file: Path, tmp_path: Path
):
    configure(file, BAND + QUIET.replace("[page]", '[page]\nhost = "0.0.0.0"'))

    async with program(tmp_path / "home", "run", "--config", file) as service:
        await service.told("Ctrl-C ends it.")
        service.stop()
        await service.ended()

    assert addresses(service)
    assert not any("//0.0.0.0" in address for address in addresses(service))

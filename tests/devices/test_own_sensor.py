"""The page "Add your own sensor" leads from captured bytes to a sensor that can be used."""

import json
import re
import struct
from pathlib import Path

import pytest
from click.testing import CliRunner

from bandmate.cli import bandmate
from bandmate.devices.encoder import Encoder
from bandmate.devices.registry import read_profile
from bandmate.domain.samples import Decoded
from devices.own_page import PAGE, PROFILE_TEXT


def captured(force_n: float, at_ms: int, *, held: bool = False) -> str:
    """What the page's sensor sends, written here a second time and by hand."""
    body = struct.pack("<BBhH", 0x5A, 0x80 if held else 0, round(force_n * 100), at_ms)
    return (body + bytes([sum(body) & 0xFF])).hex()


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The profile where the page says to save it."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("BANDMATE_CONFIG", raising=False)
    file = tmp_path / "bandmate/profiles/bandsense.toml"
    file.parent.mkdir(parents=True)
    file.write_text(PROFILE_TEXT)
    return file


def run(*arguments: str) -> str:
    result = CliRunner().invoke(bandmate, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_page_shows_what_such_a_sensor_sends():
    shown = re.findall(r"^    (5a[0-9a-f]{12})\s", PAGE, re.MULTILINE)
    assert shown == [
        captured(0.0, 1000),
        captured(0.0, 1050),
        captured(4.12, 1100),
        captured(17.9, 1150),
        captured(-0.35, 1200),
        captured(17.9, 1250, held=True),
    ]


def test_its_profile_holds(saved: Path):
    assert run("profiles", "check", str(saved)) == f"{saved}: ok, 3 vectors\n"
    assert "bandsense" in run("profiles", "list")


def test_its_commands_print_what_it_says(saved: Path):
    assert saved.exists()
    (command,) = re.findall(r"^bandmate (profiles decode .*)$", PAGE, re.MULTILINE)
    (printed,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    told = run(*command.split()).splitlines()
    assert list(map(json.loads, told)) == list(map(json.loads, printed.splitlines()))


def test_a_split_and_a_wrong_frame_are_met_like_those_of_any_sensor(saved: Path):
    assert saved.exists()
    good = captured(9.81, 1300)
    wrong = good[:-2] + "00"
    told = run("profiles", "decode", "bandsense", good[:6], good[6:] + wrong, good)
    errors = [json.loads(line)["error"] for line in told.splitlines()]
    assert errors == [None, "checksum", None]


def test_its_virtual_twin_sends_what_the_board_sends(saved: Path):
    encoder = Encoder(read_profile(saved))
    assert [frame.hex() for frame in encoder.encode(Decoded([4.12], [1100]))] == [
        captured(4.12, 1100)
    ]

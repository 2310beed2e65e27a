"""`bandmate doctor` as a person runs it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bandmate.cli import bandmate
from bandmate.errors import CheckFailedError


@pytest.fixture(autouse=True)
def no_bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path / 'none'}")


def doctor(tmp_path: Path, config: str, *args: str) -> Result:
    file = tmp_path / "config.toml"
    file.write_text(f"[store]\npath = '{tmp_path}'\n[page]\nport = 1\n{config}")
    return CliRunner().invoke(bandmate, ["doctor", "--config", str(file), *args])


def test_each_line_says_ok_or_a_problem_with_its_fix(tmp_path: Path):
    ended = doctor(tmp_path, "[[band]]\nname = 'left'\nprofile = 'tindeq-progressor'\n")
    lines = ended.stdout.splitlines()
    assert f"ok       configuration: {tmp_path / 'config.toml'}: left" in lines
    at = lines.index("problem  adapter: the system's message bus (D-Bus) cannot be reached")
    assert lines[at + 1].startswith("         fix: Start it")
    assert isinstance(ended.exception, CheckFailedError)
    assert ended.exception.exit_status == 3


def test_a_wrong_configuration_is_a_finding_among_others(tmp_path: Path):
    ended = doctor(tmp_path, "[[band]]\nname = 'left'\nprofil = 'x'\n", "--json")
    found = {one["check"]: one for one in map(json.loads, ended.stdout.splitlines())}
    assert found["configuration"]["state"] == "problem"
    assert "there is no such key" in found["configuration"]["text"]
    assert "profile" in found["configuration"]["fix"]
    assert {"disk", "clock", "adapter"} <= found.keys()


def test_a_configuration_without_a_band_leads_to_pairing(tmp_path: Path):
    ended = doctor(tmp_path, "")
    assert "fix: Run: bandmate pair" in ended.stdout

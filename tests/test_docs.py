"""The documents name everything that users may rely on; the files keep the house rules."""

import re
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest

from bandmate.app.config_keys import keys_at
from bandmate.cli import NAMES
from bandmate.devices.registry import load_profiles
from bandmate.domain.alerts import ALERTS, AlertCode
from bandmate.domain.events import EVENT_TYPES, Event
from bandmate.domain.session_events import SESSION_EVENT_TYPES
from bandmate.sinks.line_protocol import SCHEMA, TAGS

ROOT = Path(__file__).parents[1]
INTERFACES = (ROOT / "docs/interfaces.md").read_text()
README = (ROOT / "README.md").read_text()
CHANGELOG = (ROOT / "CHANGELOG.md").read_text()
MOST_LINES = 400
PROMISE = re.compile(
    r"\b(treats?|relieves?|decompress\w*|prevents?|heals?|cures?|safe|correct|normal|healthy)\b",
    re.IGNORECASE,
)
MACHINE_PATH = re.compile(r"(?<![\w./}])/(?:work|tmp|root|home|Users)/[\w.]")


def section(title: str) -> str:
    """The text under a heading of `docs/interfaces.md`."""
    return INTERFACES.split(f"\n## {title}\n")[1].split("\n## ")[0]


def named(text: str) -> set[str]:
    """Everything that stands between backticks in a line."""
    return set(re.findall(r"`([^`\n]+)`", text))


def row(text: str, key: str) -> str:
    """The row of a table that begins with a key."""
    return next(line for line in text.splitlines() if line.startswith(f"| `{key}`"))


@pytest.mark.parametrize("kind", [*EVENT_TYPES, *SESSION_EVENT_TYPES], ids=lambda kind: kind.name)
def test_every_event_is_documented_with_its_fields(kind: type[Event]):
    documented = named(row(section("Events"), kind.name))
    if kind.name == "alert_cleared":
        documented |= named(row(section("Events"), "alert_raised"))
    common = {field.name for field in fields(Event)}
    assert {field.name for field in fields(kind)} - common - documented == set()


def test_what_every_event_carries_is_documented():
    assert {field.name for field in fields(Event)} - named(section("Events")) == set()


@pytest.mark.parametrize("code", AlertCode)
def test_every_alert_is_documented_with_its_urgency(code: AlertCode):
    line = next(line for line in section("Alerts").splitlines() if code in named(line))
    assert ALERTS[code].urgency in line.split("|")[2]


def test_every_measurement_and_tag_is_documented():
    assert {*SCHEMA, *TAGS} - named(section("InfluxDB")) == set()


@pytest.mark.parametrize("command", NAMES)
def test_every_command_is_documented(command: str):
    assert re.search(rf"^\| `bandmate {command}\b", README, re.MULTILINE)
    assert command in " ".join(named(CHANGELOG)).split()


def test_every_sensor_is_documented():
    assert {profile.device.id for profile in load_profiles()} - named(README) == set()


@pytest.mark.parametrize("table", keys_at(()))
def test_every_key_of_the_configuration_is_documented(table: str):
    heading = "[[band]]" if table == "band" else f"[{table}]"
    rows = section("Configuration").split(f"| `{heading}`")[1].split("| `[")[0]
    assert set(keys_at((table,))) - named(rows) == set()


def tracked() -> list[Path]:
    """The text files of the repository."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this is no git checkout")
    files = (ROOT / name for name in listed.stdout.split("\0") if name)
    texts = (file for file in files if file.is_file() and file.suffix != ".png")
    return [file for file in texts if file.name != "uv.lock"]


def test_no_document_promises_anything():
    texts = [file for file in tracked() if file.suffix in {".md", ".toml", ".html"}]
    assert {"README.md", "001_three_phases.toml", "index.html"} <= {file.name for file in texts}
    assert {
        file.name: found for file in texts if (found := PROMISE.findall(file.read_text()))
    } == {}


def test_no_source_file_is_long():
    long = {
        str(file): lines
        for file in (ROOT / "src").rglob("*.py")
        if (lines := len(file.read_text().splitlines())) > MOST_LINES
    }
    assert long == {}


def test_no_file_holds_a_path_of_one_machine():
    found = {
        str(file.relative_to(ROOT)): paths
        for file in tracked()
        if (paths := MACHINE_PATH.findall(file.read_text()))
    }
    assert found == {}


RELIABILITY = (ROOT / "docs/reliability.md").read_text()


@pytest.mark.parametrize("place", sorted(set(re.findall(r"`(tests/\S+::\w+)`", RELIABILITY))))
def test_every_test_that_a_fault_or_a_pitfall_names_is_there(place: str):
    file, name = place.split("::")
    assert re.search(rf"^(async )?def {name}\(", (ROOT / file).read_text(), re.MULTILINE)

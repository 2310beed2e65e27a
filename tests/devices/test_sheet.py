"""The page of sensors is made from the profiles, and says what cannot be supported."""

from pathlib import Path

import pytest

from bandmate.devices.registry import load_profiles
from bandmate.devices.sheet import sensor_sheet
from bandmate.devices.unsupported import UNSUPPORTED, reason_for
from bandmate.errors import UsageError

PROFILES = load_profiles()
PAGE = Path(__file__).parents[2] / "docs/sensors.md"


def test_the_page_is_up_to_date():
    assert PAGE.read_text() == sensor_sheet(PROFILES), "run `make sensors`"


def test_every_sensor_and_every_note_is_on_it():
    page = sensor_sheet(PROFILES)
    for profile in PROFILES:
        assert f"| {profile.device.name} | `{profile.device.id}` |" in page
        assert all(f"- {note}\n" in page for note in profile.device.notes)


def test_what_cannot_be_supported_is_on_it_with_the_reason():
    page = sensor_sheet(PROFILES)
    assert all(f"| {name} | {reason} |" in page for name, reason in UNSUPPORTED.items())


@pytest.mark.parametrize("name", ["kinvent", "microFET", "smartboard-pro", "activforce2"])
def test_who_asks_for_one_is_told_why_not(name: str):
    assert reason_for(name)
    with pytest.raises(UsageError, match="not supported"):
        PROFILES.get(name)


@pytest.mark.parametrize("name", ["", "tindeq", "gauge"])
def test_nobody_else_is_told_so(name: str):
    assert reason_for(name) == ""

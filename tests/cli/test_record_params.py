"""`bandmate record --param`: what must be known of a sensor is asked for, checked and kept."""

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from bandmate.app import reach as reach_module
from bandmate.cli import main
from bandmate.cli.record import find_and_record
from bandmate.devices.registry import parse_profile
from bandmate.errors import LinkLostError, UsageError
from bandmate.link.recording_raw import read_raw
from bandmate.sim.radio import virtual_radio
from link.puppet import START_STOP, Puppet, puppet_text
from link.rig import radio_of

GAIN = """
[params.gain]
text = "newton a step"
required = true
"""
SCALED = '{ name = "force", type = "i32le", unit = "N", factor = "gain" }'
PROFILE = parse_profile(puppet_text(START_STOP + GAIN, reading=SCALED).encode())


@pytest.fixture(autouse=True)
def short_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach_module, "LOOK_S", 0.2)


async def recorded(file: Path, params: Mapping[str, str], *, mute: bool = False) -> None:
    async with virtual_radio() as virtual:
        puppet = Puppet(virtual.air, PROFILE, values={"battery": "57"})
        puppet.mute = mute
        async with puppet.switched_on():
            await find_and_record(
                file, radio_of(virtual), (PROFILE,), None, for_s=0.5, band="left", params=params
            )


async def test_the_parameters_of_the_sensor_are_recorded(tmp_path: Path):
    await recorded(tmp_path / "pull.jsonl", {"gain": "0.5"})
    recording = read_raw(tmp_path / "pull.jsonl")
    (band,) = recording.header.bands
    assert "battery" in {entry.role for entry in recording.entries}
    assert (band.profile, band.params) == ("puppet", {"gain": 0.5})


async def test_a_parameter_that_the_sensor_needs_is_asked_for(tmp_path: Path):
    with pytest.raises(UsageError, match=r"needs the parameter gain.*\n.*--param gain=VALUE"):
        await recorded(tmp_path / "pull.jsonl", {})
    assert not (tmp_path / "pull.jsonl").exists()


async def test_a_sensor_that_tells_of_itself_but_sends_no_readings_leaves_no_file(tmp_path: Path):
    with pytest.raises(LinkLostError, match="sent nothing"):
        await recorded(tmp_path / "pull.jsonl", {"gain": "1"}, mute=True)
    assert not (tmp_path / "pull.jsonl").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--param", "rate_hz"), "--param 'rate_hz' is not of the form KEY=VALUE"),
        (("--param", "=50"), "--param '=50' is not of the form KEY=VALUE"),
        (
            ("--profile", "movella-dot", "--param", "rate_hs=30"),
            "takes no parameter 'rate_hs'\nDid you mean 'rate_hz'?",
        ),
        (
            ("--profile", "movella-dot", "--param", "rate_hz=30", "--param", "rate_hz=31"),
            "parameter rate_hz cannot be '31'",
        ),
        (("--profile", "sig-battery"), "sig-battery is a service that sensors offer"),
    ],
)
def test_a_call_that_cannot_be_done_ends_before_the_radio_is_asked(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    told: str,
):
    file = tmp_path / "pull.jsonl"
    monkeypatch.setattr(sys, "argv", ["bandmate", "record", str(file), *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = capsys.readouterr()
    assert (ended.value.code, out) == (2, "")
    assert told in err
    assert not file.exists()

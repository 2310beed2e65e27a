"""`bandmate profiles` as a person runs it: what is printed where, and how it ends."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bandmate.cli import main
from bandmate.devices.registry import shipped_files

Run = Callable[..., tuple[int, str, str]]
SHIPPED = sorted(file.name.removesuffix(".toml") for file in shipped_files())


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["bandmate", "profiles", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, out, err

    return run


def decoded(run: Run, *arguments: str) -> list[dict[str, Any]]:
    status, out, err = run("decode", *arguments)
    assert (status, err) == (0, "")
    return [json.loads(line) for line in out.splitlines()]


def test_list_is_sorted_and_aligned(run: Run):
    status, out, _ = run("list")
    heading, *rows = out.splitlines()
    assert status == 0
    assert [row.split()[0] for row in rows] == SHIPPED
    assert all(row[heading.index("LINK") - 1] == " " for row in rows)


def test_list_as_json_is_one_object_a_line(run: Run):
    _, out, _ = run("list", "--json")
    assert [json.loads(line)["id"] for line in out.splitlines()] == SHIPPED


def test_show_tells_what_matters(run: Run):
    status, out, _ = run("show", "weiheng-wh-c06")
    assert status == 0
    assert "0.09807 N" in out
    assert "the address must be confirmed" in out


def test_show_as_json_lists_limits_commands_and_capabilities(run: Run):
    _, out, _ = run("show", "tindeq-progressor", "--json")
    shown = json.loads(out)
    assert shown["limits"] == {"max_n": 1470.9975, "resolution_n": 0.1, "rate_hz": 80.0}
    steps = {name: command["steps"][0] for name, command in shown["commands"].items()}
    assert {step["char"][:8] for step in steps.values()} == {"7e4e1703"}
    assert {name: step["hex"] for name, step in steps.items()} == {
        "start": "65",
        "stop": "66",
        "tare": "64",
        "battery": "6f",
        "firmware": "6b",
        "sleep": "6e",
        "device_id": "70",
        "calibration": "72",
        "status": "6c",
        "clear_error": "6d",
        "peak_rfd": "67",
        "rfd_series": "68",
    }
    assert {"device_clock", "hardware_tare", "battery"} <= set(shown["capabilities"])


def test_decode_prints_what_the_contract_says(run: Run):
    assert decoded(run, "tindeq-progressor", "010800002041e8030000", "01", "0400") == [
        {
            "frame": 0,
            "samples": [{"force_n": 98.0665, "t": 1000}],
            "facts": {},
            "error": None,
        },
        {"frame": 1, "samples": [], "facts": {}, "error": "short_header"},
        {"frame": 2, "samples": [], "facts": {"battery_low": 1}, "error": None},
    ]


@pytest.mark.parametrize(
    "char", ["battery", "2a19", "0x2A19", "00002a19-0000-1000-8000-00805F9B34FB"]
)
def test_a_stream_is_chosen_by_role_or_uuid(run: Run, char: str):
    (frame,) = decoded(run, "sig-force", "--char", char, "2a")
    assert frame["facts"] == {"battery_pct": 42}


@pytest.mark.parametrize(
    ("mode", "frame", "quantities"),
    [
        ("5", "e80300000000803f" + 12 * "00", {"quat"}),
        ("6", "e80300000000003f000080bf00001d41" + 4 * "00", {"acc_ms2"}),
        ("21", "e8030000" + 24 * "00", {"acc_ms2", "gyro_rads"}),
        ("26", "e80300000000803f" + 55 * "00", {"quat", "acc_ms2", "gyro_rads"}),
    ],
)
def test_the_mode_says_on_which_channel_readings_arrive(
    run: Run, mode: str, frame: str, quantities: set[str]
):
    (read,) = decoded(run, "movella-dot", "--param", f"mode={mode}", frame)
    assert read["error"] is None
    assert [sample.keys() for sample in read["samples"]] == [quantities | {"t"}]


@pytest.mark.parametrize(
    ("company", "error"), [("256", None), ("0x0100", None), ("76", "no_match")]
)
def test_an_advertisement_under_a_company_id(run: Run, company: str, error: str | None):
    payload = "0203112ac0191122e20104d201f4019990"
    (frame,) = decoded(run, "weiheng-wh-c06", "--company", company, payload)
    assert frame["error"] == error
    assert [sample["force_n"] for sample in frame["samples"]] == ([] if error else [121.014061])


def test_without_a_company_id_the_sensors_own_is_meant(run: Run):
    (frame,) = decoded(run, "weiheng-wh-c06", "0203112ac0191122e201000001f4019990")
    assert frame["samples"] == [{"force_n": 0.0}]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("decode", "tindeq-progresor", "00"), "tindeq-progressor"),
        (("show", "sigforce"), "sig-force"),
        (("decode", "sig-force", "00000000", "0g"), "'0g'"),
        (("decode", "sig-force", "000"), "'000'"),
        (("decode", "sig-force"), "HEX"),
        (("decode", "sig-force", "--char", "control", "00"), "control"),
        (("decode", "tindeq-progressor", "--char", "7e4e1703", "00"), "7e4e1703"),
        (("decode", "sig-force", "--company", "256", "00"), "advert"),
        (("decode", "weiheng-wh-c06", "--company", "x", "00"), "--company"),
        (("decode", "sig-force", "--param", "scale", "00"), "--param"),
        (("decode", "sig-force", "--param", "scale=2", "00"), "'scale'"),
    ],
)
def test_a_wrong_call_ends_with_2_and_names_what_is_wrong(
    run: Run, arguments: tuple[str, ...], named: str
):
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert named in err
    assert "Traceback" not in err


def test_shipped_profiles_check(run: Run):
    status, out, err = run("check")
    assert (status, err) == (0, "")
    assert out.count(": ok, ") == len(shipped_files())


def write(folder: Path, profile_id: str, old: str = "", new: str = "") -> Path:
    (source,) = [file for file in shipped_files() if file.name == f"{profile_id}.toml"]
    path = folder / source.name
    path.write_text(source.read_text().replace(old, new))
    return path


def test_check_names_file_place_and_what_to_do(run: Run, tmp_path: Path):
    path = write(tmp_path, "sig-force", "force_n = 1000.0", "force_n = 1.0")
    status, out, err = run("check", str(path))
    assert status == 3
    assert out.startswith(f"{path}: vectors[force-max]: sample 0: force_n is 1000.0, not 1.0; ")
    assert err == "bandmate: 1 of the checks did not hold\n"


def test_check_of_a_folder_looks_at_every_file(run: Run, tmp_path: Path):
    write(tmp_path, "sig-force")
    write(tmp_path, "weiheng-wh-c06")
    (tmp_path / "broken.toml").write_text("schema = ")
    status, out, _ = run("check", str(tmp_path))
    assert status == 3
    assert out.count(": ok, ") == 2
    assert "broken.toml: not valid TOML" in out


def test_check_finds_two_profiles_of_one_sign(run: Run, tmp_path: Path):
    write(tmp_path, "sig-force")
    own = write(tmp_path, "sig-force", 'id = "sig-force"', 'id = "my-gauge"')
    own.rename(tmp_path / "my-gauge.toml")
    write(tmp_path, "sig-force")
    status, out, _ = run("check", str(tmp_path))
    assert status == 3
    assert "my-gauge and sig-force are found by the same sign" in out


def test_check_of_nothing(run: Run, tmp_path: Path):
    assert run("check", str(tmp_path / "none"))[0] == 1
    assert run("check", str(tmp_path))[0] == 1


def test_a_bad_file_of_a_persons_own_is_told_and_passed_over(run: Run, tmp_path: Path):
    folder = tmp_path / "config" / "bandmate" / "profiles"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text("schema = 1")
    status, out, err = run("list", "--json")
    assert (status, len(out.splitlines())) == (0, len(SHIPPED))
    assert "passed over" in err
    assert "mine.toml" in err

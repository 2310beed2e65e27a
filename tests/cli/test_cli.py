"""The command as a whole: what it offers, and how it ends."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bandmate.cli import NAMES, bandmate, main


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help_with_options_explained(name: str):
    result = CliRunner().invoke(bandmate, [name, "--help"])

    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: ")


def test_help_lists_every_command():
    result = CliRunner().invoke(bandmate, ["--help"])

    assert all(f"\n  {name} " in result.stdout for name in NAMES)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("rum",), "No such command 'rum'"),
        (("run", "--chek"), "No such option"),
        (("demo", "--speed", "0"), "0.0 is not in the range"),
        (("demo", "--for", "-1"), "-1.0 is not in the range"),
        (("replay", "nowhere.csv", "--exercise", "free_rep"), "Did you mean free_reps?"),
    ],
)
def test_a_wrong_call_ends_with_2_and_says_what_is_wrong(
    arguments: tuple[str, ...],
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.setattr(sys, "argv", ["bandmate", *arguments])

    with pytest.raises(SystemExit) as ended:
        main()

    out, err = capsys.readouterr()
    assert (ended.value.code, out) == (2, "")
    assert told in err
    assert "Traceback" not in err


def test_missing_input_ends_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(
        sys, "argv", ["bandmate", "replay", "nowhere.csv", "--exercise", "free_reps"]
    )

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 1
    assert capsys.readouterr().err == "bandmate: nowhere.csv: there is no such file\n"


def test_output_to_a_full_disk_is_told():
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "bandmate", "exercises", "list"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert ended.returncode == 1
    assert ended.stderr == "bandmate: the output cannot be written: the disk is full\n"

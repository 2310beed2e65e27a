"""A terminal that is held or gone holds nobody up."""

import threading
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from app.program import program
from app.rig import write_csv
from bandmate.cli import terminal as module
from bandmate.cli.terminal import Terminal
from bandmate.sim.person import reps
from parts.waiting import until

UNREAD = """
import os
from bandmate.cli import main

reader, writer = os.pipe()
os.close(reader)
os.dup2(writer, 1)
main()
"""
"""bandmate, with nobody who reads what it writes (`| true`)."""


def configured(folder: Path) -> Path:
    """A configuration that plays the recording beside it."""
    file = folder / "bandmate.toml"
    file.write_text(
        '[[band]]\nname = "left"\nlink = "replay:pull.csv"\nexercise = "free_reps"\n'
        '[page]\nport = 0\n[sound]\noutput = "off"\n'
    )
    return file


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """While it is clear, whatever is written waits, as after Ctrl-S."""
    released = threading.Event()
    echo = click.echo

    def waiting(text: str, *, err: bool) -> None:
        if released.wait(10):
            echo(text, err=err)

    monkeypatch.setattr(click, "echo", waiting)
    yield released
    released.set()


def test_lines_come_out_in_order_and_where_they_belong(capsys: pytest.CaptureFixture[str]):
    with Terminal() as terminal:
        for number in range(100):
            terminal.out(f"event {number}")
        terminal.err("warning")

    out, err = capsys.readouterr()
    assert out.splitlines() == [f"event {number}" for number in range(100)]
    assert err == "warning\n"


def test_what_a_held_terminal_does_not_take_is_counted(
    held: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.setattr(module, "_WAITING_MOST", 10)

    with Terminal() as terminal:
        for number in range(30):
            terminal.out(f"event {number}")
        held.set()

    out, err = capsys.readouterr()
    shown = len(out.splitlines())
    assert 10 <= shown <= 11
    assert err == f"{30 - shown} lines were not shown: the terminal was held.\n"


def test_a_terminal_that_stays_held_is_left(monkeypatch: pytest.MonkeyPatch):
    released = threading.Event()
    monkeypatch.setattr(module, "_CLOSE_S", 0.05)
    monkeypatch.setattr(click, "echo", lambda *_, **__: released.wait(10))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]

    with Terminal() as terminal:
        terminal.out("event")

    assert not released.is_set()
    released.set()


async def test_a_closed_pipe_does_not_end_the_service(tmp_path: Path):
    write_csv(tmp_path / "pull.csv", reps(2, 4.0, 14.0, 1.5, start_s=0.5), 4.0)
    kept = tmp_path / "home/.local/share/bandmate/recordings"

    arguments = ("run", "--json", "--config", configured(tmp_path))
    async with program(tmp_path / "home", *arguments, python=("-c", UNREAD)) as service:
        await service.told("Ctrl-C ends it.")
        await until(lambda: any('"end":true' in file.read_text() for file in kept.glob("*")))
        service.stop()
        assert await service.ended() == 0

    assert not any(word in str(service) for word in ("Traceback", "BrokenPipe", "Exception"))

"""The host's sound: without an output, into a file, and through a real player."""

import asyncio
import logging
import os
import wave
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec
import pytest

from bandmate.domain.alerts import ALERTS, AlertCode
from bandmate.domain.records import EventRecord
from bandmate.sinks.base import Mailbox, Report, run_sink
from bandmate.sinks.cues import Tone
from bandmate.sinks.sound import NO_OUTPUT, SWITCHED_OFF, SoundSettings, SoundSink
from bandmate.sinks.speakers import find_speaker
from bandmate.sinks.tones import pcm
from parts.programs import part
from parts.waiting import until
from sinks.records import event
from sinks.service import STATE


def alert(name: str, code: AlertCode) -> EventRecord:
    kind = ALERTS[code]
    return event(1, name, code=code, urgency=kind.urgency, message=kind.message)


@asynccontextmanager
async def running(output: str) -> AsyncGenerator[tuple[Mailbox, Report], None]:
    """The sink with this output, once it says how it stands."""
    mailbox = Mailbox()
    sink = SoundSink(SoundSettings(output=output), lambda: [STATE])
    report = Report(sink.name, mailbox)
    task = asyncio.create_task(run_sink(sink, mailbox, report))
    try:
        await until(lambda: report.state != "starting")
        yield mailbox, report
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def no_programs(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("PATH", str(folder))


def program(folder: Path, name: str, script: str) -> None:
    """A program of this name that does what a shell script says."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


async def test_a_host_without_sound_says_so_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    no_programs(monkeypatch, tmp_path)
    caplog.set_level(logging.INFO)
    async with running("auto") as (mailbox, report):
        assert (report.state, report.text) == ("up", NO_OUTPUT)
        mailbox.put(alert("alert_raised", AlertCode.TENSION_LIMIT))
        await until(lambda: report.delivered == 1)
        assert mailbox.queued == 0
    assert caplog.text.count(NO_OUTPUT) == 1


async def test_sound_that_is_switched_off_says_so_without_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    async with running("off") as (_, report):
        assert (report.state, report.text) == ("up", SWITCHED_OFF)
    assert [record.levelname for record in caplog.records] == ["INFO"]


def test_an_unknown_output_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="output"):
        msgspec.convert({"output": "loud"}, SoundSettings)


async def test_a_file_holds_what_would_be_heard(tmp_path: Path) -> None:
    path = tmp_path / "heard.wav"
    async with running(f"file:{path}") as (mailbox, report):
        mailbox.put(alert("alert_raised", AlertCode.TENSION_LIMIT))
        mailbox.put(event(2, grade="full"))
        await until(lambda: report.delivered == 2)
        mailbox.put(alert("alert_cleared", AlertCode.TENSION_LIMIT))
        await until(lambda: report.delivered == 3)
    async with running(f"file:{path}") as (mailbox, report):
        mailbox.put(event(3, grade="full"))
        await until(lambda: report.delivered == 1)
    with wave.open(str(path)) as reader:
        assert reader.readframes(reader.getnframes()) == pcm(Tone.EASE) + pcm(Tone.REP)


async def test_a_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("my notes")
    async with running(f"file:{path}") as (_, report):
        assert report.state == "down"
        assert "cannot be appended to" in report.text
    assert path.read_text() == "my notes"


async def test_a_player_without_an_output_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    no_programs(monkeypatch, tmp_path)
    program(tmp_path, "pw-play", "exit 1")
    program(tmp_path, "aplay", "exit 0")
    async with running("auto") as (_, report):
        assert report.text == "played by aplay"


async def test_an_output_that_goes_away_is_told_and_what_stands_is_heard_when_it_is_back(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    no_programs(monkeypatch, tmp_path)
    monkeypatch.setattr("bandmate.sinks.base.BACKOFF_FIRST_S", 0.01)
    monkeypatch.setattr("bandmate.sinks.sound._SEARCH_EVERY_S", 0.01)
    played = tmp_path / "played"
    program(tmp_path, "aplay", f'[ -e {tmp_path}/gone ] && exit 1; echo "$1" >> {played}')
    async with running("auto") as (mailbox, report):
        (tmp_path / "gone").touch()
        mailbox.put(alert("alert_raised", AlertCode.TENSION_LIMIT))
        await until(lambda: report.state == "down" or report.text == NO_OUTPUT)
        (tmp_path / "gone").unlink()
        await until(lambda: "ease.wav" in played.read_text())


async def test_a_more_urgent_tone_ends_a_less_urgent_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    no_programs(monkeypatch, tmp_path)
    started = tmp_path / "started"
    program(
        tmp_path,
        "aplay",
        f'case "$1" in *silence.wav) exit ;; esac; echo "$1 $$" >> {started}; while :; do :; done',
    )

    def players() -> list[tuple[str, int]]:
        lines = started.read_text().splitlines() if started.exists() else []
        return [(Path(line.split()[0]).stem, int(line.split()[1])) for line in lines]

    speaker = await find_speaker(["aplay"])
    assert speaker is not None
    await speaker.play(Tone.EASE)
    await until(players)
    await speaker.play(Tone.REP)
    await speaker.play(Tone.STOP)
    await until(lambda: len(players()) == 2)
    (ease, ease_pid), (stop, stop_pid) = players()
    assert (ease, stop) == ("ease", "stop")
    with pytest.raises(ProcessLookupError):
        os.kill(ease_pid, 0)
    await speaker.play(Tone.SILENCE)
    with pytest.raises(ProcessLookupError):
        os.kill(stop_pid, 0)
    speaker.check()
    await speaker.close()


async def test_aplay_plays_the_falling_two_tone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    captured = tmp_path / "captured.raw"
    config = tmp_path / "asound.conf"
    config.write_text(
        f'pcm.!default {{ type file file "{captured}" format raw slave.pcm "nothing" }}\n'
        "pcm.nothing { type null }\n"
    )
    no_programs(monkeypatch, Path(part("aplay")).parent)
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(config))
    monkeypatch.setattr("bandmate.sinks.speakers.PLAYERS", ("aplay",))
    async with running("auto") as (mailbox, report):
        assert report.text == "played by aplay"
        mailbox.put(alert("alert_raised", AlertCode.TENSION_LIMIT))
        # The file is rewritten by every player, so it is the probe's moment of silence at first.
        await until(lambda: captured.stat().st_size >= len(pcm(Tone.EASE)))
    assert captured.read_bytes().startswith(pcm(Tone.EASE))

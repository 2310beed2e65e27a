"""`bandmate session` beside a running service."""

import asyncio
import json
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from app.guided import Guided, guided
from app.program import AS_A_PERSON
from bandmate.app.people import Entry, People
from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.session_events import Credited, Recounted, SessionSummary
from bandmate.engine.done import Done, prescribed
from parts.waiting import until

pytestmark = pytest.mark.timeout(240)
"""On a busy machine a program takes seconds to start, and a session starts several."""


async def bandmate(*arguments: str, answers: str = "") -> tuple[int, str, str]:
    """Run the program; its status and what it wrote."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *AS_A_PERSON,
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate(answers.encode())
    return process.returncode or 0, out.decode(), err.decode()


def config_of(run: Guided, folder: Path) -> Path:
    port = run.running.page_url.rstrip("/").rpartition(":")[2]
    file = folder / "bandmate.toml"
    file.write_text(f"[page]\nport = {port}\n", encoding="utf-8")
    return file


async def test_a_whole_session_by_the_command_line(tmp_path: Path):
    async with guided(tmp_path / "data") as run:
        config = ("--config", str(config_of(run, tmp_path)))
        told = ("--pain", "2", "--distal", "1", "--no-tingling")
        status, _, err = await bandmate(
            "session", "start", "calm", *told, "--no-flare", "--no-to-all", *config
        )
        assert (status, err) == (0, "")
        await until(lambda: run.now.state == "ready")
        assert (await bandmate("session", "go", *config))[0] == 0
        await until(lambda: run.now.state == "asking", within_s=50.0)
        status, out, _ = await bandmate("session", "answer", *told, *config)
        assert (status, "3 of 3 sets, 100 % of the dose." in out) == (0, True)
    credited, (summary,) = run.told(Credited), run.told(SessionSummary)
    assert [one.status for one in credited] == ["complete"] * 3
    assert summary.sets_done == sum(one.credited > 0 for one in credited)


async def test_a_session_is_led_by_the_command_line(tmp_path: Path):
    async with guided(tmp_path / "data", speed=30.0) as run:
        config = ("--config", str(config_of(run, tmp_path)))
        told = ("--pain", "2", "--distal", "1", "--no-tingling")
        status, out, err = await bandmate(
            "session", "start", "calm", *told, "--no-flare", "--no-to-all", *config
        )
        assert (status, err) == (0, "")
        assert "sensors" in out or "ready" in out
        await until(lambda: run.now.state == "ready")
        status, out, _ = await bandmate("session", "go", *config)
        assert (status, "warming up" in out) == (0, True)
        status, out, _ = await bandmate("session", "skip", *config)
        assert (status, "explaining" in out) == (0, True)
        await until(lambda: run.told(Credited), within_s=50.0)
        await run.lead("pause")  # a program takes a minute of this session to start
        status, out, _ = await bandmate("session", "stop", *config)
        assert (status, "asking" in out) == (0, True)
        status, out, _ = await bandmate("session", "recount", "9", *config)
        assert (status, run.told(Recounted)[0].by_person) == (0, 9)
        status, out, _ = await bandmate("session", "answer", *told, *config)
        assert (status, "done" in out) == (0, True)
        status, out, _ = await bandmate("session", "status", "--json", *config)
        assert (status, json.loads(out)["state"]) == (0, "done")
        status, out, err = await bandmate("session", "swap", *config)
        assert (status, out) == (2, "")
        assert "Traceback" not in err


async def test_questions_are_asked_at_the_terminal(tmp_path: Path):
    async with guided(tmp_path / "data") as run:
        config = ("--config", str(config_of(run, tmp_path)))
        # Pain, level, tingling, flare, then the first question with yes and all others with no.
        answers = "2\n1\nn\nn\ny\n" + "n\n" * 30
        status, out, _ = await bandmate("session", "start", "calm", *config, answers=answers)
        assert status == 0
        assert "refused" in out
        assert "seek urgent medical care" in out


async def test_no_service_is_told(tmp_path: Path):
    file = tmp_path / "bandmate.toml"
    file.write_text("[page]\nport = 9\n", encoding="utf-8")
    status, out, err = await bandmate("session", "status", "--config", str(file))
    assert (status, out) == (1, "")
    assert "no service answers" in err
    assert "Is `bandmate run` up" in err


def session_of(number: int, **more: object) -> Entry:
    """A good session of a band row on both sides, on every second day."""
    row = Done(
        exercise="standing_row_band",
        side="left",
        asked=prescribed(load_catalogue().find("standing_row_band")),
        kind="reps",
        credited=20.0,
        dose_share=1.0,
        measured=True,
        in_zone_share=0.9,
        excursion=20.0,
        movements=20,
        peak=30.0,
    )
    whole = Entry(
        session=f"s{number}",
        day=date.today() - timedelta(days=8 - 2 * number),  # noqa: DTZ011
        plan="band_routine",
        phase="stabilise",
        pain_before=4,
        pain_after=3,
        distal_before=2,
        distal_after=2,
        tingle_stop=False,
        pain_stop=False,
        dose_share=1.0,
        in_zone_share=0.9,
        over_tension=0,
        stopped=frozenset(),
        done=("standing_row_band",),
        asked=(),
        yes=(),
        status="done",
        exercises=(row, replace(row, side="right", excursion=14.0)),
    )
    return msgspec.structs.replace(whole, **more)


async def test_a_look_back(tmp_path: Path):
    config = tmp_path / "bandmate.toml"
    config.write_text(f'[store]\npath = "{tmp_path / "data"}"\n', encoding="utf-8")
    people = People(tmp_path / "data" / "people")
    for number in range(5):
        people.append("anna", session_of(number))
    look = ("session", "review", "--person", "anna", "--config", str(config))
    status, out, err = await bandmate(*look)
    assert (status, err) == (0, "")
    assert "5 sessions" in out
    assert "90 %" in out
    assert "left" not in out.split("Proposal")[0].splitlines()[1]
    assert "right 30 % less, as in two sessions before or more" in out
    assert "Proposal: " in out
    assert "nothing changes by itself" in out
    status, out, _ = await bandmate(*look, "--json")
    told = json.loads(out)
    assert (told["person"], told["plan"], len(told["review"]["proposals"])) == (
        "anna",
        "band_routine",
        1,
    )


async def test_a_look_back_at_nobody(tmp_path: Path):
    config = tmp_path / "bandmate.toml"
    config.write_text(f'[store]\npath = "{tmp_path / "data"}"\n', encoding="utf-8")
    for more, why in (((), "no sessions of 'me'"), (("--person", "../x"), "not a pseudonym")):
        status, out, err = await bandmate("session", "review", *more, "--config", str(config))
        assert (status, out) == (2, "")
        assert why in err
        assert "Traceback" not in err

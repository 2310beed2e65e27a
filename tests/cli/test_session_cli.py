"""`bandmate session` beside a running service."""

import asyncio
import json
import sys
from pathlib import Path

from app.guided import Guided, guided
from app.program import AS_A_PERSON
from parts.waiting import until


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


async def test_a_session_by_the_command_line(tmp_path: Path):
    async with guided(tmp_path / "data") as run:
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
        await until(lambda: run.now.state == "active", within_s=50.0)
        status, out, _ = await bandmate("session", "stop", *config)
        assert (status, "asking" in out) == (0, True)
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

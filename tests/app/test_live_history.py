"""Sessions are listed, reported and written to files while the service goes on."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from click.testing import CliRunner

from app.guided import guided
from bandmate.app.people import People
from bandmate.app.reports.archive import Archive
from bandmate.cli import bandmate
from bandmate.domain.events import Rep, SetEnded, Summary


async def test_a_set_is_reported_by_the_page_and_by_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.toml").write_text(f'[store]\npath = "{tmp_path}"\n')
    monkeypatch.setenv("BANDMATE_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.chdir(tmp_path)
    async with guided(tmp_path, speed=20.0) as run, asyncio.timeout(50):
        band = run.running.service.bands["left"]
        while band.state().tension_n is None:  # noqa: ASYNC110 - nothing tells the first reading
            await asyncio.sleep(0.01)
        band.command("start:supine_sciatic_floss")
        while len(run.told(Rep)) < 2:  # noqa: ASYNC110 - the same of movements
            await asyncio.sleep(0.01)
        band.command("stop")
        (ended,) = run.told(SetEnded)
        async with ClientSession(base_url=run.running.page_url) as client:
            session: dict[str, Any] = {}
            archive = Archive(tmp_path / "bandmate.db", People(tmp_path / "people"))
            while True:
                async with client.get("sessions") as answer:
                    listed = (await answer.json())["sessions"]
                if listed:
                    session = listed[0]
                    work = archive.keep_of(archive.find(session["id"])).results.sets[0]
                    if work.status != "interrupted":  # the end is stored a moment later
                        break
                await asyncio.sleep(0.02)
            async with client.get(f"report/{session['id']}") as answer:
                assert answer.status == 200
                page = await answer.text()
        assert "Sciatic nerve floss" in page
        assert work.movements == len(run.told(Rep))
        assert work.zone_s == ended.results["zone_s"]
        assert run.told(Summary) == []
        told = await asyncio.to_thread(
            CliRunner().invoke, bandmate, ["report", "--list"], catch_exceptions=False
        )
        assert session["id"] in told.stdout

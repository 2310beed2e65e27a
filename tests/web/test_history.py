"""What the page is given of earlier sessions: routes, faults, headers."""

import io
import zipfile
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from app.kept import RUN, free_sets, keep, pulls
from app.test_people import entry
from bandmate.app.library import Library
from bandmate.app.reports.archive import Archive
from bandmate.app.reports.page_history import PageHistory
from bandmate.web.history import history_routes
from web.scripted import REPS, ScriptedService, running_page

FREE = f"{RUN}-20260102"


@asynccontextmanager
async def served(archive: Archive) -> AsyncGenerator[ClientSession]:
    routes = history_routes(PageHistory(archive, Library()))
    async with (
        running_page(ScriptedService(REPS), more=routes) as page,
        ClientSession(base_url=page.url) as client,
    ):
        yield client


async def get(client: ClientSession, address: str) -> tuple[int, Mapping[str, str], bytes]:
    async with client.get(address) as answer:
        return answer.status, answer.headers, await answer.read()


async def test_sessions_trends_report_and_tables(tmp_path: Path) -> None:
    archive = keep(tmp_path, free_sets(pulls()))
    archive.people.append("p1", entry("s-g1"))
    async with served(archive) as client, client.get("sessions") as answer:
        found: dict[str, Any] = await answer.json()
        assert (found["more"], found["people"]) == (False, ["p1"])
        (session,) = found["sessions"]
        assert (session["id"], session["title"], session["sets"]) == (FREE, "Free sets", 1)
        async with client.get("trends?person=p1") as trends:
            (week,) = (await trends.json())["weeks"]
        assert week["days"] == {"done": 1, "planned": 7}
        assert (week["pain_before"], week["dose_share"]) == (2, 1.0)
        _, headers, page = await get(client, f"report/{FREE}")
        assert b"Free sets" in page
        assert "'unsafe" not in headers["Content-Security-Policy"]
        assert "style-src 'sha256-" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        _, headers, body = await get(client, f"export/{FREE}.zip")
        assert headers["Content-Disposition"] == f'attachment; filename="bandmate-{FREE}.zip"'
        with zipfile.ZipFile(io.BytesIO(body)) as archived:
            assert "reps.csv" in archived.namelist()


async def test_what_is_not_there_and_what_is_not_understood(tmp_path: Path) -> None:
    async with served(keep(tmp_path, free_sets(pulls(), length_s=1.0))) as client:
        for address, status in {
            "sessions?before=s-g1": 404,
            "sessions?before=..%2Fx": 400,
            "sessions?person=Mr%20X": 400,
            "sessions?limit=9": 400,
            "trends": 400,
            "trends?person=nobody": 200,
            "report/s-g1": 404,
            "report/..%2F..%2Fetc": 404,
            "export/s-g1.zip": 404,
            f"export/{FREE}": 404,
        }.items():
            got, headers, _ = await get(client, address)
            assert got == status, address
            assert "default-src 'none'" in headers["Content-Security-Policy"], address


async def test_a_store_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    archive = keep(tmp_path, [])
    (tmp_path / "bandmate.db").unlink()
    async with served(archive) as client:
        status, _, text = await get(client, "sessions")
        assert status == 503
        assert b"no local store" in text
        assert (await get(client, "health"))[0] == 200


async def test_what_is_typed_in_is_no_markup(tmp_path: Path) -> None:
    async with served(keep(tmp_path, [])) as client:
        _, headers, text = await get(client, "report/%3Cscript%3E")
        assert headers["Content-Type"].startswith("text/plain")
        assert b"is no id" in text

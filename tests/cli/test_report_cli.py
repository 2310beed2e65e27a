"""`bandmate report` and `bandmate export`, with sessions, without any, and without a store."""

import json
import webbrowser
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.kept import RUN, a_session, free_sets, keep, pulls
from bandmate.app.reports.columns import TABLES
from bandmate.cli import bandmate
from bandmate.domain.records import Record
from bandmate.errors import BandmateError, StoreError, UsageError


@pytest.fixture(scope="module")
def records() -> Sequence[Record]:
    host = a_session(shown={(9.0, 12.0): 41.0})
    return [*host.records(), *free_sets(pulls(), from_s=host.now_s + 30.0)]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration whose store is in `kept`, and the working folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.toml").write_text(f'[store]\npath = "{tmp_path / "kept"}"\n')
    monkeypatch.setenv("BANDMATE_CONFIG", str(tmp_path / "config.toml"))
    (tmp_path / "kept").mkdir()
    return tmp_path


@pytest.fixture
def kept(home: Path, records: Sequence[Record]) -> Path:
    keep(home / "kept", records)
    return home


def run(*args: object) -> Result:
    return CliRunner().invoke(bandmate, [*map(str, args)], catch_exceptions=False)


def refused(kind: type[BandmateError], *args: object) -> str:
    with pytest.raises(kind) as error:
        run(*args)
    return str(error.value)


def test_the_newest_session_becomes_a_page_in_this_folder(kept: Path):
    name = f"bandmate-{RUN}-20260102.html"
    assert run("report").stdout == f"{name}\n"
    page = (kept / name).read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "Free sets" in page
    assert "not a medical device" in page
    assert "<script" not in page


def test_a_session_by_its_id_to_a_file(kept: Path):
    path = kept / "report.html"
    assert run("report", f"{RUN}-g1", "--out", path).stdout == f"{path}\n"
    page = path.read_text(encoding="utf-8")
    assert "Sciatic nerve floss" in page
    assert "3, then 1" in page
    assert "the calf, then the knee" in page


def test_the_page_is_opened(kept: Path, monkeypatch: pytest.MonkeyPatch):
    opened: list[str] = []

    def opens(address: str) -> bool:
        opened.append(address)
        return len(opened) == 1

    monkeypatch.setattr(webbrowser, "open", opens)
    assert run("report", "--open", "--out", "here.html").stderr == ""
    assert opened == [(kept / "here.html").as_uri()]
    assert "no browser" in run("report", "--open").stderr


@pytest.mark.usefixtures("kept")
def test_the_list_names_what_can_be_reported():
    lines = run("report", "--list").stdout.splitlines()
    assert lines[0].split()[:2] == ["SESSION", "DATE"]
    assert [line.split()[0] for line in lines[1:]] == [f"{RUN}-20260102", f"{RUN}-g1"]
    assert "p1" in lines[2]
    assert "3 -> 1" in lines[2]
    listed = [json.loads(line) for line in run("report", "--list", "--json").stdout.splitlines()]
    assert [one["id"] for one in listed] == [f"{RUN}-20260102", f"{RUN}-g1"]
    assert listed[1]["over_tension"] == 1
    assert run("report", "--list", "--all").stdout.splitlines() == lines


def test_the_results_as_json(kept: Path):
    found = json.loads(run("report", f"{RUN}-g1", "--json").stdout)
    assert found["session"]["pain"] == [3, 1]
    assert [one["set_number"] for one in found["sets"]] == [1, 2]
    (over,) = found["over_tension"]
    assert over["code"] == "tension_limit"
    assert not list(kept.glob("*.html"))


def test_the_report_speaks_the_configured_language(kept: Path):
    config = kept / "config.toml"
    config.write_text(config.read_text() + '[session]\nlanguage = "de"\n')
    run("report", f"{RUN}-g1", "--out", "bericht.html")
    page = (kept / "bericht.html").read_text(encoding="utf-8")
    assert '<html lang="de">' in page
    assert "Übungsbericht" in page
    assert "kein Medizinprodukt" in page
    assert "Wade, dann Knie" in page


def test_all_sessions_are_written_to_files(kept: Path):
    lines = run("export", "--out", "files").stdout.splitlines()
    assert lines == [f"files/{table}.csv" for table in TABLES]
    assert len((kept / "files/sessions.csv").read_text().splitlines()) == 3
    run("export", f"{RUN}-g1", f"{RUN}-g1", "--out", "one")
    assert len((kept / "one/sessions.csv").read_text().splitlines()) == 2


def test_parquet_on_request(kept: Path):
    pytest.importorskip("pyarrow")
    lines = run("export", "--format", "parquet", "--out", "files").stdout.splitlines()
    assert lines == [f"files/{table}.parquet" for table in TABLES]
    assert all((kept / line).stat().st_size for line in lines)


@pytest.mark.usefixtures("kept")
def test_what_is_not_there_is_named():
    for command in (("report", "s-g1"), ("export", "s-g1", "--out", "files")):
        text = refused(UsageError, *command)
        assert "there is no session 's-g1'" in text
        assert "bandmate report --list" in text
    assert "Name another place" in refused(StoreError, "report", "--out", "no/such/r.html")
    assert run("export").exit_code == 2


def test_without_sessions_or_a_store_or_a_configuration(
    home: Path, monkeypatch: pytest.MonkeyPatch
):
    assert "there is no local store here" in refused(StoreError, "report")
    keep(home / "kept", [])
    assert "there are no sessions yet" in refused(UsageError, "report")
    assert "there are no sessions yet" in refused(UsageError, "export", "--out", "files")
    assert run("report", "--list").stdout == "There are no sessions yet.\n"
    assert not (home / "files").exists()
    monkeypatch.setenv("BANDMATE_CONFIG", str(home / "none.toml"))
    assert "there is no configuration here" in refused(UsageError, "report")

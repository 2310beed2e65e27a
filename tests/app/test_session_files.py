"""Tables that read back as what was told, as CSV and as Parquet."""

import csv
import io
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.kept import RUN, T0_NS, a_session, free_sets, keep, pulls
from bandmate.app.reports import export
from bandmate.app.reports.archive import Archive, Kept
from bandmate.app.reports.columns import TABLES, rows_of
from bandmate.app.reports.export import write_files, zipped
from bandmate.domain.records import EventRecord, Record, SampleRecord
from bandmate.errors import StoreError, UsageError
from engine.session_host import PACKET_N

INTERFACES = (Path(__file__).parents[2] / "docs/interfaces.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def records() -> Sequence[Record]:
    host = a_session(shown={(9.0, 12.0): 41.0})
    return [*host.records(), *free_sets(pulls(), from_s=host.now_s + 30.0)]


@pytest.fixture
def archive(tmp_path: Path, records: Sequence[Record]) -> Archive:
    return keep(tmp_path, records)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def bodies(records: Sequence[Record], name: str) -> list[dict[str, Any]]:
    return [one.body for one in records if isinstance(one, EventRecord) and one.name == name]


def test_csv_reads_back(tmp_path: Path, archive: Archive, records: Sequence[Record]):
    kept = [archive.keep_of(session) for session in archive.sessions()]
    paths = write_files(tmp_path / "out", "csv", kept)
    assert [path.name for path in paths] == [f"{table}.csv" for table in TABLES]
    tables = {path.stem: read(path) for path in paths}
    reps = sorted(bodies(records, "rep"), key=lambda body: body["t_s"])
    rows = sorted(tables["reps"], key=lambda row: float(row["t_s"]))
    assert [float(row["peak_n"]) for row in rows] == [body["peak_n"] for body in reps]
    assert [row["grade"] for row in rows] == [body["grade"] for body in reps]
    assert {row["session"] for row in rows} == {f"{RUN}-g1", f"{RUN}-20260102"}
    in_sets = [one for one in records if isinstance(one, SampleRecord) and one.exercise]
    values = Counter(value for one in in_sets for value in one.values)
    written = Counter(float(row["force_n"]) for row in tables["samples"])
    assert values - written == Counter()
    assert (written - values).total() <= 3 * PACKET_N, "a set begins and ends within a record"
    guided = next(row for row in tables["sessions"] if row["kind"] == "guided")
    assert (guided["person"], guided["pain_before"], guided["pain_after"]) == ("p1", "3", "1")
    assert guided["over_tension"] == "1"
    (over,) = [row for row in tables["alerts"] if row["code"] == "tension_limit"]
    assert float(over["duration_s"]) == pytest.approx(3.0, abs=0.2)
    assert [row["kind"] for row in tables["symptoms"]] == ["before", "after"]
    assert {row["measured"] for row in tables["sets"]} == {"true"}
    first = min(tables["samples"], key=lambda row: float(row["t_s"]))
    assert datetime.fromisoformat(first["ts"]) == datetime.fromtimestamp(
        round(T0_NS / 1e9 + float(first["t_s"]), 6), UTC
    )


def test_parquet_reads_back_with_its_types(tmp_path: Path, archive: Archive):
    pq: Any = pytest.importorskip("pyarrow.parquet")
    kept = archive.keep_of(archive.find(f"{RUN}-g1"))
    paths = write_files(tmp_path / "out", "parquet", [kept])
    for path in paths:
        table = pq.read_table(path)
        rows = list(rows_of(path.stem, kept))
        assert table.column_names == list(TABLES[path.stem])
        assert table.num_rows == len(rows)
        for number, (name, kind) in enumerate(TABLES[path.stem].items()):
            told = table.column(name).to_pylist()
            if name == "ts":
                assert str(table.schema.field("ts").type) == "timestamp[us, tz=UTC]"
                continue
            assert told == [row[number] for row in rows], (path.stem, name)
            types = {"text": "string", "integer": "int64", "number": "double", "truth": "bool"}
            assert str(table.schema.field(name).type) == types[kind]


def test_a_zip_holds_the_same_tables(tmp_path: Path, archive: Archive):
    kept = archive.keep_of(archive.find(f"{RUN}-g1"))
    write_files(tmp_path / "out", "csv", [kept])
    with zipfile.ZipFile(io.BytesIO(zipped(kept))) as archived:
        assert archived.namelist() == [f"{table}.csv" for table in TABLES]
        for name in archived.namelist():
            assert archived.read(name) == (tmp_path / "out" / name).read_bytes()


def test_a_zip_that_grows_is_made_in_a_file(archive: Archive, monkeypatch: pytest.MonkeyPatch):
    kept = archive.keep_of(archive.find(""))
    whole = zipped(kept)
    monkeypatch.setattr(export, "_HELD_BYTES", 10)
    with (
        zipfile.ZipFile(io.BytesIO(zipped(kept))) as made,
        zipfile.ZipFile(io.BytesIO(whole)) as held,
    ):
        assert [made.read(name) for name in made.namelist()] == [
            held.read(name) for name in held.namelist()
        ]


@pytest.mark.parametrize("error", [StoreError("gone"), OSError(28, "no room")])
def test_after_a_failure_it_can_be_tried_again(tmp_path: Path, archive: Archive, error: Exception):
    kept = archive.keep_of(archive.find(""))

    def cut_off() -> Iterator[Kept]:
        yield kept
        raise error

    with pytest.raises(StoreError):
        write_files(tmp_path / "out", "csv", cut_off())
    assert list((tmp_path / "out").iterdir()) == []
    assert len(write_files(tmp_path / "out", "csv", [kept])) == len(TABLES)


def test_nothing_is_written_over(tmp_path: Path, archive: Archive):
    kept = archive.keep_of(archive.find(""))
    write_files(tmp_path / "out", "csv", [kept])
    before = (tmp_path / "out/reps.csv").read_bytes()
    with pytest.raises(UsageError, match="is there already"):
        write_files(tmp_path / "out", "csv", [])
    assert (tmp_path / "out/reps.csv").read_bytes() == before


def test_a_folder_that_cannot_be_made(tmp_path: Path, archive: Archive):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(StoreError, match="cannot be written"):
        write_files(tmp_path / "file/out", "csv", [archive.keep_of(archive.find(""))])


def test_without_pyarrow_it_is_told_what_to_install(
    tmp_path: Path, archive: Archive, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(UsageError, match=r"pip install 'bandmate\[export\]'"):
        write_files(tmp_path / "out", "parquet", [archive.keep_of(archive.find(""))])
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("table", TABLES)
def test_every_column_is_documented(table: str):
    section = INTERFACES.split("\n## Files\n")[1].split("\n## ")[0]
    line = next(line for line in section.splitlines() if line.startswith(f"| `{table}`"))
    common = [line for line in section.splitlines() if line.startswith(("| all", "| of a set"))]
    known = {name for text in (line, *common) for name in text.split("`")[1::2]}
    assert set(TABLES[table]) - known == set()


def test_every_row_is_as_long_as_its_header(archive: Archive):
    for session in archive.sessions():
        kept = archive.keep_of(session)
        for table, columns in TABLES.items():
            assert {len(row) for row in rows_of(table, kept)} <= {len(columns)}

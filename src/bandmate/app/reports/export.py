"""Sessions as files: a table a file, as CSV or as Parquet."""

import csv
import io
import zipfile
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from importlib import import_module
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, Final, Literal, TextIO

from bandmate.app.reports.archive import Kept
from bandmate.app.reports.columns import TABLES, Columns, Row, Type, rows_of
from bandmate.errors import StoreError, UsageError

Format = Literal["csv", "parquet"]
_BATCH_ROWS: Final = 65_536
_HELD_BYTES: Final = 1_048_576
"""A ZIP file that grows longer is made in a temporary file."""
_ARROW: Final[dict[Type, str]] = {
    "text": "string",
    "integer": "int64",
    "number": "float64",
    "truth": "bool_",
}


def write_files(folder: Path, kind: Format, sessions: Iterable[Kept]) -> list[Path]:
    """Write the sessions to a folder, one file a table.

    Args:
        folder: Is made where there is none; files that are there already are not written over.
        kind: `csv` or `parquet`.
        sessions: One after the other, so that only one is held in memory.

    Returns:
        The files.

    Raises:
        UsageError: There is no writer of Parquet, or a file is there already.
        StoreError: They cannot be written; none of them stays.
    """
    writers = _parquet if kind == "parquet" else _csv
    paths = {table: folder / f"{table}.{kind}" for table in TABLES}
    if there := [path for path in paths.values() if path.exists()]:
        raise UsageError(f"{there[0]} is there already", hint="Name another folder: --out FOLDER.")
    open_table = writers()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _removed_on_error(paths.values()), ExitStack() as opened:
            tables = {
                table: opened.enter_context(closing(open_table(path, TABLES[table])))
                for table, path in paths.items()
            }
            for kept in sessions:
                for table, writer in tables.items():
                    writer.add(rows_of(table, kept))
    except OSError as error:
        raise StoreError(
            f"{folder}: cannot be written: {error.strerror}",
            hint="Name a folder that this user may write to: --out FOLDER.",
        ) from error
    return list(paths.values())


def zipped(kept: Kept) -> bytes:
    """One session as a ZIP file that holds its tables as CSV."""
    with SpooledTemporaryFile(_HELD_BYTES) as body:
        with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
            for table, columns in TABLES.items():
                with (
                    archive.open(f"{table}.csv", "w") as raw,
                    io.TextIOWrapper(raw, encoding="utf-8", newline="") as file,
                ):
                    _write_csv(file, columns, rows_of(table, kept))
        body.seek(0)
        return body.read()


@contextmanager
def _removed_on_error(paths: Iterable[Path]) -> Generator[None]:
    """Half a table is none: what was begun is taken away, so that it can be tried again."""
    try:
        yield
    except BaseException:
        for path in paths:
            path.unlink(missing_ok=True)
        raise


def _csv() -> "type[_CsvFile]":
    return _CsvFile


class _CsvFile:
    """One table as CSV: a header, commas, decimal points, nothing where nothing is known."""

    def __init__(self, path: Path, columns: Columns) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        _write_csv(self._file, columns, ())

    def add(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        _add_csv(self._file, rows)

    def close(self) -> None:
        """All is written."""
        self._file.close()


def _write_csv(file: TextIO, columns: Columns, rows: Iterable[Row]) -> None:
    file.write(",".join(columns) + "\r\n")
    _add_csv(file, rows)


def _add_csv(file: TextIO, rows: Iterable[Row]) -> None:
    writer = csv.writer(file)
    for row in rows:
        writer.writerow([str(cell).lower() if isinstance(cell, bool) else cell for cell in row])


def _parquet() -> "type[_ParquetFile]":
    try:
        import_module("pyarrow.parquet")
    except ImportError as error:
        raise UsageError(
            "Parquet files need pyarrow, which is not installed",
            hint="Install it: pip install 'bandmate[export]'; or use --format csv.",
        ) from error
    return _ParquetFile


class _ParquetFile:
    """One table as Parquet, with typed columns; `ts` is a moment in UTC."""

    def __init__(self, path: Path, columns: Columns) -> None:
        self._arrow: Any = import_module("pyarrow")
        parquet: Any = import_module("pyarrow.parquet")
        fields = [(name, self._type(name, kind)) for name, kind in columns.items()]
        self._columns = columns
        self._schema = self._arrow.schema(fields)
        self._writer = parquet.ParquetWriter(str(path), self._schema)

    def add(self, rows: Iterable[Row]) -> None:
        """Add rows."""
        for batch in _batches(rows):
            columns = [
                self._arrow.array(self._cells(name, values), self._schema.field(name).type)
                for name, values in zip(self._columns, zip(*batch, strict=True), strict=True)
            ]
            self._writer.write_table(self._arrow.table(columns, schema=self._schema))

    def close(self) -> None:
        """All is written."""
        self._writer.close()

    def _type(self, name: str, kind: Type) -> Any:  # noqa: ANN401 - pyarrow has no complete types
        return (
            self._arrow.timestamp("us", tz="UTC")
            if name == "ts"
            else getattr(self._arrow, _ARROW[kind])()
        )

    def _cells(self, name: str, values: Sequence[Any]) -> list[Any]:
        if name == "ts":
            return [None if value is None else datetime.fromisoformat(value) for value in values]
        if self._columns[name] == "integer":
            return [None if value is None else int(value) for value in values]
        return [str(value) if isinstance(value, str) else value for value in values]


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH_ROWS:
            yield batch
            batch = []
    if batch:
        yield batch

"""`bandmate store` beside a store that is written, and on one that is damaged."""

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bandmate.cli import bandmate
from bandmate.errors import BandmateError, CheckFailedError, StoreError, UsageError
from bandmate.sinks.store_file import open_file, read, write, write_refused
from sinks.records import event, samples


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration whose store has its own folder."""
    path = tmp_path / "config.toml"
    path.write_text(f'[store]\npath = "{tmp_path / "kept"}"\n')
    (tmp_path / "kept").mkdir()
    return path


@pytest.fixture
def store(config: Path) -> Path:
    """A store with two events and a second of readings, of which InfluxDB has one."""
    path = config.parent / "kept/bandmate.db"
    with closing(open_file(path)) as db:
        write(db, [event(1), samples(2), event(3)], {"influx": 1, "mqtt": 3})
        write_refused(db, "influx", 1, [("400 field type conflict", "rep index=1i 1")])
    return path


def run(*args: object) -> Result:
    return CliRunner().invoke(bandmate, ["store", *map(str, args)], catch_exceptions=False)


def refused(kind: type[BandmateError], *args: object) -> str:
    with pytest.raises(kind) as error:
        run(*args)
    return str(error.value)


def test_check_tells_what_waits_and_what_was_refused(config: Path, store: Path):
    text = run("check", "--config", config).stdout
    assert f"{store}: sound, store version 2" in text
    assert "2 events, 1 seconds of readings" in text
    assert "influx: 2 records wait" in text
    assert "mqtt: 0 records wait" in text
    assert "1 lines were refused by a database; the newest: 400 field type conflict" in text


def test_check_as_json(config: Path, store: Path):
    found = json.loads(run("check", "--config", config, "--json").stdout)
    assert found["path"] == str(store)
    assert (found["events"], found["seconds"], found["faults"]) == (2, 1, [])
    assert found["waiting"] == {"influx": 2, "mqtt": 0}


def test_a_damaged_store_is_told_with_status_3(config: Path, store: Path):
    with closing(open_file(store)) as db:
        write(db, [event(n) for n in range(2000)], {})
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (pages,) = db.execute("PRAGMA page_count").fetchone()
    with store.open("r+b") as file:
        file.seek(pages // 2 * 4096)
        file.write(os.urandom(4096))
    text = refused(CheckFailedError, "check", "--config", config)
    assert "is damaged" in text
    assert CheckFailedError.exit_status == 3


def test_a_backup_is_a_store_though_the_service_goes_on(config: Path, store: Path, tmp_path: Path):
    copy = tmp_path / "copy.db"
    with closing(open_file(store)) as db:  # as the service has it
        write(db, [event(4)], {"mqtt": 4})
        text = run("backup", copy, "--config", config).stdout
        write(db, [event(5)], {})
    assert f"copied to {copy}" in text
    assert not list(tmp_path.glob("copy.db-*"))
    with closing(open_file(copy)) as db:
        assert [record for _, record in read(db, 0, 9)] == [
            *(event(1), samples(2), event(3), event(4))
        ]


def test_a_backup_overwrites_nothing(config: Path, store: Path, tmp_path: Path):
    (tmp_path / "copy.db").write_text("mine")
    assert "is there already" in refused(
        StoreError, "backup", tmp_path / "copy.db", "--config", config
    )
    assert (tmp_path / "copy.db").read_text() == "mine"
    text = refused(StoreError, "backup", tmp_path / "no/such/copy.db", "--config", config)
    assert "cannot be written" in text
    assert store.exists()


def test_a_store_that_is_not_there_and_one_of_others(config: Path):
    assert "there is no local store here" in refused(StoreError, "check", "--config", config)
    path = config.parent / "kept/bandmate.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE theirs (x)")
    assert "another program" in refused(StoreError, "check", "--config", config)
    path.write_text("no database at all, but long enough to be taken for one " * 20)
    assert "cannot be read" in refused(StoreError, "check", "--config", config)


def test_without_a_configuration_it_says_so(tmp_path: Path):
    assert "no configuration" in refused(UsageError, "check", "--config", tmp_path / "no.toml")

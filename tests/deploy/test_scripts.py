"""The shell scripts, by shellcheck; the one of the database, run with its program stood in for."""

import os
import subprocess
from pathlib import Path

import pytest

from deploy.composed import DEPLOY, ROOT
from parts.programs import part

SCRIPTS = ["make-secrets", "install", "influxdb/10-grafana.sh", "../tests/parts/install.sh"]


@pytest.mark.parametrize("script", SCRIPTS)
def test_shellcheck_finds_nothing(script: str):
    file = (DEPLOY / script).resolve()
    checked = subprocess.run(
        [part("shellcheck"), "--shell=sh", file], capture_output=True, check=False, text=True
    )
    assert checked.stdout == ""
    assert os.access(file, os.X_OK) or file.parent == ROOT / "tests/parts"


def test_the_database_is_told_of_one_who_may_read_and_no_more(tmp_path: Path):
    script = (DEPLOY / "influxdb/10-grafana.sh").read_text()
    (tmp_path / "secret").write_text("1234")
    (tmp_path / "influx").write_text('#!/bin/sh\necho "$@"\n')
    (tmp_path / "influx").chmod(0o755)
    done = subprocess.run(
        ["sh", "-c", script.replace("/run/secrets/influxdb_grafana_password", "secret")],
        cwd=tmp_path,
        env={
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "DOCKER_INFLUXDB_INIT_ORG": "home",
            "DOCKER_INFLUXDB_INIT_BUCKET": "bandmate",
            "DOCKER_INFLUXDB_INIT_BUCKET_ID": "0123456789abcdef",
        },
        check=True,
        capture_output=True,
        text=True,
    )
    mapping, account = done.stdout.splitlines()
    assert mapping == (
        "v1 dbrp create --org home --default --bucket-id 0123456789abcdef "
        "--db bandmate --rp autogen"
    )
    assert account == (
        "v1 auth create --org home --read-bucket 0123456789abcdef "
        "--username grafana --password 1234"
    )

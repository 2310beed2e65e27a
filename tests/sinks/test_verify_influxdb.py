"""The script for owners of other servers, on the one that can be run here."""

import subprocess
import sys
from pathlib import Path

from parts.servers import InfluxDb

SCRIPT = Path(__file__).parents[2] / "deploy/verify_influxdb.py"


def verify(config: Path, text: str) -> subprocess.CompletedProcess[str]:
    config.write_text(text)
    return subprocess.run(
        [sys.executable, SCRIPT, config], capture_output=True, text=True, check=False
    )


def test_a_server_that_is_understood(influxdb: InfluxDb, tmp_path: Path):
    told = verify(tmp_path / "c.toml", f'[influx]\napi = "v1"\nurl = "{influxdb.url}"\n')
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.count("ok  ") == 5
    assert "100 of 100" in told.stdout


def test_a_server_that_is_not(tmp_path: Path, influxdb: InfluxDb):
    text = f'[influx]\napi = "v2"\norg = "o"\nurl = "{influxdb.url}"\n'
    told = verify(tmp_path / "c.toml", text)
    assert told.returncode == 1
    assert "check [influx] api" in told.stderr
    assert "Traceback" not in told.stderr

"""`deploy/bandmate.service`: what systemd says of it, and the service under the limits it sets."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from app.program import AS_A_PERSON
from deploy.composed import DEPLOY
from parts.programs import find_free_port, part
from parts.waiting import until

UNIT = DEPLOY / "bandmate.service"
CONFINED = [sys.executable, str(Path(__file__).with_name("confined.py")), str(UNIT)]
MOST_EXPOSED = 17
"""Tenths, of `systemd-analyze security`: 0 is none, 100 all. systemd 252 of Debian 12 says so."""


def test_it_is_a_unit(tmp_path: Path):
    text = UNIT.read_text()
    program = "/opt/bandmate/bin/bandmate run --json"
    assert text.count(program) == 1
    unit = tmp_path / UNIT.name
    unit.write_text(text.replace(program, "/bin/true"))
    verified = subprocess.run(
        [part("systemd-analyze"), "verify", unit], capture_output=True, check=False, text=True
    )
    assert (verified.returncode, verified.stderr) == (0, "")
    unit.write_text(unit.read_text().replace("ProtectClock=yes", "ProtectClocks=yes"))
    verified = subprocess.run(
        [part("systemd-analyze"), "verify", unit], capture_output=True, check=False, text=True
    )
    assert "ProtectClocks" in verified.stderr


def exposure(most: int) -> int:
    return subprocess.run(
        [
            *(part("systemd-analyze"), "security", "--offline=true", "--no-pager"),
            *(f"--threshold={most}", UNIT),
        ],
        capture_output=True,
        check=False,
    ).returncode


def test_it_is_no_more_exposed_than_it_was():
    assert exposure(MOST_EXPOSED) == 0
    assert exposure(MOST_EXPOSED - 1) != 0, "it got better: lower MOST_EXPOSED"


PROBE = """
import mmap, os, socket
for what in (
    lambda: socket.socket(socket.AF_INET),
    lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
    lambda: socket.socket(31),  # AF_BLUETOOTH
    lambda: os.setuid(65534),
    lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC),
):
    try:
        what()
        print("done")
    except OSError:
        print("refused")
"""


def test_what_it_forbids_is_refused():
    part("systemd-analyze")
    tried = subprocess.run(
        [*CONFINED, sys.executable, "-c", PROBE], capture_output=True, check=True, text=True
    )
    assert tried.stdout.split()[:4] == ["done", "done", "refused", "refused"]


@pytest.mark.timeout(120)
async def test_the_service_runs_within_it_and_the_image_s_health_check_finds_it(tmp_path: Path):
    part("systemd-analyze")
    port = find_free_port()
    config = tmp_path / "config.toml"
    config.write_text(
        f'[page]\nhost = "0.0.0.0"\nport = {port}\n'
        f'[store]\npath = "{tmp_path}/store"\n[sound]\noutput = "off"\n'
    )
    health = (DEPLOY / "Dockerfile").read_text().split('CMD ["python", "-c", "')[1].split('"]')[0]

    def is_well() -> bool:
        asked = [sys.executable, "-c", health.replace(":8777", f":{port}")]
        return subprocess.run(asked, capture_output=True, check=False).returncode == 0

    assert not is_well()
    service = [sys.executable, *AS_A_PERSON, "run", "--json", "--config", str(config)]
    with (tmp_path / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(*CONFINED, *service, stdout=log, stderr=log)
    try:
        await until(is_well, within_s=60.0)
        process.terminate()
        assert await process.wait() == 0, (tmp_path / "log").read_text()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()

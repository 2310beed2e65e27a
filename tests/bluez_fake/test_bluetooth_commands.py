"""The commands that need Bluetooth, as processes of their own, on the fake BlueZ."""

import asyncio
import json
import os
import re
import sys
from pathlib import Path

from bluez_fake.world import World

AT = "F0:F1:F2:F3:F4:01"


async def bandmate(home: Path, *args: str, typed: str = "") -> tuple[int | None, str, str]:
    """Run a command; its exit status, and what it wrote to stdout and stderr."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bandmate", *args),
        env={**os.environ, "HOME": str(home)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate(typed.encode())
    return process.returncode, out.decode(), err.decode()


async def test_scan_shows_the_sensor(world: World, tmp_path: Path):
    async with world.gauge():
        status, out, _ = await bandmate(tmp_path, "scan", "--for", "1", "--json")
    assert status == 0
    assert json.loads(out)["address"] == AT


async def test_a_sensor_is_paired_and_then_examined(world: World, tmp_path: Path):
    async with world.gauge():
        status, out, err = await bandmate(tmp_path, "pair", "--yes", "--name", "right")
        assert status == 0, err
        assert "Band right is kept in" in out
        _, out, _ = await bandmate(tmp_path, "doctor", "--json")
    found = {one["check"]: one for one in map(json.loads, out.splitlines())}
    assert found["configuration"]["text"].endswith("config.toml: right")
    assert found["adapter"]["state"] == "ok"
    assert found["band right"]["state"] == "ok"
    assert re.match(r"Tindeq Progressor sends, \d+ readings a second", found["band right"]["text"])


async def test_a_person_types_what_is_asked(world: World, tmp_path: Path):
    typed = "thigh\n\n\nn\n"
    async with world.gauge():
        status, out, err = await bandmate(tmp_path, "pair", typed=typed)
    assert status == 0, err
    assert "Band thigh is kept" in out
    assert "Let it hang without a load" in err


async def test_whose_input_ends_keeps_nothing(world: World, tmp_path: Path):
    async with world.gauge():
        status, _, err = await bandmate(tmp_path, "pair")
    assert status == 1
    assert err.endswith("Aborted!\n")
    assert not (tmp_path / ".config").exists()


async def test_of_two_sensors_a_script_must_name_one(world: World, tmp_path: Path):
    async with world.gauge(), world.gauge(address="F0:F1:F2:F3:F4:02"):
        status, _, err = await bandmate(tmp_path, "pair", "--yes")
    assert status == 2
    assert "F0:F1:F2:F3:F4:02" in err
    assert "Traceback" not in err

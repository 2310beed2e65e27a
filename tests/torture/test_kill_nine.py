"""The service is killed again and again while both servers come and go: what is stored arrives.

`make torture` kills it fifty times; here it is fewer, by the same code. `BANDMATE_SEED` repeats a
run's dice, though not the machine's.
"""

import asyncio
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from app.rig import write_csv
from bandmate.sim.person import reps
from bandmate.sinks.store_admin import examine
from parts.waiting import until
from torture.accounting import Life, account, damage
from torture.servers_under_fire import PASSWORD, Keeper, Servers

KILLS = int(os.environ.get("BANDMATE_KILLS", "6"))
SEED = int(os.environ.get("BANDMATE_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
PROMISED_S = 1.0
"""What a `kill -9` may cost of the readings."""
MACHINE_S = 0.5
"""What a busy machine may add to it."""

pytestmark = pytest.mark.timeout(60 + 20 * KILLS)


def configuration(folder: Path, servers: Servers, recording: Path) -> Path:
    bands = "".join(
        f'[[band]]\nname = "{name}"\nlink = "replay:{recording}"\n'
        'exercise = "supine_sciatic_floss"\n'
        for name in ("left", "right")
    )
    path = folder / f"{recording.stem}.toml"
    path.write_text(f"""
{bands}
[mqtt]
host = "127.0.0.1"
port = {servers.broker.port}
tls = true
ca_file = "{servers.authority}"
username = "bandmate"
password_file = "{folder}/password"
[influx]
api = "v1"
url = "{servers.database.url}"
[store]
path = "{folder}/kept"
[page]
port = 0
[sound]
output = "off"
""")
    return path


async def begin(config: Path, out: Path) -> asyncio.subprocess.Process:
    with out.open("wb") as stdout, out.with_suffix(".err").open("wb") as stderr:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bandmate", "run", "--json", "--config", str(config)),
            stdout=stdout,
            stderr=stderr,
        )


def printed(out: Path) -> frozenset[str]:
    """The ids of the events in whole lines of the output."""
    *lines, _ = out.read_bytes().split(b"\n")
    return frozenset(msgspec.json.decode(line)["id"] for line in lines)


async def one_life(config: Path, out: Path, dice: random.Random) -> Life:
    """From its start to its kill, at any moment from before its first event on."""
    began_ns = time.time_ns()
    process = await begin(config, out)
    with suppress(TimeoutError):
        await until(lambda: out.stat().st_size, within_s=dice.choice([1.0, 20.0]))
    await asyncio.sleep(dice.uniform(0.0, 3.0))
    assert process.returncode is None, out.with_suffix(".err").read_text()
    process.send_signal(signal.SIGKILL)
    ended_ns = time.time_ns()
    await process.wait()
    return Life(began_ns, ended_ns, printed(out))


async def test_nothing_that_is_stored_is_lost_though_it_is_killed_again_and_again(
    tmp_path: Path, told_figure: Callable[[str], None]
):
    dice = random.Random(SEED)
    (tmp_path / "password").write_text(PASSWORD)
    pulls = reps(60, 4.0, 40.0, 1.0, start_s=0.3)
    servers = await asyncio.to_thread(Servers, tmp_path / "servers")
    config = configuration(tmp_path, servers, write_csv(tmp_path / "long.csv", pulls, 60.0))
    last = configuration(tmp_path, servers, write_csv(tmp_path / "short.csv", pulls, 0.5))
    store, keeper = tmp_path / "kept/bandmate.db", Keeper(servers)
    await asyncio.to_thread(servers.start)
    listening = asyncio.create_task(keeper.listen())
    lives: list[Life] = []
    try:
        coming_and_going = asyncio.create_task(servers.come_and_go(dice))
        lives += [
            await one_life(config, tmp_path / f"life{number}.ndjson", dice)
            for number in range(KILLS)
        ]
        coming_and_going.cancel()
        await asyncio.wait([coming_and_going])
        out = tmp_path / "last.ndjson"
        process = await begin(last, out)
        await until(lambda: out.stat().st_size, within_s=30.0)  # it runs, and heeds signals
        with suppress(TimeoutError):  # what still waits then is counted as lost
            await until(lambda: set(examine(store).waiting.values()) == {0}, within_s=60.0)
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
        with suppress(TimeoutError):
            await until(lambda: not account(store, servers.database, keeper.heard, lives).lost)
        told = account(store, servers.database, keeper.heard, lives)
    finally:
        listening.cancel()
        await asyncio.wait([listening])
        await asyncio.to_thread(servers.end)
    told_figure(
        f"{KILLS} kills (BANDMATE_SEED={SEED}): events made {told.made}, "
        f"committed {told.committed}; readings committed {told.readings}; "
        f"lost after commit {len(told.lost)}; repeated {told.repeated}; "
        f"readings lost to a kill, at worst {max(told.windows_s, default=0):.2f} s"
    )
    assert damage(store) == "ok"
    assert not told.lost
    assert told.committed > KILLS
    assert max(told.windows_s, default=0) < PROMISED_S + MACHINE_S

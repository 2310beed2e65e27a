"""Verify in a minute that bandmate and your InfluxDB understand each other.

    python deploy/verify_influxdb.py [CONFIG]

It takes `[influx]` of your configuration, writes a second of made-up readings and a movement with
the tag `band=verify-…`, reads them back by InfluxQL, and has one line refused. Every step says `ok`
or what was found; the exit status is 3 where one is not. InfluxDB 2 answers InfluxQL where the
bucket has a mapping, which 2.x makes by itself; the token must be allowed to read, too.

bandmate's own tests run against InfluxDB 1.6.7 and VictoriaMetrics. If you have a 2.x or 3.x,
please tell us what this prints, and the server's version.
"""

import asyncio
import json
import os
import secrets
import sys
import time
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from bandmate.app.config_file import config_path, read_config
from bandmate.domain.records import EventRecord, SampleRecord
from bandmate.errors import BandmateError
from bandmate.sinks.influx import write_good
from bandmate.sinks.influx_points import encode, greeting
from bandmate.sinks.influx_server import InfluxSettings, connected, headers

COUNT = 100
WAIT_S = 10.0


async def verify(settings: InfluxSettings, site: str) -> bool:
    """Run every step; whether all of them were ok."""
    band, now_ns = f"verify-{secrets.token_hex(4)}", time.time_ns()
    times_ns = [now_ns + n * 10_000_000 for n in range(COUNT)]
    readings = SampleRecord("verify", band, "", times_ns, [float(n) for n in range(COUNT)])
    body = {"event": "rep", "id": band, "band": band, "exercise": "", "set": 1, "index": 1}
    bad = f'tension,band={band},site={site} force_n="a text" {now_ns - 1}'
    async with connected(settings) as server:
        await server.greet(greeting(site, now_ns))
        _say("reach, address and rights", server.where, is_ok=True)
        lines = [*encode(readings, site), *encode(EventRecord("verify", now_ns, body), site)]
        refused = await write_good(server, [*lines[:50], bad, *lines[50:]])
    only_bad = [line for _, line in refused] == [bad]
    reason = refused[0][0] if refused else "nothing was refused"
    found = [
        _say("a line of another type is refused, and alone", reason, is_ok=only_bad),
        await _counted(settings, "tension", "force_n", band, COUNT),
        await _counted(settings, "tension_1s", "mean_n", band, 1),
        await _counted(settings, "rep", "index", band, 1),
    ]
    return all(found)


async def _counted(
    settings: InfluxSettings, measurement: str, field: str, band: str, expected: int
) -> bool:
    query = f'SELECT count("{field}") FROM "{measurement}" WHERE "band" = \'{band}\''  # noqa: S608 - ours
    count: object = None
    deadline_s = time.monotonic() + WAIT_S
    while count != expected and time.monotonic() < deadline_s:
        await asyncio.sleep(0.5)
        count = await asyncio.to_thread(_ask, settings, query)
    return _say(f"{measurement} is read back", f"{count} of {expected}", is_ok=count == expected)


def _ask(settings: InfluxSettings, query: str) -> object:
    """The first value, or what the server said instead."""
    url = f"{settings.url.rstrip('/')}/query?{urlencode({'db': settings.bucket, 'q': query})}"
    try:
        with urlopen(Request(url, headers=headers(settings)), timeout=WAIT_S) as answer:  # noqa: S310
            return json.load(answer)["results"][0]["series"][0]["values"][0][1]
    except (OSError, LookupError, ValueError) as error:
        return f"no answer ({error!r})"


def _say(what: str, found: str, *, is_ok: bool) -> bool:
    sys.stdout.write(f"{'ok     ' if is_ok else 'problem'}  {what}: {found}\n")
    return is_ok


def main() -> int:
    """The exit status: 0 all is well, 3 a step is not, 1 it could not be tried."""
    try:
        config = read_config(config_path(Path(sys.argv[1]) if sys.argv[1:] else None), os.environ)
        if config.influx is None:
            sys.stderr.write("The configuration has no [influx].\n")
            return 1
        return 0 if asyncio.run(verify(config.influx, config.site.name)) else 3
    except BandmateError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())

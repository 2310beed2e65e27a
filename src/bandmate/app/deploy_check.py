"""Looks at a deployment beyond its parts: what the service stores, and what Grafana asks for."""

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import msgspec

from bandmate.app.config import Config
from bandmate.app.running_service import NotReachedError, RunningService
from bandmate.app.sink_check import as_told
from bandmate.domain.findings import Finding
from bandmate.errors import SinkUnavailableError
from bandmate.sinks.influx_server import Server, connected

LIVE: Final = "live.json"
"""The dashboard whose first curve is asked for."""

_STORED_WITHIN_S: Final = 60.0
"""The service tells every ten seconds how it stands."""

_STORED: Final = (
    'SELECT last("dropped") FROM "health" '
    'WHERE "kind" = \'service\' AND time > now() - 30d GROUP BY "site"'
)
_PULLS: Final = 'SELECT last("mean_n") FROM "tension_1s" WHERE time > now() - 30d GROUP BY "site"'
_ANGLES: Final = 'SELECT last("angle_deg") FROM "imu" WHERE time > now() - 30d GROUP BY "site"'
_TIME_FILTER: Final = "time > now() - 30d"
_VARIABLE: Final = re.compile(r"\$\{?\w+(:\w+)?\}?")


async def examine_deployment(config: Config) -> AsyncGenerator[Finding]:
    """The hops that only show where everything runs: service, a stored point, a panel's query.

    Args:
        config: The configuration of the service that runs.
    """
    for finding in await asyncio.to_thread(_ways_out_of, config):
        yield finding
    if config.influx is None:
        yield Finding(
            "stored point", "no database is configured", "Add the table [influx] (README.md)."
        )
        return
    site, hop = config.site.name, "stored point"
    try:
        async with connected(config.influx) as server:
            yield await _stored(server, site)
            hop = "reading"
            yield await _read(server, site)
            hop = "panel"
            yield await _shown(server, site)
    except SinkUnavailableError as fault:
        yield as_told(hop, str(fault))


def _ways_out_of(config: Config) -> Sequence[Finding]:
    """What the running service says of its ways out: it may have other rights than this program."""
    try:
        sinks = RunningService(config).health()["sinks"]
    except NotReachedError as error:
        text, _, fix = str(error).partition("\n")
        return [Finding("service", text, fix or "Start it: systemctl start bandmate.")]
    return [_way(sink) for sink in sinks]


def _way(sink: Mapping[str, Any]) -> Finding:
    check, text = f"service, {sink['name']}", str(sink["text"])
    waiting = f", {sink['queued']} waiting" if sink["queued"] else ""
    if sink["state"] == "up":
        return Finding(check, text + waiting)
    if sink["state"] == "starting":
        return Finding(check, text + waiting, "Look again in a moment.")
    found = as_told(check, text)
    return Finding(check, found.text + waiting, found.fix)


async def _stored(server: Server, site: str) -> Finding:
    """Whether what the service writes arrives."""
    newest = await _newest(server, _STORED, site)
    if newest is None:
        return Finding(
            "stored point",
            f"the service of site {site} has stored nothing in {server.where}",
            "See what it says of influx above; both must name the same bucket.",
        )
    age_s = time.time() - newest["time"] / 1e9
    if age_s > _STORED_WITHIN_S:
        return Finding(
            "stored point",
            f"the newest is {_ago(age_s)} old",
            "See what the service says of influx above, and compare the clocks of both machines.",
        )
    return Finding("stored point", f"the service's newest is {max(age_s, 0.0):.0f} s old")


async def _read(server: Server, site: str) -> Finding:
    """Whether a band was ever stored."""
    for query in (_PULLS, _ANGLES):
        if newest := await _newest(server, query, site):
            age_s = time.time() - newest["time"] / 1e9
            return Finding("reading", f"the newest of a band is {_ago(age_s)} old")
    return Finding(
        "reading",
        "no reading of a band was stored in the last 30 days",
        "Connect a band (`bandmate doctor` tells how each stands) and pull it once.",
    )


async def _newest(server: Server, query: str, site: str) -> Mapping[str, Any] | None:
    """The row of a site; `query` asks for one each."""
    return next((row for row in await server.query(query) if row["site"] == site), None)


async def _shown(server: Server, site: str) -> Finding:
    """Whether a panel's query finds something, asked as Grafana does."""
    if await _newest(server, _ANGLES, site) and not await _newest(server, _PULLS, site):
        return Finding("panel", "the dashboards show pulls, and this site has motion sensors alone")
    dashboard = msgspec.json.decode(shipped_dashboard(LIVE))
    panel = next(one for one in dashboard["panels"] if one["type"] == "timeseries")
    name = f"{dashboard['title']}, {panel['title'].partition(': $')[0]}"
    found = await server.query(expanded(panel["targets"][0]["query"], site))
    if not found:
        return Finding("panel", f"{name}: nothing", "Pull a band for a few seconds.")
    return Finding("panel", f"{name}: what was read in the last 30 days")


def shipped_dashboard(name: str) -> bytes:
    """A dashboard as it is shipped: inside an installed package, or beside its source."""
    packaged = files("bandmate") / "dashboards"
    folder = (
        packaged if packaged.is_dir() else Path(__file__).parents[3] / "deploy/grafana/dashboards"
    )
    return (folder / name).read_bytes()


def expanded(query: str, site: str) -> str:
    """A panel's query for one site, with all there is in each other variable, over 30 days.

    Args:
        query: InfluxQL with Grafana's macros; variables stand in regular expressions.
        site: The site's name.
    """
    query = query.replace("${site:regex}", site)
    query = query.replace("$timeFilter", _TIME_FILTER)
    query = query.replace("$__interval", "1h")
    return _VARIABLE.sub(".*", query)


def _ago(seconds: float) -> str:
    for unit, length_s in (("days", 86_400.0), ("h", 3_600.0), ("min", 60.0)):
        if seconds >= 2.0 * length_s:
            return f"{seconds / length_s:.0f} {unit}"
    return f"{max(seconds, 0.0):.0f} s"

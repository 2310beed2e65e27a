"""Every question that the dashboards and the alert rules put to the database. Pure but for reading.

`everything()` is what tests go through; `of_dashboard` takes one dashboard as JSON.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

GRAFANA = Path(__file__).parents[2] / "deploy/grafana"
NAMES = ("live", "review", "progress", "health")

Kind = Literal["panel", "variable", "annotation", "alert rule"]
Json = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One query.

    Attributes:
        dashboard: `live`, `review`, `progress`, `health`; of an alert rule `alerting`.
        place: The title of the panel and the query's letter, or the name of what asks.
        kind: What asks.
        text: InfluxQL, with Grafana's variables and macros in it.
        result_format: `time_series` or `table`.
        alias: How its curves are named.
        span: The time range, where it is not the dashboard's own, such as `2m`.
        least_interval: How near points may lie together, such as `2s`; empty for the database's.
        points: The most points; 0: as the panel's width allows.
        repeat: The variable for each of whose values there is such a panel.
    """

    dashboard: str
    place: str
    kind: Kind
    text: str
    result_format: str = "time_series"
    alias: str = ""
    span: str = ""
    least_interval: str = ""
    points: int = 0
    repeat: str = ""

    def __str__(self) -> str:
        return f"{self.dashboard}: {self.kind} {self.place}"


def load(name: str) -> Json:
    """A dashboard as it is committed."""
    return json.loads((GRAFANA / f"dashboards/{name}.json").read_text(encoding="utf-8"))


def panels(board: Json) -> Iterator[Json]:
    """Its panels, those inside of rows too."""
    for panel in board["panels"]:
        yield panel
        yield from panel.get("panels", [])


def of_dashboard(name: str, board: Json) -> Iterator[Asked]:
    """Every query of one dashboard."""
    for panel in panels(board):
        for target in panel.get("targets", []):
            yield Asked(
                name,
                f"{panel['title']} {target['refId']}",
                "panel",
                target["query"],
                target["resultFormat"],
                target.get("alias", ""),
                span=panel.get("timeFrom") or "",
                least_interval=panel.get("interval") or "",
                points=panel.get("maxDataPoints") or 0,
                repeat=panel.get("repeat") or "",
            )
    for variable in board["templating"]["list"]:
        if variable["type"] == "query":
            yield Asked(name, variable["name"], "variable", variable["query"]["query"])
    for marks in board["annotations"].get("list", []):
        if "query" in marks.get("target", {}):
            yield Asked(name, marks["name"], "annotation", marks["target"]["query"], "table")


def rules() -> Iterator[Json]:
    """The provisioned alert rules."""
    for file in sorted((GRAFANA / "provisioning/alerting").glob("*.yaml")):
        for group in yaml.safe_load(file.read_text(encoding="utf-8")).get("groups", []):
            yield from group["rules"]


def of_rules() -> Iterator[Asked]:
    """Every query of the alert rules."""
    for rule in rules():
        for part in rule["data"]:
            if part["datasourceUid"] != "__expr__":
                query, span = part["model"]["query"], part["relativeTimeRange"]["from"]
                yield Asked("alerting", rule["title"], "alert rule", query, span=f"{span}s")


def everything() -> list[Asked]:
    """All of them."""
    boards = [asked for name in NAMES for asked in of_dashboard(name, load(name))]
    return [*boards, *of_rules()]

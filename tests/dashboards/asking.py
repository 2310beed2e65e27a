"""Asks the filled database what a dashboard asks, as Grafana would."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

from dashboards.influxql import Value, expand, interval_ms, length_ms, pinned
from dashboards.queries import NAMES, Asked, load, of_dashboard
from dashboards.scene import Scene

WIDTH_POINTS = 1000
"""About the pixels of a panel: the most points that are asked for."""
LEAST_INTERVAL = "100ms"
"""The database's own, as it is provisioned (`timeInterval`)."""

Row = Mapping[str, Any]


class RefusedError(Exception):
    """The database refused a query."""


@dataclass(frozen=True)
class Series:
    """One series of an answer.

    Attributes:
        tags: Those that it is grouped by.
        rows: By column.
    """

    tags: Mapping[str, str]
    rows: Sequence[Row]


def ask(scene: Scene, query: str) -> list[Series]:
    """Put one query to the database, times in milliseconds.

    Raises:
        RefusedError: It cannot be answered.
    """
    return [
        Series(
            one.get("tags", {}),
            [dict(zip(one["columns"], row, strict=True)) for row in one.get("values", [])],
        )
        for one in answered(scene, query)
    ]


def answered(scene: Scene, query: str) -> list[dict[str, Any]]:
    """The series of an answer as the database wrote them.

    Raises:
        RefusedError: It cannot be answered.
    """
    url = f"{scene.url}/query?{urlencode({'db': scene.database, 'q': query, 'epoch': 'ms'})}"
    try:
        with urlopen(url) as answer:
            told = json.load(answer)
    except HTTPError as error:
        raise RefusedError(error.read().decode()) from error
    (result,) = told["results"]
    if "error" in result:
        raise RefusedError(result["error"])
    return result.get("series", [])


def shown(answer: Sequence[Series]) -> dict[str, list[Any]]:
    """What each column of an answer shows, but times; what is null shows nothing."""
    columns: dict[str, list[Any]] = {}
    for series in answer:
        for row in series.rows:
            for column, value in row.items():
                columns.setdefault(column, []).append(value)
    columns.pop("time", None)
    return {name: [v for v in values if v is not None] for name, values in columns.items()}


def empty(answer: Sequence[Series]) -> bool:
    """Nothing is shown, or a column that shows nothing."""
    columns = shown(answer)
    return not columns or not all(columns.values())


def answer(scene: Scene, asked: Asked, **chosen: Value) -> list[Series]:
    """The answer to a dashboard's query over the scene.

    Args:
        scene: The filled database; its end is the present of the query.
        asked: The query.
        chosen: Of the dashboard's variables; of the others all there is.
    """
    return ask(scene, written(scene, asked, {**choices(scene, asked.dashboard), **chosen}))


def written(scene: Scene, asked: Asked, chosen: Mapping[str, Value]) -> str:
    """The query as the database gets it."""
    span = {"review": scene.review, "progress": scene.progress}.get(asked.dashboard, scene.live)
    from_ms, to_ms = _ms(span.start), _ms(span.end)
    if asked.span:
        from_ms = to_ms - length_ms(asked.span)
    least_ms = length_ms(asked.least_interval or LEAST_INTERVAL)
    apart_ms = interval_ms(from_ms, to_ms, asked.points or WIDTH_POINTS, least_ms)
    text = expand(asked.text, chosen, from_ms=from_ms, to_ms=to_ms, interval_ms=apart_ms)
    return pinned(text, _ms(scene.live.end))


@cache
def choices(scene: Scene, dashboard: str) -> Mapping[str, Value]:
    """All there is of every variable; the first of one that takes no several."""
    chosen: dict[str, Value] = {}
    if dashboard not in NAMES:
        return chosen
    board = load(dashboard)
    asked = {one.place: one for one in of_dashboard(dashboard, board) if one.kind == "variable"}
    for variable in board["templating"]["list"]:
        if variable["name"] in asked:
            found = offered(ask(scene, written(scene, asked[variable["name"]], chosen)))
            chosen[variable["name"]] = found if variable.get("multi") else next(iter(found), "")
    return chosen


def offered(answer: Sequence[Series]) -> list[str]:
    """What Grafana offers of a variable: the second column, each value once."""
    rows = (row for series in answer for row in series.rows)
    return list(dict.fromkeys(str(list(row.values())[1]) for row in rows))


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)

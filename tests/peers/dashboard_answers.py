"""What a dashboard asks of InfluxDB, and the answers, as the page that draws it takes them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlencode
from urllib.request import urlopen

from dashboards.influxql import expand
from dashboards.scene import Scene, Span

Json: TypeAlias = dict[str, Any]
ALL = "$__all"
HIDDEN = 2
"""Of a variable: neither its name nor its value is shown."""


@dataclass(frozen=True)
class Chosen:
    """A variable as it stands when a dashboard is opened."""

    name: str
    label: str
    text: str
    values: Sequence[str]


class Asking:
    """A dashboard's questions, in its time range and with what its variables stand at."""

    def __init__(self, board: Json, scene: Scene, span: Span) -> None:
        self._scene = scene
        self._span = span
        self._chosen: list[Chosen] = []
        for variable in board["templating"]["list"]:
            self._chosen.append(self._choose(variable))

    def series(self, query: str, width: int = 1600) -> list[Json]:
        text = expand(query, self._span, {one.name: one.values for one in self._chosen})
        return ask(self._scene, text)


def ask(scene: Scene, text: str) -> list[Json]:
    """The series of an answer, times in milliseconds."""
    with urlopen(f"{scene.url}/query?{urlencode({'db': scene.database, 'q': text, 'epoch': 'ms'})}") as answer:
        result = json.load(answer)["results"][0]
    if "error" in result:
        raise ValueError(f"{result['error']}: {text}")
    return result.get("series", [])

"""What a dashboard asks of InfluxDB, with the answers, as the page that draws it takes them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from dashboards.asking import LEAST_INTERVAL, answered, choices
from dashboards.influxql import Value, expand, interval_ms, length_ms, pinned
from dashboards.scene import Scene, Span

Json: TypeAlias = dict[str, Any]
COLUMNS = 24
COLUMN_PX = 66
HIDDEN = 2
"""Of a variable: neither its name nor its value is shown."""


def drawing(name: str, board: Json, scene: Scene, span: Span, others: Sequence[str]) -> Json:
    """A dashboard with all that is shown in it.

    Args:
        name: The dashboard's, such as `live`.
        board: Its JSON.
        scene: The filled database.
        span: The time range that it is opened with.
        others: The titles of the dashboards that it links to.
    """
    asking = _Asking(scene, span, choices(scene, name))
    return {
        "title": board["title"],
        "range": asking.range,
        "panels": [asking.answered(panel) for panel in repeated(board["panels"], asking.chosen)],
        "annotations": [asking.marks(one) for one in board["annotations"].get("list", [])],
        "variables": list(variables(board, asking.chosen)),
        "links": others,
    }


class _Asking:
    def __init__(self, scene: Scene, span: Span, chosen: Mapping[str, Value]) -> None:
        self.chosen = chosen
        self._scene = scene
        self._from_ms, self._to_ms = (round(at.timestamp() * 1000) for at in (span.start, span.end))

    @property
    def range(self) -> Json:
        """The dashboard's time range."""
        return {"from": self._from_ms, "to": self._to_ms}

    def answered(self, panel: Json) -> Json:
        """A panel with its time range and the answers to its queries."""
        from_ms = self._from_ms
        if "timeFrom" in panel:
            from_ms = self._to_ms - length_ms(panel["timeFrom"])
        points = panel.get("maxDataPoints") or panel["gridPos"]["w"] * COLUMN_PX
        least_ms = length_ms(panel.get("interval", LEAST_INTERVAL))
        every_ms = interval_ms(from_ms, self._to_ms, points, least_ms)
        chosen = {**self.chosen, **panel["scoped"]}
        answers = [
            {**target, "series": self._ask(target["query"], chosen, from_ms, every_ms)}
            for target in panel.get("targets", [])
        ]
        return {**panel, "range": {"from": from_ms, "to": self._to_ms}, "answers": answers}

    def marks(self, annotation: Json) -> Json:
        """When and in which colour an annotation marks the curves."""
        series = self._ask(annotation["target"]["query"], self.chosen, self._from_ms, 1)
        times = [row[0] for one in series for row in one["values"]]
        return {"color": annotation["iconColor"], "times": times}

    def _ask(
        self, query: str, chosen: Mapping[str, Value], from_ms: int, every_ms: int
    ) -> list[Json]:
        text = expand(query, chosen, from_ms=from_ms, to_ms=self._to_ms, interval_ms=every_ms)
        present_ms = round(self._scene.live.end.timestamp() * 1000)
        return answered(self._scene, pinned(text, present_ms))


def repeated(panels: Sequence[Json], chosen: Mapping[str, Value]) -> Iterator[Json]:
    """The panels; one that is repeated by a variable once for every value, side by side."""
    down = 0
    for panel in panels:
        place = {**panel["gridPos"], "y": panel["gridPos"]["y"] + down}
        if "repeat" not in panel:
            yield {**panel, "gridPos": place, "scoped": {}}
            continue
        values = chosen[panel["repeat"]]
        beside = min(len(values), panel["maxPerRow"])
        width = COLUMNS // beside
        for at, value in enumerate(values):
            row, column = divmod(at, beside)
            there = {"x": column * width, "y": place["y"] + row * place["h"], "w": width}
            yield {
                **panel,
                "id": f"{panel['id']}-{value}",
                "gridPos": {**place, **there},
                "scoped": {panel["repeat"]: value},
            }
        down += (len(values) - 1) // beside * place["h"]


def variables(board: Json, chosen: Mapping[str, Value]) -> Iterator[Json]:
    """What is shown of the variables above the panels."""
    for one in board["templating"]["list"]:
        if one.get("hide") == HIDDEN:
            continue
        value = chosen.get(one["name"], "bandmate")
        text = value if isinstance(value, str) else "All"
        yield {"name": one["name"], "label": one.get("label") or one["name"], "text": text}

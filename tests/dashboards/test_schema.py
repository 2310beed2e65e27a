"""The dashboards by Grafana's own types, as `make dashboard-schema` wrote them down.

Two things are told beforehand. A query is any object there, and what InfluxDB's plugin adds to the
target of marks is no part of its type: `test_lint` looks at both.
"""

import copy
import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from dashboards.queries import NAMES, Json, load, panels

SCHEMA = Path(__file__).parent / "schema"
OF_EVERY_TARGET = ("limit", "matchAny", "tags", "type")


@cache
def schemas(name: str) -> Json:
    return json.loads((SCHEMA / f"{name}.json").read_text(encoding="utf-8"))


def complaints(schema: Json, value: Any, where: str = "") -> Iterator[str]:  # noqa: ANN401 - JSON
    for error in Draft7Validator(schema).iter_errors(value):  # pyright: ignore[reportUnknownMemberType]
        yield f"{where}{error.json_path}: {error.message[:200]}"


def one_of(schema: Json, definition: str) -> Json:
    return {**schema, "$ref": f"#/definitions/{definition}"}


def a_property(schema: Json, definition: str, key: str) -> Json:
    """The schema of one property: one that is not there allows nothing."""
    named = schema["definitions"][definition]["properties"].get(key, False)
    return {"definitions": schema["definitions"], "allOf": [named]}


def about_dashboard(board: Json) -> Iterator[str]:
    plain = copy.deepcopy(board)
    for marks in plain["annotations"].get("list", []):
        marks["target"] = {key: marks["target"][key] for key in OF_EVERY_TARGET}
    yield from complaints(schemas("dashboard")["Dashboard"], plain)
    # A panel may be one of two types, and then a schema does not tell what is wrong with it.
    for panel in plain["panels"]:
        yield from complaints(one_of(schemas("dashboard")["Dashboard"], "Panel"), panel, "panel ")
        yield from about_panel(panel)


def about_panel(panel: Json) -> Iterator[str]:
    kind = schemas(panel["type"])
    where = f"{panel['title']}: "
    yield from complaints(kind["Options"], panel["options"], where)
    config = panel["fieldConfig"]
    drawn = kind.get("FieldConfig")
    custom = config["defaults"].get("custom", {})
    if drawn is not None:
        yield from complaints(drawn, custom, where)
    elif custom:
        yield f"{where}{panel['type']} has no settings of its own"
    for override in config["overrides"]:
        for given in override["properties"]:
            yield from complaints(_of_override(drawn, given["id"]), given["value"], where)


def _of_override(drawn: Json | None, name: str) -> Json:
    if name.startswith("custom."):
        assert drawn is not None, f"{name} where there are no settings of the panel's own"
        return a_property(drawn, "FieldConfig", name.removeprefix("custom."))
    return a_property(schemas("dashboard")["Dashboard"], "FieldConfig", name)


@pytest.mark.parametrize("name", NAMES)
def test_a_dashboard_is_what_grafana_says_it_is(name: str):
    assert list(about_dashboard(load(name))) == []


def a_panel(board: Json, kind: str) -> Json:
    return next(panel for panel in panels(board) if panel["type"] == kind)


def unknown_key(board: Json) -> None:
    a_panel(board, "stat")["caption"] = "x"


def bad_mode(board: Json) -> None:
    a_panel(board, "stat")["fieldConfig"]["defaults"]["thresholds"]["mode"] = "relative"


def place_in_words(board: Json) -> None:
    a_panel(board, "stat")["gridPos"]["x"] = "0"


def bad_refresh(board: Json) -> None:
    board["templating"]["list"][1]["refresh"] = 7


def bad_style(board: Json) -> None:
    a_panel(board, "timeseries")["fieldConfig"]["defaults"]["custom"]["drawStyle"] = "wave"


def bad_graph(board: Json) -> None:
    a_panel(board, "stat")["options"]["graphMode"] = "pie"


def lost_legend(board: Json) -> None:
    del a_panel(board, "timeseries")["options"]["legend"]


def unknown_override(board: Json) -> None:
    given = {"id": "custom.lineWidht", "value": 2}
    a_panel(board, "timeseries")["fieldConfig"]["overrides"][0]["properties"].append(given)


def bad_override(board: Json) -> None:
    given = {"id": "decimals", "value": "one"}
    a_panel(board, "table")["fieldConfig"]["overrides"][0]["properties"].append(given)


def bad_mapping(board: Json) -> None:
    a_panel(board, "state-timeline")["fieldConfig"]["defaults"]["mappings"][0]["type"] = "span"


@pytest.mark.parametrize(
    "spoil",
    [
        unknown_key,
        bad_mode,
        place_in_words,
        bad_refresh,
        bad_style,
        bad_graph,
        lost_legend,
        unknown_override,
        bad_override,
        bad_mapping,
    ],
    ids=lambda spoil: spoil.__name__,
)
def test_what_is_wrong_is_found(spoil: Callable[[Json], None]):
    board = load("live")
    spoil(board)
    assert list(about_dashboard(board))

"""What can be said of the dashboards' pictures without taking them."""

import json
import re
from pathlib import Path

import pytest

from dashboards.queries import NAMES, load, panels
from peers.dashboard_answers import repeated
from peers.dashboards import MOST_BYTES, WIDTH_PX

ROOT = Path(__file__).parents[2]
DRAWERS = ROOT / "tests/peers/grafana"
GRAFANA = "11.6.0"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize("name", NAMES)
def test_every_dashboard_has_a_picture_of_its_own_width(name: str):
    picture = (ROOT / f"docs/dashboards/{name}.png").read_bytes()
    assert picture.startswith(PNG)
    assert int.from_bytes(picture[16:20], "big") == WIDTH_PX
    assert len(picture) <= MOST_BYTES


def test_every_type_of_panel_can_be_drawn():
    drawn = (DRAWERS / "panels.jsx").read_text().partition("export const PANELS = {")[2]
    types = {panel["type"] for name in NAMES for panel in panels(load(name))}
    assert types - set(re.findall(r'^  "?([\w-]+)"?: ', drawn, re.MULTILINE)) == {"row"} & types


def test_what_draws_is_pinned_to_the_grafana_of_the_dashboards():
    asked = json.loads((DRAWERS / "package.json").read_text())["dependencies"]
    locked = json.loads((DRAWERS / "package-lock.json").read_text())["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in asked} == asked
    assert {asked[name] for name in asked if name.startswith("@grafana/")} == {GRAFANA}
    assert not any("resolved" in package for package in locked.values())


def test_a_repeated_panel_stands_side_by_side_and_pushes_down_what_is_below():
    def place(**grid: int) -> dict[str, int]:
        return {"x": 0, "y": 0, "w": 24, "h": 4, **grid}

    tension = {"id": 1, "gridPos": place(), "repeat": "band", "maxPerRow": 2}
    below = {"id": 2, "gridPos": place(y=4)}
    placed = repeated([tension, below], {"band": ["left", "right", "thigh"]})
    assert [(one["id"], one["gridPos"], one["scoped"]) for one in placed] == [
        ("1-left", place(w=12), {"band": "left"}),
        ("1-right", place(w=12, x=12), {"band": "right"}),
        ("1-thigh", place(w=12, y=4), {"band": "thigh"}),
        (2, place(y=8), {}),
    ]

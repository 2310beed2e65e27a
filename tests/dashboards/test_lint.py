"""The rules of Grafana's own linter that concern InfluxQL, and those of ours."""

import re
from collections import Counter
from itertools import combinations
from typing import Any, cast

import pytest
import yaml
from grafana_foundation_sdk.models import units

from bandmate.domain.alerts import AlertCode, Urgency
from bandmate.domain.events import Grade
from bandmate.domain.zones import Zone
from boards import look, progress, review
from dashboards.queries import GRAFANA, NAMES, Asked, Json, everything, load, panels, rules

BOARDS = [pytest.param(load(name), id=name) for name in NAMES]
PANELS = [
    pytest.param(panel, id=f"{name}: {panel['title']}")
    for name in NAMES
    for panel in panels(load(name))
]
UNITS = {value for name, value in vars(units).items() if name[0].isupper()} | {look.NEWTON}
SOURCE = {"type": "influxdb", "uid": "${datasource}"}


def everywhere(part: object, key: str) -> list[Any]:
    """Every value of a key, however deep."""
    if isinstance(part, dict):
        own = cast("Json", part)
        deeper = [found for value in own.values() for found in everywhere(value, key)]
        return [*([own[key]] if key in own else []), *deeper]
    if isinstance(part, list):
        return [found for item in cast("list[object]", part) for found in everywhere(item, key)]
    return []


# The seven rules.


@pytest.mark.parametrize("board", BOARDS)
def test_the_database_is_a_variable(board: Json):
    first = board["templating"]["list"][0]
    assert (first["type"], first["name"], first["query"]) == (
        "datasource",
        "datasource",
        "influxdb",
    )


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_and_its_queries_ask_that_database(panel: Json):
    assert [panel["datasource"], *(t["datasource"] for t in panel["targets"])] == [SOURCE] * (
        1 + len(panel["targets"])
    )


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_has_a_title_and_says_what_it_shows(panel: Json):
    assert panel["title"]
    assert len(panel["description"].split()) >= 4


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_has_a_unit_that_grafana_knows(panel: Json):
    given = [panel["fieldConfig"]["defaults"]["unit"]]
    given += [p["value"] for p in everywhere(panel, "properties") for p in p if p["id"] == "unit"]
    assert set(given) <= UNITS


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_asks_something(panel: Json):
    assert panel["targets"]
    assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])


@pytest.mark.parametrize("board", BOARDS)
def test_variables_follow_the_time(board: Json):
    asked = [v for v in board["templating"]["list"] if v["type"] == "query"]
    assert asked
    assert {variable["refresh"] for variable in asked} == {2}


@pytest.mark.parametrize("board", BOARDS)
def test_a_dashboard_cannot_be_edited_in_place(board: Json):
    assert board["editable"] is False


# Ours.


@pytest.mark.parametrize("panel", PANELS)
def test_an_empty_panel_says_why_or_what_to_do(panel: Json):
    assert len(panel["fieldConfig"]["defaults"]["noValue"]) >= len("No set")


def test_names_are_unique():
    boards = [load(name) for name in NAMES]
    assert [board["uid"] for board in boards] == [f"bandmate-{name}" for name in NAMES]
    assert len({board["title"] for board in boards}) == len(NAMES)


@pytest.mark.parametrize("board", BOARDS)
def test_panels_are_unique(board: Json):
    for key in ("id", "title"):
        assert {n for n, count in Counter(p[key] for p in panels(board)).items() if count > 1} == (
            set()
        )


def covers(a: Json, b: Json) -> bool:
    """Whether two places of the grid overlap."""
    return (
        a["x"] < b["x"] + b["w"]
        and b["x"] < a["x"] + a["w"]
        and a["y"] < b["y"] + b["h"]
        and b["y"] < a["y"] + a["h"]
    )


@pytest.mark.parametrize("board", BOARDS)
def test_the_grid_is_full_and_nothing_overlaps(board: Json):
    places = [panel["gridPos"] for panel in panels(board)]
    assert [(a, b) for a, b in combinations(places, 2) if covers(a, b)] == []
    assert sum(p["w"] * p["h"] for p in places) == 24 * max(p["y"] + p["h"] for p in places)


def test_two_places_that_overlap_are_found():
    here = {"x": 0, "y": 0, "w": 4, "h": 4}
    assert covers(here, {"x": 3, "y": 3, "w": 1, "h": 1})
    assert not covers(here, {"x": 4, "y": 0, "w": 1, "h": 1})


@pytest.mark.parametrize("board", BOARDS)
def test_every_variable_is_explained_and_used(board: Json):
    asked = [*everywhere(board["panels"], "query"), *everywhere(board["panels"], "repeat")]
    for variable in board["templating"]["list"]:
        assert variable["label"]
        assert variable["description"]
        if variable["type"] == "query":
            assert any(f"${{{variable['name']}:regex}}" in text for text in asked), variable["name"]


@pytest.mark.parametrize("board", BOARDS)
def test_every_variable_that_is_used_is_there(board: Json):
    named = {variable["name"] for variable in board["templating"]["list"]}
    used = {
        name
        for text in [*everywhere(board, "query"), *everywhere(board, "url")]
        if isinstance(text, str)
        for name in re.findall(r"\$\{(\w+)(?::\w+)?\}", text)
    }
    assert used <= named


@pytest.mark.parametrize("asked", everything(), ids=str)
def test_a_query_is_bound_in_time_and_names_are_quoted(asked: Asked):
    assert re.search(r"\$timeFilter|time > now\(\) - \d+[dms]", asked.text)
    bare = re.sub(r'"[^"]*"|\'[^\']*\'|=~ /[^/]*/|\$\w+', "", asked.text)
    words = set(re.findall(r"[a-z_]+(?!\w|\()", bare))
    assert words <= {"time", "d", "m", "s", "w", "fill", "null", "none"}


@pytest.mark.parametrize("board", BOARDS)
def test_links_lead_somewhere_and_keep_time_and_variables(board: Json):
    (links,) = board["links"]
    assert (links["includeVars"], links["keepTime"], links["tags"]) == (True, True, ["bandmate"])
    assert "bandmate" in board["tags"]
    uids = {load(name)["uid"] for name in NAMES}
    for url in filter(None, everywhere(board, "url")):
        path, _, query = url.partition("?")
        assert path.removeprefix("/d/") in uids
        for name in re.findall(r"__data\.fields\.(\w+)", query):
            assert name in board_columns(board)
        assert "${datasource:queryparam}" in query


def board_columns(board: Json) -> str:
    """All that is asked for as tables."""
    return " ".join(
        target["query"]
        for panel in panels(board)
        for target in panel["targets"]
        if target["resultFormat"] == "table"
    )


@pytest.mark.parametrize("panel", PANELS)
def test_an_override_is_of_a_column_or_curve_that_is_there(panel: Json):
    asked = " ".join(f"{t['query']} {t.get('alias', '')}" for t in panel["targets"])
    for override in panel["fieldConfig"]["overrides"]:
        name = override["matcher"]["options"]
        if override["matcher"]["id"] == "byName" and name not in {"Time", "exercise", *AlertCode}:
            assert f'"{name}"' in asked or name in asked, name


@pytest.mark.parametrize("panel", PANELS)
def test_an_area_reaches_down_to_a_curve_that_is_there(panel: Json):
    given = [p for props in everywhere(panel, "properties") for p in props]
    shown = {p["value"] for p in given if p["id"] == "displayName"}
    assert {p["value"] for p in given if p["id"] == "custom.fillBelowTo"} <= shown


def test_every_word_of_the_service_has_its_colour():
    assert set(look.URGENCY) == set(Urgency)
    assert set(look.GRADES) == set(Grade)
    assert {zone.split(maxsplit=1)[0] for zone in review.ZONES} == set(Zone)
    assert set(look.DISTAL) == {str(level) for level in range(6)}
    assert set(progress.ALERT_COLOURS) <= set(AlertCode)
    assert len(set(progress.ALERT_COLOURS.values())) == len(progress.ALERT_COLOURS)


@pytest.mark.parametrize("panel", PANELS)
def test_one_number_is_not_made_small_by_the_words_for_none(panel: Json):
    if panel["type"] == "stat":
        assert len(panel["fieldConfig"]["defaults"]["noValue"]) <= len("no session")


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule["uid"]) for rule in rules()])
def test_a_rule_of_alerts_stands_on_its_own(rule: Json):
    letters = [part["refId"] for part in rule["data"]]
    assert rule["condition"] == letters[-1]
    assert all(part["model"]["refId"] == part["refId"] for part in rule["data"])
    for part in rule["data"]:
        if part["datasourceUid"] == "__expr__":
            assert part["model"]["expression"] in letters
        else:
            assert part["datasourceUid"] == "bandmate"
            assert part["relativeTimeRange"]["from"] > part["relativeTimeRange"]["to"] == 0
            assert "$timeFilter" in part["model"]["query"]
    assert {"summary", "description"} <= set(rule["annotations"])
    board = load(rule["dashboardUid"].removeprefix("bandmate-"))
    assert rule["panelId"] in {panel["id"] for panel in panels(board)}


def test_rules_that_name_an_alert_name_one_that_there_is():
    (over,) = (a.text for a in everything() if a.place == "Over-tension seen")
    pattern = re.search(r'"kind" =~ /(.+?)/', over)
    assert pattern is not None
    assert {code for code in AlertCode if re.search(pattern[1], code)} == {
        AlertCode.TENSION_LIMIT,
        AlertCode.TENSION_CEILING,
    }


def provisioned(pattern: str) -> list[Any]:
    return [yaml.safe_load(f.read_text(encoding="utf-8")) for f in sorted(GRAFANA.glob(pattern))]


def test_the_database_is_given_to_grafana_without_a_secret_in_the_file():
    files = [
        *provisioned("provisioning/datasources/*.yaml"),
        *provisioned("examples/datasource-*.yaml"),
    ]
    assert len(files) == 3
    for (source,) in (file["datasources"] for file in files):
        assert (source["uid"], source["type"]) == ("bandmate", "influxdb")
        assert source["jsonData"]["version"] == "InfluxQL"
        for secret in source["secureJsonData"].values():
            assert re.fullmatch(r"((Token|Bearer) )?\$[A-Z_]+", secret)


def test_grafana_is_told_where_the_dashboards_are():
    (file,) = provisioned("provisioning/dashboards/*.yaml")
    (provider,) = file["providers"]
    assert provider["options"]["path"] == "/etc/grafana/dashboards"
    assert provider["allowUiUpdates"] is False

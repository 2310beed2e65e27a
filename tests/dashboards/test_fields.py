"""Every name in a query is one that bandmate writes; what no dashboard shows is listed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bandmate.sinks.influx_points import KIND
from bandmate.sinks.line_protocol import SCHEMA, TAGS
from dashboards.queries import Asked, everything

DOCUMENT = Path(__file__).parents[2] / "docs/dashboards.md"
NAMED = re.compile(r'"([^"]+)"')
CALLED = re.compile(r'AS "[^"]+"')
MEASURED = re.compile(r'FROM "([^"]+)"')
KINDS = re.compile(r"\"kind\" = '(\w+)'")


def measurement(text: str) -> str:
    (found,) = MEASURED.findall(text)
    return found


def names(text: str) -> set[str]:
    """The fields and tags of a query; what it calls its columns is left out."""
    return set(NAMED.findall(CALLED.sub("", text))) - {measurement(text)}


def unknown(text: str) -> set[str]:
    if measurement(text) not in SCHEMA:
        return {measurement(text)}
    return names(text) - set(SCHEMA[measurement(text)]) - set(TAGS)


@pytest.mark.parametrize("asked", everything(), ids=str)
def test_a_query_names_what_is_written(asked: Asked):
    assert unknown(asked.text) == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('SELECT mean("mean_m") FROM "tension_1s" WHERE $timeFilter', {"mean_m"}),
        ('SELECT "mean_n" FROM "tensions" WHERE $timeFilter', {"tensions"}),
        ('SELECT "mean_n" FROM "tension_1s" WHERE "side" =~ /x/', {"side"}),
    ],
)
def test_a_name_that_is_not_written_is_found(text: str, found: set[str]):
    assert unknown(text) == found


def test_a_column_may_be_called_anything():
    assert not unknown('SELECT "mean_n" AS "x" FROM "tension_1s" GROUP BY "band"')


WRITTEN_KINDS = {*KIND.values(), "connected", "service", "link"}
"""Those of events, and those of what the service says of itself."""


@pytest.mark.parametrize("asked", everything(), ids=str)
def test_a_kind_that_is_asked_for_is_written(asked: Asked):
    assert set(KINDS.findall(asked.text)) <= WRITTEN_KINDS


def shown() -> dict[str, set[str]]:
    by_measurement: dict[str, set[str]] = {name: set() for name in SCHEMA}
    for asked in everything():
        if asked.kind != "variable":
            by_measurement[measurement(asked.text)] |= names(asked.text)
    return by_measurement


def not_shown() -> Iterator[str]:
    for name, fields in SCHEMA.items():
        left = sorted(set(fields) - shown()[name])
        if left:
            yield f"| `{name}` | {', '.join(f'`{field}`' for field in left)} |"


def test_what_no_dashboard_shows_is_listed():
    assert list(not_shown()) == [
        line
        for line in DOCUMENT.read_text(encoding="utf-8")
        .split("## What no dashboard shows")[1]
        .splitlines()
        if line.startswith("| `")
    ]

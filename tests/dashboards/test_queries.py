"""Every query of every dashboard and alert rule, asked of a real InfluxDB that is filled."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bandmate.domain.events import AlertRaised, Rep, SetEnded
from bandmate.domain.session_events import Credited, SessionSummary
from dashboards.asking import RefusedError, Series, answer, empty
from dashboards.influxql import faults
from dashboards.queries import Asked, everything
from dashboards.scene import Scene

ALL = everything()


def query(dashboard: str, place: str) -> Asked:
    """One of them."""
    return next(one for one in ALL if (one.dashboard, one.place) == (dashboard, place))


@pytest.mark.parametrize("asked", ALL, ids=str)
def test_it_shows_something(scene: Scene, asked: Asked):
    assert not empty(answer(scene, asked))


@pytest.mark.parametrize("asked", [one for one in ALL if one.repeat], ids=str)
@pytest.mark.parametrize("band", ["left", "right"])
def test_each_repeated_panel_shows_something(scene: Scene, asked: Asked, band: str):
    assert asked.repeat == "band"
    assert not empty(answer(scene, asked, band=[band]))


@pytest.mark.parametrize("asked", ALL, ids=str)
def test_every_influxdb_knows_it(asked: Asked):
    assert faults(asked.text) == []


def test_a_misspelt_field_shows_nothing(scene: Scene):
    asked = query("live", "Tension now A")
    assert empty(answer(scene, replace(asked, text=asked.text.replace("mean_n", "mean_nn"))))


def test_a_value_that_nobody_has_shows_nothing(scene: Scene):
    assert empty(answer(scene, query("live", "Tension now A"), band=["middle"]))


def test_what_is_no_query_is_told(scene: Scene):
    asked = query("live", "Tension now A")
    with pytest.raises(RefusedError, match="error parsing query"):
        answer(scene, replace(asked, text=asked.text.replace("WHERE", "WERE")))


def told(answer: Sequence[Series], column: str) -> dict[str, float]:
    """A column's only value, by band."""
    return {series.tags["band"]: row[column] for series in answer for row in series.rows}

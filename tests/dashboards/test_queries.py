"""Every query of every dashboard and alert rule, asked of a real InfluxDB that is filled."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from statistics import fmean
from typing import cast

import pytest

from bandmate.domain.events import AlertRaised, HoldEnded, Rep, SetEnded
from bandmate.domain.records import EventRecord
from bandmate.domain.session_events import Credited, SessionSummary
from dashboards.asking import RefusedError, Series, answer, empty, shown
from dashboards.influxql import faults
from dashboards.queries import Asked, everything
from dashboards.scene import Scene

pytestmark = pytest.mark.timeout(240)  # the scene is set up once, on a busy machine slowly

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


def by_band(answer: Sequence[Series], column: str) -> dict[str, float]:
    """A column's only value, by band."""
    return {series.tags["band"]: row[column] for series in answer for row in series.rows}


def sums(pairs: Iterable[tuple[str, float]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, value in pairs:
        found[name] = found.get(name, 0.0) + value
    return found


def zone_seconds(scene: Scene) -> Iterator[tuple[str, str, float]]:
    """Band, zone and seconds of every set of the session that is reviewed."""
    for ended in scene.told(SetEnded, scene.review):
        for zone, spent_s in cast("dict[str, float]", ended.results["zone_s"]).items():
            yield ended.band, zone, spent_s


def test_repetitions_are_those_that_were_told(scene: Scene):
    told = [rep for rep in scene.told(Rep, scene.live) if rep.grade == "full"]
    assert by_band(answer(scene, query("live", "Full repetitions A")), "count") == sums(
        (rep.band, 1) for rep in told
    )


def test_the_time_in_each_zone_is_that_of_the_sets(scene: Scene):
    shows = shown(answer(scene, query("review", "Time in each zone A")))
    of_sets = sums((zone, spent_s) for _, zone, spent_s in zone_seconds(scene))
    seconds = {name.split()[0]: sum(map(float, column)) for name, column in shows.items()}
    assert seconds == pytest.approx({str(zone): s for zone, s in of_sets.items()})


def test_seconds_in_the_zone_add_up_to_what_the_sets_came_to(scene: Scene):
    seconds = by_band(answer(scene, query("review", "In the zone A")), "sum")
    of_sets = sums((band, s) for band, zone, s in zone_seconds(scene) if zone == "in")
    assert seconds == pytest.approx(of_sets, rel=0.03)


def test_seconds_held_are_those_of_the_holds(scene: Scene):
    seconds = by_band(answer(scene, query("review", "Held in the zone A")), "sum")
    holds = scene.told(HoldEnded, scene.review)
    assert seconds == pytest.approx(sums((hold.band, hold.in_zone_s or 0.0) for hold in holds))


@pytest.mark.parametrize("dashboard", ["live", "review"])
def test_every_alert_is_marked_once(scene: Scene, dashboard: str):
    marks = shown(answer(scene, query(dashboard, "Alerts"))).get("message", [])
    raised = scene.told(AlertRaised, scene.live if dashboard == "live" else scene.review)
    assert sorted(map(str, marks)) == sorted(alert.message for alert in raised)


def test_the_sets_asked_for_and_credited_are_those_of_the_session(scene: Scene):
    shows = shown(answer(scene, query("review", "Sets: asked for and credited A")))
    credited = scene.told(Credited, scene.review)
    assert shows["credited"] == pytest.approx([one.credited for one in credited])
    assert shows["side"] == [one.side for one in credited]


def test_progress_counts_every_session(scene: Scene):
    past = [
        cast("float", one.body["dose_share"])
        for one in scene.past
        if isinstance(one, EventRecord) and one.name == "session_summary"
    ]
    newest = [one.dose_share or 0.0 for one in scene.told(SessionSummary, scene.live)]
    assert shown(answer(scene, query("progress", "Number of sessions A"))) == {
        "count": [len(past) + len(newest)]
    }
    (mean,) = shown(answer(scene, query("progress", "Dose done, on average A")))["mean"]
    assert mean == pytest.approx(fmean([*past, *newest]))

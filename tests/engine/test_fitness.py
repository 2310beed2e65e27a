"""A sensor that cannot watch an exercise: refused before the set, not trusted inside it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.events import Event, Rep, SetEnded, Summary, ZoneChanged
from bandmate.domain.samples import Block, Quantity, SensorTraits
from bandmate.domain.zones import Zone, ZoneLimits
from bandmate.engine.band import BandPipeline
from bandmate.engine.band_settings import BandSettings
from bandmate.engine.fitness import fitted, is_too_coarse
from bandmate.errors import UsageError
from scenarios.scenario import FLOSS, TRACTION, blocks, cycles, sampled

POUND_N = 4.4482216152605
CATALOGUE = load_catalogue()
FLOSSING = CATALOGUE.find(FLOSS)


def pipeline_of(
    resolution_n: float | None, *, strands: int = 1, quantity: Quantity = "force"
) -> BandPipeline:
    settings = BandSettings(
        "left",
        "fit",
        SensorTraits(resolution_n=resolution_n),
        strands=strands,
        quantity=quantity,
        silence="samples",
    )
    return BandPipeline(settings, CATALOGUE.find)


def pulled(pipeline: BandPipeline, from_s: float, to_s: float, level_n: float) -> list[Event]:
    """Ten readings a second of a steady pull."""
    events: list[Event] = []
    for k in range(round(from_s * 10), round(to_s * 10)):
        events += pipeline.push(Block(k / 10, [k / 10], [level_n]))
    return events


@given(low=st.integers(1, 50), width=st.integers(1, 100), step=st.integers(1, 30))
def test_a_zone_has_room_for_five_steps_or_is_too_narrow(low: int, width: int, step: int):
    zone = ZoneLimits(0.5, low, low + width, low + width + 10, low + width + 20)
    assert is_too_coarse(zone, step) == (width < 5 * step)


def test_where_no_step_or_zone_is_known_nothing_is_too_coarse():
    assert not is_too_coarse(FLOSSING.zone, None)
    assert not is_too_coarse(None, 100.0)


def test_the_refusal_tells_reason_and_figures():
    with pytest.raises(UsageError) as refused:
        fitted(FLOSSING, "force", POUND_N)
    assert str(refused.value) == (
        "this sensor shows steps of 4.45 N: too coarse for the zone 5 to 25 N "
        "(20 N wide, at least five steps are needed: 22.2 N)\n"
        "Use a finer sensor, or set this one to a finer unit."
    )


def test_a_coarse_sensor_is_refused_however_the_set_is_begun():
    pipeline = pipeline_of(POUND_N)
    with pytest.raises(UsageError, match="too coarse"):
        pipeline.start(FLOSSING, 0.0)
    with pytest.raises(UsageError, match="too coarse"):
        pipeline.command(f"start:{FLOSS}", 0.0)
    assert pipeline.active is None


def test_a_refused_set_leaves_the_running_one_alone():
    pipeline = pipeline_of(POUND_N)
    pipeline.command(f"start:{TRACTION}", 0.0)
    with pytest.raises(UsageError, match="too coarse"):
        pipeline.command(f"start:{FLOSS}", 1.0)
    assert pipeline.active is not None
    assert pipeline.active.exercise.slug == TRACTION


def test_without_a_zone_a_coarse_sensor_will_do():
    pipeline = pipeline_of(100.0)
    pipeline.start(CATALOGUE.find("free_reps"), 0.0)
    pipeline.start(CATALOGUE.find("free_holds"), 1.0)


def test_another_zone_for_free_repetitions_is_a_zone():
    zoned = replace(CATALOGUE.find("free_reps"), zone=ZoneLimits(3, 5, 25, 35, 60))
    with pytest.raises(UsageError, match="too coarse"):
        pipeline_of(POUND_N).start(zoned, 0.0)


def test_strands_make_the_steps_larger():
    pipeline_of(3.0).start(FLOSSING, 0.0)
    with pytest.raises(UsageError, match="steps of 6 N"):
        pipeline_of(3.0, strands=2).start(FLOSSING, 0.0)


@pytest.mark.parametrize("quantity", ["arbitrary", "angle"])
def test_where_newtons_mean_nothing_no_zone_is_too_narrow(quantity: Quantity):
    fit = fitted(FLOSSING, quantity, POUND_N)
    assert fit.zone is None
    assert fit.slug == FLOSS


def test_a_sensor_without_movement_is_refused_with_a_sentence():
    pipeline = pipeline_of(None, quantity="none")
    with pytest.raises(UsageError, match="shows no movement, so free_reps cannot be done with it"):
        pipeline.command("start:free_reps", 0.0)
    with pytest.raises(UsageError, match="has no zero"):
        pipeline.command("tare", 0.0)
    (summary,) = pipeline.finish(1.0)
    assert isinstance(summary, Summary)
    assert pipeline.tension_n is None


def test_steps_told_inside_a_set_make_its_zone_unknown():
    pipeline = pipeline_of(0.1)
    events = pipeline.command(f"start:{FLOSS}", 0.0)
    events += pulled(pipeline, 0.0, 2.0, 15.0)
    assert pipeline.tension_n == 15.0
    pipeline.shows_steps_of(10.0)
    later = pulled(pipeline, 2.0, 5.0, 15.0)
    assert [e.zone for e in later if isinstance(e, ZoneChanged)] == [Zone.UNKNOWN]
    assert pipeline.tension_n is None
    with pytest.raises(UsageError, match="steps of 10 N"):
        pipeline.command("next", 5.0)
    *_, ended, _, summary = pipeline.finish(5.0)
    assert isinstance(ended, SetEnded)
    assert isinstance(summary, Summary)
    assert summary.flags == ("too_coarse",)
    assert summary.zone_s is not None
    assert summary.zone_s["in"] == pytest.approx(1.9, abs=0.15)
    assert summary.zone_s["unknown"] == pytest.approx(3.0, abs=0.15)


def test_what_a_too_coarse_sensor_counts_is_not_credited():
    pipeline = pipeline_of(0.1)
    pipeline.command(f"start:{FLOSS}", 0.0)
    pipeline.shows_steps_of(10.0)
    t, x = sampled(cycles(3, 4, 14, 6), 24, 80, seed=1)
    events = [event for block in blocks(t, x, 10) for event in pipeline.push(block)]
    reps = [event for event in events if isinstance(event, Rep)]
    assert [rep.flags for rep in reps] == [("unverified",)] * 3
    assert pipeline.active is not None
    assert pipeline.active.credited == 0


def test_a_finer_unit_brings_trust_back():
    pipeline = pipeline_of(0.1)
    pipeline.command(f"start:{FLOSS}", 0.0)
    pipeline.shows_steps_of(10.0)
    pulled(pipeline, 0.0, 1.0, 15.0)
    pipeline.shows_steps_of(0.1)
    later = pulled(pipeline, 1.0, 2.0, 15.0)
    assert [e.zone for e in later if isinstance(e, ZoneChanged)] == [Zone.IN]


def test_what_the_sensor_tells_is_never_finer_than_what_is_known_of_it():
    pipeline = pipeline_of(POUND_N)
    pipeline.shows_steps_of(0.01)
    with pytest.raises(UsageError, match=r"steps of 4\.45 N"):
        pipeline.command(f"start:{FLOSS}", 0.0)


def test_the_next_set_is_judged_anew():
    pipeline = pipeline_of(0.1)
    pipeline.command(f"start:{FLOSS}", 0.0)
    pipeline.shows_steps_of(10.0)
    pipeline.command("stop", 1.0)
    pipeline.command("start:free_reps", 1.0)
    pulled(pipeline, 1.0, 2.0, 15.0)
    assert pipeline.tension_n == 15.0


def test_a_coarse_sensor_may_repeat_a_value():
    pipeline = pipeline_of(0.1)
    pipeline.command("start:free_holds", 0.0)
    pipeline.shows_steps_of(10.0)
    pulled(pipeline, 0.0, 5.0, 50.0)
    assert pipeline.alerts == ()

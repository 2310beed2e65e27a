"""Where a set meets the sensor: a new zero inside it, readings from before it."""

import pytest
from performance import make_pipeline

from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.events import (
    AlertCleared,
    AlertRaised,
    HoldEnded,
    Quality,
    Rep,
    SetEnded,
    SetStarted,
    Tared,
)
from bandmate.domain.samples import Block
from scenarios.scenario import FLOSS, TRACTION, blocks, line, sampled


def test_the_sensors_own_zero_is_no_pull():
    pipeline = make_pipeline()
    events = pipeline.start(load_catalogue().find(FLOSS), 0.0)
    t, x = sampled(line((0, -9), (3, -9), (3.001, 0), (9, 0)), 9, 80, seed=1)
    for block in blocks(t, x, 1):
        if block.t_s[0] == 3.0125:
            events += pipeline.zeroed(3.01)
        events += pipeline.push(block)
    events += pipeline.finish(9.0)
    assert [e.code for e in events if isinstance(e, AlertCleared)] == ["tare_invalid"]
    assert [e.zero_n for e in events if isinstance(e, Tared)] == [0.0]
    assert not [e for e in events if isinstance(e, Rep)]


def test_a_new_zero_ends_a_hold_and_the_summary_knows():
    pipeline = make_pipeline()
    events = pipeline.start(load_catalogue().find(TRACTION), 0.0)
    t, x = sampled(lambda t: 0 * t + 50, 10, 80, seed=1)
    for block in blocks(t, x, 10):
        events += pipeline.push(block)
    events += pipeline.zeroed(10.0)
    events += pipeline.finish(10.0)
    (hold,) = [e for e in events if isinstance(e, HoldEnded)]
    (ended,) = [e for e in events if isinstance(e, SetEnded)]
    assert hold.reason == "lost"
    assert ended.results["holds"] == 1


def test_readings_from_before_the_set_take_no_time_off_its_zones():
    pipeline = make_pipeline()
    pipeline.start(load_catalogue().find(FLOSS), 1.0)
    pipeline.push(Block(1.1, [0.8, 0.9, 1.0, 1.1], [10.0] * 4))
    (ended,) = [e for e in pipeline.finish(1.1) if isinstance(e, SetEnded)]
    zone_s = ended.results["zone_s"]
    assert isinstance(zone_s, dict)
    assert zone_s == pytest.approx(
        {"slack": 0, "below": 0, "in": 0.1, "high": 0, "over": 0, "unknown": 0}
    )


def test_a_set_that_begins_over_the_limit_alerts_at_ten_readings_a_second():
    pipeline = make_pipeline()
    for k in range(10):
        pipeline.push(Block(k / 10, [k / 10], [50.0]))
    events = pipeline.start(load_catalogue().find(FLOSS), 0.95)
    for k in range(10, 20):
        events += pipeline.push(Block(k / 10, [k / 10], [50.0]))
    codes = [str(e.code) for e in events if isinstance(e, AlertRaised)]
    assert codes.count("tension_limit") == 1


def test_readings_are_given_once_and_only_the_newest_packet_waits():
    pipeline = make_pipeline()
    pipeline.push(Block(0.1, [0.0, 0.1], [4.0, 5.0]))
    pipeline.push(Block(0.3, [0.2, 0.3], [6.0, 7.0]))
    assert pipeline.take_readings() == [(0.2, 6.0), (0.3, 7.0)]
    assert pipeline.take_readings() == []


def test_what_was_counted_before_a_set_is_not_told_with_it():
    pipeline = make_pipeline()
    pipeline.push(Block(1.0, [0.9, 1.0], [0.0, 0.0]))
    pipeline.push(Block(3600.0, [3599.9, 3600.0], [0.0, 0.0]))
    begun = pipeline.start(load_catalogue().find(FLOSS), 3600.0)
    before = [e for e in begun if isinstance(e, Quality | SetStarted)]
    assert [e.name for e in before] == ["quality", "set_started"]
    idle = before[0]
    assert isinstance(idle, Quality)
    assert (idle.exercise, idle.samples, idle.gaps) == ("", 4, 1)
    pipeline.push(Block(3600.1, [3600.05, 3600.1], [10.0, 10.0]))
    (told,) = [e for e in pipeline.command("stop", 3600.1) if isinstance(e, Quality)]
    assert (told.exercise, told.samples, told.gaps, told.lost) == (FLOSS, 2, 0, 0)


def test_a_set_that_begins_with_the_readings_is_told_once():
    pipeline = make_pipeline()
    begun = pipeline.start(load_catalogue().find(FLOSS), 0.0)
    assert not [e for e in begun if isinstance(e, Quality)]

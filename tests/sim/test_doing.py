"""The virtual person does each exercise as the catalogue asks for it."""

import math
from collections.abc import Sequence

import pytest

from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.events import AlertRaised, Event, HoldEnded, Rep
from bandmate.domain.exercises import HOLD_RECOGNISERS, Exercise
from bandmate.domain.samples import Block, MotionBlock, Quantity
from bandmate.engine.band import BandPipeline
from bandmate.engine.band_settings import BandSettings
from bandmate.sim.doing import (
    FREE_HOLDS_N,
    FREE_REPS_N,
    RISE_DEG,
    RISE_SHARE,
    SLACK_S,
    beating,
    doing,
    endless,
)
from bandmate.sim.person import Movement, noisy
from bandmate.units import STANDARD_GRAVITY_MS2

CATALOGUE = load_catalogue()
RATE_HZ = 40.0
PACKET_N = 4

every_exercise = pytest.mark.parametrize(
    "exercise", [e for e in CATALOGUE if e.measured], ids=lambda e: e.slug
)


def done(exercise: Exercise, movement: Movement, quantity: Quantity = "force") -> list[Event]:
    """What the pipeline makes of a movement that is begun with the set."""
    pipeline = BandPipeline(BandSettings("left", "s", quantity=quantity), CATALOGUE.find)
    shown, events = noisy(movement, 0.05), list[Event]()
    events += pipeline.start(exercise, 0.0)
    for first in range(0, round(movement.duration_s * RATE_HZ), PACKET_N):
        t_s = [i / RATE_HZ for i in range(first, first + PACKET_N)]
        levels = [shown(t) for t in t_s]
        block = leant(t_s, levels) if quantity == "angle" else Block(t_s[-1], t_s, levels)
        events += pipeline.push(block)
    return events


def leant(t_s: Sequence[float], angles_deg: Sequence[float]) -> MotionBlock:
    """A limb at these angles."""
    acc = [
        (STANDARD_GRAVITY_MS2 * math.sin(a), 0.0, STANDARD_GRAVITY_MS2 * math.cos(a))
        for a in map(math.radians, angles_deg)
    ]
    return MotionBlock(t_s[-1], t_s, acc, [None] * len(acc))


@every_exercise
def test_a_set_is_done_in_full_and_without_an_alert(exercise: Exercise):
    quantity: Quantity = "angle" if exercise.amplitude_deg else "force"
    events = done(exercise, doing(exercise, in_degrees=quantity == "angle"), quantity)
    assert [event for event in events if isinstance(event, AlertRaised)] == []
    if exercise.recogniser in HOLD_RECOGNISERS:
        holds = [event for event in events if isinstance(event, HoldEnded)]
        assert len(holds) == (exercise.dose.reps or FREE_HOLDS_N)
        assert all(hold.duration_s > 0.9 * exercise.dose.hold_s for hold in holds)
    else:
        reps = [event for event in events if isinstance(event, Rep)]
        assert [rep.grade for rep in reps] == ["full"] * (exercise.dose.reps or FREE_REPS_N)


@every_exercise
def test_it_begins_and_ends_slack_without_a_jump(exercise: Exercise):
    movement = doing(exercise)
    assert movement(0.0) == movement(SLACK_S) == movement(movement.duration_s) == 0.0
    steps = [
        abs(movement((i + 1) * 0.01) - movement(i * 0.01))
        for i in range(round(movement.duration_s / 0.01))
    ]
    assert max(steps) < 1.0


def test_a_limb_moves_by_degrees_whatever_the_exercise():
    row = CATALOGUE.find("standing_row_band")
    movement = doing(row, in_degrees=True)
    angles = [movement(i * 0.1) for i in range(600)]
    assert (min(angles), max(angles)) == (0.0, pytest.approx(RISE_DEG, abs=0.1))
    hold = doing(CATALOGUE.find("free_holds"), in_degrees=True)
    assert max(hold(i * 0.1) for i in range(300)) == pytest.approx(RISE_DEG, abs=1.0)


def test_a_limb_moves_as_far_as_the_exercise_asks_for():
    exercise = CATALOGUE.find("single_knee_to_chest")
    knee = doing(exercise, in_degrees=True)
    highest = max(knee(i * 0.1) for i in range(300))
    assert highest == pytest.approx(RISE_SHARE * exercise.amplitude_deg, abs=1.0)


def test_after_a_set_comes_the_next_one():
    movement = doing(CATALOGUE.find("free_reps"))
    again = endless(movement)
    assert again(movement.duration_s + 7.0) == pytest.approx(movement(7.0))
    assert again(1e5) == pytest.approx(movement(1e5 % movement.duration_s))


def test_a_heart_beats_at_a_human_rate():
    beats = [beating()(t_s) for t_s in range(3600)]
    assert 60.0 < min(beats) < max(beats) < 90.0
    assert math.isfinite(beating()(1e6))

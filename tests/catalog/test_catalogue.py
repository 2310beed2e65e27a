"""The catalogue: its facts, its words, and that each exercise can be done and overdone."""

import re
from dataclasses import asdict
from typing import NamedTuple

import numpy as np
import pytest

from bandmate.catalog.catalogue import FREE, load_catalogue
from bandmate.domain.alerts import ALERTS
from bandmate.domain.events import DoseReached, SetEnded
from bandmate.domain.exercises import HOLD_RECOGNISERS, Exercise
from bandmate.domain.zones import ZoneLimits
from bandmate.errors import UsageError
from scenarios.scenario import cycles, line, run


class Fact(NamedTuple):
    reference: str
    slug: str
    phase: str
    recogniser: str
    amplitude_n: float
    rep_s: tuple[float, float] | None
    dose: tuple[int, int, float]
    zone: str


FACTS = [
    Fact(
        "000-1",
        "seated_hamstring_stretch_band",
        "release",
        "H-T",
        0,
        None,
        (2, 1, 30),
        "stretch_assist",
    ),
    Fact("000-2", "glute_stretch_band", "release", "H-T", 0, None, (2, 1, 30), "stretch_assist"),
    Fact(
        "000-3", "piriformis_stretch_band", "release", "H-T", 0, None, (2, 1, 30), "stretch_assist"
    ),
    Fact(
        "000-4",
        "banded_bridge_knees_out",
        "stabilise",
        "RH-T",
        20,
        (0.8, 15),
        (10, 2, 2),
        "mini_strength",
    ),
    Fact(
        "000-5", "banded_side_steps", "stabilise", "S-T", 12, (0.5, 6), (10, 2, 0), "mini_strength"
    ),
    Fact(
        "000-6",
        "standing_hip_extension_band",
        "stabilise",
        "R-T",
        20,
        (0.8, 15),
        (10, 2, 0),
        "limb_strength",
    ),
    Fact(
        "000-7", "standing_row_band", "stabilise", "R-T", 30, (0.8, 12), (10, 2, 0), "row_strength"
    ),
    Fact("001-1", "supine_sciatic_floss", "calm", "R-T", 14, (1.5, 30), (10, 2, 0), "floss_light"),
    Fact("001-2", "banded_leg_traction", "calm", "H-T", 0, None, (1, 1, 120), "traction_heavy"),
    Fact(
        "001-3",
        "cross_body_piriformis_release",
        "release",
        "H-T",
        0,
        None,
        (2, 1, 30),
        "stretch_assist",
    ),
    Fact(
        "001-4",
        "seated_hamstring_isolation",
        "release",
        "H-T",
        0,
        None,
        (2, 1, 30),
        "stretch_assist",
    ),
    Fact(
        "001-5", "banded_clamshell", "stabilise", "R-T", 18, (0.8, 15), (10, 2, 0), "mini_strength"
    ),
    Fact(
        "001-6",
        "supine_bridge_abduction",
        "stabilise",
        "RH-T",
        20,
        (0.8, 15),
        (10, 2, 2),
        "mini_strength",
    ),
]


class MotionFact(NamedTuple):
    reference: str
    slug: str
    phase: str
    recogniser: str
    amplitude_deg: float
    rep_s: tuple[float, float] | None
    dose: tuple[int, int, float]


MOTION_FACTS = [
    MotionFact("002-7", "side_lying_clamshell", "stabilise", "R-I", 25, (0.8, 15), (10, 2, 0)),
    MotionFact("002-1", "single_knee_to_chest", "release", "H-I", 40, None, (1, 1, 25)),
]
ZONES = {
    "floss_light": (3, 5, 25, 35, 60),
    "traction_heavy": (3, 30, 65, 80, 120),
    "stretch_assist": (3, 10, 60, 80, 120),
    "mini_strength": (3, 8, 60, 100, 150),
    "limb_strength": (3, 10, 80, 120, 180),
    "row_strength": (3, 20, 150, 200, 250),
}
CAPS = {"floss_light": (50, 60), "traction_heavy": (150, 200)}
FORBIDDEN = re.compile(
    r"\b(treat|reliev|decompress|prevent|heal|safe|correct|normal|healthy)", re.IGNORECASE
)
banded = pytest.mark.parametrize("slug", [fact.slug for fact in FACTS])


def zone_of(exercise: Exercise) -> ZoneLimits:
    assert exercise.zone is not None
    return exercise.zone


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.slug)
def test_facts(fact: Fact):
    exercise = load_catalogue().find(fact.slug)
    window, dose = exercise.rep_window, exercise.dose
    found = Fact(
        exercise.reference,
        exercise.slug,
        exercise.phase,
        exercise.recogniser,
        exercise.amplitude_n,
        None if window is None else (window.min_s, window.max_s),
        (dose.reps, dose.sets, dose.hold_s),
        exercise.zone_name,
    )
    assert found == fact
    assert tuple(asdict(zone_of(exercise)).values()) == ZONES[fact.zone]


@pytest.mark.parametrize("fact", MOTION_FACTS, ids=lambda fact: fact.slug)
def test_facts_of_what_motion_sensors_see(fact: MotionFact):
    exercise = load_catalogue().find(fact.slug)
    window, dose = exercise.rep_window, exercise.dose
    found = MotionFact(
        exercise.reference,
        exercise.slug,
        exercise.phase,
        exercise.recogniser,
        exercise.amplitude_deg,
        None if window is None else (window.min_s, window.max_s),
        (dose.reps, dose.sets, dose.hold_s),
    )
    assert found == fact
    assert (exercise.zone, exercise.zone_name, exercise.amplitude_n) == (None, "", 0.0)


def test_where_the_pelvis_is_to_stay_still():
    still = {exercise.slug for exercise in load_catalogue() if exercise.still_pelvis}
    assert still == {"banded_clamshell", "side_lying_clamshell"}


def test_nothing_else_is_in_it():
    slugs = [exercise.slug for exercise in load_catalogue()]
    facts = [*FACTS, *MOTION_FACTS, *FREE]
    assert slugs == [fact.slug for fact in facts]
    assert len(load_catalogue()) == len(slugs)


def texts() -> dict[str, str]:
    told = {f"alert {code}": kind.message for code, kind in ALERTS.items()}
    for exercise in load_catalogue():
        words = [value for value in asdict(exercise).values() if isinstance(value, str)]
        told[exercise.slug] = " ".join([*words, *exercise.steps])
    return told


@pytest.mark.parametrize(("name", "text"), texts().items())
def test_no_text_promises_or_judges(name: str, text: str):
    assert not FORBIDDEN.search(text), name


def performed(exercise: Exercise) -> tuple[list[tuple[float, float]], float]:
    """The prescription, done perfectly: levels between points, and how high the pull goes."""
    zone, dose = zone_of(exercise), exercise.dose
    points = [(0.0, 0.0)]
    if exercise.recogniser in HOLD_RECOGNISERS:
        base, top, hold_s = 0.0, (zone.low_n + zone.high_n) / 2, dose.hold_s
    else:
        base = zone.low_n - 1 if exercise.recogniser == "S-T" else 0.0
        top, hold_s = base + exercise.amplitude_n, dose.hold_s
        points = [(0.0, base)]
    for _ in range(dose.reps):
        begin_s = points[-1][0]
        points += [
            (begin_s + 3, base),
            (begin_s + 5, top),
            (begin_s + 5 + hold_s, top),
            (begin_s + 7 + hold_s, base),
        ]
    return [*points, (points[-1][0] + 3, base)], top


@banded
def test_a_perfect_performance_is_complete(slug: str):
    exercise = load_catalogue().find(slug)
    points, _ = performed(exercise)
    result = run(slug, line(*points), points[-1][0], hz=40, seed=7)
    (ended,) = result.of(SetEnded)
    assert ended.status == "complete"
    assert len(result.of(DoseReached)) == 1
    assert not result.summary.alerts
    if exercise.recogniser in HOLD_RECOGNISERS:
        assert result.summary.holds == exercise.dose.reps
    else:
        assert result.summary.reps == exercise.dose.reps


@banded
def test_a_pull_20_percent_over_the_limit_alerts(slug: str):
    exercise = load_catalogue().find(slug)
    zone = zone_of(exercise)
    pull = cycles(1, 0.0, 1.2 * zone.limit_n, 6)
    result = run(slug, pull, 12, hz=40, seed=7)
    assert len(result.raised("tension_limit")) == 1
    half_way_down = run(slug, lambda t: np.minimum(pull(t), zone.high_n - 2), 12, hz=40, seed=7)
    assert not half_way_down.raised("tension_limit")


@pytest.mark.parametrize(
    ("slug", "nearest"),
    [("supine_siatic_floss", "supine_sciatic_floss"), ("clamshell", "banded_clamshell")],
)
def test_an_unknown_exercise_names_the_nearest(slug: str, nearest: str):
    with pytest.raises(UsageError, match=f"Did you mean {nearest}"):
        load_catalogue().find(slug)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.slug)
def test_caps(fact: Fact):
    catalogue = load_catalogue()
    exercise = catalogue.find(fact.slug)
    limit_n, ceiling_n = CAPS.get(fact.zone, (900, 1000))
    at_cap = ZoneLimits(3, 5, limit_n - 1, limit_n, ceiling_n)
    catalogue.check_caps(exercise, at_cap)
    if fact.zone in CAPS:
        with pytest.raises(UsageError, match="over the caps"):
            catalogue.check_caps(exercise, ZoneLimits(3, 5, limit_n, limit_n + 1, ceiling_n))


def test_free_exercises_have_no_caps():
    load_catalogue().check_caps(FREE[0], ZoneLimits(3, 5, 900, 1000, 2000))

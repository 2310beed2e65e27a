"""The catalogue: its facts, its words, and that each exercise can be done and overdone."""

import csv
import re
import tomllib
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from bandmate.catalog.catalogue import FREE, load_catalogue
from bandmate.domain.alerts import ALERTS
from bandmate.domain.events import DoseReached, SetEnded
from bandmate.domain.exercises import HOLD_RECOGNISERS, MOTION_RECOGNISERS, Exercise
from bandmate.domain.zones import ZoneLimits
from bandmate.engine.fitness import fitted
from bandmate.errors import UsageError
from scenarios.scenario import cycles, line, run

FACTS_FILE = Path(__file__).parent / "facts.tsv"
with FACTS_FILE.open(encoding="utf-8") as file:
    FACTS = list(csv.DictReader(file, delimiter="\t"))
"""The facts of every exercise: a second copy, so that none changes by accident."""
SPECIFICATION = Path(__file__).parents[3] / "shared" / "spec" / "exercises.toml"
OURS = {
    "warmup": "warm_up",
    "decompress": "calm",
    "release": "release",
    "stabilise": "stabilise",
    "cooldown": "cool_down",
}
"""Our names of the specification's phases."""

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
    r"\b(treat|reliev|decompress|prevent|heal|safe|correct|normal|healthy|irritat|cure|diagnos)",
    re.IGNORECASE,
)
WORDS = re.compile(r"\btingling\b.*\bnumbness\b|\bnumbness\b.*\btingling\b", re.IGNORECASE)
EXERCISES = list(load_catalogue())
banded = pytest.mark.parametrize(
    "slug", [exercise.slug for exercise in EXERCISES if exercise.zone is not None]
)


def zone_of(exercise: Exercise) -> ZoneLimits:
    assert exercise.zone is not None
    return exercise.zone


def numbers(*values: float) -> str:
    return "-".join(f"{value:g}" for value in values)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact["slug"])
def test_facts(fact: dict[str, str]):
    exercise = load_catalogue().find(fact["slug"])
    window, dose = exercise.rep_window, exercise.dose
    held = (dose.least_hold_s, dose.hold_s, dose.most_hold_s)
    assert fact == {
        "reference": exercise.reference,
        "slug": exercise.slug,
        "lines": exercise.lines,
        "movement": exercise.movement,
        "phase": exercise.phase,
        "sides": exercise.sides,
        "recogniser": exercise.recogniser,
        "amplitude_n": f"{exercise.amplitude_n:g}",
        "amplitude_deg": f"{exercise.amplitude_deg:g}",
        "rep_s": "-" if window is None else numbers(window.min_s, window.max_s),
        "reps": numbers(dose.reps, dose.most_reps),
        "sets": f"{dose.sets}",
        "hold_s": numbers(*held) if any(held) else "-",
        "zone": exercise.zone_name or "-",
        "tags": ",".join(sorted(exercise.tags)) or "-",
    }
    if exercise.zone is not None:
        assert tuple(asdict(exercise.zone).values()) == ZONES[exercise.zone_name]


@pytest.mark.skipif(not SPECIFICATION.exists(), reason="the specification is not beside it")
def test_every_item_of_the_specification_is_there():
    with SPECIFICATION.open("rb") as file:
        items = tomllib.load(file)["exercise"]
    assert len(items) == len(FACTS)
    for item in items:
        exercise = load_catalogue().find(item["slug"])
        assert exercise.reference == item["id"]
        assert exercise.lines == item["article_lines"]
        assert exercise.movement == item["movement"]
        assert exercise.phase == OURS[item["phase"]]
        assert exercise.recogniser == item["recogniser"]
        assert exercise.zone_name == item["zone"].replace("none", "")
        assert exercise.amplitude_n + exercise.amplitude_deg == item["amplitude"]
        assert (exercise.band is not None) == (item["zone"] != "none")
        assert (exercise.dose.reps, exercise.dose.most_reps) == tuple(
            item["default_reps"] or (1, 1)
        )
        assert exercise.measured == (item["recogniser"] != "TIMER")


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.slug)
def test_who_can_see_an_exercise(exercise: Exercise):
    by_tension = exercise.recogniser in {"R-T", "RH-T", "S-T", "H-T"}
    assert (exercise.band is not None) == by_tension == (exercise.zone is not None)
    if exercise.recogniser in MOTION_RECOGNISERS:
        assert exercise.motion_site
        assert exercise.amplitude_deg >= 5
    if not exercise.measured:
        assert not exercise.motion_site
        with pytest.raises(UsageError, match="no sensor sees it"):
            fitted(exercise, "force", None)


def test_exercises_of_one_movement_are_done_in_one_position():
    assert len({exercise.movement for exercise in EXERCISES if exercise.reference}) == 43
    titles = [exercise.title for exercise in EXERCISES]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.slug)
def test_each_is_told_in_plain_words(exercise: Exercise):
    assert exercise.summary.endswith(".")
    assert len(exercise.summary) < 140
    assert WORDS.search(exercise.stop_rule)
    if exercise.reference:
        assert 3 <= len(exercise.steps) <= 5
    if exercise.tags & {"severe_pain", "by_plan"}:
        assert "Only if your plan asks for it." in exercise.stop_rule
    if "pregnancy" in exercise.tags:
        assert "Only with a clinician's plan." in exercise.stop_rule


def test_where_the_pelvis_is_to_stay_still():
    still = {exercise.slug for exercise in load_catalogue() if exercise.still_pelvis}
    clamshells = {"banded_clamshell", "side_lying_clamshell"}
    assert still == {*clamshells, "cross_body_piriformis_release"}


def test_nothing_else_is_in_it():
    slugs = [exercise.slug for exercise in load_catalogue()]
    assert slugs == [*(fact["slug"] for fact in FACTS), *(free.slug for free in FREE)]
    assert len(load_catalogue()) == len(slugs) == 65


def texts() -> dict[str, str]:
    told = {f"alert {code}": kind.message for code, kind in ALERTS.items()}
    for exercise in load_catalogue():
        words = [exercise.title, exercise.summary, exercise.stop_rule, exercise.position]
        words += [] if exercise.band is None else [exercise.band.place, exercise.band.anchor]
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


@banded
def test_caps(slug: str):
    catalogue = load_catalogue()
    exercise = catalogue.find(slug)
    limit_n, ceiling_n = CAPS.get(exercise.zone_name, (900, 1000))
    at_cap = ZoneLimits(3, 5, limit_n - 1, limit_n, ceiling_n)
    catalogue.check_caps(exercise, at_cap)
    if exercise.zone_name in CAPS:
        with pytest.raises(UsageError, match="over the caps"):
            catalogue.check_caps(exercise, ZoneLimits(3, 5, limit_n, limit_n + 1, ceiling_n))


def test_free_exercises_have_no_caps():
    load_catalogue().check_caps(FREE[0], ZoneLimits(3, 5, 900, 1000, 2000))

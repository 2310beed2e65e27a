"""Acceptance scenarios of several sensors at once, each with its stated figures.

Each is written as a plain recording and replayed, with several draws of the noise and packet sizes.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bandmate.app.overrides import with_zone
from bandmate.app.replay import ReplayOptions, replay
from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.events import (
    AlertCleared,
    AlertRaised,
    Event,
    Rep,
    SetEnded,
    SetStarted,
    Summary,
    Symmetry,
)
from bandmate.domain.exercises import Exercise
from engine.limb import Numbers, Pose, Sensor, lifts, mounting
from recordings.motion_csv import Row, pulled, worn, written
from scenarios.scenario import Signal, cycles, sampled

EventT = TypeVar("EventT", bound=Event)

G = 9.80665
CLAMSHELL = load_catalogue().find("side_lying_clamshell")
FLOSS = load_catalogue().find("supine_sciatic_floss")
# The catalogue's 30 N would make the right hand's 18 N a full movement by a hair, or not.
ROW = replace(
    with_zone(load_catalogue().find("standing_row_band"), "8:60:100:150"), amplitude_n=24.0
)

each_run = pytest.mark.parametrize(("seed", "packet"), [(0, 1), (1, 10), (2, 50), (3, 10)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("together")


def told(folder: Path, rows: Iterable[Row], exercise: Exercise, packet: int = 10) -> list[Event]:
    path = written(folder / "together.csv", rows)
    return [*replay(path, ReplayOptions(exercise, packet))]


def of(events: Iterable[Event], kind: type[EventT], band: str | None = None) -> list[EventT]:
    return [e for e in events if isinstance(e, kind) and band in {None, e.band}]


def undated(events: Iterable[Event]) -> set[tuple[str, str]]:
    """What was said, without when it was decided and in which order."""
    bodies = ({**event.to_dict(), "emitted_s": None} for event in events)
    return {(str(body["id"]), repr(body)) for body in bodies}


def sensor(seed: int, *, noise_deg: float = 1.0, hz: float = 50, has_gyro: bool = True) -> Sensor:
    """One that shows the pose with so much noise."""
    return Sensor(
        hz,
        mounting(seed),
        acc_noise_ms2=G * math.radians(noise_deg),
        seed=seed,
        has_gyro=has_gyro,
    )


def rolls(heights_deg: Sequence[float], period_s: float = 4.0) -> Pose:
    """One roll and back after the other, each with a height of its own."""

    def pose(t: Numbers) -> Numbers:
        number = np.clip(((t - 3.0) // period_s).astype(int), 0, len(heights_deg) - 1)
        return lifts(len(heights_deg), 1.0, period_s)(t) * np.take(heights_deg, number)

    return pose


def clamshell(
    seed: int, pelvis_deg: Sequence[float], pelvis_hz: float = 50.0, *, has_gyro: bool = True
) -> list[list[Row]]:
    """Ten clamshells; the pelvis rolls along by so much in each."""
    thigh = sensor(seed, has_gyro=has_gyro)
    pelvis = sensor(seed + 100, hz=pelvis_hz, has_gyro=has_gyro)
    return [
        worn(thigh, rolls([30.0] * 10), 46.0, "thigh"),
        worn(pelvis, rolls(pelvis_deg), 46.0, "pelvis"),
    ]


ROLLED_IN_4 = [3.0, 3.0, 3.0, 18.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0]


@pytest.mark.rule("clam_form")
@each_run
def test_s33_a_pelvis_that_rolls_along_is_told(folder: Path, seed: int, packet: int):
    thigh, pelvis = clamshell(seed, ROLLED_IN_4)
    events = told(folder, [*thigh, *pelvis], CLAMSHELL, packet)
    reps = of(events, Rep, "thigh")
    assert [str(rep.grade) for rep in reps] == ["full"] * 10
    assert [rep.index for rep in reps if "roll_back" in rep.flags] == [4]
    assert not of(events, Rep, "pelvis")
    (started,), (summary,) = of(events, SetStarted, "thigh"), of(events, Summary, "thigh")
    assert (started.zone, summary.zone_s, summary.in_zone_pct) == (None, None, None)
    assert (summary.reps, summary.partial, summary.aborted) == (10, 0, 0)


@each_run
def test_s33_one_sensor_counts_too(folder: Path, seed: int, packet: int):
    events = told(folder, clamshell(seed, ROLLED_IN_4)[0], CLAMSHELL, packet)
    assert [(str(rep.grade), rep.flags) for rep in of(events, Rep)] == [("full", ())] * 10


@settings(max_examples=8, deadline=None)
@given(
    packet=st.integers(1, 120),
    pelvis_hz=st.sampled_from([13.0, 25.0, 50.0, 100.0]),
    rolled=st.lists(st.sampled_from([0.0, 3.0, 18.0]), min_size=10, max_size=10),
    has_gyro=st.booleans(),
    seed=st.integers(0, 1000),
)
def test_whose_packet_comes_first_decides_nothing(
    folder: Path, packet: int, pelvis_hz: float, rolled: list[float], has_gyro: bool, seed: int
):
    thigh, pelvis = clamshell(seed, rolled, pelvis_hz, has_gyro=has_gyro)
    events = told(folder, [*thigh, *pelvis], CLAMSHELL, packet)
    reps = of(events, Rep, "thigh")
    assert [float("roll_back" in rep.flags) for rep in reps] == [x > 10.0 for x in rolled]
    assert undated(told(folder, [*pelvis, *thigh], CLAMSHELL, 10)) == undated(events)


def test_a_lift_of_the_pelvis_is_part_of_a_bridge(folder: Path):
    thigh, pelvis = clamshell(1, [30.0] * 10)
    bridge = load_catalogue().find("supine_bridge_abduction")
    events = told(folder, [*thigh, *pelvis], bridge)
    assert {rep.flags for rep in of(events, Rep, "thigh")} == {()}


def test_a_band_with_a_pelvis_beside_it_is_told_too(folder: Path):
    times, forces = sampled(cycles(10, 6.0, 24.0, 4.0), 46.0, 80, seed=1)
    pelvis = clamshell(1, ROLLED_IN_4)[1]
    rows = [*pulled(times.tolist(), forces.tolist(), "left"), *pelvis]
    events = told(folder, rows, load_catalogue().find("banded_clamshell"))
    assert [rep.index for rep in of(events, Rep, "left") if "roll_back" in rep.flags] == [4]


def test_a_movement_waits_for_the_pelvis_and_what_comes_after_it_waits_behind(folder: Path):
    thigh, pelvis = clamshell(1, ROLLED_IN_4, 20.0)
    events = [e for e in told(folder, [*thigh, *pelvis], CLAMSHELL, 40) if e.band == "thigh"]
    kinds = [(e.name, getattr(e, "index", 0)) for e in events if e.name.startswith("rep")]
    assert kinds == [(name, k) for k in range(1, 11) for name in ("rep", "rep_final")]
    assert all(rep.emitted_s >= rep.count_s for rep in of(events, Rep))
    assert events[-1].name == "summary"


SLIDER = 1.0
TENSIONER = -1.0


def floss(
    seed: int,
    ways: Sequence[float],
    *,
    noise_deg: float = 2.0,
    foot_hz: float = 50.0,
    period_s: float = 6.0,
) -> list[list[Row]]:
    """Knee extensions of 60 degrees; the ankle turns 20 either way, with the knee or against it."""
    length_s = len(ways) * period_s + 6.0
    knee, ankle = rolls([60.0] * len(ways), period_s), rolls([40.0 * w for w in ways], period_s)
    shank, foot = sensor(seed, noise_deg=noise_deg), sensor(seed + 100, noise_deg=noise_deg)
    foot = Sensor(foot_hz, foot.axes, acc_noise_ms2=foot.acc_noise_ms2, seed=foot.seed)
    return [
        worn(shank, knee, length_s, "shank"),
        worn(foot, lambda t: knee(t) + ankle(t) - 20.0 * ways[0], length_s, "foot"),
    ]


@each_run
def test_s34_a_slider(folder: Path, seed: int, packet: int):
    shank, foot = floss(seed, [SLIDER] * 10)
    events = told(folder, [*shank, *foot], FLOSS, packet)
    assert [rep.flags for rep in of(events, Rep, "shank")] == [("slider",)] * 10
    assert not of(events, AlertRaised)


@each_run
def test_s34_a_tensioner(folder: Path, seed: int, packet: int):
    shank, foot = floss(seed, [TENSIONER] * 10)
    events = told(folder, [*shank, *foot], FLOSS, packet)
    reps = of(events, Rep, "shank")
    assert [rep.flags for rep in reps] == [("tensioner",)] * 10
    (advice,) = of(events, AlertRaised)
    assert (str(advice.code), advice.band) == ("phase_pattern", "shank")
    assert "Toes away while you straighten" in advice.message
    assert (advice.onset_s, advice.t_s) == (reps[0].start_s, reps[1].count_s)
    assert of(events, Summary, "shank")[0].alerts == {"phase_pattern": 1}
    assert len(of(events, AlertCleared)) == 1


def test_one_movement_the_other_way_is_no_advice_and_a_change_clears_it(folder: Path):
    ways = [SLIDER, TENSIONER, SLIDER, TENSIONER, TENSIONER, SLIDER, TENSIONER, TENSIONER]
    shank, foot = floss(2, ways)
    events = told(folder, [*shank, *foot], FLOSS)
    reps = of(events, Rep, "shank")
    names = {SLIDER: ("slider",), TENSIONER: ("tensioner",)}
    assert [rep.flags for rep in reps] == [names[way] for way in ways]
    (advice,), (cleared,) = of(events, AlertRaised), of(events, AlertCleared)
    assert (advice.t_s, cleared.t_s) == (reps[4].count_s, reps[5].count_s)


def test_each_set_is_advised_anew(folder: Path):
    shank, foot = floss(3, [TENSIONER] * 10)
    shank[1700]["command"] = "next"
    events = told(folder, [*shank, *foot], FLOSS)
    assert [alert.set for alert in of(events, AlertRaised)] == [1, 2]
    assert [str(alert.code) for alert in of(events, AlertCleared)] == ["phase_pattern"] * 2
    assert [ended.results["alerts"] for ended in of(events, SetEnded, "shank")] == [
        {"phase_pattern": 1}
    ] * 2


def test_an_ankle_that_stays_as_it_is_goes_neither_way(folder: Path):
    shank, foot = floss(4, [0.0] * 6)
    events = told(folder, [*shank, *foot], FLOSS)
    assert [rep.flags for rep in of(events, Rep, "shank")] == [()] * 6


def test_a_foot_that_was_not_heard_throughout_has_no_say(folder: Path):
    shank, foot = floss(5, [TENSIONER] * 6)
    silent = [row for row in foot if not 17.0 < float(str(row["t_s"])) < 18.0]
    events = told(folder, [*shank, *silent], FLOSS)
    flags = [rep.flags for rep in of(events, Rep, "shank")]
    assert flags == [("tensioner",) if k != 2 else () for k in range(6)]


def test_the_foot_has_no_say_in_another_exercise(folder: Path):
    shank, foot = floss(6, [TENSIONER] * 4)
    events = told(folder, [*shank, *foot], load_catalogue().find("free_reps"))
    assert [rep.flags for rep in of(events, Rep, "shank")] == [()] * 4
    assert not of(events, AlertRaised)


@settings(max_examples=6, deadline=None)
@given(
    packet=st.integers(1, 120),
    foot_hz=st.sampled_from([13.0, 25.0, 50.0, 100.0]),
    period_s=st.floats(4.0, 10.0),
    seed=st.integers(0, 1000),
)
def test_a_pattern_is_told_at_any_rate_mounting_and_packet_size(
    folder: Path, packet: int, foot_hz: float, period_s: float, seed: int
):
    ways = [TENSIONER, TENSIONER, SLIDER, SLIDER]
    shank, foot = floss(seed, ways, foot_hz=foot_hz, period_s=period_s)
    events = told(folder, [*foot, *shank], FLOSS, packet)
    assert [rep.flags for rep in of(events, Rep, "shank")] == [
        ("tensioner",),
        ("tensioner",),
        ("slider",),
        ("slider",),
    ]
    assert undated(told(folder, [*shank, *foot], FLOSS, 7)) == undated(events)


STRONG = cycles(10, 6.0, 24.0, 4.0)
WEAK = cycles(10, 6.0, 18.0, 4.0, lead_s=4.7)


def rowed(seed: int, left: Signal = STRONG, right: Signal = WEAK) -> list[list[Row]]:
    """Both hands, each with a sensor of its own rate; the right one begins later."""
    both = (("left", left, 80.0), ("right", right, 20.0))
    return [
        pulled(times.tolist(), forces.tolist(), band)
        for band, signal, hz in both
        for times, forces in [sampled(signal, 48.0, hz, seed + int(hz))]
    ]


@each_run
def test_s15_left_and_right(folder: Path, seed: int, packet: int):
    left, right = rowed(seed)
    events = told(folder, [*left, *right], ROW, packet)
    summaries = of(events, Summary)
    assert {summary.band: summary.reps for summary in summaries} == {"left": 10, "right": 10}
    (sides,) = of(events, Symmetry)
    assert sides.peak_asymmetry_pct == pytest.approx(20.0, abs=2.0)
    assert sides.excursion_asymmetry_pct == pytest.approx(25.0, abs=2.0)
    assert (sides.weaker, sides.n_left, sides.n_right) == ("right", 10, 10)
    assert (sides.exercise, sides.set) == ("standing_row_band", 1)
    assert [event.name for event in events[-2:]] == ["summary", "summary"]
    assert not of(events, AlertRaised)
    for rep, after in zip(of(events, Rep, "right"), of(events, Rep, "right")[1:], strict=False):
        assert rep.start_s < rep.peak_s < rep.count_s < after.start_s


@pytest.mark.parametrize("hard", ["left", "right"])
def test_s15_an_alert_is_of_the_side_that_pulls_too_hard(folder: Path, hard: str):
    too_hard = cycles(10, 6.0, 24.0, 4.0, rises={5: 120.0})
    pulls = [too_hard if side == hard else STRONG for side in ("left", "right")]
    left, right = rowed(3, *pulls)
    events = told(folder, [*left, *right], ROW)
    assert {alert.band for alert in of(events, AlertRaised)} == {hard}
    summaries = {summary.band: summary for summary in of(events, Summary)}
    assert summaries[hard].alerts["tension_limit"] == 1
    assert [dict(s.alerts) for band, s in summaries.items() if band != hard] == [{}]


def test_too_few_movements_are_not_compared(folder: Path):
    left, right = rowed(1, right=cycles(2, 6.0, 24.0, 4.0))
    (sides,) = of(told(folder, [*left, *right], ROW), Symmetry)
    assert (sides.n_left, sides.n_right) == (10, 2)
    assert (sides.peak_asymmetry_pct, sides.excursion_asymmetry_pct, sides.weaker) == (None,) * 3


def test_sides_that_did_not_move_are_not_compared(folder: Path):
    rest = cycles(1, 6.0, 0.0, 4.0)
    left, right = rowed(1, rest, rest)
    assert not of(told(folder, [*left, *right], ROW), Symmetry)


def test_each_set_of_both_sides_is_compared_when_both_are_over(folder: Path):
    left, right = rowed(1)
    left[1880]["command"] = "next"
    events = told(folder, [*left, *right], ROW)
    assert [(s.set, s.n_left, s.n_right) for s in of(events, Symmetry)] == [(1, 5, 4), (2, 5, 5)]
    first = events.index(of(events, Symmetry)[0])
    assert {e.band for e in of(events[:first], SetEnded)} == {"left", "right"}


@settings(max_examples=8, deadline=None)
@given(packet=st.integers(1, 200), lead_s=st.floats(3.0, 5.0), seed=st.integers(0, 1000))
def test_the_order_of_the_sides_decides_nothing(
    folder: Path, packet: int, lead_s: float, seed: int
):
    left, right = rowed(seed, right=cycles(10, 6.0, 18.0, 4.0, lead_s=lead_s))
    events = told(folder, [*left, *right], ROW, packet)
    assert undated(told(folder, [*right, *left], ROW, 10)) == undated(events)
    assert len(of(events, Symmetry)) == 1


def test_limbs_are_compared_in_degrees(folder: Path):
    rows = [
        *worn(sensor(1), lifts(6, 40.0, 4.0), 30.0, "left"),
        *worn(sensor(2), lifts(6, 30.0, 4.0), 30.0, "right"),
    ]
    (sides,) = of(told(folder, rows, CLAMSHELL), Symmetry)
    assert sides.excursion_asymmetry_pct == pytest.approx(25.0, abs=5.0)
    assert sides.weaker == "right"


def test_a_pull_is_not_compared_with_an_angle(folder: Path):
    rows = [*rowed(1)[0], *worn(sensor(2), lifts(6, 30.0, 4.0), 30.0, "right")]
    assert not of(told(folder, rows, load_catalogue().find("free_reps")), Symmetry)

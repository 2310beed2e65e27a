"""What a pelvis and a breastbone show of a stretch that is held: rules no_twist, neutral_spine."""

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from scenario import line, sampled

from bandmate.app.replay import ReplayOptions, replay
from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.events import Event, Hint, HoldEnded
from engine.limb import Numbers, Pose, Sensor, mounting
from recordings.motion_csv import Row, pulled, worn, written

CROSS_BODY = "cross_body_piriformis_release"
HINGE = "seated_hamstring_isolation"
HOLDS = line(
    *((0, 0), (5, 0), (8, 30), (30, 30), (33, 0)), *((40, 0), (43, 30), (65, 30), (68, 0), (75, 0))
)
"""Two holds, from about 6 to 32 s and from about 41 to 67 s."""
LENGTH_S = 75.0


def leaning(*parts: tuple[float, float, float]) -> Pose:
    """So many degrees between two times, with half a second there and back."""

    def pose(t: Numbers) -> Numbers:
        leans = [deg * np.interp(t, [a - 0.5, a, b, b + 0.5], [0, 1, 1, 0]) for a, b, deg in parts]
        return np.sum(leans, axis=0) if leans else np.zeros_like(t)

    return pose


def a_stretch(seed: int = 1, **worn_on: Pose) -> list[Row]:
    """Two holds on a band, and the motion sensors beside it."""
    times, forces = sampled(HOLDS, LENGTH_S, 80, seed=seed)
    rows = pulled(times.tolist(), forces.tolist(), "left")
    for number, (band, pose) in enumerate(worn_on.items()):
        sensor = Sensor(50, mounting(seed + number), acc_noise_ms2=0.17, seed=seed + number)
        rows += worn(sensor, pose, LENGTH_S, band)
    return rows


def told(folder: Path, exercise: str, rows: Sequence[Row], packet: int = 10) -> Iterator[Event]:
    path = written(folder / "posture.csv", rows)
    return replay(path, ReplayOptions(load_catalogue().find(exercise), packet))


def hinted(folder: Path, exercise: str, rows: Sequence[Row], packet: int = 10) -> list[str]:
    """Holds and hints of the band, in order."""
    events = [e for e in told(folder, exercise, rows, packet) if e.band == "left"]
    assert sum(isinstance(event, HoldEnded) for event in events) == 2
    return [
        "hold" if isinstance(event, HoldEnded) else str(event.code)
        for event in events
        if isinstance(event, HoldEnded | Hint)
    ]


@pytest.mark.rule("no_twist")
@pytest.mark.parametrize("packet", [1, 10, 50])
def test_hips_that_roll_in_a_hold_are_told_once_after_it(tmp_path: Path, packet: int):
    rolls = leaning((10, 11, 14), (20, 22, 14))
    for seed in range(2):
        rows = a_stretch(seed, pelvis=rolls)
        assert hinted(tmp_path, CROSS_BODY, rows, packet) == ["hold", "level_hips", "hold"]


@pytest.mark.rule("no_twist")
@pytest.mark.parametrize(
    "rolls",
    [leaning(), leaning((10, 60, 7)), leaning((35, 38, 20)), leaning((20, 20, 11))],
    ids=["still", "a little", "between the holds", "for a moment"],
)
def test_hips_that_stay_level_are_not_told(tmp_path: Path, rolls: Pose):
    assert hinted(tmp_path, CROSS_BODY, a_stretch(pelvis=rolls)) == ["hold", "hold"]


@pytest.mark.rule("neutral_spine")
@pytest.mark.parametrize("packet", [1, 10, 50])
def test_a_back_that_bends_in_a_hold_is_told(tmp_path: Path, packet: int):
    """Both lean with the hinge; in the second hold the breastbone goes on alone."""
    pelvis = leaning((8, 30, 25), (43, 65, 25))
    breastbone = leaning((8, 30, 25), (43, 65, 25), (50, 55, 15))
    rows = a_stretch(2, pelvis=pelvis, breastbone=breastbone)
    assert hinted(tmp_path, HINGE, rows, packet) == ["hold", "hold", "long_back"]


@pytest.mark.rule("neutral_spine")
def test_a_back_that_stays_long_and_one_that_is_half_seen_are_not_told(tmp_path: Path):
    hinge = leaning((8, 30, 25), (43, 65, 25))
    both = a_stretch(3, pelvis=hinge, breastbone=leaning((8, 30, 31), (43, 65, 21)))
    assert hinted(tmp_path, HINGE, both) == ["hold", "hold"]
    alone = a_stretch(3, breastbone=hinge)
    assert hinted(tmp_path, HINGE, alone) == ["hold", "hold"]
    cut = [row for row in both if row["band"] != "pelvis" or not 15 < float(str(row["t_s"])) < 60]
    assert hinted(tmp_path, HINGE, cut) == ["hold", "hold"]


def test_each_rule_is_of_its_own_exercise(tmp_path: Path):
    rows = a_stretch(pelvis=leaning((10, 20, 20)), breastbone=leaning())
    assert hinted(tmp_path, CROSS_BODY, rows) == ["hold", "level_hips", "hold"]
    assert hinted(tmp_path, HINGE, rows) == ["hold", "long_back", "hold"]
    assert hinted(tmp_path, "piriformis_stretch_band", rows) == ["hold", "hold"]


def test_hints_have_ids_of_their_own(tmp_path: Path):
    rows = a_stretch(pelvis=leaning((10, 20, 20), (50, 55, 20)))
    hints = [e for e in told(tmp_path, CROSS_BODY, rows) if isinstance(e, Hint)]
    assert len({hint.id for hint in hints}) == len(hints) == 2
    assert all(b.t_s > a.t_s for a, b in itertools.pairwise(hints))
    assert {(hint.band, hint.exercise, hint.set) for hint in hints} == {("left", CROSS_BODY, 1)}

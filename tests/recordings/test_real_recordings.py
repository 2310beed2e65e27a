"""Real recordings of force by other people, where they lie beside the checkout; none is kept here.

They are cable pulls and squeezes, not bands: the nearest there is.
"""

import csv
import gzip
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from bandmate.app.replay import ReplayOptions, replay
from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.events import HoldEnded
from bandmate.link.recording_csv import read_csv
from bandmate.units import NEWTON_PER

DATA = Path(__file__).parents[2].parent / "shared" / "data"
pytestmark = pytest.mark.skipif(
    not (DATA / "truth.csv").exists(), reason="the real recordings are not beside the checkout"
)


def truth() -> list[tuple[str, int]]:
    if not (DATA / "truth.csv").exists():
        return []
    with (DATA / "truth.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["set"].startswith("force_")]
    return [(f"{row['set']}/{row['recording']}.csv.gz", int(row["repetitions"])) for row in rows]


@cache
def holds(name: str, packet: int) -> list[HoldEnded]:
    options = ReplayOptions(load_catalogue().find("free_holds"), packet)
    return [event for event in replay(DATA / name, options) if isinstance(event, HoldEnded)]


@pytest.mark.parametrize(("name", "count"), truth())
def test_holds_are_counted_whatever_the_packet(name: str, count: int):
    assert len(holds(name, 10)) == count
    for packet in (1, 100):
        others = holds(name, packet)
        assert [hold.id for hold in others] == [hold.id for hold in holds(name, 10)]
        assert [hold.start_s for hold in others] == [hold.start_s for hold in holds(name, 10)]


@pytest.mark.parametrize("name", [name for name, _ in truth() if "cable" in name])
def test_the_level_is_that_of_the_plateaus_middle(name: str):
    rows = read_csv(DATA / name).rows
    t = np.array([row.t_s for row in rows])
    x = np.array([row.force for row in rows], dtype=float)
    for hold in holds(name, 10):
        edge_s = 0.1 * hold.duration_s
        middle = x[(t >= hold.start_s + edge_s) & (t <= hold.end_s - edge_s)]
        assert hold.mean_n == pytest.approx(float(np.median(middle)), abs=0.3 * NEWTON_PER["kg"])


def test_cut_off_in_the_middle_of_a_hold(tmp_path: Path):
    name, _ = next(item for item in truth() if "cable" in item[0])
    second = holds(name, 10)[1]
    lines = gzip.decompress((DATA / name).read_bytes()).decode().splitlines(keepends=True)
    cut_s = (second.start_s + second.end_s) / 2
    kept = [line for line in lines[1:] if float(line.split(",")[0]) < cut_s]
    (tmp_path / "cut.csv").write_text(lines[0] + "".join(kept))
    options = ReplayOptions(load_catalogue().find("free_holds"))
    cut = [e for e in replay(tmp_path / "cut.csv", options) if isinstance(e, HoldEnded)]
    assert [hold.reason for hold in cut] == ["released", "end"]
    assert cut[1].end_s == pytest.approx(cut_s, abs=0.1)

"""Is a movement told with 0.9 true nine times of ten? Over sets in which much goes wrong."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pytest
from hard_sets import HardSet, hard_set

from accuracy.course import Numbers
from accuracy.scoring import pairs
from bandmate.catalog.catalogue import load_catalogue
from bandmate.domain.events import Grade, Rep, RepFinal
from bandmate.domain.samples import Block
from bandmate.engine.band import BandPipeline
from bandmate.engine.band_settings import BandSettings

SETS = range(120)
PACKET = 16
EDGES = (0.0, 0.1, 0.5, 0.9, 1.0)


@dataclass(frozen=True)
class Told:
    """A movement that was told, and how sure it was said to be."""

    start_s: float
    end_s: float
    confidence: float


def told(of: HardSet, amplitude_n: float) -> list[Told]:
    pipeline = BandPipeline(BandSettings("left", "hard", silence="samples"), load_catalogue().find)
    doing = replace(load_catalogue().find("free_reps"), amplitude_n=amplitude_n)
    events = pipeline.start(doing, of.t_s[0])
    for i in range(0, len(of.t_s), PACKET):
        t_s = of.t_s[i : i + PACKET]
        events += pipeline.push(Block(t_s[-1], t_s, of.force_n[i : i + PACKET]))
    events += pipeline.finish(of.t_s[-1])
    reps = {e.index: e for e in events if isinstance(e, Rep) and e.grade is not Grade.ABORTED}
    finals = [e for e in events if isinstance(e, RepFinal) and e.index in reps]
    return [Told(reps[e.index].start_s, e.end_s, e.confidence) for e in finals]


@pytest.fixture(scope="module")
def judged() -> Numbers:
    """Confidence and truth of every movement that was told, expected rise known or not."""
    rows: list[tuple[float, bool]] = []
    for seed in SETS:
        of = hard_set(seed)
        found = told(of, of.amplitude_n * (0.85, 0.0, 1.15, 0.0)[seed % 4])
        true = {i for i, _ in pairs(found, of.reps)}
        rows += [(one.confidence, i in true) for i, one in enumerate(found)]
    return np.array(rows)


def shares(judged: Numbers) -> list[tuple[int, float]]:
    """Movements told with a confidence from one edge to the next, and the share that is true."""
    bins = [
        judged[(judged[:, 0] >= low) & (judged[:, 0] <= high), 1] for low, high in pairwise(EDGES)
    ]
    return [(bin_.size, float(bin_.mean())) for bin_ in bins]


def test_the_surer_the_more_often_true(judged: Numbers):
    counts, true = zip(*shares(judged), strict=True)
    assert min(counts) > 10
    assert list(true) == sorted(true)
    assert true[0] < 0.1
    assert true[-1] > 0.96


def test_what_is_said_is_how_often_it_is_true(judged: Numbers):
    for low, high in pairwise(EDGES):
        inside = judged[(judged[:, 0] >= low) & (judged[:, 0] <= high)]
        assert inside[:, 0].mean() == pytest.approx(inside[:, 1].mean(), abs=0.12)


def test_it_tells_more_than_that_most_are_true(judged: Numbers):
    """Better than telling the same share of all, by the logarithm of what was held likely."""
    confidence, true = judged[:, 0], judged[:, 1]
    base = float(true.mean())
    likely = true * confidence + (1 - true) * (1 - confidence)
    alike = true * base + (1 - true) * (1 - base)
    assert np.log(likely).mean() > np.log(alike).mean() * 0.6

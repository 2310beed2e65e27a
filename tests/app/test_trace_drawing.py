"""What is drawn of readings: all that can be seen, and nothing across a hole."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bandmate.app.reports.svg import TraceView, grade_mark, trace, zone_bar
from bandmate.app.reports.trace import Readings, drawn, level_at, raw_peak, sustained_peak
from bandmate.domain.events import Grade
from bandmate.domain.zones import Zone


def readings(*points: tuple[float, float]) -> Readings:
    t_s, values = zip(*points, strict=True) if points else ((), ())
    return Readings(np.array(t_s, float), np.array(values, float))


def even(values: list[float], hz: float = 50.0) -> Readings:
    return readings(*((n / hz, value) for n, value in enumerate(values)))


@st.composite
def _readings(draw: st.DrawFn) -> Readings:
    steps = draw(st.lists(st.sampled_from([0.0, 0.01, 0.1, 0.25, 0.26, 3.0]), max_size=60))
    values = draw(st.lists(st.floats(-5.0, 200.0), min_size=len(steps), max_size=len(steps)))
    return Readings(np.cumsum(np.array(steps, float)), np.array(values, float))


@settings(deadline=None)
@given(_readings(), st.integers(1, 30))
def test_a_drawing_keeps_highs_and_lows_and_leaves_holes(found: Readings, columns: int):
    end_s = float(found.t_s[-1]) if len(found.t_s) else 1.0
    pieces = drawn(found, columns, 0.0, end_s)
    known = set(zip(found.t_s.tolist(), found.values.tolist(), strict=True))
    assert {point for piece in pieces for point in piece} <= known
    whole = found.pieces()
    assert len(pieces) == len(whole)
    for points, piece in zip(pieces, whole, strict=True):
        assert points[0][0] == piece.t_s[0]
        assert points[-1][0] == piece.t_s[-1]
        assert [t_s for t_s, _ in points] == sorted(t_s for t_s, _ in points)
        assert len(points) <= 2 * columns + 4
    if len(found.t_s):
        assert max(level for piece in pieces for _, level in piece) <= found.values.max()


@settings(deadline=None)
@given(st.lists(st.floats(0.0, 100.0), min_size=2, max_size=400))
def test_the_highest_and_the_lowest_are_always_drawn(values: list[float]):
    found = even(values)
    (piece,) = drawn(found, 20, 0.0, float(found.t_s[-1]))
    assert max(level for _, level in piece) == max(values)
    assert min(level for _, level in piece) == min(values)


@settings(deadline=None)
@given(st.lists(st.floats(0.0, 100.0), min_size=6, max_size=120))
def test_a_sustained_peak_is_the_best_of_all_windows(values: list[float]):
    expected = max(min(values[n : n + 6]) for n in range(len(values) - 5))
    assert sustained_peak(even(values)) == expected
    assert raw_peak(even(values)) == max(values)


def test_a_spike_is_no_sustained_peak_and_a_hole_keeps_no_level():
    assert sustained_peak(even([10.0] * 20 + [60.0] + [10.0] * 20)) == 10.0
    assert sustained_peak(readings((0.0, 50.0), (1.0, 50.0))) is None
    assert sustained_peak(readings()) is None


def test_a_level_is_told_only_where_there_is_one():
    found = readings((0.0, 5.0), (0.1, 7.0))
    assert level_at(found, 0.2) == 7.0
    assert level_at(found, 0.36) is None
    assert level_at(found, -1.0) is None


def view(**more: object) -> TraceView:
    whole: dict[str, object] = {
        "label": 'A set of "rows" & more',
        "from_s": 0.0,
        "to_s": 10.0,
        "pieces": [[(0.0, 5.0), (1.0, 20.0)], [(3.0, 9.0)]],
        "low": 10.0,
        "high": 30.0,
        "limit": 40.0,
    }
    return TraceView(**(whole | more))  # pyright: ignore[reportArgumentType]


def test_a_hole_is_a_break_and_a_single_reading_a_dot():
    line = trace(view()).split('class="line" d="')[1].split('"')[0]
    assert line.count("M") == 2
    first, second = line.split("M")[1:]
    assert first.count("L") == 1
    assert len(set(second.split("L"))) == 1


def test_a_drawing_names_what_it_shows():
    drawing = trace(view(over=[(2.0, 2.5)], reps=[(1.0, Grade.FAST)]))
    assert "A set of &#34;rows&#34; &amp; more" in drawing
    assert 'class="spell"' in drawing
    assert 'class="rep fast"' in drawing
    assert 'class="limit"' in drawing
    assert "style=" not in drawing


@pytest.mark.parametrize("pieces", [[], [[(0.0, 0.0)]], [[(0.0, -4.0), (9.0, 300.0)]]])
def test_whatever_was_read_stays_inside(pieces: list[list[tuple[float, float]]]):
    drawing = trace(view(pieces=pieces, low=None, high=None, limit=None))
    line = drawing.split('class="line" d="')[1].split('"')[0]
    points = [point.split() for point in line.replace("M", "L").split("L") if point]
    assert all(0 <= float(x) <= 360 and 0 <= float(y) <= 112 for x, y in points)


def test_grades_are_told_apart_by_shape():
    assert len({grade_mark(grade).split(' d="')[1] for grade in Grade}) == len(Grade)


@settings(deadline=None)
@given(st.lists(st.floats(0.0, 500.0), min_size=len(Zone), max_size=len(Zone)))
def test_the_parts_of_a_bar_are_the_whole(seconds: list[float]):
    bar = zone_bar("bar", dict(zip(map(str, Zone), seconds, strict=True)))
    widths = [float(part.split('width="')[1].split('"')[0]) for part in bar.split("<rect")[1:]]
    if sum(seconds) > 1.0:
        assert math.isclose(sum(widths), 360.0, abs_tol=0.5)

"""How two sides compare."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.signal.symmetry import LEAST, Moved, symmetry

moved = st.tuples(st.floats(1, 100), st.floats(1, 100))
side = st.lists(moved, min_size=LEAST, max_size=12)


def test_the_weaker_side_is_told_with_what_it_lacks():
    found = symmetry([(30.0, 24.0)] * 10, [(24.0, 18.0)] * 9)
    assert found is not None
    assert found.peak_pct == pytest.approx(20.0)
    assert found.excursion_pct == pytest.approx(25.0)
    assert (found.weaker, found.left, found.right) == ("right", 10, 9)


def test_equal_sides_have_no_weaker_one():
    found = symmetry([(30.0, 24.0)] * 3, [(30.0, 24.0)] * 3)
    assert found is not None
    assert (found.peak_pct, found.excursion_pct, found.weaker) == (0.0, 0.0, None)


@pytest.mark.parametrize("few", [0, 1, LEAST - 1])
def test_too_few_movements_do_not_stand_for_a_side(few: int):
    enough: list[Moved] = [(30.0, 24.0)] * 10
    assert symmetry(enough, enough[:few]) is None
    assert symmetry(enough[:few], enough) is None


def test_nothing_has_no_share():
    assert symmetry([(0.0, 0.0)] * 3, [(0.0, 0.0)] * 3) is None


@given(side, side)
def test_changing_sides_changes_only_which_is_weaker(left: list[Moved], right: list[Moved]):
    one, other = symmetry(left, right), symmetry(right, left)
    assert one is not None
    assert other is not None
    assert 0 <= one.excursion_pct <= 100
    assert (one.peak_pct, one.excursion_pct) == (other.peak_pct, other.excursion_pct)
    assert {one.weaker, other.weaker} in ({"left", "right"}, {None})

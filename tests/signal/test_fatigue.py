"""What becomes of a set's movements from first to last."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.signal.fatigue import LEAST, loss_pct, middle, slope, spread_pct

values = st.lists(st.floats(0.1, 100.0), min_size=LEAST, max_size=30)


def test_a_loss_is_of_the_last_three_against_the_best_three():
    assert loss_pct([18, 20, 20, 20, 16, 14, 15]) == pytest.approx(25.0)


def test_a_slope_is_the_change_from_each_to_the_next():
    assert slope([30, 29, 28, 27, 26, 25]) == pytest.approx(-1.0)


def test_too_few_movements_show_neither():
    few = [20.0] * (LEAST - 1)
    assert (loss_pct(few), slope(few)) == (None, None)
    assert (middle([]), spread_pct([1.0, 2.0])) == (None, None)


def test_nothing_of_nothing_is_not_a_share():
    assert (loss_pct([0.0] * LEAST), spread_pct([0.0] * LEAST)) == (None, None)


def test_the_spread_is_a_share_of_the_mean():
    assert spread_pct([9.0, 10.0, 11.0]) == pytest.approx(10.0)


@given(values)
def test_a_loss_is_between_nothing_and_all(of: list[float]):
    lost = loss_pct(of)
    assert lost is not None
    assert -1e-6 <= lost < 100


@given(values, st.floats(0.1, 10))
def test_the_unit_changes_no_share(of: list[float], by: float):
    scaled = [by * value for value in of]
    assert loss_pct(scaled) == pytest.approx(loss_pct(of), abs=1e-6)
    assert spread_pct(scaled) == pytest.approx(spread_pct(of), abs=1e-6)

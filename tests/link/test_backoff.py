"""Pauses grow to their limit, and are never quite the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.link.backoff import pause_s


def test_the_pauses_of_the_specification():
    middling = [pause_s(failures, 0.5) for failures in range(1, 8)]
    assert middling == pytest.approx([1.0, 2.0, 4.0, 8.0, 15.0, 15.0, 15.0])


@given(st.integers(1, 10_000), st.floats(0.0, 1.0))
def test_jitter_stays_within_a_fifth(failures: int, chance: float):
    middle_s = pause_s(failures, 0.5)
    assert 0.8 * middle_s <= pause_s(failures, chance) <= 1.2 * middle_s + 1e-9

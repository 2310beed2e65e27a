"""How a hold kept its level."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bandmate.signal.steadiness import LEAST_HZ, UNKNOWN, steadiness
from bandmate.signal.trace import Trace


def held(
    hz: float,
    length_s: float = 20.0,
    level: float = 40.0,
    sag_pct_per_min: float = 0.0,
    shake: float = 0.0,
    ramp_s: float = 1.0,
) -> Trace:
    """Up, a line that may sink, down; a shaking of so much about it."""
    t = np.arange(0, length_s, 1 / hz)
    line = level * (1 - sag_pct_per_min / 6000 * (t - length_s / 2))
    edge = np.clip(np.minimum(t, length_s - t) / ramp_s, 0.25, 1)
    x = line * edge + shake * np.sqrt(2) * np.sin(2 * np.pi * 7.3 * t)
    record = Trace()
    for t_s, value in zip(t.tolist(), x.tolist(), strict=True):
        record.add(t_s, value)
    return record


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([8.0, 20.0, 40.0, 80.0, 200.0]), st.floats(-20, 40), st.floats(0, 2))
def test_sinking_and_shaking_are_told_apart(hz: float, sag: float, shake: float):
    found = steadiness(held(hz, sag_pct_per_min=sag, shake=shake), 0.0, 20.0)
    assert found.sag_pct_per_min == pytest.approx(sag, abs=4)
    if hz < LEAST_HZ:
        assert found.steadiness_pct is None
    else:
        assert found.steadiness_pct == pytest.approx(100 * shake / 40, abs=0.2)


def test_the_way_up_and_down_is_no_shaking():
    found = steadiness(held(80, ramp_s=1.8), 0.0, 20.0)
    assert found.steadiness_pct == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize("length_s", [0.05, 1.0, 5.5])
def test_a_short_hold_shows_no_trend(length_s: float):
    assert steadiness(held(80, length_s), 0.0, length_s) == UNKNOWN


def test_a_hold_about_zero_has_no_share():
    assert steadiness(held(80, level=0.0), 0.0, 20.0) == UNKNOWN
    assert steadiness(Trace(), 0.0, 0.0) == UNKNOWN

"""Turning points of poses, without an axis known."""

import math

from arcs import arc
from hypothesis import given, settings
from hypothesis import strategies as st

from bandmate.signal.pose import angle_deg
from bandmate.signal.turning import TurningPoints


@settings(deadline=None)
@given(
    height_deg=st.floats(15.0, 300.0),
    count=st.integers(1, 8),
    seed=st.integers(0, 1000),
)
def test_a_swing_turns_at_its_ends_however_far_it_goes(height_deg: float, count: int, seed: int):
    turning = TurningPoints(10.0)
    found = [
        turned
        for k in range(100 * count)
        if (
            turned := turning.step(
                k / 50, arc(height_deg * 0.5 * (1 - math.cos(k * math.pi / 50)), seed)
            )
        )
    ]
    ends = [arc(height_deg, seed), arc(0.0, seed)]
    assert len(found) in {2 * count - 1, 2 * count - 2}
    for n, (t_s, pose) in enumerate(found):
        assert angle_deg(pose, ends[n % 2]) < 5.0
        assert abs(t_s - (n + 1)) <= 0.1


@settings(deadline=None)
@given(scale_deg=st.floats(5.0, 40.0), share=st.floats(0.1, 0.9), seed=st.integers(0, 1000))
def test_what_is_smaller_than_the_scale_never_turns(scale_deg: float, share: float, seed: int):
    turning = TurningPoints(scale_deg)
    angles = (scale_deg * share * 0.5 * (1 - math.cos(k * math.pi / 50)) for k in range(400))
    assert not any(turning.step(k / 50, arc(angle, seed)) for k, angle in enumerate(angles))


def test_going_round_and_round_is_no_turning_back():
    turning = TurningPoints(20.0)
    assert not any(turning.step(k / 50, arc(2.0 * k)) for k in range(1000))

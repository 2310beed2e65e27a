"""The angle of a worn motion sensor to its pose of rest."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bandmate.domain.samples import Vector
from bandmate.signal.tilt import Tilt
from bandmate.units import STANDARD_GRAVITY_MS2
from engine.limb import Pose, Sensor, lifts, mounting, still

G = STANDARD_GRAVITY_MS2
RATES_HZ = [5, 10, 25, 50, 100, 200]
ONE_DEGREE_A_SECOND = math.radians(1.0)

numbers = st.floats(-1e6, 1e6)
vectors = st.tuples(numbers, numbers, numbers)


def angles(sensor: Sensor, pose: Pose, length_s: float) -> list[float]:
    """The angle at every reading; there is always one."""
    tilt = Tilt()
    shown = [tilt.step(*reading) for reading in zip(*sensor.readings(pose, length_s), strict=True)]
    known = [angle for angle in shown if angle is not None]
    assert len(known) == len(shown)
    return known


@pytest.mark.parametrize("hz", RATES_HZ)
@pytest.mark.parametrize("has_gyro", [True, False])
def test_the_angle_is_the_limbs_at_any_rate(hz: float, has_gyro: bool):
    sensor = Sensor(hz, mounting(3), has_gyro=has_gyro)
    pose = lifts(4, 45.0, 5.0)
    t = np.array(sensor.readings(pose, 26.0)[0])
    # The lag of the smoothing alone is 0.15 s of at most 28 degrees a second.
    assert np.abs(np.array(angles(sensor, pose, 26.0)) - pose(t)).max() < 6.0


@pytest.mark.parametrize("hz", RATES_HZ)
def test_a_biased_gyroscope_does_not_run_away(hz: float):
    sensor = Sensor(hz, mounting(5), gyro_bias_rads=ONE_DEGREE_A_SECOND)
    assert max(angles(sensor, still, 60.0)) < 1.5 * math.sqrt(3) + 1.0


@given(st.integers(0, 10_000), st.booleans())
def test_how_the_sensor_is_worn_does_not_matter(seed: int, has_gyro: bool):
    def shown(axes_seed: int) -> list[float]:
        axes = mounting(axes_seed)
        sensor = Sensor(20, axes, acc_noise_ms2=0.0, gyro_noise_rads=0.0, has_gyro=has_gyro)
        return angles(sensor, lifts(2, 60.0, 3.0, lead_s=1.0), 8.0)

    assert shown(seed) == pytest.approx(shown(seed + 1), abs=1e-5)


def test_turning_about_the_vertical_is_not_seen():
    tilt = Tilt()
    shown = [tilt.step(k / 50, (0.0, 0.0, G), (0.0, 0.0, 2.0)) for k in range(500)]
    assert shown == pytest.approx([0.0] * 500, abs=1e-6)


def test_a_jerk_at_the_very_first_reading_is_forgotten_at_once():
    tilt = Tilt()
    tilt.step(0.0, (3 * G, 0.0, G), (0.0, 0.0, 0.0))
    shown = [tilt.step(k / 50, (0.0, 0.0, G), (0.0, 0.0, 0.0)) for k in range(1, 100)]
    assert max(angle or 0.0 for angle in shown) < 3.0


def test_the_gyroscope_carries_the_angle_through_a_jerk():
    tilt = Tilt()
    for k in range(100):
        tilt.step(k / 50, (0.0, 0.0, G), (0.0, 0.0, 0.0))
    jerked = [tilt.step(2 + k / 50, (3 * G, 0.0, G), (0.0, 0.0, 0.0)) for k in range(5)]
    assert max(angle or 0.0 for angle in jerked) < 1.0


def test_the_pose_of_rest_is_the_mean_of_the_first_half_second():
    tilt = Tilt()
    swing = [(G * math.sin(x), 0.0, G * math.cos(x)) for x in (-0.1, 0.1)]
    for k in range(50):
        tilt.step(k / 100, swing[k % 2])
    leant = [tilt.step(0.51 + k / 100, (G, 0.0, 0.0)) for k in range(200)]
    assert leant[-1] == pytest.approx(90.0, abs=2.0)


def test_a_new_pose_of_rest_is_taken_from_the_next_reading_on():
    tilt = Tilt()
    leant = (G * math.sin(1.0), 0.0, G * math.cos(1.0))
    for k in range(100):
        tilt.step(k / 50, (0.0, 0.0, G))
    for k in range(100):
        tilt.step(2 + k / 50, leant)
    tilt.rest()
    assert tilt.step(4.0, leant) == pytest.approx(0.0, abs=0.1)
    back = [tilt.step(5 + k / 50, (0.0, 0.0, G)) for k in range(100)]
    assert back[-1] == pytest.approx(math.degrees(1.0), abs=0.5)


def test_while_it_falls_no_direction_is_known():
    tilt = Tilt()
    assert tilt.step(0.0, (0.0, 0.1, 0.0)) is None
    assert tilt.step(0.1, (0.0, 0.0, G)) == 0.0
    assert tilt.step(0.2, (0.0, 0.1, 0.0)) == pytest.approx(0.0, abs=1e-6)


def test_after_a_gap_the_direction_is_begun_anew():
    tilt = Tilt()
    for k in range(100):
        tilt.step(k / 50, (0.0, 0.0, G), (0.0, 0.0, 0.0))
    turning = (1.0, 2.0, 3.0)
    assert tilt.step(10.0, (G, 0.0, 0.0), turning) == pytest.approx(90.0, abs=1e-6)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([0.0, 0.005, 0.02, 0.2, 3.0]), vectors, st.none() | vectors),
        min_size=1,
        max_size=40,
    )
)
def test_any_finite_readings_give_an_angle_or_none(
    script: list[tuple[float, Vector, Vector | None]],
):
    tilt = Tilt()
    t_s = 0.0
    for step_s, acc_ms2, gyro_rads in script:
        t_s += step_s
        angle = tilt.step(t_s, acc_ms2, gyro_rads)
        assert angle is None or 0.0 <= angle <= 180.0


@pytest.mark.parametrize("rate_rads", [1e3, 1e8, 1e200, math.inf, math.nan])
def test_a_turn_that_cannot_be_followed_is_not_known(rate_rads: float):
    tilt = Tilt()
    for k in range(100):
        tilt.step(k / 50, (0.0, 0.0, G), (0.0, 0.0, 0.0))
    shown = [tilt.step(2.0 + k / 50, (0.0, 0.0, G), (rate_rads, 0.0, 0.0)) for k in range(50)]
    assert shown == pytest.approx([0.0] * 50, abs=1e-6)


def test_a_large_turn_is_followed_exactly():
    tilt = Tilt()
    for k in range(100):
        tilt.step(k / 10, (0.0, 0.0, G), (0.0, 0.0, 0.0))
    tilt.step(10.0, (0.0, 0.0, 0.0), (20.0, 0.0, 0.0))  # a radian on average since the last one
    assert tilt.step(10.1, (0.0, 0.0, 0.0), (-20.0, 0.0, 0.0)) == pytest.approx(
        math.degrees(1.0), abs=0.01
    )


def test_an_acceleration_that_is_not_possible_is_no_angle():
    tilt = Tilt()
    tilt.step(0.0, (0.0, 0.0, G))
    for wrong in (math.nan, math.inf, 1e10):
        assert math.isnan(tilt.step(0.1, (wrong, 0.0, 0.0)) or 0.0)
    assert tilt.step(0.2, (0.0, 0.0, G)) == 0.0


def test_opposite_directions_leave_the_one_that_was():
    tilt = Tilt()
    tilt.step(0.0, (0.0, 0.0, G))
    for k in range(1, 200):
        angle = tilt.step(k / 1000, (0.0, 0.0, -G))
        assert angle is not None
        assert math.isfinite(angle)

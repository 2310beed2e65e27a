"""What a motion sensor shows on a limb agrees with the limb's angle, and with itself."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandmate.domain.samples import Vector
from bandmate.sim.limb import FIELD_UT, shaky, worn
from bandmate.sim.person import reps
from bandmate.units import STANDARD_GRAVITY_MS2

angles_deg = st.floats(-180.0, 180.0)


def held(degrees: float):
    return worn(lambda _t_s: degrees)


def turned(vector: Vector, quat: Vector) -> Vector:
    """A vector of the sensor in the room, by the quaternion (w, x, y, z)."""
    w, x, y, z = quat
    a, b, c = vector
    tx, ty, tz = 2 * (y * c - z * b), 2 * (z * a - x * c), 2 * (x * b - y * a)
    return (
        a + w * tx + y * tz - z * ty,
        b + w * ty + z * tx - x * tz,
        c + w * tz + x * ty - y * tx,
    )


@given(angles_deg)
def test_gravity_keeps_its_size_and_shows_the_angle(degrees: float):
    x, y, z = held(degrees)(0.0)["acc_ms2"]
    assert math.hypot(x, y, z) == pytest.approx(STANDARD_GRAVITY_MS2)
    assert math.degrees(math.atan2(y, z)) == pytest.approx(degrees, abs=1e-6)


@given(angles_deg)
def test_the_quaternion_turns_what_is_seen_back_into_the_room(degrees: float):
    shown = held(degrees)(0.0)
    assert turned(shown["acc_ms2"], shown["quat"]) == pytest.approx(
        (0.0, 0.0, STANDARD_GRAVITY_MS2), abs=1e-9
    )
    assert turned(shown["mag_ut"], shown["quat"]) == pytest.approx(FIELD_UT, abs=1e-9)


def test_the_turn_rate_adds_up_to_the_angle():
    movement = reps(1, 0.0, 40.0, 2.0, start_s=0.0)
    motion, step_s = worn(movement), 0.001
    turned_rad = sum(motion(step_s * i)["gyro_rads"][0] for i in range(1000)) * step_s
    assert math.degrees(turned_rad) == pytest.approx(movement(1.0), abs=0.1)


def test_a_limb_at_rest_turns_nowhere():
    assert held(30.0)(5.0)["gyro_rads"] == (0.0, 0.0, 0.0)
    assert held(30.0)(5.0)["angle_deg"] == (30.0, 0.0, 0.0)


def test_noise_is_the_same_for_the_same_seed():
    def drawn(seed: int) -> list[Vector]:
        motion = shaky(held(0.0), seed)
        return [motion(i / 50.0)["acc_ms2"] for i in range(200)]

    one = drawn(1)
    assert one == drawn(1)
    assert one != drawn(2)
    assert sum(x for x, _, _ in one) / len(one) == pytest.approx(0.0, abs=0.02)

"""The course of a movement: one signed angle along an arc."""

import math

import pytest
from arcs import arc, poses, raised
from hypothesis import given, settings
from hypothesis import strategies as st

from bandmate.signal.course import Course, course_of
from bandmate.signal.pose import dot
from bandmate.signal.pose_history import PoseHistory
from bandmate.signal.shown import shown_course


def along(height_deg: float, seed: int) -> Course:
    rise = [arc(height_deg * k / 30, seed) for k in range(31)]
    course = course_of(rise, [rise], 3.0)
    assert course is not None
    return course


@settings(deadline=None)
@given(
    height_deg=st.floats(5.0, 300.0),
    share=st.floats(-0.2, 1.2),
    seed=st.integers(0, 1000),
)
def test_the_angle_along_it_is_that_of_the_arc(height_deg: float, share: float, seed: int):
    course = along(height_deg, seed)
    assert course.amplitude_deg == pytest.approx(height_deg, abs=0.01)
    # Seen from the middle: half a turn either way.
    if abs(height_deg * (share - 0.5)) < 165:
        assert course.along_deg(arc(height_deg * share, seed)) == pytest.approx(
            height_deg * share, abs=0.01
        )


@settings(deadline=None)
@given(beside_deg=st.floats(-80.0, 80.0), seed=st.integers(0, 1000))
def test_what_leaves_its_plane_is_beside_it(beside_deg: float, seed: int):
    course = along(60.0, seed)
    pose = arc(30.0, seed, beside_deg)
    assert abs(dot(pose, course.axis)) == pytest.approx(math.sin(math.radians(abs(beside_deg))))
    assert course.away_deg([pose])[0] == pytest.approx(abs(beside_deg), abs=0.01)


def test_a_pose_that_stays_has_no_course():
    assert course_of([arc(10.0)] * 5, [[arc(10.0)]], 3.0) is None


@settings(deadline=None)
@given(height_deg=st.floats(10.0, 170.0), seed=st.integers(0, 1000))
def test_one_shown_repetition_has_its_rest_its_size_and_its_tempo(height_deg: float, seed: int):
    history = PoseHistory()
    for t_s, pose in poses(raised(1, height_deg, 4.0), 8.0, seed=seed):
        history.step(t_s, pose)
    course = shown_course(history, 2.0, 6.0)
    assert course is not None
    assert course.amplitude_deg == pytest.approx(height_deg, abs=0.06 * height_deg + 2)
    assert course.period_s == 4.0
    assert course.along_deg(arc(0.0, seed)) == pytest.approx(0.0, abs=0.03 * height_deg + 1)


def test_nothing_shown_is_no_course():
    history = PoseHistory()
    assert shown_course(history, 0.0, 1.0) is None

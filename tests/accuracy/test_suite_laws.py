"""The measure itself: what it draws, how it scores, what it writes."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from accuracy import clock, latency, ours, turning
from accuracy.course import Course, hold_between, rep_between
from accuracy.idle import idle
from accuracy.markdown import Gate, gate_table, table
from accuracy.picture import bars, signals
from accuracy.recordings_force import plateaus
from accuracy.rivals import TENSION
from accuracy.rivals_motion import MOTION
from accuracy.sampled import Sampling, sampled, times
from accuracy.scoring import Tally, overlap, pairs, peaks_within, score, tally
from accuracy.suite import FULL_SHARE, HOLD_EXERCISE, HOLD_LOW_N, KINDS, draw
from accuracy.tension import known_amplitude
from accuracy.truth import folder, recordings

CLEAN = Sampling(noise_n=0.0, resolution_n=1e-6)


def span(start_s: float, end_s: float) -> ours.FoundHold:
    return ours.FoundHold(start_s, end_s)


@pytest.mark.parametrize("kind", KINDS)
def test_the_truth_is_in_order_and_stands_out(kind: str):
    drawn = draw(kind, 5)
    edges = [t_s for rep in drawn.reps for t_s in (rep.start_s, rep.peak_s, rep.end_s)]
    assert edges == sorted(edges)
    assert drawn.t_s[0] < edges[0] < edges[-1] < drawn.t_s[-1]
    assert all(0 < rep.top_s < rep.end_s - rep.start_s for rep in drawn.reps)
    assert len(drawn.holds) == len(drawn.zone_holds)
    for hold in (*drawn.holds, *drawn.zone_holds):
        assert any(hold.start_s < rep.end_s and rep.start_s < hold.end_s for rep in drawn.reps)


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_is_a_set_and_another_seed_another(kind: str):
    assert draw(kind, 5) == draw(kind, 5)
    assert draw(kind, 5).force_n != draw(kind, 6).force_n


def test_the_truth_does_not_depend_on_the_sensor():
    fine, coarse = (draw("plain, 2.5-5 s", 3, Sampling(hz=hz)) for hz in (200.0, 8.0))
    assert fine.reps == coarse.reps
    assert len(fine.t_s) > 20 * len(coarse.t_s)


def test_an_edge_is_a_tenth_of_the_rise_and_half_the_height():
    course = Course(5.0)
    course.stay(1.0)
    course.to(25.0, 1.0)
    course.to(5.0, 2.0)
    course.stay(1.0)
    t = times(course.now_s, 1000.0)
    rep = rep_between(t, course.at(t), (0.0, 5.0), 15.0)
    at = course.at(np.array([rep.start_s, rep.peak_s, rep.end_s]))
    assert at.tolist() == pytest.approx([7.0, 25.0, 7.0], abs=0.05)
    assert rep.is_full
    hold = hold_between(t, course.at(t), (0.0, 5.0), 12.0)
    assert course.at(np.array([hold.start_s, hold.end_s])).tolist() == pytest.approx(
        [12.0, 12.0], abs=0.05
    )


def test_lost_packets_and_gaps_are_missing_from_the_readings_only():
    t = times(60.0, 80.0)
    how = replace(CLEAN, lost_share=0.05, gaps=3)
    t_s, force_n = sampled(np.sin(t), t, how, np.random.default_rng(1))
    assert force_n == pytest.approx(np.sin(t_s).tolist(), abs=1e-5)
    assert np.count_nonzero(np.diff(t_s) > 0.55) == 3
    assert 0.85 < len(t_s) / t.size < 0.96


def test_the_zone_of_the_holds_is_that_of_their_exercise():
    zone = ours.exercise(HOLD_EXERCISE).zone
    assert zone is not None
    assert zone.low_n == HOLD_LOW_N


def test_spans_match_one_to_one_from_half_an_overlap():
    assert overlap(span(0, 2), span(1, 3)) == pytest.approx(1 / 3)
    assert pairs([span(0, 2)], [span(1, 3)]) == []
    assert pairs([span(0, 4), span(0.5, 4)], [span(0, 4)]) == [(0, 0)]
    of = tally([span(0.25, 4)], [span(0, 4.5), span(5, 6)])
    assert of == Tally(2, 1, 1, (0.25,), (-0.5,))


def test_a_peak_matches_a_repetition_once():
    true = [span(0, 2), span(3, 5)]
    found = [ours.FoundRep(0, peak_s, 0, 0, "full") for peak_s in (2.5, 2.6, 9.0)]
    assert peaks_within(found, true) == 2
    assert peaks_within(found[:1], true[:1] * 2) == 1


def test_a_score_counts_what_was_missed_and_what_was_too_many():
    of = score([Tally(10, 10, 10), Tally(10, 9, 9), Tally(10, 12, 9)])
    assert (of.exact, of.within_one, of.mae) == pytest.approx((1 / 3, 2 / 3, 1.0))
    assert (of.precision, of.recall) == pytest.approx((28 / 31, 28 / 30))
    assert math.isnan(of.start_median_s)


@pytest.mark.parametrize("kind", ["plain, 2.5-5 s", "never slack, no pause", "weak band, 4.5-8 N"])
def test_what_every_way_can_count_is_counted_exactly(kind: str):
    for seed in (1, 2):
        drawn = draw(kind, seed)
        known = known_amplitude(drawn)
        for doing in (ours.exercise("free_reps", known), ours.exercise("free_reps")):
            found = ours.reps_in(ours.watched(drawn.t_s, drawn.force_n, doing))
            assert tally(found, drawn.reps).matched == len(found) == len(drawn.reps)
        peaks = TENSION["find_peaks"](drawn.t_s, drawn.force_n, known)
        assert len(peaks) == len(drawn.reps)


def test_holds_are_found_by_both_definitions():
    drawn = draw("holds, 30 % sag in 2 s", 2)
    for slug, true in (("free_holds", drawn.holds), (HOLD_EXERCISE, drawn.zone_holds)):
        found = ours.holds_in(ours.watched(drawn.t_s, drawn.force_n, ours.exercise(slug)))
        assert tally(found, true).matched == len(found) == len(true)


def test_what_is_idle_holds_no_full_movement_but_short_tugs():
    t_s, force_n = idle(3, hours=0.2)
    assert t_s[-1] == pytest.approx(720.0)
    slow = np.convolve(force_n, np.ones(40) / 40, "same")  # half a second
    assert slow.max() < FULL_SHARE * 30.0
    assert max(force_n) > 8.0


@pytest.mark.parametrize("kind", turning.KINDS)
def test_a_turning_limb_is_felt_as_gravity_and_its_own_turning(kind: str):
    of = turning.turn(kind, 4)
    acc = np.linalg.norm(of.acc_ms2[: int(2 * turning.HZ)], axis=1)
    assert acc.mean() == pytest.approx(9.81, abs=0.05)
    assert np.linalg.norm(of.gyro_rads, axis=1).max() > np.radians(10)
    assert len(MOTION["find_peaks on tilt"](of.t_s, of.acc_ms2)) <= len(of.reps)


def test_on_a_link_of_one_clock_the_least_delay_is_found_within_seconds():
    of = clock.link(3, 0.03)
    error_s = clock.ours(of) - of.true_s
    late = of.device_s > 10.0
    assert np.ptp(error_s[late]) < 0.25 * np.ptp(clock.arrival(of)[late] - of.true_s[late])


def test_each_over_pull_is_told_after_its_crossing():
    of = latency.ours(2, Sampling(), 1)
    assert (of.due, len(of.late_s), of.false) == (3, 3, 0)
    assert all(0.05 < late_s < 0.2 for late_s in of.late_s)


def test_plateaus_are_read_over_a_drifting_rest():
    course = Course()
    for level in (100.0, 40.0):
        course.stay(3.0)
        course.to(level, 0.5)
        course.stay(4.0)
        course.to(5.0, 0.5)
    course.stay(3.0)
    t = times(course.now_s, 60.0)
    found = plateaus(t.tolist(), course.at(t).tolist())
    assert [one.level for one in found] == pytest.approx([100.0, 40.0], abs=0.5)
    assert [one.end_s - one.start_s for one in found] == pytest.approx([4.5, 4.5], abs=0.05)


def test_absent_recordings_are_absent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("BANDMATE_DATA", str(tmp_path))
    assert folder() is None
    (tmp_path / "truth.csv").write_text(
        "set,recording,rate_hz,repetitions,calib_span_s\nimu_gym,one,25,12,\n"
    )
    assert folder() == tmp_path
    (one,) = recordings(tmp_path, "imu_gym")
    assert (one.path, one.repetitions) == (tmp_path / "imu_gym" / "one.csv.gz", 12)
    assert recordings(tmp_path, "imu_home") == []


def test_a_gate_says_by_how_much_it_is_not_met():
    gates = [Gate("a", "at least", 0.5, 0.9), Gate("b", "at most", 0.02, 0.025, "ms", False)]
    assert gate_table(gates).splitlines()[2:] == [
        "| a | at least | 50.0 % | **not met**, by 40.0 % |",
        "| b | at most | 20 ms | met |",
    ]
    assert not Gate("c", "no figure", math.nan, 1.0).is_met


def test_tables_and_pictures_are_well_formed():
    assert table(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | ---: |\n| 1 | 2 |\n"
    drawn = draw("plain, 2.5-5 s", 1)
    picture = signals([drawn])
    assert picture.count("<rect") == 1 + len(drawn.reps)
    assert "10 counted, 10 true" in picture
    assert bars({"kind": {"one": 1.0, "two": 0.0}}).count("<rect") == 5

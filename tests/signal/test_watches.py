"""The alert path's watches and the sensor's health, one at a time."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepping import sampled

from accuracy.course import Course
from accuracy.sampled import times
from bandmate.domain.zones import Zone, ZoneLimits
from bandmate.signal.conditioner import Conditioner
from bandmate.signal.health import FrozenWatch, saturation_watch, tare_watch
from bandmate.signal.overpull import Brief, CountWatch, DwellWatch, Over, Under
from bandmate.signal.release import Release, ReleaseWatch
from bandmate.signal.silence import SilenceWatch
from bandmate.signal.tare import Refused, Tare, Zero
from bandmate.signal.zone_account import ZoneAccount, ZoneAnnouncer

Points = list[tuple[float, float]]
LIMITS = ZoneLimits(3, 5, 25, 35, 60)


def dwelt(watch: DwellWatch, points: Points) -> list[tuple[float, Over | Under | Brief]]:
    signal = Conditioner()
    found: list[tuple[float, Over | Under | Brief]] = []
    for t_s, x in points:
        signal.step(t_s, x)
        change = watch.step(signal)
        if change:
            found.append((t_s, change))
    return found


@pytest.mark.parametrize("hz", [8, 10, 20, 40, 80, 200])
def test_a_pull_over_the_level_raises_within_the_dwell_and_two_readings(hz: float):
    points = sampled(hz, (0, 20), (5, 20), (7, 60), (10, 60), (11, 10), (14, 10))
    (raised_s, over), (_, under) = dwelt(DwellWatch(35, 0.1), points)
    assert isinstance(over, Over)
    assert isinstance(under, Under)
    assert raised_s <= 5.75 + 0.1 + 2 / hz
    assert over.onset_s == pytest.approx(5.75, abs=1 / hz)
    assert under.gone_s == pytest.approx(10.5, abs=1 / hz)


@pytest.mark.parametrize("hz", [8, 10, 80])
def test_over_the_level_from_the_first_reading(hz: float):
    ((_, over),) = dwelt(DwellWatch(35, 0.1), sampled(hz, (0, 50), (2, 50.5)))
    assert isinstance(over, Over)
    assert over.onset_s == pytest.approx(0, abs=1e-9)


def test_an_onset_is_never_after_the_reading_that_decides():
    # A reading that falls out just before: the line through its neighbours crosses late.
    rising = [(k / 10, 4.2 * k / 10) for k in range(76)]
    points = [*rising, (7.6, -9.0), (7.7, 35.7), (7.8, 36.6), (7.9, 38.4)]
    ((raised_s, over),) = dwelt(DwellWatch(35, 0.1), points)
    assert isinstance(over, Over)
    assert raised_s == 7.8
    assert over.onset_s <= raised_s


def test_a_watch_that_begins_in_the_middle_of_a_pull():
    """A set may begin while readings arrive, already over the level, ten a second."""
    watch, signal = DwellWatch(35, 0.1), Conditioner()
    for t_s, x in [(0.1, 50.0), (0.2, 50.0), (0.3, 50.0)]:
        signal.step(t_s, x)
    signal.step(0.4, 50.0)
    assert isinstance(watch.step(signal), Over)


@given(st.floats(36, 1e6))
def test_one_spike_raises_nothing(peak: float):
    points = [(k / 80, peak if k == 200 else 20.0) for k in range(400)]
    assert dwelt(DwellWatch(35, 0.1), points) == []


def test_a_brief_jerk_is_told_as_such():
    ((_, brief),) = dwelt(
        DwellWatch(35, 0.1), sampled(80, (0, 20), (2, 20), (2.03, 90), (2.06, 20), (4, 20))
    )
    assert isinstance(brief, Brief)
    assert brief.length_s < 0.1
    assert brief.peak > 60


def test_the_ceiling_takes_two_raw_readings_and_clears_in_half_a_second():
    watch = CountWatch(60)
    assert watch.step(0.0, 61) is None
    assert watch.step(0.1, 59) is None
    assert watch.step(0.2, 61) is None
    assert watch.step(0.3, 62) == Over(0.2, 62)
    assert [watch.step(0.4 + k / 10, 50) for k in range(6)] == [*[None] * 5, Under(0.3, 50)]


def test_the_ceiling_does_not_count_across_a_gap():
    watch = CountWatch(60)
    watch.step(0.0, 61)
    watch.gap()
    assert watch.step(9.0, 61) is None
    assert watch.step(9.1, 61) == Over(9.0, 61)


def released(points: Points) -> list[tuple[float, Release]]:
    watch, signal = ReleaseWatch(3.0), Conditioner()
    found: list[tuple[float, Release]] = []
    for t_s, x in points:
        signal.step(t_s, x)
        release = watch.step(t_s, signal.m)
        if release:
            found.append((t_s, release))
    return found


@pytest.mark.parametrize("hz", [10, 20, 40, 80, 200])
def test_a_slip_is_a_release_once(hz: float):
    ((told_s, release),) = released(sampled(hz, (0, 50), (4, 50), (4.03, 0), (8, 0)))
    assert told_s <= 4.03 + 0.3
    assert release.level == pytest.approx(50)


@pytest.mark.parametrize("hz", [10, 20, 80, 200])
def test_a_let_down_of_half_a_second_is_none(hz: float):
    assert released(sampled(hz, (0, 50), (4, 50), (4.5, 0), (8, 0))) == []


def let_down(length_s: float, hz: float) -> Points:
    """50 N let down as a limb moves, slack from then on."""
    course = Course(50.0)
    course.stay(2.013)
    course.to(0.0, length_s)
    course.stay(1.0)
    t = times(course.now_s, hz)
    return list(zip(t.tolist(), course.at(t).tolist(), strict=True))


@pytest.mark.parametrize("hz", [8, 10, 20, 40, 80, 200])
@pytest.mark.parametrize("length_s", [0.32, 0.37, 0.4, 0.5])
def test_a_quick_persons_let_down_is_none(length_s: float, hz: float):
    """From 90 % to 10 % it takes half of its length: 160 ms and more."""
    assert released(let_down(length_s, hz)) == []


@pytest.mark.parametrize("hz", [20, 40, 80, 200])
@pytest.mark.parametrize("length_s", [0.05, 0.15, 0.25])
def test_a_fall_too_quick_for_a_hand_is_one(length_s: float, hz: float):
    ((told_s, release),) = released(let_down(length_s, hz))
    assert told_s <= 2.013 + length_s + 3 / hz
    assert 2.013 <= release.onset_s <= 2.013 + length_s


@pytest.mark.parametrize("slack", [0.0, 2.5])
def test_a_slack_band_may_be_off_zero(slack: float):
    assert len(released(sampled(80, (0, 18), (4, 18), (4.03, slack), (8, slack)))) == 1


def test_a_release_needs_tension_before_it_and_none_across_a_gap():
    assert released(sampled(80, (0, 14), (4, 14), (4.03, 0), (8, 0))) == []
    watch = ReleaseWatch(3.0)
    watch.step(0.0, 50.0)
    watch.gap()
    assert watch.step(5.0, 0.0) is None


def test_frozen_judges_the_pull_not_the_untared_reading():
    tared_away = FrozenWatch(3.0, None, 0.01)
    assert not any(tared_away.step(k / 10, 30.0, 0.5) for k in range(50))
    held = FrozenWatch(3.0, None, 0.01)
    faults = [(k / 10, held.step(k / 10, 1.0, 30.0)) for k in range(50)]
    ((told_s, fault),) = [(t_s, f) for t_s, f in faults if f]
    assert (told_s, fault.onset_s) == (2.1, 0.0)


@pytest.mark.parametrize(("step", "raises"), [(0.01, True), (0.5, True), (0.6, False)])
def test_only_a_fine_sensor_can_be_frozen(step: float, raises: bool):
    watch = FrozenWatch(3.0, None, None)
    watch.step(0.0, 20.0, 20.0)
    watch.step(0.1, 20.0 + step, 20.0)
    faults = [watch.step(0.2 + k / 10, 20.0 + step, 20.0) for k in range(40)]
    assert any(faults) == raises


def test_full_scale_is_saturation_not_frozen():
    frozen, saturated = FrozenWatch(3.0, 200.0, 0.01), saturation_watch(200.0)
    assert not any(frozen.step(k / 80, 200.0, 200.0) for k in range(400))
    assert [bool(saturated.step(k / 80, 200.0)) for k in range(4)] == [False, False, True, False]
    gone = saturated.step(1.0, 199.0)
    assert gone is not None
    assert gone.gone


def test_half_a_second_below_zero_is_a_wrong_tare():
    watch = tare_watch()
    faults = [k / 80 for k in range(80) if watch.step(k / 80, -8.0)]
    assert faults == [0.5]
    watch.reset()
    assert [k / 80 for k in range(80, 160) if watch.step(k / 80, -8.0)] == [1.5]


def test_silence_is_degraded_then_lost_then_nothing():
    watch = SilenceWatch(0.5, 1.0)
    assert watch.deadline is None
    watch.start(10.0)
    assert watch.tick(10.4) is None
    degraded, lost = watch.tick(20.0), watch.tick(20.0)
    assert degraded is not None
    assert lost is not None
    assert (degraded.at_s, degraded.lost, lost.at_s, lost.lost) == (10.5, False, 11.0, True)
    assert (watch.tick(99.0), watch.deadline) == (None, None)
    watch.heard(30.0)
    assert watch.deadline == 30.5


@given(st.floats(-200, 4.9))
def test_a_still_slack_band_makes_a_zero(level: float):
    tare = Tare()
    verdicts = [tare.step(k / 80, level) for k in range(81)]
    assert verdicts[:-1] == [None] * 80
    assert isinstance(verdicts[-1], Zero)
    assert float(verdicts[-1]) == pytest.approx(level)


@pytest.mark.parametrize("swing", [(12.0, 12.0), (-3.0, 3.0)])
def test_a_loaded_or_moving_band_makes_none(swing: tuple[float, float]):
    tare = Tare()
    verdicts = [tare.step(k / 80, swing[k % 2]) for k in range(81)]
    assert isinstance(verdicts[-1], Refused)


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_every_value_has_a_zone(force_n: float):
    zone = LIMITS.zone_of(force_n)
    assert (zone is Zone.IN) == (5 <= force_n <= 25)
    assert (zone is Zone.UNKNOWN) == (not force_n >= -3)


def test_time_without_readings_or_trust_is_unknown():
    account = ZoneAccount(LIMITS)
    account.step(0.2, 20.0, trusted=True)
    account.step(0.3, 20.0, trusted=True)
    account.step(0.1, 20.0, trusted=False)
    assert account.seconds[Zone.IN] == pytest.approx(0.2)
    assert account.seconds[Zone.UNKNOWN] == pytest.approx(0.4)


def test_the_announced_zone_comes_down_two_newtons_late():
    announcer = ZoneAnnouncer(LIMITS)
    told = [
        announcer.zone
        for m in (20.0, 25.5, 24.0, 23.5, 22.9, 4.0, 2.9)
        if announcer.step(m, trusted=True)
    ]
    assert told == [Zone.IN, Zone.HIGH, Zone.IN, Zone.BELOW]
    assert announcer.lost()
    assert not announcer.lost()


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.1, 0.3, 0.5, 2.0]))
def test_noise_under_the_level_raises_nothing(seed: int, sigma: float):
    """A steady pull four standard deviations, or 2 N, under the level is not over it."""
    draw = random.Random(seed)
    steady = 35 - max(4 * sigma, 2.0)
    points = [(k / 80, draw.gauss(steady, sigma)) for k in range(800)]
    assert not [
        change for _, change in dwelt(DwellWatch(35, 0.1), points) if isinstance(change, Over)
    ]

"""Acceptance scenarios, each with its stated figures.

Every scenario is run with several draws of the noise: the tolerances hold for any.
"""

from collections import Counter

import numpy as np
import pytest
from scenario import (
    FLOSS,
    TRACTION,
    Run,
    Times,
    blocks,
    cycles,
    line,
    run,
    run_blocks,
    sampled,
    spike,
    traction,
)

from bandmate.domain.events import (
    AlertRaised,
    DoseReached,
    HoldEnded,
    Rep,
    SetEnded,
    Transient,
    ZoneChanged,
)
from bandmate.domain.samples import Block
from bandmate.signal.timebase import DeviceTimebase

pytestmark = pytest.mark.parametrize("seed", range(4))
S01 = cycles(10, 4, 14, 6)
S02 = cycles(10, 4, 14, 6, rises={6: 38})
S01_LENGTH_S = 66


def median_cycle_s(reps: list[Rep]) -> float:
    return float(np.median(np.diff([rep.peak_s for rep in reps])))


@pytest.mark.parametrize("hz", [10, 20, 40, 80, 100])
def test_s01_clean_flossing_set(hz: float, seed: int):
    result = run(FLOSS, S01, S01_LENGTH_S, hz=hz, seed=seed)
    reps = result.of(Rep)
    assert (result.summary.reps, result.summary.partial, result.summary.fast) == (10, 0, 0)
    assert [rep.index for rep in reps] == list(range(1, 11))
    assert all(rep.peak_n == pytest.approx(18, abs=1) for rep in reps)
    assert median_cycle_s(reps) == pytest.approx(6.0, abs=0.15)
    zone_s = result.zone_s
    assert zone_s["in"] == pytest.approx(49.7, abs=1.0)
    assert zone_s["below"] == pytest.approx(16.3, abs=1.0)
    assert (zone_s["high"], zone_s["over"], zone_s["unknown"]) == (0, 0, 0)
    assert not result.of(AlertRaised)
    for k, rep in enumerate(reps):
        assert rep.emitted_s <= 3 + 6 * k + 4.79 + 0.2


@pytest.mark.parametrize(("hz", "bound_s"), [(80, 35.288), (20, 35.363)])
def test_s02_tension_too_high_in_one_rep(hz: float, bound_s: float, seed: int):
    result = run(FLOSS, S02, S01_LENGTH_S, hz=hz, seed=seed)
    assert result.summary.reps == 10
    (limit,) = result.raised("tension_limit")
    assert limit.onset_s == pytest.approx(35.163, abs=1 / hz)
    assert limit.emitted_s <= bound_s
    assert limit.index == 6
    assert result.zone_s["over"] == pytest.approx(1.69, abs=0.10)
    (cleared,) = result.cleared("tension_limit")
    assert cleared.duration_s == pytest.approx(1.69, abs=0.10)
    assert result.summary.peak_n == pytest.approx(42, abs=1)
    high = [a for a in result.raised("tension_high") if a.t_s < limit.t_s]
    assert len(high) == 1
    assert high[0].t_s == pytest.approx(34.9, abs=0.1)


def test_s03_two_minute_traction_hold(seed: int):
    result = run(TRACTION, traction, 134, seed=seed)
    (hold,) = result.of(HoldEnded)
    assert hold.duration_s == pytest.approx(123.15, abs=0.3)
    assert hold.in_zone_s == pytest.approx(123.1, abs=0.3)
    assert hold.reason == "released"
    assert not hold.sags
    assert result.summary.reps == 0
    assert not result.of(AlertRaised)
    (dose,) = result.of(DoseReached)
    assert dose.target == 120
    assert hold.start_s + 120 - 0.1 <= dose.emitted_s <= hold.start_s + 120 + 0.3
    (ended,) = result.of(SetEnded)
    assert ended.status == "complete"


SAGGING = line(
    (0, 0), (3, 0), (6, 50), (40, 50), (40.5, 35), (44.5, 35), (45, 50), (90, 50), (92, 0)
)


def test_s04_hold_sags_and_recovers(seed: int):
    result = run(TRACTION, SAGGING, 95, seed=seed)
    (hold,) = result.of(HoldEnded)
    assert hold.duration_s == pytest.approx(86.0, abs=0.3)
    assert hold.in_zone_s == pytest.approx(hold.duration_s, abs=0.15)
    (sag,) = hold.sags
    assert sag.depth_pct == pytest.approx(30, abs=3)
    assert sag.length_s == pytest.approx(4.5, abs=0.4)
    assert not result.raised("hold_lost")
    (cue,) = result.raised("hold_sag")
    assert 41.0 <= cue.emitted_s <= 41.5


def test_s05a_short_dip_out_of_the_zone(seed: int):
    dip = line(
        (0, 0), (3, 0), (6, 50), (40, 50), (40.5, 20), (41.7, 20), (42.2, 50), (90, 50), (92, 0)
    )
    result = run(TRACTION, dip, 95, seed=seed)
    (hold,) = result.of(HoldEnded)
    assert hold.duration_s == pytest.approx(86.0, abs=0.3)
    assert hold.in_zone_s == pytest.approx(84.5, abs=0.3)
    assert hold.breaks == 1


def test_s05b_long_dip_out_of_the_zone(seed: int):
    dip = line(
        (0, 0), (3, 0), (6, 50), (40, 50), (40.5, 20), (46.5, 20), (46.78, 50), (90, 50), (92, 0)
    )
    result = run(TRACTION, dip, 95, seed=seed)
    first, second = result.of(HoldEnded)
    assert first.start_s == pytest.approx(4.82, abs=0.1)
    assert first.end_s == pytest.approx(40.34, abs=0.1)
    assert second.end_s == pytest.approx(90.8, abs=0.1)
    assert first.in_zone_s is not None
    assert second.in_zone_s is not None
    assert first.in_zone_s + second.in_zone_s == pytest.approx(79.6, abs=0.4)
    (lost,) = result.raised("hold_lost")
    assert lost.emitted_s == pytest.approx(42.34, abs=0.1)


HELD = line((0, 0), (3, 0), (6, 50), (90, 50), (92, 0))


def held_once(result: Run) -> None:
    (hold,) = result.of(HoldEnded)
    assert hold.duration_s == pytest.approx(86.0, abs=0.3)
    assert result.summary.reps == 0


def test_s10a_short_jerk_is_recorded_not_sounded(seed: int):
    result = run(TRACTION, spike(HELD, 40, 60, 0.060), 95, seed=seed)
    assert not result.of(AlertRaised)
    (transient,) = result.of(Transient)
    assert transient.peak_n == pytest.approx(110, abs=3)
    assert transient.length_s < 0.1
    held_once(result)


def test_s10b_long_jerk_alerts(seed: int):
    result = run(TRACTION, spike(HELD, 40, 60, 0.300), 95, seed=seed)
    assert Counter(a.code for a in result.of(AlertRaised)) == {"tension_limit": 1}
    (limit,) = result.raised("tension_limit")
    assert limit.emitted_s <= 40.050 + 0.125
    held_once(result)


def test_s10c_strong_jerk_reaches_the_ceiling(seed: int):
    result = run(TRACTION, spike(HELD, 40, 90, 0.120), 95, seed=seed)
    assert Counter(a.code for a in result.of(AlertRaised)) == {"tension_ceiling": 1}
    (ceiling,) = result.raised("tension_ceiling")
    assert ceiling.emitted_s <= 40.034 + 2 / 80
    held_once(result)


def test_s11a_long_gap_splits_the_hold(seed: int):
    result = run(TRACTION, traction, 134, seed=seed, missing=[(60.0, 66.0)], packet=10)
    first, second = result.of(HoldEnded)
    assert (first.start_s, first.end_s) == pytest.approx((6.01, 59.99), abs=0.1)
    assert (second.start_s, second.end_s) == pytest.approx((66.00, 129.16), abs=0.1)
    assert first.reason == "lost"
    assert first.in_zone_s is not None
    assert second.in_zone_s is not None
    assert first.in_zone_s + second.in_zone_s == pytest.approx(117.1, abs=0.3)
    assert result.zone_s["unknown"] == pytest.approx(6.0, abs=0.05)
    lost_and_found(result, 60.0, 66.0)
    (ended,) = result.of(SetEnded)
    assert ended.interrupted


def test_s11b_short_gap_is_bridged(seed: int):
    result = run(TRACTION, traction, 134, seed=seed, missing=[(60.0, 62.0)], packet=10)
    (hold,) = result.of(HoldEnded)
    assert hold.duration_s == pytest.approx(123.15, abs=0.3)
    assert hold.in_zone_s == pytest.approx(121.1, abs=0.3)
    assert result.zone_s["unknown"] == pytest.approx(2.0, abs=0.05)
    lost_and_found(result, 60.0, 62.0)


def lost_and_found(result: Run, gone_s: float, back_s: float) -> None:
    (degraded,) = result.raised("signal_degraded")
    (lost,) = result.raised("signal_lost")
    (found,) = result.cleared("signal_lost")
    assert degraded.emitted_s == pytest.approx(gone_s + 0.5, abs=0.1)
    assert lost.emitted_s == pytest.approx(gone_s + 1.0, abs=0.1)
    assert back_s <= found.emitted_s <= back_s + 0.5
    assert not result.of(Rep)
    assert not result.raised("band_release")
    zones = [z for z in result.of(ZoneChanged) if gone_s + 0.6 < z.t_s < back_s]
    assert not zones, "no zone is claimed while nothing is measured"


@pytest.mark.parametrize(("bits", "tick_s"), [(32, 1e-6), (16, 1e-3)])
def test_s12_device_clock_wraps(bits: int, tick_s: float, seed: int):
    t, x = sampled(S01, S01_LENGTH_S, 80, seed)
    first_tick = (1 << bits) - round(10 / tick_s)
    ticks = [(first_tick + int(s / tick_s)) % (1 << bits) for s in t.tolist()]
    timebase = DeviceTimebase(tick_s, bits)
    fed: list[Block] = []
    for i in range(0, t.size, 10):
        arrival_s = float(t[i : i + 10][-1])
        mapped = timebase.step(arrival_s, ticks[i : i + 10])
        times = [s for s in mapped if s is not None]
        assert times == pytest.approx(t[i : i + 10].tolist(), abs=1e-3)
        fed.append(Block(arrival_s, times, x[i : i + 10].tolist()))
    assert all(a <= b for block in fed for a, b in zip(block.t_s, block.t_s[1:], strict=False))
    result = run_blocks(FLOSS, fed)
    assert result.summary.reps == 10
    assert not result.of(AlertRaised)
    assert result.summary.quality["gaps"] == 0
    assert result.zone_s["in"] == pytest.approx(49.7, abs=1.0)
    counts = timebase.counts
    assert (counts.duplicate, counts.late, counts.restarts) == (0, 0, 0)


def test_s19a_band_slips_off_in_traction(seed: int):
    slip = line((0, 0), (3, 0), (6, 50), (40, 50), (40.03, 0))
    result = run(TRACTION, slip, 50, seed=seed)
    (release,) = result.raised("band_release")
    assert release.emitted_s <= 40.03 + 0.3
    (hold,) = result.of(HoldEnded)
    assert hold.end_s == pytest.approx(40.01, abs=0.05)
    assert hold.duration_s == pytest.approx(35.16, abs=0.1)
    assert hold.reason == "released"


def test_s19b_band_slips_off_in_a_rep(seed: int):
    def slip(t: Times) -> Times:
        return np.where(t < 6, S01(t), np.clip(18 * (1 - (t - 6) / 0.03), 0, None))

    result = run(FLOSS, slip, 20, seed=seed)
    assert len(result.raised("band_release")) == 1
    assert (result.summary.reps, result.summary.aborted) == (0, 1)


def test_s19c_deliberate_let_down_is_no_release(seed: int):
    let_down = line((0, 0), (3, 0), (8, 50), (40, 50), (40.5, 0))
    assert not run(TRACTION, let_down, 50, seed=seed).raised("band_release")


@pytest.mark.parametrize("phase", range(10))
def test_s26_batched_packets(phase: int, seed: int):
    t, x = sampled(S02, S01_LENGTH_S, 80, seed)
    result = run_blocks(
        FLOSS, [*blocks(t[:phase], x[:phase], 10), *blocks(t[phase:], x[phase:], 10)]
    )
    (limit,) = result.raised("tension_limit")
    assert limit.emitted_s <= 35.163 + 0.350
    whole = run_blocks(FLOSS, blocks(t, x, 1))
    assert [e.id for e in result.events] == [e.id for e in whole.events]
    assert [e.t_s for e in result.events] == [e.t_s for e in whole.events]


def test_s28_chatter_at_the_limit(seed: int):
    chatter = line((0, 35), (10, 35), (10.001, 20), (13, 20))
    result = run(FLOSS, chatter, 13, seed=seed, noise_n=0.5)
    assert len(result.raised("tension_limit")) == 1
    assert len(result.cleared("tension_limit")) == 1

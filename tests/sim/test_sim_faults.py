"""What goes wrong with a virtual sensor's packets, as it was asked for."""

import pytest

from bandmate.devices.decoder import Decoder
from bandmate.devices.profile import Profile
from bandmate.domain.samples import Decoded, Frame
from bandmate.errors import UsageError
from bandmate.sim.answers import LOW_BATTERY_PCT, answers
from bandmate.sim.faults import Faults
from bandmate.sim.packets import Packets
from link.rig import PROFILES, PROGRESSOR, SCALE

PACKETS_N = 801
"""In ten seconds of a Progressor."""


def pull_n(t_s: float) -> float:
    return 20.0 + t_s


def sent(profile: Profile, faults: Faults, for_s: float = 10.0, seed: int = 1) -> list[Decoded]:
    packets, decoder = Packets(profile, pull_n, faults=faults, seed=seed), Decoder(profile)
    return [
        decoder.feed(Frame(0.0, role, packet, profile.stream[role].company))
        for role, packet in packets.until(for_s)
    ]


def forces_n(readings: list[Decoded]) -> list[float]:
    return [force_n for one in readings for force_n in one.force_n]


def test_nothing_goes_wrong_unless_it_is_asked_for():
    assert len(sent(PROGRESSOR, Faults())) == PACKETS_N


def test_packets_are_lost_and_doubled_by_their_share():
    assert len(sent(PROGRESSOR, Faults(loss=0.2))) == pytest.approx(0.8 * PACKETS_N, rel=0.1)
    doubled = sent(PROGRESSOR, Faults(duplicate=0.2))
    assert len(doubled) == pytest.approx(1.2 * PACKETS_N, rel=0.1)
    assert len({tuple(one.ticks) for one in doubled}) == PACKETS_N
    assert sent(PROGRESSOR, Faults(loss=1.0)) == []


def test_the_same_seed_brings_the_same_mishaps():
    lossy = Faults(loss=0.5)
    assert forces_n(sent(PROGRESSOR, lossy)) == forces_n(sent(PROGRESSOR, lossy))
    assert forces_n(sent(PROGRESSOR, lossy)) != forces_n(sent(PROGRESSOR, lossy, seed=2))


def test_garbage_comes_between_the_packets_and_costs_none():
    readings = sent(PROGRESSOR, Faults(garbage=0.3))
    assert len([one for one in readings if one.error]) > 0.2 * PACKETS_N
    assert len([one for one in readings if one.ticks and not one.error]) >= PACKETS_N


def test_a_frozen_sensor_repeats_its_last_reading_and_its_clock_goes_on():
    readings = sent(PROGRESSOR, Faults(frozen_s=5.0))
    assert len(set(forces_n(readings)[:400])) == 400
    assert len(set(forces_n(readings)[400:])) == 1
    assert len({one.ticks[0] for one in readings}) == PACKETS_N


def test_a_frozen_motion_sensor_repeats_all_that_it_shows():
    dot = PROFILES.get("movella-dot")
    readings = sent(dot, Faults(frozen_s=1.0), for_s=2.0)
    assert len({one.motion["acc_ms2"][0] for one in readings[61:]}) == 1


def test_a_sensor_that_is_frozen_from_the_beginning_shows_its_first_reading():
    pulls_n = forces_n(sent(PROGRESSOR, Faults(frozen_s=0.0)))
    assert pulls_n == pytest.approx([20.0] * PACKETS_N)
    beats = sent(PROFILES.get("sig-heart-rate"), Faults(frozen_s=0.0))
    assert {one.facts["heart_rate_bpm"] for one in beats} == {20}


def test_a_held_display_is_told_by_the_sensor():
    readings = sent(SCALE, Faults(held_s=5.0))
    assert {one.error for one in readings if one.force_n} == {None}
    assert {one.error for one in readings if not one.force_n} == {"held_value"}
    assert 30 < len(forces_n(readings)) < 40


def test_a_sensor_without_a_display_cannot_hold_it():
    with pytest.raises(UsageError, match="tindeq-progressor has no display"):
        Packets(PROGRESSOR, pull_n, faults=Faults(held_s=1.0))


def test_an_empty_battery_is_told_as_the_sensor_tells_it():
    packets = Packets(PROGRESSOR, pull_n, faults=Faults(low_battery=True))
    assert packets.opening() == [("data", bytes.fromhex("0400"))]
    assert Packets(SCALE, pull_n, faults=Faults(low_battery=True)).opening() == []
    assert Packets(PROGRESSOR, pull_n).opening() == []
    assert packets.facts["battery_pct"] == LOW_BATTERY_PCT


def test_a_battery_told_by_its_voltage_means_the_same():
    for profile in PROFILES:
        for low_battery in (False, True):
            told = answers(profile, low_battery=low_battery)
            value = told[profile.battery.fact] if profile.battery else None
            if profile.battery and isinstance(value, float | int):
                pct = profile.battery.pct(value)
                assert pct <= 20.0 if low_battery else pct >= 80.0

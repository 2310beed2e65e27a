"""Every profile over the air: its virtual sensor, the production link, ten movements.

The shipped ones, and the one of the page "Add your own sensor".
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pytest

from bandmate.catalog.catalogue import load_catalogue
from bandmate.devices.decoder import Decoder
from bandmate.devices.encoder import Encoder
from bandmate.devices.params import Parameters
from bandmate.devices.profile import Profile
from bandmate.devices.registry import load_profiles, parse_profile
from bandmate.domain.samples import Decoded
from bandmate.engine.intake import quantity_of
from bandmate.sim.gauge import virtual_gauge
from bandmate.sim.measuring import Measuring
from bandmate.sim.person import Movement, reps, rest, script
from bandmate.sim.radio import virtual_radio
from devices.counting import counting
from devices.examples import given
from devices.own_page import PROFILE_TEXT
from link.rig import FastClock, Notes, new_link, running
from parts.waiting import until

PROFILES = list(load_profiles())
MOVING = [
    *(profile for profile in PROFILES if profile.device.kind in {"force", "imu"}),
    parse_profile(PROFILE_TEXT.encode()),
]
BEATING = [profile for profile in PROFILES if profile.device.kind == "heart"]

REPS_N: Final = 10
PERIOD_S: Final = 2.0
SLACK_S: Final = 1.5
LEAST_N: Final = 14.0
DEGREES: Final = 40.0
STEPS_N: Final = 12
"""A movement on a coarse sensor is so many of its steps high."""

PACKED_HZ: Final = 10.0
"""Packets a second, where a packet can hold several readings."""
MODERATE_HZ: Final = 20.0

pytestmark = pytest.mark.virtual_time

every_moving = pytest.mark.parametrize("profile", MOVING, ids=lambda profile: profile.device.id)
every_beating = pytest.mark.parametrize("profile", BEATING, ids=lambda profile: profile.device.id)


@dataclass(slots=True)
class Doer:
    """Who hangs slack until told to move."""

    movement: Movement
    begun_s: float = math.inf

    def __call__(self, t_s: float) -> float:
        return self.movement(t_s - self.begun_s)


def parameters(profile: Profile) -> Parameters:
    """What must be given; and a moderate rate, where one is set."""
    rates = profile.params.get("rate_hz")
    if rates is None:
        return given(profile)
    hertz = sorted(float(rate) for rate in rates.choices)
    return given(profile, rate_hz=next((hz for hz in hertz if hz >= MODERATE_HZ), hertz[-1]))


def ten_movements(profile: Profile) -> Movement:
    if quantity_of(profile) == "angle":
        return script(rest(SLACK_S), reps(REPS_N, 0.0, DEGREES, PERIOD_S, start_s=1.0))
    step_n = profile.limits.resolution_n or 0.0
    rise_n = max(LEAST_N, STEPS_N * step_n)
    return script(rest(SLACK_S), reps(REPS_N, 4.0, rise_n, PERIOD_S, start_s=1.0))


def readings_a_packet(profile: Profile) -> int:
    rate_hz = profile.rate_hz(parameters(profile)) or PACKED_HZ
    encoder = Encoder(profile, parameters(profile))
    return min(max(round(rate_hz / PACKED_HZ), encoder.samples_least), encoder.samples_most)


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[Decoded]:
    """All that virtual sensors measure, in order."""
    taken: list[Decoded] = []
    measure = Measuring.at

    def at(self: Measuring, times_s: Sequence[float]) -> Decoded:
        taken.append(measure(self, times_s))
        return taken[-1]

    monkeypatch.setattr(Measuring, "at", at)
    return taken


def columns(readings: list[Decoded]) -> Mapping[str, list[tuple[float, ...]]]:
    """The readings by quantity, each number for itself."""
    found: dict[str, list[tuple[float, ...]]] = {}
    for one in readings:
        if one.force_n:
            found.setdefault("force_n", []).extend((force_n,) for force_n in one.force_n)
        for name, vectors in one.motion.items():
            found.setdefault(name, []).extend(vectors)
    return found


def tolerances(profile: Profile) -> Mapping[str, float]:
    """One step of the sensor, by quantity."""
    limits = profile.limits
    return {
        "force_n": limits.resolution_n or 0.0,
        "acc_ms2": limits.acc_resolution_ms2 or 0.0,
        "gyro_rads": limits.gyro_resolution_rads or 0.01,
        "mag_ut": 0.5,
        "quat": 1e-3,
        "angle_deg": 0.01,
    }


def assert_true(profile: Profile, heard: list[Decoded], measured: list[Decoded]) -> None:
    """What was heard on the main channel is what was measured.

    A sensor whose zero is learnt brings nothing at first.
    """
    learning_n = sum(param.mean_of or 0 for param in profile.params.values())
    dropped_n = math.ceil(learning_n / readings_a_packet(profile))
    truth, allowed = columns(measured[dropped_n:]), tolerances(profile)
    for name, readings in columns(heard).items():
        # All of them, but for what is on its way at the end.
        assert 0 <= len(truth[name]) - len(readings) <= 2 * readings_a_packet(profile)
        for read, true in zip(readings, truth[name], strict=False):
            assert read == pytest.approx(true, abs=allowed[name] * 1.001 + 1e-6), name


@every_moving
async def test_ten_movements_are_counted_over_the_air(profile: Profile, measured: list[Decoded]):
    clock = FastClock()
    params = parameters(profile)
    notes, person = counting(profile, params), Doer(ten_movements(profile))
    async with (
        virtual_radio() as virtual,
        running(new_link(virtual, profile, clock, params=params), notes),
    ):
        await until(lambda: "searching" in notes.states)
        async with virtual_gauge(
            virtual.air,
            profile,
            person,
            clock,
            params=parameters(profile),
            samples_n=readings_a_packet(profile),
        ):
            await until(lambda: notes.pipeline.last_s is not None)
            notes.pipeline.start(load_catalogue().find("free_reps"), clock.now())
            person.begun_s = clock.now()
            await clock.sleep(person.movement.duration_s + PERIOD_S)
    main = Encoder(profile, parameters(profile)).role
    frames = [frame for frame in notes.epochs[-1] if frame.role == main]
    decoder = Decoder(profile, parameters(profile))
    heard = [decoder.feed(frame) for frame in frames]
    assert not [rep for rep in notes.reps if rep.grade == "aborted"]
    assert len(notes.reps) == REPS_N
    assert {one.error for one in heard} == {None}
    assert_true(profile, heard, measured)


@every_beating
async def test_a_heart_rate_arrives_over_the_air(profile: Profile):
    clock, notes = FastClock(), Notes()

    def beats(_t_s: float) -> float:
        return 72.0

    async with (
        virtual_radio() as virtual,
        virtual_gauge(virtual.air, profile, beats, clock),
        running(new_link(virtual, profile, clock), notes),
    ):
        await until(lambda: "streaming" in notes.states)
        await clock.sleep(10.0)
    told = [one.facts for one in notes.decoded(profile) if "heart_rate_bpm" in one.facts]
    assert len(told) >= 10
    assert {facts["heart_rate_bpm"] for facts in told} == {72}
    assert all(facts["rr_s"] == pytest.approx((60.0 / 72.0,), abs=1e-3) for facts in told)

"""Sensors that hold a reading, that measure motion, or a heart rate: through the whole service."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.rig import QUIET
from bandmate.app.clock import SessionClock
from bandmate.app.config_file import read_config
from bandmate.app.plans import band_plans
from bandmate.app.replay import ReplayOptions, replay
from bandmate.app.runner import BandPlan, Running, running_service
from bandmate.catalog.catalogue import load_catalogue
from bandmate.cli import bandmate
from bandmate.cli.show import as_json
from bandmate.devices.encoder import Encoder
from bandmate.devices.profile import Profile
from bandmate.devices.registry import load_profiles
from bandmate.domain.events import Event, Rep, Summary
from bandmate.domain.samples import Decoded, Frame
from bandmate.errors import ConfigError, UsageError
from bandmate.link.base import Receiver
from bandmate.link.radio import Radio
from bandmate.link.recording_raw import read_raw
from engine.limb import Pose, Sensor, lifts, mounting
from parts.waiting import until

PROFILES = load_profiles()
SCALE = PROFILES.get("weiheng-wh-c06")
HEART = PROFILES.get("sig-heart-rate")
MICROBIT = PROFILES.get("bbc-microbit")
POUNDS = PROFILES.get("pitchsix-force-board")

LIVE = bytes.fromhex("0203112ac0191122e20104d201f4019990")
HELD = bytes.fromhex("0203112ac0191122e20104d201f4a19990")
BEAT = bytes.fromhex("0048")
SPEED = 20.0
FLOSS = "supine_sciatic_floss"


class Sending:
    """A link that sends the same frame at a steady pace, until it is told another one.

    Args:
        profile: What the sensor is.
        data: The first frame; `None` sends nothing.
        every_s: Session seconds from one to the next.
    """

    def __init__(
        self, profile: Profile, clock: SessionClock, data: bytes | None, every_s: float
    ) -> None:
        self.data = data
        self._profile = profile
        self._clock = clock
        self._every_s = every_s

    async def run(self, receiver: Receiver) -> None:
        receiver.on_stream()
        receiver.on_state("streaming", "sending")
        company = self._profile.stream[self._profile.main_role].company
        while True:
            if self.data is not None:
                now_s, role = self._clock.now(), self._profile.main_role
                receiver.on_frame(Frame(now_s, role, self.data, company))
            await self._clock.sleep(self._every_s)

    async def tare(self) -> None:
        raise NotImplementedError

    async def put_away(self) -> None:
        raise NotImplementedError

    async def wake(self) -> None:
        raise NotImplementedError


class Playing(Sending):
    """A link that sends one frame after the other, each at its own time, and then ends."""

    def __init__(
        self, profile: Profile, clock: SessionClock, frames: list[tuple[float, bytes]]
    ) -> None:
        super().__init__(profile, clock, None, 0.0)
        self._frames = frames

    async def run(self, receiver: Receiver) -> None:
        receiver.on_stream()
        receiver.on_state("streaming", "sending")
        for t_s, data in self._frames:
            # Stamped by the plan, so that a slow host does not change what was done.
            receiver.on_frame(Frame(t_s, self._profile.main_role, data))
            await asyncio.sleep(0)
        receiver.on_state("ended", "over")


@asynccontextmanager
async def service_of(
    plans: Mapping[str, BandPlan],
    clock: SessionClock,
    folder: Path,
    events: list[Event] | None = None,
) -> AsyncGenerator[Running]:
    on_event = ([] if events is None else events).append
    async with running_service(
        QUIET, clock, plans, folder, on_event=on_event, with_page=False
    ) as running:
        yield running


async def test_a_held_reading_is_lost_and_offline(tmp_path: Path):
    clock = SessionClock(SPEED)
    link = Sending(SCALE, clock, LIVE, 0.1)
    plans = {"left": BandPlan(link, SCALE, "free_holds")}
    async with service_of(plans, clock, tmp_path) as running:
        band = running.service.bands["left"]
        await until(lambda: band.state().available)
        await until(lambda: band.state().rate_hz)
        assert band.state().reconnects == 0
        band.on_state("searching", "Gone.")
        band.on_state("streaming", "Back.")
        assert band.state().reconnects == 1
        link.data = HELD
        await until(lambda: "signal_lost" in band.state().alerts)
        state = band.state()
        assert (state.link, state.available) == ("streaming", False)
        assert (state.tension_n, state.zone, state.rate_hz) == (None, "unknown", None)


async def test_a_sensor_that_holds_from_the_beginning_was_never_there(tmp_path: Path):
    clock = SessionClock(SPEED)
    plans = {"left": BandPlan(Sending(SCALE, clock, HELD, 0.1), SCALE, "free_holds")}
    async with service_of(plans, clock, tmp_path) as running:
        band = running.service.bands["left"]
        await until(lambda: "signal_lost" in band.state().alerts)
        assert not band.state().available


async def test_a_heart_rate_is_shown_while_it_is_told(tmp_path: Path):
    clock = SessionClock(SPEED)
    link = Sending(HEART, clock, BEAT, 1.0)
    async with service_of({"heart": BandPlan(link, HEART)}, clock, tmp_path) as running:
        band = running.service.bands["heart"]
        await until(lambda: band.state().available)
        assert (band.state().heart_rate_bpm, band.state().tension_n) == (72.0, None)
        link.data = b""  # frames still come, but they tell nothing
        await until(lambda: not band.state().available)
        assert band.state().heart_rate_bpm is None


async def test_an_exercise_is_done_with_the_sensors_that_show_movement(tmp_path: Path):
    clock = SessionClock(SPEED)
    plans = {
        "heart": BandPlan(Sending(HEART, clock, BEAT, 1.0), HEART),
        "left": BandPlan(Sending(SCALE, clock, LIVE, 0.1), SCALE),
    }
    async with service_of(plans, clock, tmp_path) as running:
        service = running.service
        await service.command("tare")
        await service.command("start:free_reps")
        assert [state.phase for state in service.states()] == ["idle", "active"]
        with pytest.raises(UsageError, match="shows no movement, so free_reps cannot be done"):
            await service.command("start:free_reps", "heart")


async def test_where_none_shows_movement_that_is_said(tmp_path: Path):
    clock = SessionClock(SPEED)
    plans = {"heart": BandPlan(Sending(HEART, clock, BEAT, 1.0), HEART)}
    async with service_of(plans, clock, tmp_path) as running:
        with pytest.raises(UsageError, match="shows no movement"):
            await running.service.command("start:free_reps")


async def test_a_set_that_is_refused_at_the_first_data_ends_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    clock = SessionClock(SPEED)
    pounds = bytes.fromhex("0001000004")
    plans = {"left": BandPlan(Sending(POUNDS, clock, pounds, 0.1), POUNDS, FLOSS)}
    async with service_of(plans, clock, tmp_path) as running:
        band = running.service.bands["left"]
        await until(lambda: band.state().available)
        assert band.state().phase == "idle"
    assert "left: the configured command start:supine_sciatic_floss was not done" in caplog.text
    assert caplog.text.count("too coarse for the zone 5 to 25 N") == 1


def frames_of(pose: Pose, length_s: float) -> Iterator[tuple[float, bytes]]:
    encoder = Encoder(MICROBIT)
    sensor = Sensor(50, mounting(2), acc_noise_ms2=0.1, has_gyro=False)
    t, acc, _ = sensor.readings(pose, length_s)
    for t_s, vector in zip(t, acc, strict=True):
        (data,) = encoder.encode(Decoded(motion={"acc_ms2": [vector]}))
        yield t_s, data


async def test_ten_lifts_are_ten_live_and_in_the_recording_of_it(tmp_path: Path):
    clock, events = SessionClock(SPEED), list[Event]()
    link = Playing(MICROBIT, clock, [*frames_of(lifts(10, 40.0, 3.0), 36.0)])
    plans = {"thigh": BandPlan(link, MICROBIT, "free_reps")}
    async with service_of(plans, clock, tmp_path, events):
        await until(lambda: any(isinstance(event, Summary) for event in events))
    assert [str(e.grade) for e in events if isinstance(e, Rep)] == ["full"] * 10
    (recording,) = (tmp_path / "recordings").iterdir()
    assert [band.unit for band in read_raw(recording).header.bands] == ["deg"]
    replayed = [as_json(event) for event in replay(recording, ReplayOptions(None))]
    assert replayed == [as_json(event) for event in events]
    shown = CliRunner().invoke(bandmate, ["replay", str(recording)]).stdout.splitlines()
    peaks = [line.split("peak ")[1] for line in shown if "rep " in line]
    assert len(peaks) == 10
    assert all(peak.endswith(" deg") and 35 < float(peak.split()[0]) < 45 for peak in peaks)


async def test_a_pelvis_that_rolls_along_is_told_live_and_in_the_recording_of_it(tmp_path: Path):
    clock, events = SessionClock(SPEED), list[Event]()
    poses = {"thigh": lifts(4, 40.0, 3.0), "pelvis": lifts(1, 18.0, 3.0, lead_s=6.0)}
    plans = {
        band: BandPlan(
            Playing(MICROBIT, clock, [*frames_of(pose, 18.0)]), MICROBIT, "side_lying_clamshell"
        )
        for band, pose in poses.items()
    }
    async with service_of(plans, clock, tmp_path, events):
        await until(lambda: sum(isinstance(event, Summary) for event in events) == len(plans))
    flags = [event.flags for event in events if isinstance(event, Rep) and event.band == "thigh"]
    assert flags == [(), ("roll_back",), (), ()]
    (recording,) = (tmp_path / "recordings").iterdir()
    replayed = [as_json(event) for event in replay(recording, ReplayOptions(None))]
    assert replayed == [as_json(event) for event in events]


async def test_an_exercise_for_a_whole_recording_passes_a_heart_sensor_over(tmp_path: Path):
    clock, events = SessionClock(SPEED), list[Event]()
    plans = {
        "heart": BandPlan(Sending(HEART, clock, BEAT, 1.0), HEART),
        "left": BandPlan(Sending(SCALE, clock, LIVE, 0.1), SCALE),
    }
    async with service_of(plans, clock, tmp_path, events) as running:
        await until(lambda: running.service.bands["left"].state().available)
    (recording,) = (tmp_path / "recordings").iterdir()
    exercise = load_catalogue().find("free_reps")
    started = [e for e in replay(recording, ReplayOptions(exercise)) if e.name == "set_started"]
    assert [event.band for event in started] == ["left"]


@pytest.mark.parametrize(
    ("profile", "exercise", "more", "told"),
    [
        ("sig-heart-rate", "free_reps", "", "shows no movement, so free_reps cannot be done"),
        ("pitchsix-force-board", FLOSS, "", "steps of 4.45 N: too coarse for the zone 5 to 25 N"),
        ("linescale-3", FLOSS, "", ""),
        ("linescale-3", FLOSS, "strands = 4", ""),
        ("pitchsix-force-board", "free_reps", "", ""),
        ("bbc-microbit", FLOSS, "", ""),
        ("entralpi", "banded_clamshell", "", ""),
    ],
)
def test_a_configured_exercise_must_fit_the_sensor(
    tmp_path: Path, profile: str, exercise: str, more: str, told: str
):
    file = tmp_path / "bandmate.toml"
    file.write_text(
        f'[[band]]\nname = "left"\nprofile = "{profile}"\nexercise = "{exercise}"\n{more}\n'
    )
    config = read_config(file, {})

    def planned() -> Mapping[str, BandPlan]:
        return band_plans(config, file, PROFILES, SessionClock(), Radio())

    if not told:
        assert list(planned()) == ["left"]
        return
    with pytest.raises(ConfigError) as refused:
        planned()
    assert str(refused.value).startswith(f"{file}: band left: ")
    assert told in str(refused.value)

"""What is asked of a sensor itself, and what must be known of it: through the whole service."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.rig import QUIET, playing, write_csv
from bandmate.app.clock import SessionClock
from bandmate.app.replay import ReplayOptions, replay
from bandmate.app.runner import BandPlan, Running, running_service
from bandmate.devices.params import ParamValue
from bandmate.devices.profile import Profile
from bandmate.devices.registry import load_profiles, parse_profile
from bandmate.domain.events import Event, Summary
from bandmate.errors import InputError, LinkError, UsageError
from bandmate.link.bluetooth import BluetoothLink
from bandmate.link.recording_raw import read_raw
from bandmate.sim.person import Movement
from bandmate.sim.radio import virtual_radio
from link.puppet import START_STOP, Puppet, puppet_profile, puppet_text
from link.rig import radio_of
from parts.waiting import until

SLEEPER = puppet_profile(START_STOP + '[commands.sleep]\nsteps = [{ to = "control", hex = "6e" }]')
SCALED = puppet_text(
    START_STOP
    + """
[params.gain]
text = "newton a step"
required = true
[params.zero_raw]
text = "what it sends without a load"
mean_of = 3
""",
    reading='{ name = "force", type = "i32le", unit = "N", factor = "gain", zero = "zero_raw" }',
)


@asynccontextmanager
async def service_of(
    profile: Profile,
    folder: Path,
    params: dict[str, ParamValue] | None = None,
    *,
    exercise: str = "",
    events: list[Event] | None = None,
) -> AsyncGenerator[tuple[Running, Puppet]]:
    """The service with one puppet, the band `left`."""
    clock, parameters = SessionClock(), profile.parameters(params)
    async with virtual_radio() as virtual:
        puppet = Puppet(virtual.air, profile)
        link = BluetoothLink(profile, None, clock, radio_of(virtual), parameters)
        plan = BandPlan(link, profile, exercise, params=parameters)
        async with (
            puppet.switched_on(),
            running_service(
                QUIET,
                clock,
                {"left": plan},
                folder,
                on_event=([] if events is None else events).append,
                with_page=False,
            ) as running,
        ):
            yield running, puppet


async def test_a_sensor_is_put_away_and_woken_by_command(tmp_path: Path):
    async with service_of(SLEEPER, tmp_path) as (running, puppet):
        service, band = running.service, running.service.bands["left"]
        await until(lambda: band.state().link == "streaming")
        await service.command("sleep", "left")
        state = band.state()
        assert (state.link, state.available) == ("asleep", False)
        assert "Wake it to go on" in state.link_text
        assert puppet.written == ["01", "00", "6e"]
        assert puppet.gone.is_set()
        await service.command("wake")
        await until(lambda: band.state().link == "streaming")


async def test_a_sensor_is_not_put_away_while_a_set_is_running(tmp_path: Path):
    async with service_of(SLEEPER, tmp_path, exercise="free_holds") as (running, puppet):
        service, band = running.service, running.service.bands["left"]
        await until(lambda: band.state().phase == "active")
        with pytest.raises(UsageError, match="left: a set is running"):
            await service.command("sleep", "left")
        assert (band.state().link, puppet.written) == ("streaming", ["01"])
        await service.command("stop")
        await service.command("sleep", "left")
        assert band.state().link == "asleep"


async def test_the_end_of_the_service_puts_no_sensor_to_sleep(tmp_path: Path):
    async with service_of(SLEEPER, tmp_path) as (running, puppet):
        await until(lambda: running.service.bands["left"].state().link == "streaming")
    assert puppet.written == ["01", "00"]


@pytest.mark.parametrize("wish", ["sleep", "wake"])
async def test_a_recording_that_is_played_is_no_sensor(tmp_path: Path, wish: str):
    recording = write_csv(tmp_path / "steady.csv", Movement(60.0, lambda _: 12.0), 60.0)
    async with playing(recording, tmp_path, "", speed=1.0) as run:
        with pytest.raises(LinkError, match="a recording is played"):
            await run.running.service.command(wish)


@pytest.fixture
def own_profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's folder of profiles, with one that takes parameters."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    folder = tmp_path / "home" / "bandmate" / "profiles"
    folder.mkdir(parents=True)
    (folder / "puppet.toml").write_text(SCALED)
    assert load_profiles(folder).problems == ()
    return folder


async def recorded(tmp_path: Path, events: list[Event]) -> Path:
    """The raw recording of a service whose sensor learns its zero, 5 N over it, in steps of 2 N."""
    profile = parse_profile(SCALED.encode())
    params: dict[str, ParamValue] = {"gain": 2}
    async with service_of(
        profile, tmp_path / "data", params, exercise="free_holds", events=events
    ) as (running, puppet):
        band = running.service.bands["left"]
        puppet.reading = "64000000"
        await until(lambda: band.state().available)
        puppet.reading = "69000000"
        await until(lambda: (band.state().tension_n or 0.0) > 9.0)
    (recording,) = (tmp_path / "data" / "recordings").iterdir()
    return recording


@pytest.mark.usefixtures("own_profiles")
async def test_a_recording_keeps_the_parameters_and_replays_by_them(tmp_path: Path):
    events: list[Event] = []
    recording = await recorded(tmp_path, events)
    (band,) = read_raw(recording).header.bands
    assert band.params == {"gain": 2.0}  # the zero was learnt: it is no part of them
    assert isinstance(events[-1], Summary)
    assert events[-1].peak_n == pytest.approx(10.0)
    replayed = list(replay(recording, ReplayOptions(None)))
    assert [event.to_dict() for event in replayed] == [event.to_dict() for event in events]


async def test_a_recording_whose_parameters_its_profile_no_longer_takes_is_refused(
    tmp_path: Path, own_profiles: Path
):
    recording = await recorded(tmp_path, [])
    (own_profiles / "puppet.toml").write_text(SCALED.replace("gain", "slope"))
    with pytest.raises(InputError, match=r":1: puppet takes no parameter 'gain'"):
        list(replay(recording, ReplayOptions(None)))

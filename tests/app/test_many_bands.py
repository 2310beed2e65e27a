"""Ten sensors of three kinds in one service: no reading is lost, and all are on one clock."""

import asyncio
import math
from contextlib import AsyncExitStack
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from app.rig import QUIET
from bandmate.app.clock import SessionClock
from bandmate.app.config import StoreConfig
from bandmate.app.runner import BandPlan, running_service
from bandmate.devices.decoder import Decoder
from bandmate.devices.profile import Profile
from bandmate.devices.registry import load_profiles
from bandmate.domain.samples import Frame
from bandmate.link.bluetooth import BluetoothLink
from bandmate.link.recording_raw import RawRecording, read_raw
from bandmate.sim.gauge import virtual_gauge
from bandmate.sim.radio import virtual_radio
from link.rig import radio_of
from parts.waiting import until

GAUGE = load_profiles().get("tindeq-progressor")
LIMB = load_profiles().get("movella-dot")
SCALE = load_profiles().get("weiheng-wh-c06")
GAUGE_STEP_US = 12_500
"""80 readings a second."""
PACKED_N = 4
"""Readings a packet. Both ends of the radio are in this process, and machines that run tests stall:
with one it takes most of a core."""
RUN_S = 4.0


def pull_n(t_s: float) -> float:
    return 20.0 - 20.0 * math.cos(2.0 * t_s)


@pytest.mark.timeout(180)
async def test_eight_gauges_a_limb_and_a_scale_lose_nothing(tmp_path: Path):
    clock = SessionClock()
    profiles = {f"band{n}": GAUGE for n in range(8)} | {"thigh": LIMB, "scale": SCALE}
    config = msgspec.structs.replace(QUIET, store=StoreConfig(recordings=True))
    async with AsyncExitStack() as stack:
        virtual = await stack.enter_async_context(virtual_radio())
        radio, plans = radio_of(virtual), dict[str, BandPlan]()
        for number, (band, profile) in enumerate(profiles.items()):
            address = f"F0:F1:F2:F3:F4:{number:02X}"
            sensor = virtual_gauge(
                virtual.air,
                profile,
                pull_n,
                clock,
                address=address,
                samples_n=PACKED_N if profile is GAUGE else None,
            )
            await stack.enter_async_context(sensor)
            plans[band] = BandPlan(BluetoothLink(profile, address, clock, radio), profile)
        service = running_service(config, clock, plans, tmp_path)
        running = await stack.enter_async_context(service)

        def available() -> list[str]:
            return [state.band for state in running.service.states() if state.available]

        await until(lambda: len(available()) == len(profiles), within_s=120.0)
        since_s = clock.now()
        await asyncio.sleep(RUN_S)
        await until(lambda: len(available()) == len(profiles))
        until_s = clock.now()
    (file,) = (tmp_path / "recordings").iterdir()
    recording = read_raw(file)
    times_s = [entry.t for entry in recording.entries]
    assert times_s == sorted(times_s)
    for band, profile in profiles.items():
        if profile is GAUGE:
            ticks = all_ticks(recording, band, profile)
            assert {later - earlier for earlier, later in pairwise(ticks)} == {GAUGE_STEP_US}
            # It told readings for as long as the clock went on, and from the very first one.
            assert ticks[0] == 0
            assert ticks[-1] >= (until_s - since_s) * 1e6 * 0.8


def all_ticks(recording: RawRecording, band: str, profile: Profile) -> list[float]:
    """What a band's sensor stamped its readings with, in the order of their arrival."""
    decoder = Decoder(profile)
    frames = (
        Frame(entry.t, entry.role, bytes.fromhex(entry.frame), entry.company)
        for entry in recording.entries
        if entry.band == band and entry.frame
    )
    return [tick for frame in frames for tick in decoder.feed(frame).ticks]

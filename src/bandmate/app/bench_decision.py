"""How long a notification takes to become an alert, beside waking a task that does nothing."""

import asyncio
from time import perf_counter

from bandmate.app.bench_decode import PROFILE
from bandmate.app.bench_detector import EXERCISE
from bandmate.app.bench_rows import Row, percentile_rows
from bandmate.app.bench_tasks import beside
from bandmate.app.clock import SessionClock
from bandmate.app.hub import Hub
from bandmate.app.live_band import LiveBand
from bandmate.catalog.catalogue import load_catalogue
from bandmate.devices.encoder import Encoder
from bandmate.devices.profile import Profile
from bandmate.devices.registry import load_profiles
from bandmate.domain.alerts import AlertCode
from bandmate.domain.events import AlertCleared, AlertRaised, Event
from bandmate.domain.samples import Frame
from bandmate.engine.band import BandPipeline, BandSettings
from bandmate.engine.intake import Intake
from bandmate.link.bluetooth import BluetoothLink
from bandmate.link.radio import Radio

ALERTS_N = 200
"""Alerts a round."""
_SESSION = "bench"
_PACKET_N = 8
_CALM_PACKETS = 10
"""A second below the limits: enough for the alert to clear."""
_CALM_N = 15.0
_TOO_HARD_N = 100.0
_RIPPLE_N = 0.05
_TICKS_PER_S = 1e6


def decision_rows(rounds_n: int) -> list[Row]:
    """From the link's call to the alert leaving the hub: decoding, deciding and one wake-up."""
    return asyncio.run(_measured(rounds_n))


async def _measured(rounds_n: int) -> list[Row]:
    alerting, wakeup = _Alerting(load_profiles().get(PROFILE)), _Wakeup()
    ours_s: list[list[float]] = []
    theirs_s: list[list[float]] = []
    async with beside(alerting.band.run(), wakeup.run()):
        for _ in range(rounds_n):
            ours_s.append([await alerting.once() for _ in range(ALERTS_N)])
            theirs_s.append([await wakeup.once() for _ in range(ALERTS_N)])
    return percentile_rows("notification to alert", "an empty asyncio wake-up", ours_s, theirs_s)


class _Alerting:
    """A band as the service has it, given too hard a pull again and again."""

    def __init__(self, profile: Profile) -> None:
        clock = SessionClock()
        hub = Hub(_SESSION, clock, store=lambda _record: None)
        hub.listen(self._on_event)
        self.band = LiveBand(
            "left",
            session=_SESSION,
            pipeline=BandPipeline(
                BandSettings(name="left", session=_SESSION, traits=profile.traits),
                load_catalogue().find,
            ),
            intake=Intake(profile),
            link=BluetoothLink(profile, None, clock, Radio()),  # never run
            clock=clock,
            hub=hub,
            recording=None,
            exercise=EXERCISE,
        )
        self._packets = _Packets(profile)
        self._raised = asyncio.Event()
        self._raised_s = 0.0
        self._calm = asyncio.Event()
        self._calm.set()

    async def once(self) -> float:
        """Seconds from the packet that is too hard to its alert."""
        for _ in range(_CALM_PACKETS):
            self.band.on_frame(self._packets.take(_CALM_N))
        await asyncio.sleep(0)  # the band takes them
        await self._calm.wait()
        packet = self._packets.take(_TOO_HARD_N)
        self._raised.clear()
        begun_s = perf_counter()
        self.band.on_frame(packet)
        await self._raised.wait()
        return self._raised_s - begun_s

    def _on_event(self, event: Event) -> None:
        match event:
            case AlertRaised(code=AlertCode.TENSION_CEILING):
                self._raised_s = perf_counter()
                self._raised.set()
                self._calm.clear()
            case AlertCleared(code=AlertCode.TENSION_CEILING):
                self._calm.set()
            case _:
                pass


class _Packets:
    """What the sensor sends. Its time goes on with each packet, far ahead of the host's."""

    def __init__(self, profile: Profile) -> None:
        self._role = profile.main_role
        self._rate_hz = profile.limits.rate_hz
        self._encoder = Encoder(profile)
        self._taken_n = 0

    def take(self, level_n: float) -> Frame:
        """The next packet, about `level_n` newton."""
        numbers = range(self._taken_n, self._taken_n + _PACKET_N)
        self._taken_n += _PACKET_N
        data = self._encoder.samples(
            [level_n + _RIPPLE_N * (number % _PACKET_N) for number in numbers],
            [round(number / self._rate_hz * _TICKS_PER_S) for number in numbers],
        )
        return Frame(self._taken_n / self._rate_hz, self._role, data)


class _Wakeup:
    """The least that a decision in a task of its own can take: one event that wakes it."""

    def __init__(self) -> None:
        self._arrived = asyncio.Event()
        self._awake = asyncio.Event()
        self._awake_s = 0.0

    async def run(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            self._awake_s = perf_counter()
            self._awake.set()

    async def once(self) -> float:
        """Seconds from the event to the task that waited for it."""
        self._awake.clear()
        begun_s = perf_counter()
        self._arrived.set()
        await self._awake.wait()
        return self._awake_s - begun_s

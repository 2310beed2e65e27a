"""A band that is pulled too hard again and again: what the latencies of the bench start from."""

import asyncio
from collections.abc import Callable
from time import perf_counter

from bandmate.app.bench_decode import PROFILE
from bandmate.app.bench_detector import EXERCISE
from bandmate.app.clock import SessionClock
from bandmate.app.hub import Hub, Local
from bandmate.app.live_band import LiveBand
from bandmate.catalog.catalogue import load_catalogue
from bandmate.devices.encoder import Encoder
from bandmate.devices.profile import Profile
from bandmate.devices.registry import load_profiles
from bandmate.domain.alerts import AlertCode
from bandmate.domain.events import AlertCleared, AlertRaised, Event
from bandmate.domain.records import Record
from bandmate.domain.samples import Decoded, Frame
from bandmate.engine.band import BandPipeline
from bandmate.engine.band_settings import BandSettings
from bandmate.engine.intake import Intake
from bandmate.engine.together import Together
from bandmate.link.bluetooth import BluetoothLink
from bandmate.link.radio import Radio

SESSION = "bench"
BAND = "left"
CODE = AlertCode.TENSION_CEILING
"""The alert that a pull too hard raises."""
_PACKET_N = 8
_CALM_PACKETS = 10
"""A second below the limits: enough for the alert to clear."""
_CALM_N = 15.0
_TOO_HARD_N = 100.0
_RIPPLE_N = 0.05
_RATE_HZ = 80.0
_TICKS_PER_S = 1e6


class Alerting:
    """A band as the service has it, given too hard a pull again and again.

    Args:
        store: Where the hub hands its records.
        at_once: What gets events at once.

    Attributes:
        band: Its `run` must be running.
    """

    def __init__(self, store: Callable[[Record], None], *at_once: Local) -> None:
        clock = SessionClock()
        profile = load_profiles().get(PROFILE)
        hub = Hub(SESSION, clock, store)
        for local in at_once:
            hub.add_local(local)
        hub.listen(self._on_event)
        pipeline = BandPipeline(
            BandSettings(name=BAND, session=SESSION, traits=profile.traits(profile.parameters())),
            load_catalogue().find,
        )
        self.band = LiveBand(
            BAND,
            session=SESSION,
            pipeline=pipeline,
            together=Together({BAND: pipeline}),
            intake=Intake(profile),
            link=BluetoothLink(profile, None, clock, Radio()),  # never run
            clock=clock,
            hub=hub,
            record=lambda _at_s, _write: None,
            exercise=EXERCISE,
        )
        self._packets = _Packets(profile)
        self._packet = self._packets.take(_CALM_N)
        self._raised = asyncio.Event()
        self._raised_s = 0.0
        self._calm = asyncio.Event()
        self._calm.set()

    async def calm(self) -> None:
        """Pull gently until no alert stands."""
        for _ in range(_CALM_PACKETS):
            self.band.on_frame(self._packets.take(_CALM_N))
        await asyncio.sleep(0)  # the band takes them
        await self._calm.wait()
        self._raised.clear()
        self._packet = self._packets.take(_TOO_HARD_N)

    async def pull_too_hard(self) -> None:
        """Have the link bring one packet over the ceiling; `calm` came before."""
        self.band.on_frame(self._packet)

    async def raised_at(self) -> float:
        """When the alert left the hub, by `perf_counter`; waits for it."""
        await self._raised.wait()
        return self._raised_s

    def _on_event(self, event: Event) -> None:
        match event:
            case AlertRaised() if event.code is CODE:
                self._raised_s = perf_counter()
                self._raised.set()
                self._calm.clear()
            case AlertCleared() if event.code is CODE:
                self._calm.set()
            case _:
                pass


class _Packets:
    """What the sensor sends. Its time goes on with each packet, far ahead of the host's."""

    def __init__(self, profile: Profile) -> None:
        self._role = profile.main_role
        self._encoder = Encoder(profile)
        self._taken_n = 0

    def take(self, level_n: float) -> Frame:
        """The next packet, about `level_n` newton."""
        numbers = range(self._taken_n, self._taken_n + _PACKET_N)
        self._taken_n += _PACKET_N
        readings = Decoded(
            [level_n + _RIPPLE_N * (number % _PACKET_N) for number in numbers],
            [round(number / _RATE_HZ * _TICKS_PER_S) for number in numbers],
        )
        return Frame(self._taken_n / _RATE_HZ, self._role, self._encoder.encode(readings)[0])

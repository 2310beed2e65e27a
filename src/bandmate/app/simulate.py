"""A virtual band that is offered to any Bluetooth central, by a controller outside this process."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from bandmate.devices.encoder import Encoder
from bandmate.devices.params import Parameters, ParamValue
from bandmate.devices.profile import Profile
from bandmate.domain.clock import Clock
from bandmate.domain.exercises import Exercise
from bandmate.engine.intake import quantity_of
from bandmate.errors import RadioUnavailableError, UsageError
from bandmate.link.watch import happens_before
from bandmate.sim.cadence import even
from bandmate.sim.doing import beating, doing, endless
from bandmate.sim.extras import needs_extra
from bandmate.sim.faults import AWAY_S, Faults
from bandmate.sim.measuring import is_worn
from bandmate.sim.packets import Packets
from bandmate.sim.person import Movement, noisy

if TYPE_CHECKING:
    from bandmate.sim.gauge import Sensor


class Offered(Struct, frozen=True):
    """What is on the air now."""

    profile: str
    name: str
    address: str
    services: Sequence[str]
    event: Literal["offered"] = "offered"


class Happened(Struct, frozen=True):
    """What happened to it.

    Attributes:
        event: `connected`, `disconnected`, `command`, `unknown` (bytes of no command),
            `streaming`, `stopped` or `fault`.
        t_s: When, seconds since the offer.
        about: What there is to say about it.
    """

    event: str
    t_s: float
    about: str


Say = Callable[[Offered | Happened], None]
"""Takes what happens."""

_TIDY_UP_S: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What is offered.

    Attributes:
        profile: What the band's sensor is.
        address: A random static address of its own.
        exercise: What its person does.
        params: What is set on it.
        rate_hz: Readings a second; `None`: as it is set.
        samples_n: Readings a packet; `None`: as few as can be.
        faults: What goes wrong.
        seed: Which noise, and which packets meet with a fault.
    """

    profile: Profile
    address: str
    exercise: Exercise
    params: Mapping[str, ParamValue]
    rate_hz: float | None
    samples_n: int | None
    faults: Faults
    seed: int


async def simulate(
    offer: Offer, transport: str, clock: Clock, stop: asyncio.Event, say: Say
) -> None:
    """Offer a virtual band until `stop` is set.

    Args:
        offer: See there.
        transport: How the controller is reached, in Bumble's words, such as `hci-socket:0`.
        clock: The session clock.
        stop: Set it to end.
        say: Told what is offered, and what is done with it.

    Raises:
        UsageError: The sensor cannot be or do what is offered; the extra `sim` is not installed.
        RadioUnavailableError: There is no such controller, or it went away.
    """
    quantity_of(offer.profile)
    # It tells of every packet that crosses with the end of its connection, with a traceback.
    logging.getLogger("bumble").setLevel(logging.CRITICAL)
    await happens_before(stop, _Offering(offer, clock, say).run(transport))


class _Offering:
    """One band on the air."""

    def __init__(self, offer: Offer, clock: Clock, say: Say) -> None:
        params = _parameters(offer)
        self._offer = offer
        self._clock = clock
        self._say = say
        self._person = _Person(_movement(offer, params))
        self._packets = _packets(offer, params, self._person)
        self._troubles = _Troubles(offer.faults, clock, self._tell)
        self._since_s = 0.0
        self._sensor: Sensor | None = None

    async def run(self, transport: str) -> None:
        """Be on the air until cancelled, or until the controller is lost."""
        with needs_extra("sim"):
            from bandmate.sim.adapter import adapter  # noqa: PLC0415 - an extra
            from bandmate.sim.advertising import advertised_name  # noqa: PLC0415 - an extra
            from bandmate.sim.gauge import new_sensor  # noqa: PLC0415 - an extra
        profile, address = self._offer.profile, self._offer.address
        name = advertised_name(profile) or profile.device.name
        async with adapter(transport, name, address) as radio:
            sensor = new_sensor(radio.device, profile, self._packets, self._clock, self._tell)
            self._sensor, self._since_s = sensor, self._clock.now()
            services = sorted({place.service for place in profile.gatt.values()})
            self._say(Offered(profile.device.id, name, address, services))
            try:
                await sensor.power_on()
                await asyncio.wait([radio.lost])
            finally:
                self._troubles.end()
                if not radio.lost.done():
                    with suppress(TimeoutError):
                        async with asyncio.timeout(_TIDY_UP_S):
                            await sensor.power_off()
        raise RadioUnavailableError(
            f"the Bluetooth controller on {transport} went away",
            hint="Plug it in again and start anew.",
        )

    def _tell(self, word: str, about: str) -> None:
        now_s = self._clock.now()
        self._say(Happened(word, round(now_s - self._since_s, 3), about))
        if word == "streaming" and self._sensor is not None:
            self._person.begin(now_s)
            self._troubles.begin(self._sensor)


class _Person:
    """Who does a movement from its beginning whenever the sensor begins to stream."""

    def __init__(self, movement: Movement) -> None:
        self._movement = movement
        self._begun_s = 0.0

    def begin(self, at_s: float) -> None:
        self._begun_s = at_s

    def __call__(self, t_s: float) -> float:
        return self._movement(t_s - self._begun_s)


class _Troubles:
    """What befalls the sensor so long after the beginning of its stream."""

    def __init__(self, faults: Faults, clock: Clock, tell: Callable[[str, str], None]) -> None:
        self._faults = faults
        self._clock = clock
        self._tell = tell
        self._task: asyncio.Task[None] | None = None

    def begin(self, sensor: "Sensor") -> None:
        """A stream began."""
        self.end()
        self._task = asyncio.create_task(self._befall(sensor), name="simulate: troubles")

    def end(self) -> None:
        """What has not happened yet does not."""
        if self._task is not None:
            self._task.cancel()

    async def _befall(self, sensor: "Sensor") -> None:
        faults, began_s = self._faults, self._clock.now()
        wanted = (
            ("drop", faults.drop_s, sensor.drop),
            ("silence", faults.silence_s, lambda: sensor.silence(AWAY_S)),
            ("vanish", faults.vanish_s, lambda: sensor.vanish(AWAY_S)),
        )
        due = [(at_s, name, befall) for name, at_s, befall in wanted if at_s is not None]
        for at_s, name, befall in sorted(due, key=lambda one: one[0]):
            await self._clock.sleep(at_s - (self._clock.now() - began_s))
            self._tell("fault", name)
            await befall()


def _parameters(offer: Offer) -> Parameters:
    given = dict(offer.params)
    if offer.rate_hz is not None and "rate_hz" in offer.profile.params:
        given["rate_hz"] = offer.rate_hz
    return offer.profile.parameters(given)


def _movement(offer: Offer, params: Parameters) -> Movement:
    if offer.profile.device.kind == "heart":
        return beating()
    return endless(doing(offer.exercise, in_degrees=is_worn(offer.profile, params)))


def _packets(offer: Offer, params: Parameters, person: _Person) -> Packets:
    profile, rate_hz = offer.profile, offer.rate_hz
    encoder = Encoder(profile, params)
    least, most = encoder.samples_least, encoder.samples_most
    if offer.samples_n is not None and not least <= offer.samples_n <= most:
        raise UsageError(f"a packet of {profile.device.id} holds {least} to {most} readings")
    is_fixed = rate_hz is not None and "rate_hz" not in profile.params
    is_pull = quantity_of(profile) == "force" and not is_worn(profile, params)
    return Packets(
        profile,
        noisy(person, seed=offer.seed) if is_pull else person,
        params,
        cadence=(lambda: even(rate_hz)) if is_fixed and rate_hz else None,
        samples_n=offer.samples_n,
        faults=offer.faults,
        seed=offer.seed,
    )

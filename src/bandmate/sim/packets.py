"""What a virtual sensor sends and when: pure, on times that it is given."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final

from msgspec.structs import replace

from bandmate.devices.decoder import Decoder
from bandmate.devices.encoder import Encoder, Sent
from bandmate.devices.layout import QUANTITIES
from bandmate.devices.params import Parameters, ParamValue
from bandmate.devices.profile import Profile
from bandmate.devices.traits import DeviceClock
from bandmate.domain.samples import Decoded
from bandmate.errors import UsageError
from bandmate.sim.answers import answers
from bandmate.sim.cadence import even
from bandmate.sim.faults import Faults, Mishaps
from bandmate.sim.measuring import Measuring, Script

Cadence = Callable[[], Iterator[float]]
"""Makes the times of one stream's readings, see `cadence`."""

_UNKNOWN_HZ: Final = 10.0
"""The rate of a sensor that may have any."""


class Packets:
    """Readings, taken at their times and packed as the sensor packs them.

    Args:
        profile: How it packs.
        script: What it measures.
        params: What is set on it; by default what the profile says.
        cadence: When it measures; by default evenly, at the rate it is set to.
        samples_n: Readings a packet, as far as one can hold so many; by default as few as can be.
        faults: What goes wrong.
        seed: Which noise, and which packets meet with a fault; `None`: there is no noise.

    Raises:
        UsageError: A fault that this sensor cannot have.

    Attributes:
        encoder: How it packs now; what is set on it may change that.
        rate_hz: Readings a second, as it is set now.
        facts: What it says of itself.
    """

    def __init__(
        self,
        profile: Profile,
        script: Script,
        params: Parameters | None = None,
        *,
        cadence: Cadence | None = None,
        samples_n: int | None = None,
        faults: Faults | None = None,
        seed: int | None = None,
    ) -> None:
        faults = faults or Faults()
        self._profile = profile
        self._cadence = cadence
        self._wanted_n = samples_n
        self._params = profile.parameters() if params is None else params
        self._measuring = Measuring(profile, self._params, script, seed)
        self._mishaps = Mishaps(faults, profile, seed or 0)
        self.facts = answers(profile, low_battery=faults.low_battery)
        self._in_frames = {n: fact for n, fact in self.facts.items() if n.startswith("battery")}
        self._warns = faults.low_battery
        self._last: Decoded | None = None
        self._clock_from_s = 0.0
        self._counted_n = 0
        self._adopt(self._params)
        self.start(0.0)

    @property
    def due_s(self) -> float:
        """When the next packet is whole, session clock."""
        return self._began_s + self._next[-1]

    def start(self, at_s: float) -> None:
        """A stream begins."""
        self._began_s = at_s
        self._times = self._cadence() if self._cadence else even(self.rate_hz)
        self._next = self._take()

    def obey(self, command: str, chosen: Mapping[str, ParamValue], at_s: float) -> None:
        """Do what a command does to the readings to come.

        Args:
            command: Its name in the profile.
            chosen: The parameters that it sets.
            at_s: When it is given.
        """
        if command in {"tare", "zero"}:
            self._measuring.tare(at_s)
        clock = self._profile.clock
        restarts = isinstance(clock, DeviceClock) and clock.restarts_on == command
        if restarts:
            self._clock_from_s, self._counted_n = at_s, 0
        if chosen:
            values = {name: self._params.get(name) for name in self._profile.params}
            known = {name: value for name, value in values.items() if value is not None}
            self._adopt(self._profile.parameters({**known, **chosen}))
        if restarts or chosen:
            self.start(at_s)

    def opening(self) -> list[Sent]:
        """What is sent before the first packet of a stream, each on its own channel."""
        with suppress(UsageError):  # few sensors tell it unasked
            return [self.encoder.fact("battery_low")] if self._warns else []
        return []

    def until(self, now_s: float) -> list[Sent]:
        """The packets that became whole since the last call, oldest first, with their channels."""
        whole: list[Sent] = []
        while self.due_s <= now_s:
            for role, packet in self._packed(self._next):
                befallen = self._mishaps.befall(packet, self._next[-1])
                whole += ((role, suffered) for suffered in befallen)
            self._next = self._take()
        return whole

    def _adopt(self, params: Parameters) -> None:
        self._params = params
        self.encoder = Encoder(self._profile, params)
        self._beside = [
            Encoder(self._profile, params, on=role, quantity=quantity)
            for role, quantity in _further(self._profile, self.encoder.role, params)
        ]
        self.rate_hz = self._profile.rate_hz(params) or _UNKNOWN_HZ
        self._tick_s = Decoder(self._profile, params).tick_s(self.rate_hz)
        least, most = self.encoder.samples_least, self.encoder.samples_most
        self._samples_n = max(1, min(max(self._wanted_n or least, least), most))

    def _take(self) -> list[float]:
        return [next(self._times) for _ in range(self._samples_n)]

    def _packed(self, since_s: Sequence[float]) -> Iterator[Sent]:
        times_s = [self._began_s + t_s for t_s in since_s]
        if self._last is not None and self._mishaps.is_frozen(since_s[-1]):
            measured = _repeated(self._last, len(since_s))
        else:
            measured = self._last = self._measuring.at(times_s)
        facts = {**self._in_frames, **measured.facts}
        stamped = replace(measured, ticks=self._ticks(times_s), facts=facts)
        for encoder in (self.encoder, *self._beside):
            for part in _parts(stamped, encoder.samples_most):
                yield from ((encoder.role, packet) for packet in encoder.encode(part))

    def _ticks(self, times_s: Sequence[float]) -> Sequence[int]:
        """The sensor's own stamps, where it makes any."""
        if self._tick_s is None:
            return ()
        if isinstance(self._profile.clock, DeviceClock) and self._profile.clock.unit == "sample":
            first, self._counted_n = self._counted_n, self._counted_n + len(times_s)
            return range(first, self._counted_n)
        return [round((t_s - self._clock_from_s) / self._tick_s) for t_s in times_s]


def _repeated(last: Decoded, count: int) -> Decoded:
    """The newest of these readings again and again."""
    motion = {name: [vectors[-1]] * count for name, vectors in last.motion.items()}
    return Decoded(list(last.force_n[-1:]) * count, motion=motion, facts=last.facts)


def _parts(readings: Decoded, most: int) -> Iterator[Decoded]:
    """The same readings, at most so many at a time; facts alone are all at once."""
    if not readings.count:
        yield readings
        return
    for at in range(0, readings.count, most):
        end = at + most
        motion = {name: vectors[at:end] for name, vectors in readings.motion.items()}
        ticks = readings.ticks[at:end]
        yield replace(readings, force_n=readings.force_n[at:end], ticks=ticks, motion=motion)


def _further(profile: Profile, main: str, params: Parameters) -> Iterator[tuple[str, str]]:
    """Frames of readings that the main ones do not hold: their channel and a quantity in them."""
    if not profile.stream[main].frames:
        return
    mode = params.get("mode")
    replies = [command.reply for command in profile.commands.given().values()]
    answers = tuple(reply.tag for reply in replies if reply and reply.tag)
    shown: set[str] = set()
    for role in (main, *profile.stream):
        for frame in profile.stream[role].frames:
            held = QUANTITIES.keys() & {field.name for field in frame.fields}
            is_sent = frame.mode in {None, mode} and not frame.tag.startswith(answers)
            if is_sent and held and shown.isdisjoint(held):
                if shown:
                    yield role, min(held)
                shown |= held

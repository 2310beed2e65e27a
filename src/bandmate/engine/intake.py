"""From frames to readings on the session clock: decoder and time base of one sensor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bandmate.devices.decoder import Decoder
from bandmate.devices.params import Parameters
from bandmate.devices.profile import Profile
from bandmate.devices.traits import DeviceClock
from bandmate.domain.events import Event
from bandmate.domain.samples import Block, Decoded, FactValue, Frame, MotionBlock, Quantity, Vector
from bandmate.engine.band import BandPipeline
from bandmate.errors import UsageError
from bandmate.signal.timebase import ArrivalTimebase, DeviceTimebase

GYRO_KEPT_S: Final = 0.25
"""A turn rate that came in a frame of its own is used for so long."""

_QUANTITY: Final[Mapping[str, Quantity]] = MappingProxyType(
    {"force": "force", "imu": "angle", "heart": "none"}
)


def quantity_of(profile: Profile) -> Quantity:
    """What movements are seen in with a sensor.

    Raises:
        UsageError: The profile describes a service of other sensors.
    """
    quantity = _QUANTITY.get(profile.device.kind)
    if quantity is None:
        raise UsageError(
            f"{profile.device.id} is a service that sensors offer, and no sensor itself",
            hint="Name the sensor's own profile; `bandmate profiles list` shows all.",
        )
    return quantity


@dataclass(frozen=True, slots=True)
class Intaken:
    """What one frame came to.

    Attributes:
        block: Its readings, `None` where it held none that are new.
        duplicate: Readings dropped because they had been seen.
        late: Readings dropped because newer ones had been seen.
        error: What was wrong with the frame, a name of the error taxonomy.
        resolution_n: The sensor's smallest step, newton, where the frame told it.
        battery_pct: How full its battery is, where the frame told it.
    """

    block: Block | MotionBlock | None
    duplicate: int = 0
    late: int = 0
    error: str | None = None
    resolution_n: float | None = None
    battery_pct: float | None = None


class Intake:
    """Decodes the frames of one sensor and puts their readings on the session clock.

    Args:
        profile: What the sensor is.
        params: What is known of this one; by default what the profile says.

    Raises:
        UsageError: The profile asks for a parameter that nobody gave.

    Attributes:
        hardware_tare: The sensor sets its zero itself.
        facts: What it told that is no reading, the newest by name.
        battery_pct: As the sensor told it last; `None` where it did not.
        heart_rate_bpm: The same of the heart rate.
        heart_s: When the heart rate was told, session clock.
    """

    def __init__(self, profile: Profile, params: Parameters | None = None) -> None:
        params = profile.parameters() if params is None else params
        self.hardware_tare = profile.tare.mode == "hardware"
        self.facts: dict[str, FactValue] = {}
        self.battery_pct: float | None = None
        self.heart_rate_bpm: float | None = None
        self.heart_s: float | None = None
        self._decoder = Decoder(profile, params)
        rate_hz = profile.rate_hz(params)
        tick_s, clock = self._decoder.tick_s(rate_hz), profile.clock
        self._timebase: DeviceTimebase | ArrivalTimebase
        # A counter of samples is no clock: how fast it runs, only arrivals tell.
        if tick_s is not None and isinstance(clock, DeviceClock) and clock.unit != "sample":
            self._timebase = DeviceTimebase(tick_s, clock.bits)
        else:
            self._timebase = ArrivalTimebase(rate_hz)
        self._gyro: tuple[float, Vector] | None = None

    def restart(self) -> None:
        """The stream (re)started: buffers are empty, the device's clock begins anew."""
        self._decoder.reset()
        self._timebase.restart()
        self._gyro = None

    def take(self, frame: Frame) -> Intaken:
        """Decode one frame."""
        decoded = self._decoder.feed(frame)
        facts = decoded.facts
        if facts:
            self._note(facts, frame.arrival_s)
        counts = self._timebase.counts
        duplicate, late = counts.duplicate, counts.late
        return Intaken(
            block=self._block(frame.arrival_s, decoded),
            duplicate=counts.duplicate - duplicate,
            late=counts.late - late,
            error=decoded.error,
            resolution_n=_number(facts, "resolution_n"),
            battery_pct=_number(facts, "battery_pct"),
        )

    def _note(self, facts: Mapping[str, FactValue], arrival_s: float) -> None:
        self.facts.update(facts)
        battery_pct = _number(facts, "battery_pct")
        if battery_pct is not None:
            self.battery_pct = battery_pct
        heart_rate_bpm = _number(facts, "heart_rate_bpm")
        if heart_rate_bpm is not None:
            self.heart_rate_bpm, self.heart_s = heart_rate_bpm, arrival_s

    def _block(self, arrival_s: float, decoded: Decoded) -> Block | MotionBlock | None:
        acc = decoded.motion.get("acc_ms2", ())
        if not acc:
            self._keep_gyro(arrival_s, decoded)
        count = len(decoded.force_n) or len(acc)
        if not count:
            return None
        times = self._times(arrival_s, decoded.ticks, count)
        kept = [i for i, t_s in enumerate(times) if t_s is not None]
        if not kept:
            return None
        t_s = [t for t in times if t is not None]
        if not acc:
            return Block(arrival_s, t_s, [decoded.force_n[i] for i in kept])
        gyro = self._gyro_of(arrival_s, decoded)
        return MotionBlock(arrival_s, t_s, [acc[i] for i in kept], [gyro[i] for i in kept])

    def _times(
        self, arrival_s: float, ticks: Sequence[float], count: int
    ) -> Sequence[float | None]:
        if isinstance(self._timebase, DeviceTimebase):
            return self._timebase.step(arrival_s, ticks)
        return self._timebase.step(arrival_s, count)

    def _keep_gyro(self, arrival_s: float, decoded: Decoded) -> None:
        """Keep the turn rate of a frame that holds no acceleration."""
        if gyro := decoded.motion.get("gyro_rads"):
            self._gyro = (arrival_s, gyro[-1])

    def _gyro_of(self, arrival_s: float, decoded: Decoded) -> Sequence[Vector | None]:
        """The turn rate of each sample: its own, or the newest that came by itself."""
        if own := decoded.motion.get("gyro_rads"):
            return own
        told_s, newest = self._gyro or (0.0, None)
        return [newest if arrival_s - told_s <= GYRO_KEPT_S else None] * decoded.count


def feed(pipeline: BandPipeline, intake: Intake, frame: Frame) -> list[Event]:
    """One frame through decoder, time base and pipeline; live and replay both come through here."""
    taken = intake.take(frame)
    malformed = int(taken.error is not None)
    pipeline.count_faults(duplicate=taken.duplicate, late=taken.late, malformed=malformed)
    if taken.resolution_n is not None:
        pipeline.shows_steps_of(taken.resolution_n)
    at_s, block = frame.arrival_s, taken.block
    events = pipeline.tick(at_s) if block is None else pipeline.push(block)
    if taken.battery_pct is not None:
        events += pipeline.shows_battery(taken.battery_pct, at_s)
    return events


def _number(facts: Mapping[str, FactValue], name: str) -> float | None:
    value = facts.get(name)
    return float(value) if isinstance(value, float | int) else None

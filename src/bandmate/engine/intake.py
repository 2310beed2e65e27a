"""From frames to readings on the session clock: decoder and time base of one sensor."""

from dataclasses import dataclass

from bandmate.devices.decoder import Decoder
from bandmate.devices.profile import DeviceClock, Profile
from bandmate.domain.events import Event
from bandmate.domain.samples import Block, Frame
from bandmate.engine.band import BandPipeline
from bandmate.signal.timebase import ArrivalTimebase, DeviceTimebase


@dataclass(frozen=True, slots=True)
class Intaken:
    """What one frame came to.

    Attributes:
        block: Its readings, `None` where it held none that are new.
        duplicate: Readings dropped because they had been seen.
        late: Readings dropped because newer ones had been seen.
        error: What was wrong with the frame, a name of the error taxonomy.
    """

    block: Block | None
    duplicate: int = 0
    late: int = 0
    error: str | None = None


class Intake:
    """Decodes the frames of one sensor and puts their readings on the session clock.

    Attributes:
        hardware_tare: The sensor sets its zero itself.
        battery_pct: As the sensor told it last; `None` where it did not.
    """

    def __init__(self, profile: Profile) -> None:
        self.hardware_tare = profile.tare.mode == "hardware"
        self.battery_pct: float | None = None
        self._decoder = Decoder(profile)
        clock = profile.clock
        self._timebase: DeviceTimebase | ArrivalTimebase
        if isinstance(clock, DeviceClock):
            self._timebase = DeviceTimebase(clock.tick_s, clock.bits)
        else:
            self._timebase = ArrivalTimebase(profile.limits.rate_hz)

    def restart(self) -> None:
        """The stream (re)started: buffers are empty, the device's clock begins anew."""
        self._decoder.reset()
        self._timebase.restart()

    def take(self, frame: Frame) -> Intaken:
        """Decode one frame."""
        decoded = self._decoder.feed(frame)
        if "battery_pct" in decoded.facts:
            self.battery_pct = float(decoded.facts["battery_pct"])
        counts = self._timebase.counts
        duplicate, late = counts.duplicate, counts.late
        if isinstance(self._timebase, DeviceTimebase):
            times = self._timebase.step(frame.arrival_s, decoded.ticks)
        else:
            times = self._timebase.step(frame.arrival_s, len(decoded.force_n))
        kept = [
            (t_s, force_n)
            for t_s, force_n in zip(times, decoded.force_n, strict=True)
            if t_s is not None
        ]
        block = None
        if kept:
            t_s, force_n = zip(*kept, strict=True)
            block = Block(frame.arrival_s, t_s, force_n)
        return Intaken(
            block=block,
            duplicate=counts.duplicate - duplicate,
            late=counts.late - late,
            error=decoded.error,
        )


def feed(pipeline: BandPipeline, intake: Intake, frame: Frame) -> list[Event]:
    """One frame through decoder, time base and pipeline; live and replay both come through here."""
    taken = intake.take(frame)
    malformed = int(taken.error is not None)
    pipeline.count_faults(duplicate=taken.duplicate, late=taken.late, malformed=malformed)
    return pipeline.tick(frame.arrival_s) if taken.block is None else pipeline.push(taken.block)

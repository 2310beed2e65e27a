"""What a sensor said, before and after it was put on the session clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Frame:
    """Bytes from the radio, stamped at the first line of the callback.

    Attributes:
        arrival_s: Session clock (monotonic).
        role: Which of the profile's channels it came from: a GATT role such as `data`, or
            `advert`.
        data: The notification's value, or an advertisement's payload behind its company id.
        company_id: The advertisement's company id; `None` for a notification.
    """

    arrival_s: float
    role: str
    data: bytes
    company_id: int | None = None


@dataclass(frozen=True, slots=True)
class Decoded:
    """What one frame held. Decoders never raise on wire bytes: `error` says what was wrong.

    Attributes:
        force_n: Readings in newton, oldest first.
        ticks: The raw device stamp of each reading, as the wire has it; empty where the device
            does not stamp.
        facts: What is not a reading (`battery_mv`, `firmware`, `device_id` …).
        error: A name of `devices.taxonomy`, or `None`.
    """

    force_n: Sequence[float] = ()
    ticks: Sequence[int] = ()
    facts: Mapping[str, float | int | str] = field(default_factory=dict[str, float | int | str])
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Readings on the session clock, as they enter the kernels.

    Attributes:
        arrival_s: When the packet that carried them arrived (session clock).
        t_s: When each was measured (session clock); never decreasing; equal times are distinct
            samples.
        force_n: Force at the sensor, newton, not tared. `nan` is a NaN that arrived, `None` a
            value that is missing though its time is known.
    """

    arrival_s: float
    t_s: Sequence[float]
    force_n: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class SensorTraits:
    """What a kernel must know of the sensor.

    Attributes:
        resolution_n: Smallest step in newton; `None` where unknown (then learnt from the signal).
        full_scale_n: Readings at or above it are saturated; `None` where unknown.
        nominal_hz: Expected rate; `None` where unknown.
        degraded_s: Silence after which the signal counts as degraded.
        lost_s: Silence after which it counts as lost.
    """

    resolution_n: float | None = None
    full_scale_n: float | None = None
    nominal_hz: float | None = None
    degraded_s: float = 0.5
    lost_s: float = 1.0

"""What a sensor said, before and after it was put on the session clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

from msgspec import Struct


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


FactValue = float | int | str | tuple[float, ...]
"""A fact: a number, a text, or several numbers."""

Vector = tuple[float, ...]
"""Three numbers, or four of a quaternion (w, x, y, z)."""

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Decoded(Struct, frozen=True, gc=False):
    """What one frame held. Decoders never raise on wire bytes: `error` says what was wrong.

    A `Struct`, because one is made for every frame and this is the quickest to make.

    Attributes:
        force_n: Readings of a force sensor in newton, oldest first.
        ticks: The raw device stamp of each sample, as the wire has it; empty where the device
            does not stamp.
        motion: Readings of a motion sensor by quantity, each as long as the others: `acc_ms2`,
            `gyro_rads`, `mag_ut`, `quat` (w, x, y, z), `angle_deg`.
        facts: What is not a sample (`battery_mv`, `firmware`, `device_id` …).
        error: A name of `devices.taxonomy`, or `None`.
    """

    force_n: Sequence[float] = ()
    ticks: Sequence[float] = ()
    motion: Mapping[str, Sequence[Vector]] = NOTHING
    facts: Mapping[str, FactValue] = NOTHING
    error: str | None = None

    @property
    def count(self) -> int:
        """How many samples it holds."""
        return len(self.force_n) or max(map(len, self.motion.values()), default=0)


Quantity = Literal["force", "arbitrary", "angle", "none"]
"""What movements are seen in: newtons, a unit in which only shapes mean something, degrees from the
pose of rest, or nothing (a heart rate shows none)."""


@dataclass(frozen=True, slots=True)
class Block:
    """Readings on the session clock, as they enter the kernels.

    Attributes:
        arrival_s: When the packet that carried them arrived (session clock).
        t_s: When each was measured (session clock); never decreasing; equal times are distinct
            samples.
        values: Force at the sensor, newton, not tared; or an arbitrary unit, or degrees (see
            `Quantity`). `nan` is a NaN that arrived, `None` a value that is missing though its
            time is known.
    """

    arrival_s: float
    t_s: Sequence[float]
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class MotionBlock:
    """Readings of a motion sensor on the session clock, before an angle is made of them.

    Attributes:
        arrival_s: When the packet that carried them arrived (session clock).
        t_s: As in `Block`.
        acc_ms2: The acceleration by axis, m/s²; gravity is in it.
        gyro_rads: The turn rate by axis, rad/s; `None` where it is not known.
    """

    arrival_s: float
    t_s: Sequence[float]
    acc_ms2: Sequence[Vector]
    gyro_rads: Sequence[Vector | None]


Timing = Literal["device", "approximate"]
"""How readings got their times: from stamps of the sensor, or from the arrivals of packets."""


@dataclass(frozen=True, slots=True)
class SensorTraits:
    """What a kernel must know of the sensor.

    Attributes:
        resolution_n: Smallest step in newton; `None` where unknown (then learnt from the signal).
        full_scale_n: Readings at or above it are saturated; `None` where unknown.
        nominal_hz: Expected rate; `None` where unknown.
        degraded_s: Silence after which the signal counts as degraded.
        lost_s: Silence after which it counts as lost.
        timing: How readings got their times.
    """

    resolution_n: float | None = None
    full_scale_n: float | None = None
    nominal_hz: float | None = None
    degraded_s: float = 0.5
    lost_s: float = 1.0
    timing: Timing = "device"

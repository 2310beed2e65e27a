"""What a pipeline is told of its band."""

from dataclasses import dataclass, field
from typing import Literal

from bandmate.domain.samples import Quantity, SensorTraits
from bandmate.signal.course import Course


@dataclass(frozen=True, slots=True)
class BandSettings:
    """What the pipeline must know of its band.

    Attributes:
        name: The band's id.
        session: The session's id; event ids begin with it.
        traits: What is known of the sensor.
        strands: Strands of the band per sensor: a sensor in one of two reads half the pull.
        course: The movement as it was calibrated, of a motion sensor; `None`: it is learnt.
        quantity: What movements are seen in. Zones, tension alerts and what watches over the
            sensor are for a force alone.
        silence: What silence is judged on: the readings' own times (replay), or the arrivals of
            packets (live), then counted from when the next packet was due.
    """

    name: str
    session: str
    traits: SensorTraits = field(default_factory=SensorTraits)
    strands: int = 1
    course: Course | None = None
    quantity: Quantity = "force"
    silence: Literal["samples", "arrivals"] = "arrivals"

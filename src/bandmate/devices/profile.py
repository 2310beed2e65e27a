"""A device profile: everything bandmate knows of one kind of sensor, as strict data.

A profile is a TOML file; unknown keys are errors. What the sensor is stands in `traits`, what it
can be asked in `command`, what the engine decodes in `layout`, the test vectors in `vectors`. Units
are in the names; wire units are named in the fields.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from msgspec import Meta, field

from bandmate.devices.command import Commands
from bandmate.devices.layout import Name, ParamName, Stream, Strict
from bandmate.devices.params import Param, Parameters, ParamValue
from bandmate.devices.traits import (
    Battery,
    Characteristic,
    Device,
    DeviceClock,
    HostClock,
    Identify,
    Limits,
    LinkTraits,
    Quirks,
    Tare,
)
from bandmate.devices.vectors import Vector
from bandmate.domain.samples import SensorTraits

ADVERT = "advert"
"""The channel of advertisements, beside the GATT roles."""


class Profile(Strict, frozen=True, kw_only=True):
    """One kind of sensor.

    Attributes:
        include: Side services of other profiles that it may offer too; registry merges them in.
        params: What must be known of a single one.
        gatt: Where each role lives, by role; empty for a sensor that only advertises.
        stream: What arrives, by channel (a role, or `advert`); the first holds the samples.
        vectors: Bytes in, values out; at least three, one malformed.
    """

    schema: Literal[1]
    include: tuple[str, ...] = ()
    device: Device
    limits: Limits = Limits()
    identify: Identify
    link: LinkTraits
    params: dict[ParamName, Param] = field(default_factory=dict[ParamName, Param])
    gatt: dict[Name, Characteristic] = field(default_factory=dict[Name, Characteristic])
    commands: Commands = Commands()
    stream: Annotated[dict[Name, Stream], Meta(min_length=1)]
    clock: DeviceClock | HostClock
    tare: Tare
    battery: Battery | None = None
    quirks: Quirks = Quirks()
    vectors: tuple[Vector, ...] = ()

    def __repr__(self) -> str:
        return f"<Profile {self.device.id}>"

    @property
    def main_role(self) -> str:
        """The channel that carries the samples."""
        return next(iter(self.stream))

    def role_in_mode(self, params: Parameters) -> str:
        """The channel that carries the samples of a sensor set to a mode."""
        mode = params.get("mode")
        for role, stream in self.stream.items():
            if mode is not None and any(frame.mode == mode for frame in stream.frames):
                return role
        return self.main_role

    @property
    def capabilities(self) -> tuple[str, ...]:
        """What it can do beside sending samples."""
        commands = self.commands.given()
        facts = {fact for stream in self.stream.values() for fact in _facts_of(stream)}
        can = {
            "device_clock": isinstance(self.clock, DeviceClock),
            "hardware_tare": self.tare.mode == "hardware",
            "battery": "battery" in commands or not facts.isdisjoint(_BATTERY_FACTS),
            "rate_choice": "rate" in commands or any("rate_hz" in c.by for c in commands.values()),
            "firmware": "firmware" in commands,
            "sleep": "sleep" in commands,
        }
        return (self.device.kind, *(name for name, able in can.items() if able))

    def parameters(
        self, given: Mapping[str, ParamValue] | None = None, *, complete: bool = True
    ) -> Parameters:
        """The parameters of one sensor.

        Args:
            given: What a person said, by name.
            complete: What is required must be given.

        Raises:
            UsageError: One that is unknown, unreadable, or required and not given.
        """
        return Parameters(self.device.id, self.params, given, complete=complete)

    def rate_hz(self, params: Parameters) -> float | None:
        """Samples a second: as the parameters set them, else the nominal ones."""
        return params.rate_hz() or self.limits.rate_hz

    @property
    def _stamps(self) -> bool:
        """A clock of its own stamps the readings; a counter of samples is none."""
        return isinstance(self.clock, DeviceClock) and self.clock.unit != "sample"

    def traits(self, params: Parameters) -> SensorTraits:
        """What the kernels must know of the sensor."""
        return SensorTraits(
            resolution_n=self.limits.resolution_n,
            full_scale_n=self.limits.max_n,
            nominal_hz=self.rate_hz(params),
            degraded_s=self.link.degraded_s,
            lost_s=self.link.lost_s,
            timing="device" if self._stamps else "approximate",
        )


_BATTERY_FACTS = frozenset({"battery_pct", "battery_mv", "battery_raw"})


def _facts_of(stream: Stream) -> Iterator[str]:
    yield from stream.facts
    for frame in stream.frames:
        yield from (field.name for field in frame.fields if not field.is_sample)

"""A device profile: everything bandmate knows of one kind of sensor, as strict data.

A profile is a TOML file; unknown keys are errors. What the engine decodes is in `layout`, the test
vectors are in `vectors`. Units are in the names; wire units are named in the fields.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct

from bandmate.devices.layout import CompanyId, Field, Hex, Name, Positive, Stream
from bandmate.devices.vectors import Vector
from bandmate.domain.samples import SensorTraits

Uuid = Annotated[
    str, Meta(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
]
"""A 128-bit UUID in lower case; the short forms of the Bluetooth SIG are written out."""

ADVERT = "advert"
"""The channel of advertisements, beside the GATT roles."""


class _Strict(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class Device(_Strict, frozen=True, kw_only=True):
    """What the sensor is.

    Attributes:
        id: How commands and the configuration call it.
        name: How people call it.
        kind: What it measures.
        tier: How well it must be spoken.
        confidence: A two or more independent sources agree, B one source, C inferred.
        sources: Where the facts come from.
        notes: What a person should know before using it.
    """

    id: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    name: Annotated[str, Meta(min_length=1)]
    kind: Literal["force"]
    tier: Literal["must", "should", "nice"]
    confidence: Literal["A", "B", "C"]
    sources: Annotated[tuple[str, ...], Meta(min_length=1)]
    notes: tuple[str, ...] = ()


class Limits(_Strict, frozen=True, kw_only=True):
    """What it can measure.

    Attributes:
        max_n: Full scale, newton: readings from here on are saturated.
        resolution_n: Smallest step, newton.
        rate_hz: Nominal readings a second.
    """

    max_n: Positive
    resolution_n: Positive
    rate_hz: Positive


class IdentifyRule(_Strict, frozen=True, kw_only=True):
    """Signs of the sensor in an advertisement; all that are given must hold.

    Attributes:
        name: The whole local name.
        name_prefix: How the local name begins.
        service: An advertised service.
        company: Company id of the manufacturer data.
        mfr_prefix: How the manufacturer data begins, behind the company id.
    """

    name: str | None = None
    name_prefix: str | None = None
    service: Uuid | None = None
    company: CompanyId | None = None
    mfr_prefix: Hex | None = None


class Identify(_Strict, frozen=True, kw_only=True):
    """How the sensor is found.

    Attributes:
        any: Rules, of which one must hold.
        confirm: Other devices look the same: a person must confirm the address.
        require: GATT roles that must exist after connecting, else it is another device.
    """

    any: Annotated[tuple[IdentifyRule, ...], Meta(min_length=1)]
    confirm: bool = False
    require: tuple[Name, ...] = ()


class LinkTraits(_Strict, frozen=True, kw_only=True):
    """How the sensor is listened to.

    Attributes:
        transport: By connection, or by its advertisements alone.
        min_mtu: Least ATT MTU for whole frames, bytes.
        degraded_s: Silence after which the signal counts as degraded.
        lost_s: Silence after which it counts as lost.
        duplicates: Advertisements that look like the last one matter too.
    """

    transport: Literal["gatt", "advert"]
    min_mtu: Annotated[int, Meta(ge=23, le=517)] = 23
    degraded_s: Positive = 0.5
    lost_s: Positive = 1.0
    duplicates: bool = False


class Characteristic(_Strict, frozen=True, kw_only=True):
    """Where a GATT role lives: always both, some sensors repeat a characteristic's UUID."""

    service: Uuid
    char: Uuid


class Step(_Strict, frozen=True, kw_only=True):
    """One write of a command.

    Attributes:
        to: GATT role written to.
        hex: What is written.
        response: Whether the write is acknowledged.
    """

    to: Name
    hex: Annotated[Hex, Meta(min_length=2)]
    response: bool = True


class Reply(_Strict, frozen=True, kw_only=True):
    """What a command is answered with, in a stream's frame of `reply = true`.

    Attributes:
        on: GATT role the answer arrives on.
        field: The payload: one fact.
        timeout_ms: How long to wait for it.
    """

    on: Name
    field: Field
    timeout_ms: Annotated[int, Meta(gt=0)] = 1000


class Command(_Strict, frozen=True, kw_only=True):
    """Something the sensor is asked to do."""

    steps: Annotated[tuple[Step, ...], Meta(min_length=1)]
    reply: Reply | None = None


class Commands(_Strict, frozen=True, kw_only=True):
    """The slots for commands. What calibrates, saves or reboots has none, on purpose."""

    start: Command | None = None
    stop: Command | None = None
    tare: Command | None = None
    battery: Command | None = None
    firmware: Command | None = None
    sleep: Command | None = None
    device_id: Command | None = None
    calibration: Command | None = None
    """Reads the stored calibration; nothing here writes one."""

    def given(self) -> Mapping[str, Command]:
        """The commands the sensor knows, by name."""
        slots: dict[str, Command | None] = {
            name: getattr(self, name) for name in self.__struct_fields__
        }
        return {name: command for name, command in slots.items() if command is not None}


class DeviceClock(_Strict, frozen=True, kw_only=True, tag_field="source", tag="device"):
    """The sensor stamps its readings.

    Attributes:
        unit: What one tick is.
        bits: The counter wraps at 2 to this power.
        restarts_on: The command that sets the counter to zero.
    """

    unit: Literal["us"]
    bits: Annotated[int, Meta(ge=8, le=64)]
    restarts_on: Name | None = None

    @property
    def tick_s(self) -> float:
        """Seconds a tick."""
        return {"us": 1e-6}[self.unit]


class HostClock(_Strict, frozen=True, kw_only=True, tag_field="source", tag="host"):
    """The sensor does not stamp; arrival is all there is."""


class Tare(_Strict, frozen=True, kw_only=True):
    """Who sets the zero.

    Attributes:
        mode: The sensor, by its `tare` command, or bandmate.
        requires_stream: The sensor must be streaming for it.
    """

    mode: Literal["hardware", "software"]
    requires_stream: bool = False


class Quirks(_Strict, frozen=True, kw_only=True):
    """What the link must mind.

    Attributes:
        single_request: Replies carry no opcode: one request outstanding at a time.
        stop_before_battery: The battery is read while not streaming.
    """

    single_request: bool = False
    stop_before_battery: bool = False


class Profile(_Strict, frozen=True, kw_only=True):
    """One kind of sensor.

    Attributes:
        gatt: Where each role lives, by role; empty for a sensor that only advertises.
        stream: What arrives, by channel (a role, or `advert`); the first holds the readings.
        vectors: Bytes in, values out; at least three, one malformed.
    """

    schema: Literal[1]
    device: Device
    limits: Limits
    identify: Identify
    link: LinkTraits
    gatt: dict[Name, Characteristic] = {}
    commands: Commands = Commands()
    stream: Annotated[dict[Name, Stream], Meta(min_length=1)]
    clock: DeviceClock | HostClock
    tare: Tare
    quirks: Quirks = Quirks()
    vectors: tuple[Vector, ...]

    @property
    def main_role(self) -> str:
        """The channel that carries the readings."""
        return next(iter(self.stream))

    @property
    def capabilities(self) -> tuple[str, ...]:
        """What it can do beside sending readings."""
        commands = self.commands.given()
        can = {
            "device_clock": isinstance(self.clock, DeviceClock),
            "hardware_tare": self.tare.mode == "hardware",
            "battery": "battery" in commands or "battery" in self.gatt,
            "firmware": "firmware" in commands,
            "sleep": "sleep" in commands,
        }
        return (self.device.kind, *(name for name, able in can.items() if able))

    @property
    def traits(self) -> SensorTraits:
        """What the kernels must know of the sensor."""
        return SensorTraits(
            resolution_n=self.limits.resolution_n,
            full_scale_n=self.limits.max_n,
            nominal_hz=self.limits.rate_hz,
            degraded_s=self.link.degraded_s,
            lost_s=self.link.lost_s,
        )

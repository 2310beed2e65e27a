"""What a sensor is, how it is found and listened to, and what must be minded with it."""

from typing import Annotated, Final, Literal

from msgspec import Meta

from bandmate.devices.layout import CompanyId, Hex, Name, Positive, Strict

Uuid = Annotated[
    str, Meta(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
]
"""A 128-bit UUID in lower case; the short forms of the Bluetooth SIG are written out."""


class Device(Strict, frozen=True, kw_only=True):
    """What the sensor is.

    Attributes:
        id: How commands and the configuration call it.
        name: How people call it.
        kind: What it measures: `force`, motion (`imu`), heart rate (`heart`); `side`: it is a
            service of other sensors, included in their profiles, and no sensor itself.
        tier: How well it must be spoken.
        confidence: A two or more independent sources agree, B one source, C inferred.
        sources: Where the facts come from.
        notes: What a person should know before using it.
    """

    id: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    name: Annotated[str, Meta(min_length=1)]
    kind: Literal["force", "imu", "heart", "side"]
    tier: Literal["must", "should", "nice"]
    confidence: Literal["A", "B", "C"]
    sources: Annotated[tuple[str, ...], Meta(min_length=1)]
    notes: tuple[str, ...] = ()


class Limits(Strict, frozen=True, kw_only=True):
    """What it can measure. A force sensor gives the first three, an IMU the rate and its ranges.

    Attributes:
        max_n: Full scale, newton: readings from here on are saturated.
        resolution_n: Smallest step, newton.
        rate_hz: Nominal samples a second.
        acc_range_ms2: Full scale of the accelerometer, m/s².
        acc_resolution_ms2: Its smallest step, m/s².
        gyro_range_rads: Full scale of the gyroscope, rad/s.
        gyro_resolution_rads: Its smallest step, rad/s.
    """

    max_n: Positive | None = None
    resolution_n: Positive | None = None
    rate_hz: Positive | None = None
    acc_range_ms2: Positive | None = None
    acc_resolution_ms2: Positive | None = None
    gyro_range_rads: Positive | None = None
    gyro_resolution_rads: Positive | None = None


class IdentifyRule(Strict, frozen=True, kw_only=True):
    """Signs of the sensor in an advertisement; all that are given must hold.

    Attributes:
        name: The whole local name.
        name_prefix: How the local name begins.
        name_contains: What the local name holds somewhere.
        service: An advertised service.
        company: Company id of the manufacturer data.
        mfr_prefix: How the manufacturer data begins, behind the company id.
    """

    name: str | None = None
    name_prefix: str | None = None
    name_contains: str | None = None
    service: Uuid | None = None
    company: CompanyId | None = None
    mfr_prefix: Hex | None = None


class Identify(Strict, frozen=True, kw_only=True):
    """How the sensor is found.

    Attributes:
        any: Rules, of which one must hold; none for a side service.
        confirm: Other devices look the same: a person must confirm the address.
        require: GATT roles that must exist after connecting, else it is another device.
    """

    any: tuple[IdentifyRule, ...] = ()
    confirm: bool = False
    require: tuple[Name, ...] = ()


class KeepAlive(Strict, frozen=True, kw_only=True):
    """What keeps the sensor from switching itself off while it is connected and not streaming.

    Attributes:
        command: The command that is sent.
        every_s: Seconds from one to the next.
    """

    command: Name
    every_s: Positive


class LinkTraits(Strict, frozen=True, kw_only=True):
    """How the sensor is listened to.

    Attributes:
        transport: By connection, or by its advertisements alone.
        min_mtu: Least ATT MTU for whole frames, bytes.
        degraded_s: Silence after which the signal counts as degraded.
        lost_s: Silence after which it counts as lost.
        duplicates: Advertisements that look like the last one matter too.
        auto_off_s: It switches itself off after so long without a connection.
        keep_alive: See there.
    """

    transport: Literal["gatt", "advert"]
    min_mtu: Annotated[int, Meta(ge=23, le=517)] = 23
    degraded_s: Positive = 0.5
    lost_s: Positive = 1.0
    duplicates: bool = False
    auto_off_s: Positive | None = None
    keep_alive: KeepAlive | None = None


class Characteristic(Strict, frozen=True, kw_only=True):
    """Where a GATT role lives: always both, some sensors repeat a characteristic's UUID."""

    service: Uuid
    char: Uuid


TIME_UNIT_S: Final = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
"""Units of time, in seconds."""


class DeviceClock(Strict, frozen=True, kw_only=True, tag_field="source", tag="device"):
    """The sensor stamps its readings.

    Attributes:
        unit: What one tick is; `sample`: it counts the samples, which arrivals put in time.
        bits: The counter wraps at 2 to this power.
        stamps: Which sample of a frame carries the stamp, for people; the codec reckons the others
            from it.
        restarts_on: The command that sets the counter to zero.
    """

    unit: Literal["s", "ms", "us", "ns", "sample"]
    bits: Annotated[int, Meta(ge=8, le=64)]
    stamps: Literal["each", "first", "last"] = "each"
    restarts_on: Name | None = None

    def tick_s(self, rate_hz: float) -> float:
        """Seconds a tick.

        Args:
            rate_hz: Samples a second.
        """
        if self.unit == "sample":
            return 1.0 / rate_hz
        return TIME_UNIT_S[self.unit]


class HostClock(Strict, frozen=True, kw_only=True, tag_field="source", tag="host"):
    """The sensor does not stamp; arrival is all there is."""


class Tare(Strict, frozen=True, kw_only=True):
    """Who sets the zero.

    Attributes:
        mode: The sensor, by its `tare` command, or bandmate; `none`: nothing that has a zero.
        requires_stream: The sensor must be streaming for it.
    """

    mode: Literal["hardware", "software", "none"]
    requires_stream: bool = False


class Battery(Strict, frozen=True, kw_only=True):
    """How full the battery is, told from a fact that is no percentage.

    Attributes:
        fact: That fact.
        curve: Its value and the percentage there, rising.
        between: Between two of them the percentage is the lower one's (`step`), or in proportion.
    """

    fact: Name
    curve: Annotated[tuple[tuple[float, float], ...], Meta(min_length=2)]
    between: Literal["step", "line"] = "line"

    def pct(self, value: float) -> float:
        """The percentage, 0 to 100."""
        low = self.curve[0]
        if value < low[0]:
            return low[1] if self.between == "line" else 0.0
        for high in self.curve[1:]:
            if value < high[0]:
                if self.between == "step":
                    return low[1]
                return low[1] + (high[1] - low[1]) * (value - low[0]) / (high[0] - low[0])
            low = high
        return low[1]


class Quirks(Strict, frozen=True, kw_only=True):
    """What must be minded.

    `single_request` and `stop_before_disconnect` are for people: the link never has more than one
    request outstanding, and stops every stream that it ends.

    Attributes:
        single_request: Replies carry no opcode: one request outstanding at a time.
        stop_before_battery: The battery is read while not streaming.
        resend_start_when_silent: A menu on the sensor ends the stream; starting again brings it
            back.
        settings_after_start: Rate and unit are taken only once it streams.
        stop_before_disconnect: Without a stop it stays on when the connection ends.
        read_back: It rounds what it is set to: the setting is read again.
    """

    single_request: bool = False
    stop_before_battery: bool = False
    resend_start_when_silent: bool = False
    settings_after_start: bool = False
    stop_before_disconnect: bool = False
    read_back: bool = False

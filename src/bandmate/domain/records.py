"""What is stored and published: events and samples on the UTC clock, and the live state.

Inside, times are monotonic (the session clock). The service's one converter makes these records,
and the sinks see nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from bandmate.domain.events import EventDict
from bandmate.domain.zones import ZoneLimits


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One event (`domain.events`).

    Attributes:
        session: The session's id.
        ts_ns: When it happened, UTC, nanoseconds since the epoch.
        body: The event as JSON values (`Event.to_dict`).
    """

    session: str
    ts_ns: int
    body: EventDict

    @property
    def name(self) -> str:
        """The event's name, such as `rep`."""
        return str(self.body["event"])


SampleQuantity = Literal["force", "angle"]
"""What the readings of a record are."""

SAMPLE_FIELD: Mapping[SampleQuantity, str] = MappingProxyType(
    {"force": "force_n", "angle": "angle_deg"}
)
"""How they are called where they are published."""


@dataclass(frozen=True, slots=True)
class SampleRecord:
    """About one second of one sensor's readings.

    Attributes:
        session: The session's id.
        band: Which sensor.
        exercise: The running exercise, empty where none runs.
        ts_ns: When each was measured, UTC, strictly increasing.
        values: Finite readings, as many as `ts_ns`: the pull at the limb in newton, tared; or
            degrees from the pose of rest.
        quantity: Which of the two; an arbitrary unit is kept as a force.
        limits: The zone of the running set; `None` where there is none.
    """

    session: str
    band: str
    exercise: str
    ts_ns: Sequence[int]
    values: Sequence[float]
    quantity: SampleQuantity = "force"
    limits: ZoneLimits | None = None


Record = EventRecord | SampleRecord
"""What goes through the store to the remote sinks."""

LinkState = Literal[
    "searching", "connecting", "streaming", "silent", "off", "denied", "asleep", "ended"
]
"""How a sensor's link stands, in the word shown to people. `off`: there is no Bluetooth to use;
`denied`: it may not be used; `asleep`: a person put the sensor away."""


@dataclass(frozen=True, slots=True)
class BandState:
    """How one band stands now; only the newest matters.

    Attributes:
        link: How its link stands.
        link_text: The same in a sentence, with what to do.
        available: Valid data arrives: samples, or heart rates from a sensor of those.
        tension_n: The newest reading (median of 3); `None` where stale or missing, and where the
            sensor measures no pull.
        zone: Announced zone; `unknown` where the reading cannot be trusted.
        limits: The exercise's levels by name (`slack_n` … `ceiling_n`); `None` where none runs.
        reps: Full movements of this set.
        reps_target: What the set asks for; 0 where it asks for a hold.
        hold_s: Seconds in zone of this set, for holds.
        hold_target_s: What the set asks for; 0 where it asks for movements.
        alerts: Codes of active alerts, most urgent first.
        phase: `idle`, `active` or `stopped`.
        battery_pct: `None` where unknown.
        angle_deg: The newest angle to the pose of rest; `None` where the sensor measures no motion.
        heart_rate_bpm: `None` where the sensor tells none, or told none lately.
        reconnects: How often its link came back.
        rate_hz: Readings a second; `None` where none arrive.
    """

    band: str
    ts_ns: int
    t_s: float
    link: LinkState
    link_text: str
    available: bool
    tension_n: float | None
    zone: str
    limits: dict[str, float] | None
    exercise: str
    title: str
    set: int
    phase: Literal["idle", "active", "stopped"]
    reps: int
    reps_target: int
    hold_s: float
    hold_target_s: float
    alerts: tuple[str, ...]
    battery_pct: float | None
    angle_deg: float | None = None
    heart_rate_bpm: float | None = None
    reconnects: int = 0
    rate_hz: float | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """A piece of a band's curve: what was measured, and when on the session clock.

    Attributes:
        t_s: Rising.
        values: As many; the pull in newton, or degrees.
    """

    band: str
    t_s: Sequence[float]
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class SessionState:
    """How the guided session stands now.

    Attributes:
        state: See `engine.session.states`.
        plan: The plan's id.
        title: The exercise that is next or under way; empty where there is none.
        side: `left`, `right` or empty.
        set_number: Which set of that exercise and side …
        sets: … of how many.
        left_s: Whole seconds until what it is at ends by itself; `None`: nobody knows.
        text: What was said last; of a session that is over its summary, two lines.
        questions: What is to be answered with yes or no now: id and text.
    """

    state: str
    plan: str
    title: str
    side: str
    set_number: int
    sets: int
    text: str
    left_s: int | None = None
    questions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SinkHealth:
    """How one sink stands.

    Attributes:
        state: `starting`, `up`, `down` (tried again by itself) or `failed` (ended by a bug).
        text: The same in a sentence, with what to do; never a secret.
        queued: Records waiting for it.
        queued_peak: The most that ever waited.
        delivered: Records it took.
        dropped: Records it refused for good, or that its full mailbox gave up.
        reconnects: How often it came back.
        lag_s: How old the record was, when it was delivered, that was delivered last.
    """

    name: str
    state: Literal["starting", "up", "down", "failed"]
    text: str
    queued: int = 0
    queued_peak: int = 0
    delivered: int = 0
    dropped: int = 0
    reconnects: int = 0
    lag_s: float = 0.0

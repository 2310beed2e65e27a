"""What bandmate says happened: the events that users may rely on (`docs/interfaces.md`).

The same objects go to `--json`, MQTT, the local store and the page. Every event carries the fields
of `Event`; a change of names, units or meanings is listed in the changelog. Times are seconds on
the session clock. Only `emitted_s` may depend on how samples were cut into packets.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import ClassVar

from bandmate.domain.alerts import AlertCode, HintCode, Urgency
from bandmate.domain.zones import Zone

EventDict = dict[str, object]
"""An event as plain JSON values, its `event` name and `id` first."""


class Grade(StrEnum):
    """How a movement counts; only `FULL` counts toward the dose."""

    FULL = "full"
    PARTIAL = "partial"
    FAST = "fast"
    SLOW = "slow"
    ABORTED = "aborted"


class HoldEnd(StrEnum):
    """Why a hold ended."""

    RELEASED = "released"
    BAND_RELEASE = "band_release"
    LOST = "lost"
    STOP = "stop"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What every event carries.

    Attributes:
        id: Unique, and the same whenever the same recording is replayed.
        band: Which sensor.
        exercise: The running exercise, empty where none runs.
        set: The number of the running or last set, from 1; 0 before the first.
        t_s: When it happened.
        emitted_s: When it was decided: the arrival of the packet that decided it, or the deadline
            that fired.
    """

    name: ClassVar[str]

    id: str
    band: str
    exercise: str
    set: int
    t_s: float
    emitted_s: float

    def to_dict(self) -> EventDict:
        """The event as a JSON object."""
        body: EventDict = {"event": self.name}
        for item in fields(self):
            value = getattr(self, item.name)
            body[item.name] = [v.to_dict() for v in value] if item.name == "sags" else value
        return body


@dataclass(frozen=True, slots=True, kw_only=True)
class Rep(Event):
    """A movement was counted (its grade says as what). Its peak is a pull, or an angle."""

    name = "rep"
    index: int
    grade: Grade
    start_s: float
    peak_s: float
    count_s: float
    peak_n: float | None
    peak_deg: float | None = None
    excursion: float
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RepFinal(Event):
    """A counted movement came back to rest; its measures are final. `None`: not available.

    Rates are newton or degrees a second.
    """

    name = "rep_final"
    index: int
    count_s: float
    end_s: float
    rise_s: float | None
    top_s: float | None
    fall_s: float | None
    impulse_ns: float | None
    time_under_tension_s: float | None
    mean_n: float | None = None
    mean_deg: float | None = None
    rise_rate: float | None = None
    rise_rate_peak: float | None = None
    fall_rate: float | None = None
    fall_rate_peak: float | None = None
    rfd_n_per_s: float | None = None
    smoothness: float | None = None
    in_zone_s: float | None = None
    overshoot_n: float | None = None
    confidence: float
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sag:
    """A hold went 20 % or more under its level for 1 s or more, and recovered."""

    start_s: float
    length_s: float
    depth_pct: float

    def to_dict(self) -> EventDict:
        """The sag as a JSON object."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldStarted(Event):
    """A hold has lasted its minimum; `start_s` is when it began."""

    name = "hold_started"
    index: int
    start_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldEnded(Event):
    """A hold ended. Its level is `mean_n`; `mean_au` in an arbitrary unit, `mean_deg` an angle."""

    name = "hold_ended"
    index: int
    start_s: float
    end_s: float
    duration_s: float
    in_zone_s: float | None
    mean_n: float | None
    mean_au: float | None = None
    mean_deg: float | None = None
    sag_pct_per_min: float | None = None
    steadiness_pct: float | None = None
    breaks: int = 0
    sags: tuple[Sag, ...] = ()
    reason: HoldEnd = HoldEnd.RELEASED


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseReached(Event):
    """The set's dose is done."""

    name = "dose_reached"
    kind: str
    target: float
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneChanged(Event):
    """The announced zone (2 N of hysteresis) changed."""

    name = "zone_changed"
    zone: Zone
    value_n: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Alert(Event):
    code: AlertCode
    urgency: Urgency
    value: float | None
    limit: float | None
    message: str
    onset_s: float
    index: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRaised(_Alert):
    """Something the person should know now. `onset_s` is the first crossing."""

    name = "alert_raised"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertCleared(_Alert):
    """It is over. `duration_s`: from onset to the moment the cause was gone."""

    name = "alert_cleared"
    duration_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged(Event):
    """The person has seen the alerts `codes`; their sound stops until a new event."""

    name = "acknowledged"
    codes: tuple[AlertCode, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tared(Event):
    """A tare was asked for: a new zero, or why there is none.

    Both are `None` where the pose of now is the new rest (motion sensors).
    """

    name = "tared"
    zero_n: float | None
    refused: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transient(Event):
    """A jerk crossed the limit too briefly for an alert; recorded, not sounded."""

    name = "transient"
    peak_n: float
    length_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint(Event):
    """Something worth mentioning; shown and recorded, not sounded."""

    name = "hint"
    code: HintCode
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality(Event):
    """What was wrong with the data since the last of these: counts, and seconds of gaps."""

    name = "quality"
    samples: int
    lost: int
    nan: int
    duplicate: int
    late: int
    saturated: int
    malformed: int
    gaps: int
    gap_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SetStarted(Event):
    """A set began: from here movements count and zones are watched."""

    name = "set_started"
    title: str
    zone: Mapping[str, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetEnded(Event):
    """A set ended. `status`: complete, incomplete or stopped; `interrupted`: data was lost."""

    name = "set_ended"
    status: str
    interrupted: bool
    results: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated(Event):
    """A person counted the set that is over: what a full movement is was learnt of it.

    Attributes:
        count: The repetitions as the person counted them.
        amplitude: With this rise, in newton or degrees, as many are counted; `None`: with none.
    """

    name = "calibrated"
    count: int
    amplitude: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Symmetry(Event):
    """The same set was done on the left and on the right; told by the side that ended last.

    Asymmetry is what the weaker side lacks of the stronger one, medians of the movements that
    counted. The weaker side is the one with the smaller excursion. `None`: there were too few.
    """

    name = "symmetry"
    peak_asymmetry_pct: float | None
    excursion_asymmetry_pct: float | None
    weaker: str | None
    n_left: int
    n_right: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary(Event):
    """The last event of a band: what its sets came to."""

    name = "summary"
    reps: int
    partial: int
    fast: int
    slow: int
    aborted: int
    holds: int
    zone_s: Mapping[str, float] | None
    in_zone_pct: float | None
    peak_n: float | None
    peak_deg: float | None
    alerts: Mapping[str, int]
    quality: Mapping[str, float]
    metrics: Mapping[str, object]
    second_pass: Mapping[str, object] | None
    dose: Mapping[str, object] | None
    flags: tuple[str, ...] = field(default=())


EVENT_TYPES: tuple[type[Event], ...] = (
    Rep,
    RepFinal,
    HoldStarted,
    HoldEnded,
    DoseReached,
    ZoneChanged,
    AlertRaised,
    AlertCleared,
    Acknowledged,
    Tared,
    Transient,
    Hint,
    Quality,
    SetStarted,
    SetEnded,
    Calibrated,
    Symmetry,
    Summary,
)
"""Every event there is; encoders and tests run over it."""

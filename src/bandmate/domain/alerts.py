"""Alert codes, how urgent each is, and what is said to the person."""

from dataclasses import dataclass
from enum import StrEnum


class Urgency(StrEnum):
    """How a person should take an alert, most urgent first. No standard is claimed."""

    STOP = "stop"
    EASE = "ease"
    CHECK = "check"
    INFO = "info"


class AlertCode(StrEnum):
    """The alerts that the service can raise."""

    TINGLE_STOP = "tingle_stop"
    PAIN_STOP = "pain_stop"
    TENSION_CEILING = "tension_ceiling"
    TENSION_LIMIT = "tension_limit"
    BAND_RELEASE = "band_release"
    SENSOR_SATURATED = "sensor_saturated"
    SIGNAL_LOST = "signal_lost"
    SENSOR_FROZEN = "sensor_frozen"
    TARE_INVALID = "tare_invalid"
    BATTERY_CRITICAL = "battery_critical"
    HOLD_LOST = "hold_lost"
    TENSION_HIGH = "tension_high"
    BASELINE_DRIFT = "baseline_drift"
    BATTERY_LOW = "battery_low"
    SIGNAL_DEGRADED = "signal_degraded"
    PACE_FAST = "pace_fast"
    HOLD_SAG = "hold_sag"
    WRONG_BAND = "wrong_band"
    PHASE_PATTERN = "phase_pattern"
    NOT_SLACK = "not_slack"


class HintCode(StrEnum):
    """What the service mentions without any alert."""

    MOVEMENT_TOO_SMALL = "movement_too_small"
    KEEP_MOVING = "keep_moving"
    TOO_QUICK = "too_quick"
    LEVEL_HIPS = "level_hips"
    LONG_BACK = "long_back"


@dataclass(frozen=True, slots=True)
class AlertKind:
    """What is fixed about an alert.

    Attributes:
        urgency: How it is shown and sounded.
        message: The words shown and spoken.
        latched: It stays after its cause is gone, until it is acknowledged (or, for
            `tare_invalid`, until a new tare).
        about_signal: It speaks of the pull, so a more urgent one about the pull hides it.
    """

    urgency: Urgency
    message: str
    latched: bool = False
    about_signal: bool = False


ALERTS: dict[AlertCode, AlertKind] = {
    AlertCode.TINGLE_STOP: AlertKind(
        Urgency.STOP, "Stopped. Lie still and let the band go slowly.", latched=True
    ),
    AlertCode.PAIN_STOP: AlertKind(
        Urgency.STOP, "Stopped. Lie still and let the band go slowly.", latched=True
    ),
    AlertCode.TENSION_CEILING: AlertKind(
        Urgency.STOP, "Stop. Lie still, let the band go slowly.", about_signal=True
    ),
    AlertCode.TENSION_LIMIT: AlertKind(
        Urgency.EASE, "Ease off: the pull is over the limit.", about_signal=True
    ),
    AlertCode.BAND_RELEASE: AlertKind(
        Urgency.CHECK,
        "The band let go. Check yourself, then the band; do not reuse a damaged band.",
        latched=True,
    ),
    AlertCode.SENSOR_SATURATED: AlertKind(
        Urgency.CHECK, "The sensor is at the end of its range: the true pull may be higher."
    ),
    AlertCode.SIGNAL_LOST: AlertKind(Urgency.CHECK, "Sensor lost: nothing is being measured."),
    AlertCode.SENSOR_FROZEN: AlertKind(
        Urgency.CHECK, "The sensor repeats one value: the reading cannot be trusted."
    ),
    AlertCode.TARE_INVALID: AlertKind(
        Urgency.CHECK, "The zero is wrong: let the band hang slack and tare again.", latched=True
    ),
    AlertCode.BATTERY_CRITICAL: AlertKind(
        Urgency.CHECK, "The sensor's battery is nearly empty: charge it before the next set."
    ),
    AlertCode.HOLD_LOST: AlertKind(
        Urgency.INFO, "The hold dropped below your zone.", about_signal=True
    ),
    AlertCode.TENSION_HIGH: AlertKind(
        Urgency.INFO, "A little less: the pull is above your zone.", about_signal=True
    ),
    AlertCode.BASELINE_DRIFT: AlertKind(
        Urgency.INFO, "The zero may have moved: at the next pause let the band hang slack and tare."
    ),
    AlertCode.BATTERY_LOW: AlertKind(
        Urgency.INFO, "The sensor's battery is low: charge it after the session."
    ),
    AlertCode.SIGNAL_DEGRADED: AlertKind(Urgency.INFO, "The sensor's signal is patchy."),
    AlertCode.PACE_FAST: AlertKind(
        Urgency.INFO, "A little slower: take your time up and down.", about_signal=True
    ),
    AlertCode.HOLD_SAG: AlertKind(Urgency.INFO, "The hold is sagging.", about_signal=True),
    AlertCode.WRONG_BAND: AlertKind(
        Urgency.INFO,
        "This band pulls hard for this exercise: use a lighter band.",
        about_signal=True,
    ),
    AlertCode.PHASE_PATTERN: AlertKind(
        Urgency.INFO, "Toes away while you straighten, toes to you while you bend."
    ),
    AlertCode.NOT_SLACK: AlertKind(
        Urgency.INFO, "The band is not slack: let it hang loose and tare again."
    ),
}
"""Every alert the service raises, and what is fixed about it."""

HINTS: dict[HintCode, str] = {
    HintCode.MOVEMENT_TOO_SMALL: "These movements are too small to be counted.",
    HintCode.KEEP_MOVING: "Keep moving: there is no hold at the end.",
    HintCode.TOO_QUICK: "Too quick: let the pull grow and fade slowly.",
    HintCode.LEVEL_HIPS: "Your hips rolled along: keep them level while you hold.",
    HintCode.LONG_BACK: "Your back bent along: keep it long, and bend at the hips alone.",
}
"""Every hint the service gives, in words."""

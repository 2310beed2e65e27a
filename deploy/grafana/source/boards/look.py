"""Colours, words and thresholds: the same on every panel, and those of the coach page.

No colour stands alone: what it says is also said in words or by the form of a line.
"""

from grafana_foundation_sdk.builders.dashboard import ThresholdsConfig
from grafana_foundation_sdk.models import dashboard
from grafana_foundation_sdk.models.dashboard import (
    DynamicConfigValue,
    RangeMap,
    Threshold,
    ValueMap,
    ValueMapping,
    ValueMappingResult,
)

SLACK, BELOW, IN, HIGH, OVER, STOP = (
    "#8b9aa6",
    "#62aef0",
    "#4cc38a",
    "#f2b441",
    "#ff6259",
    "#b3201a",
)
UNKNOWN = "#5c5470"
PURPLE = "#b8a1e3"
TEXT = "#ccd6dd"

NEWTON = "suffix:N"
"""Not `forceN`, which would show a slack band's pull as so many millinewton."""

URGENCY = {
    "stop": ("stop", STOP),
    "ease": ("ease off", OVER),
    "check": ("check", HIGH),
    "info": ("info", BELOW),
}
STANDS = {"alert_raised": ("active", OVER), "alert_cleared": ("cleared", IN)}
HAPPENED = {"alert_raised": ("raised", OVER), "alert_cleared": ("cleared", IN)}
GRADES = {
    "full": IN,
    "partial": BELOW,
    "fast": HIGH,
    "slow": PURPLE,
    "aborted": SLACK,
}
STATUS = {
    "complete": ("complete", IN),
    "done": ("done", IN),
    "ended": ("ended early", BELOW),
    "incomplete": ("incomplete", BELOW),
    "skipped": ("skipped", SLACK),
    "stopped": ("stopped", OVER),
    "interrupted": ("interrupted", HIGH),
    "refused": ("not begun", SLACK),
}
DISTAL = {
    str(level): (where, TEXT)
    for level, where in enumerate(
        ("nowhere", "back", "buttock or upper thigh", "knee", "calf", "foot")
    )
}
"""Words alone: no level is better or worse than another."""
CONNECTED = {"true": ("connected", IN), "false": ("not connected", OVER)}
SEEN = {"true": ("measured", IN), "false": ("timed", SLACK)}


def words(meant: dict[str, tuple[str, str]]) -> ValueMap:
    """Values in words and colours."""
    return ValueMap(
        {
            value: ValueMappingResult(text=text, color=colour, index=place)
            for place, (value, (text, colour)) in enumerate(meant.items())
        }
    )


def ranges(*steps: tuple[float, float, str, str]) -> list[ValueMapping]:
    """Ranges in words and colours: from, to, text, colour."""
    return [
        RangeMap(
            dashboard.DashboardRangeMapOptions(
                begin, end, ValueMappingResult(text=text, color=colour, index=place)
            )
        )
        for place, (begin, end, text, colour) in enumerate(steps)
    ]


def thresholds(*steps: tuple[float, str]) -> ThresholdsConfig:
    """A colour from each step on; what is under the first, or is not there, has that of text."""
    return ThresholdsConfig().steps(
        [Threshold(None, TEXT), *(Threshold(value, colour) for value, colour in steps)]
    )


def props(**values: object) -> list[DynamicConfigValue]:
    """Properties of some curves or columns; `__` in a name stands for a dot."""
    return [DynamicConfigValue(name.replace("__", "."), value) for name, value in values.items()]


def colour(code: str) -> dict[str, str]:
    """One fixed colour, as a property."""
    return {"mode": "fixed", "fixedColor": code}


BATTERY_LEVELS = thresholds((0, OVER), (10, HIGH), (20, IN))
BATTERY = props(
    thresholds=BATTERY_LEVELS.build(),
    custom__cellOptions={"type": "color-text"},
    color={"mode": "thresholds"},
)
"""Red under 10 %, amber under 20 %, where the alert rule is, too."""

"""InfluxDB's line protocol, written by a fixed schema. Pure.

The first value of a field fixes its type in the database, and a value of another type is refused
later. So a field's type is looked up in `SCHEMA`, never guessed from a value: a float is written as
a float even when it is whole. Format:
https://docs.influxdata.com/influxdb/v1/write_protocols/line_protocol_reference/
"""

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, cast

import msgspec

TAGS: Final = ("band", "exercise", "kind", "site")
"""Every tag there is. A session, a number or a person is never a tag."""

_HEAD = {"session": str, "set": int}
_ZONE_SECONDS = {
    f"zone_{zone}_s": float for zone in ("slack", "below", "in", "high", "over", "unknown")
}
_ZONE_LEVELS = {f"{level}_n": float for level in ("low", "high", "limit", "ceiling")}
_RESULTS = {
    "reps": int,
    "partial": int,
    "fast": int,
    "slow": int,
    "aborted": int,
    "holds": int,
    "in_zone_pct": float,
    "peak_n": float,
    "peak_deg": float,
    "alerts": int,
    "dose_target": float,
    "dose_credited": float,
    "second_pass_reps": int,
    "second_pass_differs": bool,
    "time_under_tension_s": float,
    "rest_s": float,
    "cycle_s": float,
    "cycle_cv_pct": float,
    "excursion": float,
    "excursion_cv_pct": float,
    "excursion_loss_pct": float,
    "velocity_loss_pct": float,
    "peak_slope": float,
    "duration_slope_s": float,
    "tempo_pct": float,
    "smoothness": float,
    "sag_pct_per_min": float,
    "steadiness_pct": float,
    **_ZONE_SECONDS,
}

SCHEMA: Final[Mapping[str, Mapping[str, type]]] = MappingProxyType(
    {
        "tension": {"force_n": float},
        "imu": {"angle_deg": float},
        "tension_1s": {
            "session": str,
            "mean_n": float,
            "min_n": float,
            "max_n": float,
            "p95_n": float,
            "in_zone_s": float,
            "over_s": float,
            "unknown_s": float,
            **_ZONE_LEVELS,
        },
        "rep": {
            **_HEAD,
            "index": int,
            "grade": str,
            "start_s": float,
            "peak_s": float,
            "count_s": float,
            "peak_n": float,
            "peak_deg": float,
            "excursion": float,
            "end_s": float,
            "rise_s": float,
            "top_s": float,
            "fall_s": float,
            "impulse_ns": float,
            "time_under_tension_s": float,
            "mean_n": float,
            "mean_deg": float,
            "rise_rate": float,
            "rise_rate_peak": float,
            "fall_rate": float,
            "fall_rate_peak": float,
            "rfd_n_per_s": float,
            "smoothness": float,
            "in_zone_s": float,
            "overshoot_n": float,
            "confidence": float,
            "flags": str,
        },
        "hold": {
            **_HEAD,
            "index": int,
            "start_s": float,
            "end_s": float,
            "duration_s": float,
            "in_zone_s": float,
            "mean_n": float,
            "mean_au": float,
            "mean_deg": float,
            "sag_pct_per_min": float,
            "steadiness_pct": float,
            "breaks": int,
            "sags": int,
            "reason": str,
        },
        "alert": {
            **_HEAD,
            "event": str,
            "urgency": str,
            "value": float,
            "limit": float,
            "message": str,
            "onset_s": float,
            "duration_s": float,
            "index": int,
        },
        "set": {
            **_HEAD,
            "title": str,
            **_ZONE_LEVELS,
            "status": str,
            "interrupted": bool,
            "side": str,
            "set_number": int,
            "target": float,
            "credited": float,
            "measured": bool,
            **_RESULTS,
        },
        "session": {
            "session": str,
            **_RESULTS,
            "flags": str,
            "plan": str,
            "person": str,
            "date": str,
            "status": str,
            "duration_s": float,
            "sets_done": int,
            "sets_planned": int,
            "dose_share": float,
            "measured_share": float,
            "pain_before": int,
            "pain_after": int,
            "distal_before": int,
            "distal_after": int,
            "from_ms": int,
            "to_ms": int,
        },
        "symptom": {
            **_HEAD,
            "event": str,
            "pain": int,
            "distal": int,
            "tingling": bool,
            "stops": bool,
        },
        "health": {
            "session": str,
            "version": str,
            "samples": int,
            "lost": int,
            "nan": int,
            "duplicate": int,
            "late": int,
            "saturated": int,
            "malformed": int,
            "gaps": int,
            "gap_s": float,
            "connected": bool,
            "rate_hz": float,
            "reconnects": int,
            "battery_pct": float,
            "mqtt_queue": int,
            "mqtt_lag_s": float,
            "mqtt_reconnects": int,
            "influx_queue": int,
            "influx_lag_s": float,
            "influx_reconnects": int,
            "dropped": int,
        },
    }
)
"""The fields of each measurement and their types; what dashboards may ask for."""

_NOT_IN_A_TAG = re.compile(r"[^A-Za-z0-9_.:-]")
_NOT_FINITE: Final = "null"
"""What JSON makes of such a number."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def line(
    measurement: str, tags: Mapping[str, str], fields: Mapping[str, object], ts_ns: int
) -> str | None:
    """One point; `None` where no field is left.

    Fields that the schema does not know, that are `None` or that are not finite are left out.

    Args:
        measurement: A key of `SCHEMA`.
        tags: By names of `TAGS`; empty ones are left out. Other characters than letters, digits
            and `_.:-` become `_`.
        fields: By name.
        ts_ns: UTC, nanoseconds since the epoch.
    """
    written = ",".join(_fields(SCHEMA[measurement], fields))
    if not written:
        return None
    return f"{measurement}{_marked(tags)} {written} {ts_ns}"


def lines(
    measurement: str,
    tags: Mapping[str, str],
    field: str,
    values: Sequence[float],
    ts_ns: Sequence[int],
) -> list[str]:
    """Many points of one field, a float; what is not finite is left out.

    Args:
        measurement: A key of `SCHEMA`.
        tags: As of `line`.
        field: A float field of it.
        values: As many as `ts_ns`.
        ts_ns: UTC, nanoseconds since the epoch.
    """
    head = f"{measurement}{_marked(tags)} {field}="
    texts = zip(_numbers(list(map(float, values))), _numbers(list(ts_ns)), strict=True)
    return [f"{head}{value} {at_ns}" for value, at_ns in texts if value != _NOT_FINITE]


def _numbers(values: Sequence[float]) -> list[str]:
    """The shortest texts of numbers that keep every bit, quickly."""
    return msgspec.json.encode(values)[1:-1].decode().split(",") if values else []


def _marked(tags: Mapping[str, str]) -> str:
    named = ((name, tags.get(name, "")) for name in TAGS)
    return "".join(f",{name}={_NOT_IN_A_TAG.sub('_', tag)}" for name, tag in named if tag)


def _fields(schema: Mapping[str, type], fields: Mapping[str, object]) -> list[str]:
    known = ((name, value) for name, value in fields.items() if name in schema)
    written = ((name, _WRITE[schema[name]](value)) for name, value in known if value is not None)
    return [f"{name}={text}" for name, text in written if text]


def _write_float(value: object) -> str:
    (text,) = _numbers([float(cast("float", value))])
    return "" if text == _NOT_FINITE else text


def _write_int(value: object) -> str:
    return f"{int(cast('int', value))}i"


def _write_bool(value: object) -> str:
    return "true" if value else "false"


def _write_text(value: object) -> str:
    # A line break inside quotes is allowed, but not every server reads it.
    text = _CONTROL.sub(" ", str(value)).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


_WRITE: Mapping[type, Callable[[object], str]] = MappingProxyType(
    {float: _write_float, int: _write_int, bool: _write_bool, str: _write_text}
)

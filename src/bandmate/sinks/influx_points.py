"""Records as lines for InfluxDB, each record by itself. Pure.

`rep` and `rep_final` of one movement become one point: both are written at the time of `rep`, by
the session clock (`SessionClock.utc_ns` rounds as is done here).
Events without a measurement (`zone_changed`, `hold_started`, `dose_reached`, `acknowledged` …) are
in the local store and on MQTT only.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import cast

from bandmate import __version__
from bandmate.domain.records import (
    SAMPLE_FIELD,
    EventRecord,
    Record,
    SampleQuantity,
    SampleRecord,
)
from bandmate.sinks.line_protocol import line, lines
from bandmate.sinks.second_summary import summarise

_MEASUREMENT: Mapping[str, str] = MappingProxyType(
    {
        "rep": "rep",
        "rep_final": "rep",
        "hold_ended": "hold",
        "alert_raised": "alert",
        "alert_cleared": "alert",
        "set_started": "set",
        "set_ended": "set",
        "summary": "session",
        "session_summary": "session",
        "symptom": "symptom",
        "answered": "symptom",
        "credited": "set",
        "quality": "health",
    }
)

KIND: Mapping[str, str] = MappingProxyType(
    {
        "set_started": "started",
        "set_ended": "ended",
        "quality": "quality",
        "credited": "credited",
        "session_summary": "guided",
    }
)
"""The tag `kind` by event …"""

_KIND_FIELD: Mapping[str, str] = MappingProxyType(
    {"alert_raised": "code", "alert_cleared": "code", "symptom": "kind", "answered": "moment"}
)
"""… and the field that tells it, where one does."""

_AROUND_MS = 30_000
"""How much a view of a session shows before it and after it."""

_SAMPLES: Mapping[SampleQuantity, str] = MappingProxyType({"force": "tension", "angle": "imu"})
"""Where readings go."""


def encode(record: Record, site: str, *, with_samples: bool = True) -> list[str]:
    """The lines of a record.

    Args:
        record: What is to be written.
        site: The site's name.
        with_samples: Whether every reading is written; the summary of its second is in any case.
    """
    if isinstance(record, SampleRecord):
        return _sample_lines(record, site, with_samples=with_samples)
    return list(_event_lines(record, site))


def greeting(site: str, ts_ns: int) -> str:
    """What is written first in every life: that the service is there, and in which version."""
    tags, fields = {"site": site, "kind": "connected"}, {"version": __version__}
    return "".join(_some(line("health", tags, fields, ts_ns)))


def _sample_lines(record: SampleRecord, site: str, *, with_samples: bool) -> list[str]:
    if not record.ts_ns:
        return []
    tags = {"site": site, "band": record.band, "exercise": record.exercise}
    written: list[str] = []
    if with_samples:
        field_name = SAMPLE_FIELD[record.quantity]
        written = lines(_SAMPLES[record.quantity], tags, field_name, record.values, record.ts_ns)
    if record.quantity == "force":
        summary = {"session": record.session, **summarise(record)}
        written += _some(line("tension_1s", tags, summary, record.ts_ns[0]))
    return written


def _event_lines(record: EventRecord, site: str) -> Iterator[str]:
    measurement = _MEASUREMENT.get(record.name)
    if measurement is None:
        return
    body = record.body
    tags = {
        "site": site,
        "band": str(body["band"]),
        "exercise": str(body["exercise"]),
        "kind": str(body.get(_KIND_FIELD.get(record.name, ""), KIND.get(record.name, ""))),
    }
    fields = {"session": record.session, **_flat(body)}
    if record.name == "session_summary":
        fields |= _span(record.ts_ns, cast("float", body["duration_s"]))
    yield from _some(line(measurement, tags, fields, _point_ns(record)))


def _point_ns(record: EventRecord) -> int:
    """The time of an event's point: what is told later of a movement joins what was told first."""
    if record.name != "rep_final":
        return record.ts_ns
    later_s, first_s = (cast("float", record.body[key]) for key in ("t_s", "count_s"))
    return record.ts_ns - round(later_s * 1e9) + round(first_s * 1e9)


def _span(end_ns: int, duration_s: float) -> dict[str, int]:
    """From when to when a view shows a whole session, for links: no query can subtract times."""
    end_ms = end_ns // 1_000_000
    return {"from_ms": end_ms - round(duration_s * 1e3) - _AROUND_MS, "to_ms": end_ms + _AROUND_MS}


def _flat(body: Mapping[str, object]) -> dict[str, object]:
    """The event's fields, with what is nested in them brought to the top."""
    flat = {**body, **_mapping(body, "results")}
    flat |= _mapping(flat, "zone")
    flat |= _mapping(flat, "metrics")
    flat |= {f"second_pass_{key}": value for key, value in _mapping(flat, "second_pass").items()}
    flat |= {f"dose_{key}": value for key, value in _mapping(flat, "dose").items()}
    flat |= {f"zone_{zone}_s": value for zone, value in _mapping(flat, "zone_s").items()}
    if "alerts" in flat:
        flat["alerts"] = sum(cast("Mapping[str, int]", flat["alerts"]).values())
    if "sags" in flat:
        flat["sags"] = len(cast("Sequence[object]", flat["sags"]))
    for name in ("pain", "distal"):
        if isinstance(both := flat.get(name), (list, tuple)):
            flat[f"{name}_before"], flat[f"{name}_after"] = cast("Sequence[object]", both)
    if "flags" in flat:
        flat["flags"] = ",".join(cast("Sequence[str]", flat["flags"]))
    return flat


def _mapping(body: Mapping[str, object], key: str) -> Mapping[str, object]:
    """What is nested under `key`; nothing where it is missing or null."""
    return cast("Mapping[str, object] | None", body.get(key)) or {}


def _some(text: str | None) -> Iterator[str]:
    if text is not None:
        yield text

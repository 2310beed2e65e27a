"""Records as lines for InfluxDB. Pure: what must be remembered goes in and comes out.

`rep` and `rep_final` of one movement become one point: both are written at the time of `rep`.
Events without a measurement (`zone_changed`, `hold_started`, `dose_reached`, `acknowledged` …) are
in the local store and on MQTT only.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import cast

from bandmate.domain.records import (
    SAMPLE_FIELD,
    EventRecord,
    Record,
    SampleQuantity,
    SampleRecord,
)
from bandmate.domain.zones import ZoneLimits
from bandmate.sinks.line_protocol import line
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

_KIND: Mapping[str, str] = MappingProxyType(
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

_SAMPLES: Mapping[SampleQuantity, str] = MappingProxyType({"force": "tension", "angle": "imu"})
"""Where readings go."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What later records need of earlier ones.

    Attributes:
        reps: The time (UTC, ns) of each `rep` whose `rep_final` is due, by band, set and index.
        limits: The zone of the running set, by band.
    """

    reps: Mapping[tuple[object, ...], int] = field(default_factory=dict[tuple[object, ...], int])
    limits: Mapping[str, ZoneLimits] = field(default_factory=dict[str, ZoneLimits])


def encode(records: Iterable[Record], site: str, memory: Memory) -> tuple[list[str], Memory]:
    """The lines of `records`, oldest first, and what to remember once they are delivered."""
    lines: list[str] = []
    for record in records:
        if isinstance(record, SampleRecord):
            lines.extend(_sample_lines(record, site, memory.limits.get(record.band)))
        else:
            memory, ts_ns = _remember(memory, record)
            lines.extend(_event_lines(record, site, ts_ns))
    return lines, memory


def _sample_lines(record: SampleRecord, site: str, limits: ZoneLimits | None) -> Iterator[str]:
    if not record.ts_ns:
        return
    tags = {"site": site, "band": record.band, "exercise": record.exercise}
    measurement, field_name = _SAMPLES[record.quantity], SAMPLE_FIELD[record.quantity]
    for ts_ns, value in zip(record.ts_ns, record.values, strict=True):
        yield from _some(line(measurement, tags, {field_name: value}, ts_ns))
    if record.quantity != "force":
        return
    summary = {"session": record.session, **summarise(record, limits)}
    yield from _some(line("tension_1s", tags, summary, record.ts_ns[0]))


def _event_lines(record: EventRecord, site: str, ts_ns: int) -> Iterator[str]:
    measurement = _MEASUREMENT.get(record.name)
    if measurement is None:
        return
    body = record.body
    tags = {
        "site": site,
        "band": str(body["band"]),
        "exercise": str(body["exercise"]),
        "kind": str(body.get(_KIND_FIELD.get(record.name, ""), _KIND.get(record.name, ""))),
    }
    fields = {"session": record.session, **_flat(body)}
    yield from _some(line(measurement, tags, fields, ts_ns))


def _remember(memory: Memory, record: EventRecord) -> tuple[Memory, int]:
    """What to remember after `record`, and the time of its point."""
    body = record.body
    band = str(body["band"])
    match record.name:
        case "rep":
            reps = {**memory.reps, _rep_key(body): record.ts_ns}
            return replace(memory, reps=reps), record.ts_ns
        case "rep_final":
            reps = dict(memory.reps)
            ts_ns = reps.pop(_rep_key(body), record.ts_ns)
            return replace(memory, reps=reps), ts_ns
        case "set_started" | "set_ended":
            zone = cast("Mapping[str, float] | None", body.get("zone"))
            others = {name: limits for name, limits in memory.limits.items() if name != band}
            limits = others | ({band: ZoneLimits(**zone)} if zone else {})
            return Memory(_without_band(memory.reps, band), limits), record.ts_ns
        case _:
            return memory, record.ts_ns


def _rep_key(body: Mapping[str, object]) -> tuple[object, ...]:
    return (body["band"], body["set"], body["index"])


def _without_band(
    reps: Mapping[tuple[object, ...], int], band: str
) -> Mapping[tuple[object, ...], int]:
    return {key: ts_ns for key, ts_ns in reps.items() if key[0] != band}


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

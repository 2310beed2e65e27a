"""What goes out by MQTT: topics, payloads, QoS and retention as in `docs/interfaces.md`. Pure.

`<base>` is `bandmate/<site>`. Every JSON payload carries `v`, `id` (the same when it is sent again)
and `ts`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import msgspec

from bandmate.domain.alerts import AlertCode
from bandmate.domain.records import (
    SAMPLE_FIELD,
    BandState,
    EventRecord,
    Record,
    SampleRecord,
    SessionState,
    SinkHealth,
)

PAYLOAD_VERSION = 1
"""The `v` of every JSON payload."""

LIVE_EXPIRY_S = 30
"""A broker that speaks MQTT 5 forgets live state and health this long after they were sent."""

ONLINE, OFFLINE = b"online", b"offline"


@dataclass(frozen=True, slots=True)
class Message:
    """One message to publish.

    Attributes:
        expiry_s: How long the broker keeps it (MQTT 5 only); `None` for ever.
    """

    topic: str
    payload: bytes
    qos: int
    retain: bool = False
    expiry_s: int | None = None


def base_topic(site: str) -> str:
    """The topic that all others of a site begin with."""
    return f"bandmate/{site}"


def status_topic(site: str) -> str:
    """Where the process says whether it is there."""
    return f"{base_topic(site)}/status"


def status(site: str, payload: bytes) -> Message:
    """Whether the process is there."""
    return Message(status_topic(site), payload, qos=1, retain=True)


def availability(site: str, band: str, *, available: bool) -> Message:
    """Whether valid data arrives from a band."""
    payload = ONLINE if available else OFFLINE
    return Message(f"{_band(site, band)}/availability", payload, qos=1, retain=True)


def state(site: str, now: BandState) -> Message:
    """How a band stands now."""
    body = {key: value for key, value in asdict(now).items() if key != "ts_ns"}
    return Message(
        f"{_band(site, now.band)}/state",
        _json(f"{now.band}-{now.ts_ns}", now.ts_ns, body),
        qos=0,
        retain=True,
        expiry_s=LIVE_EXPIRY_S,
    )


def health(
    site: str, ts_ns: int, version: str, states: Iterable[BandState], sinks: Iterable[SinkHealth]
) -> Message:
    """How the service stands: the adapter, every link and every way out."""
    links = {now.band: {"state": now.link, "text": now.link_text} for now in states}
    body = {
        "version": version,
        "adapter": _adapter(links.values()),
        "links": links,
        "sinks": {sink.name: _without(asdict(sink), "name") for sink in sinks},
    }
    payload = _json(f"health-{ts_ns}", ts_ns, body)
    topic = f"{base_topic(site)}/health"
    return Message(topic, payload, qos=0, retain=True, expiry_s=LIVE_EXPIRY_S)


def session(
    site: str,
    ts_ns: int,
    session_id: str,
    states: Iterable[BandState],
    guided: SessionState | None,
) -> Message:
    """The running session: what each band is at, and how the guided session stands."""
    bands = {
        now.band: {
            "phase": now.phase,
            "exercise": now.exercise,
            "title": now.title,
            "set": now.set,
        }
        for now in states
    }
    body = {
        "session": session_id,
        "bands": bands,
        "guided": None if guided is None else asdict(guided),
    }
    payload = _json(f"session-{session_id}-{ts_ns}", ts_ns, body)
    return Message(f"{base_topic(site)}/session", payload, qos=1, retain=True)


def reply(site: str, ts_ns: int, *, command_id: str, ref: str | None, error: str) -> Message:
    """The answer to a command; `error` is empty where it was done."""
    body = {"ref": ref, "ok": not error, "error": error or None}
    return Message(f"{base_topic(site)}/cmd/reply", _json(command_id, ts_ns, body), qos=1)


def record_messages(site: str, record: Record, *, with_samples: bool) -> Sequence[Message]:
    """What a stored record says: an event, or (where wanted) samples."""
    if isinstance(record, SampleRecord):
        return [_samples(site, record)] if with_samples and record.ts_ns else []
    band = str(record.body["band"])
    place = _band(site, band) if band else f"{base_topic(site)}/session"
    return [Message(f"{place}/event", _event(record), qos=1)]


def alert(site: str, record: EventRecord, state: str, expiry_s: int) -> Message:
    """An alert on its own topic; `state` is `active` or `cleared`."""
    topic = _alert_topic(site, str(record.body["band"]), record.body["code"])
    return Message(topic, _event(record, state=state), qos=1, retain=True, expiry_s=expiry_s)


def no_alert(site: str, band: str, code: str) -> Message:
    """Takes an alert from its topic."""
    return Message(_alert_topic(site, band, code), b"", qos=1, retain=True)


def stale_alerts(site: str, now: BandState) -> Sequence[Message]:
    """Removes the retained alerts that an earlier life of the service may have left behind."""
    return [no_alert(site, now.band, code) for code in AlertCode if code not in now.alerts]


def utc_text(ts_ns: int) -> str:
    """A time as RFC 3339 with microseconds and `Z`.

    Args:
        ts_ns: UTC, nanoseconds since the epoch.
    """
    seconds, rest_ns = divmod(ts_ns, 1_000_000_000)
    moment = datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest_ns // 1000)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _adapter(links: Iterable[Mapping[str, str]]) -> Mapping[str, str]:
    """How the host's Bluetooth stands: as the links that cannot use it say."""
    barred = (link for link in links if link["state"] in {"off", "denied"})
    return next(barred, {"state": "on", "text": ""})


def _band(site: str, band: str) -> str:
    return f"{base_topic(site)}/band/{band}"


def _alert_topic(site: str, band: str, code: object) -> str:
    return f"{_band(site, band)}/alert/{code}"


def _event(record: EventRecord, **more: object) -> bytes:
    body = {"session": record.session, **record.body, **more}
    return _json(str(record.body["id"]), record.ts_ns, body)


def _samples(site: str, record: SampleRecord) -> Message:
    first_ns = record.ts_ns[0]
    body = {
        "session": record.session,
        "exercise": record.exercise,
        "offset_s": [round((ts_ns - first_ns) / 1e9, 6) for ts_ns in record.ts_ns],
        SAMPLE_FIELD[record.quantity]: record.values,
    }
    payload = _json(f"{record.band}-samples-{first_ns}", first_ns, body)
    return Message(f"{_band(site, record.band)}/samples", payload, qos=0)


def _json(message_id: str, ts_ns: int, body: Mapping[str, object]) -> bytes:
    head = {"v": PAYLOAD_VERSION, "id": message_id, "ts": utc_text(ts_ns)}
    return msgspec.json.encode({**head, **_without(body, "id")})


def _without(body: Mapping[str, object], key: str) -> dict[str, object]:
    return {name: value for name, value in body.items() if name != key}

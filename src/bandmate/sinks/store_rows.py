"""Records as rows of the store, and back. Pure.

An event's body is JSON, so that a person can read it with any SQLite tool. Samples are packed: the
differences of their times (64 bit integers) and then their values (64 bit floats), little-endian,
compressed by zlib. A second of 100 Hz comes to some hundred bytes.
"""

import zlib
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple, cast

import msgspec
import numpy as np

from bandmate.domain.events import EventDict
from bandmate.domain.records import EventRecord, Record, SampleQuantity, SampleRecord
from bandmate.domain.zones import ZoneLimits

SAMPLES: Mapping[str, SampleQuantity] = MappingProxyType({"samples": "force", "angles": "angle"})
"""What a row holds that is named so; every other name is an event's."""
_NAME = {quantity: name for name, quantity in SAMPLES.items()}

_INT = np.dtype("<i8")
_FLOAT = np.dtype("<f8")


class Row(NamedTuple):
    """A row of the table `record`, without its position.

    Attributes:
        session: The session's id.
        name: The event's name, or one of `SAMPLES`.
        band: Which sensor.
        exercise: The running exercise, empty where none runs.
        ts_ns: When it happened (samples: the first of them), UTC.
        body: The event as JSON, or the packed samples.
        zone: The levels of the running set as JSON, for samples; empty where there are none.
    """

    session: str
    name: str
    band: str
    exercise: str
    ts_ns: int
    body: str | bytes
    zone: str = ""


def to_row(record: Record) -> Row:
    """A record as it is stored."""
    if isinstance(record, SampleRecord):
        return Row(
            record.session,
            _NAME[record.quantity],
            record.band,
            record.exercise,
            record.ts_ns[0] if record.ts_ns else 0,
            _pack(record),
            "" if record.limits is None else msgspec.json.encode(asdict(record.limits)).decode(),
        )
    return Row(
        record.session,
        record.name,
        str(record.body.get("band", "")),
        str(record.body.get("exercise", "")),
        record.ts_ns,
        msgspec.json.encode(record.body).decode(),
    )


def from_row(row: Row) -> Record:
    """The record that `to_row` was given; arrays come back as tuples."""
    quantity = SAMPLES.get(row.name)
    if quantity is None:
        body = msgspec.json.decode(row.body, type=EventDict)
        return EventRecord(row.session, row.ts_ns, body)
    ts_ns, values = _unpack(cast("bytes", row.body))
    return SampleRecord(
        row.session, row.band, row.exercise, ts_ns, values, quantity, _limits(row.zone)
    )


@lru_cache
def _limits(zone: str) -> ZoneLimits | None:
    return ZoneLimits(**msgspec.json.decode(zone)) if zone else None


def _pack(record: SampleRecord) -> bytes:
    steps_ns = np.diff(np.asarray(record.ts_ns, _INT), prepend=np.zeros(1, _INT))
    return zlib.compress(steps_ns.tobytes() + np.asarray(record.values, _FLOAT).tobytes())


def _unpack(body: bytes) -> tuple[tuple[int, ...], tuple[float, ...]]:
    packed = zlib.decompress(body)
    half = len(packed) // 2
    ts_ns = np.cumsum(np.frombuffer(packed[:half], _INT))
    values = np.frombuffer(packed[half:], _FLOAT)
    return tuple(ts_ns.tolist()), tuple(values.tolist())

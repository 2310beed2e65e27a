"""Griptonite Motherboard: lines of hex with three raw channels, and the table that weighs them."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from bandmate.devices.codec import Codec
from bandmate.devices.framing import LineFramer
from bandmate.devices.layout import EndFraming
from bandmate.devices.params import Parameters
from bandmate.devices.profile import Profile
from bandmate.devices.taxonomy import ErrorName, first_of
from bandmate.domain.samples import Decoded, FactValue
from bandmate.units import NEWTON_PER

_LINE_MOST: Final = 64
_DATA = re.compile(rb"[0-9A-Fa-f]{32}")
_POINT = re.compile(rb"([0-3]),(\d{1,2}),(-?\d{1,5}(?:\.\d{1,12})?),(-?\d{1,8})")
"""A line of the answer to `C`: channel, number of the point, kilograms, raw."""

_SIGNS: Final = (1, -1, -1)
"""Channels 2 and 3 are mounted the other way round."""
_NAMES: Final = ("left_kg", "center_kg", "right_kg")
_RAW_HIGHEST: Final = 2**23 - 1
_RAW_IS_KG: Final = ((0, 0.0), (1, 1.0))
_VIRTUAL: Final = b"".join(
    b"%d,%d,%.8f,%d\r\n" % (channel, i, 50.0 * i, 500_000 * i)
    for channel in range(4)
    for i in range(4)
)
"""What a virtual board answers to `C`: 10000 a kilogram on every channel."""

Points = dict[int, dict[int, tuple[int, float]]]
"""By channel and number: raw (its sign as the channel is mounted) and kilograms."""

Table = Sequence[tuple[int, float]]
"""Raw and kilograms, rising."""


class Motherboard(Codec):
    """Reads three channels a line, and learns the board's own table from its answer to `C`.

    Without the table raw counts mean nothing: then there are facts, and no samples. What was
    learnt is kept in the parameter `calibration`, its points joined by `;`.
    """

    def __init__(self, profile: Profile, role: str, params: Parameters) -> None:
        super().__init__(profile, role, params)
        self._framer = LineFramer(EndFraming(byte="0a", strip="0d20"), _LINE_MOST)
        self._points: Points = {}
        self._tables: Sequence[Table] = ()
        given = str(params.get("calibration") or "")
        self._raw_is_kg = given.startswith("raw")
        if self._raw_is_kg:
            self._tables = [_RAW_IS_KG] * len(_SIGNS)
        for point in given.split(";"):
            self._learn(point.strip().encode())

    @property
    def pending(self) -> bool:
        """Whether the start of a line waits for its end."""
        return self._framer.pending

    def read(self, data: bytes) -> Decoded:
        """What the lines hold that are whole now."""
        lines, cut = self._framer.cut(data)
        errors: list[ErrorName] = [cut] if cut else []
        force_n: list[float] = []
        ticks: list[int] = []
        facts: dict[str, FactValue] = {}
        for line in lines:
            if _DATA.fullmatch(line):
                facts |= _facts(bytes.fromhex(line.decode()))
                if self._tables:
                    facts |= (weighed := self._weigh(facts["raw_i24"]))
                    force_n.append(sum(weighed.values()) * NEWTON_PER["kg"])
                    ticks.append(_whole(facts["sequence"]))
            elif not self._learn(line):
                errors.append("unknown_type")
        return Decoded(force_n, ticks, facts=facts, error=first_of(errors))

    def reset(self) -> None:
        """Forget the start of a line."""
        self._framer.reset()

    def encode(self, decoded: Decoded) -> list[bytes]:
        """A line: a third of the pull on every channel, whole counts."""
        tables = self._tables or _tables(_points(_VIRTUAL.split()))
        kg = decoded.force_n[0] / NEWTON_PER["kg"]
        body = _u16(decoded.ticks[0] if decoded.ticks else 0)
        body += _u16(_whole(decoded.facts.get("battery_raw", 0)))
        for i, (sign, table) in enumerate(zip(_SIGNS, tables, strict=True)):
            share = kg / (len(_SIGNS) - i)
            raw = round(_at(share, [(weight, raw) for raw, weight in table]))
            raw = min(max(raw, -_RAW_HIGHEST), _RAW_HIGHEST)
            body += (sign * raw).to_bytes(3, "little", signed=True)
            kg -= _at(raw, table)  # the next channel bears what rounding left
        return [(body + bytes(3)).hex().upper().encode() + b"\n"]

    def answer(self, command: str, facts: Mapping[str, FactValue]) -> list[bytes]:
        """The lines of a virtual board's table, one notification each."""
        del facts
        return _VIRTUAL.splitlines(keepends=True) if command == "calibration" else []

    def _learn(self, line: bytes) -> bool:
        """Take a point of the table; whether it is one."""
        point = _points([line])
        for channel, by_number in point.items():
            self._points.setdefault(channel, {}).update(by_number)
        if point and not self._raw_is_kg and (tables := _tables(self._points)):
            self._tables = tables
            self.params.learn("calibration", _text(self._points))
        return bool(point)

    def _weigh(self, raws: FactValue) -> dict[str, float]:
        channels = raws if isinstance(raws, tuple) else ()
        return {
            name: _at(sign * raw, table)
            for name, sign, raw, table in zip(_NAMES, _SIGNS, channels, self._tables, strict=True)
        }


def _facts(frame: bytes) -> dict[str, FactValue]:
    raws = [int.from_bytes(frame[at : at + 3], "little", signed=True) for at in (4, 7, 10)]
    return {
        "sequence": int.from_bytes(frame[:2], "little"),
        "battery_raw": int.from_bytes(frame[2:4], "little"),
        "raw_i24": tuple(raws),
    }


def _points(lines: Sequence[bytes]) -> Points:
    points: Points = {}
    for line in lines:
        if found := _POINT.fullmatch(line):
            channel, number, kg, raw = found.groups()
            points.setdefault(int(channel), {})[int(number)] = int(raw), float(kg)
    return points


def _tables(points: Points) -> Sequence[Table]:
    """A table a channel; empty until every channel has one."""
    tables = [sorted(points.get(channel, {}).values()) for channel in range(len(_SIGNS))]
    rise = all(
        len(table) > 1 and all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(table))
        for table in tables
    )
    return tables if rise else ()


def _text(points: Points) -> str:
    return ";".join(
        f"{channel},{number},{kg:.8f},{raw}"
        for channel, by_number in points.items()
        for number, (raw, kg) in by_number.items()
    )


def _at(x: float, table: Sequence[tuple[float, float]]) -> float:
    """Between the points in proportion; beyond them as between the last two."""
    i = min(max(bisect_left(table, (x, 0.0)), 1), len(table) - 1)
    (x0, y0), (x1, y1) = table[i - 1], table[i]
    return y0 + (x - x0) / (x1 - x0) * (y1 - y0)


def _whole(value: FactValue) -> int:
    return int(value) if isinstance(value, float | int) else 0


def _u16(value: float) -> bytes:
    return (round(value) & 0xFFFF).to_bytes(2, "little")

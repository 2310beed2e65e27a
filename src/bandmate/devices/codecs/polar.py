"""Polar's measurement data (PMD): acceleration in plain frames and in frames of differences."""

import struct
from collections.abc import Sequence
from itertools import pairwise
from math import ceil
from typing import Final

from bandmate.devices.codec import Codec
from bandmate.devices.params import Parameters
from bandmate.devices.profile import Profile
from bandmate.devices.taxonomy import ErrorName
from bandmate.domain.samples import Decoded
from bandmate.units import MOTION_PER

ACCELERATION: Final = 2
"""The kind of measurement."""

_HEADER = struct.Struct("<BQB")
"""Kind of measurement, stamp of the last sample in ns, type of frame."""
_ROW = struct.Struct("<3h")
_PLAIN_MG, _DELTA_RAW, _DELTA_MG = 0x01, 0x80, 0x81
_HIGHEST = 2**15 - 1
_WIDEST: Final = 32
"""Bits of a difference; more is none."""
_NS: Final = 1_000_000_000

Axes = tuple[int, int, int]


class PolarAcc(Codec):
    """Reads acceleration; a frame is stamped when its last sample was taken.

    The samples before are spread evenly since the frame before; in the first, by the rate. A frame
    that comes twice reads the same twice, so that its stamps tell that it is a repeated one.
    """

    samples_most = 36

    def __init__(self, profile: Profile, role: str, params: Parameters) -> None:
        super().__init__(profile, role, params)
        given_ns = params.number("prev_t_ns")
        self._last_ns = self._before_ns = int(given_ns) if given_ns else None

    def read(self, data: bytes) -> Decoded:
        """The samples of one frame."""
        if len(data) < _HEADER.size:
            return Decoded(error="short_header")
        kind, stamp_ns, type_ = _HEADER.unpack_from(data)
        if kind != ACCELERATION or type_ not in {_PLAIN_MG, _DELTA_RAW, _DELTA_MG}:
            return Decoded(error="unknown_type")
        raws, error = (_plain if type_ == _PLAIN_MG else _summed)(data[_HEADER.size :])
        if not raws:
            return Decoded(error=error)
        ticks = self._stamps_ns(stamp_ns, len(raws))
        if ticks is None:
            return Decoded(error=error or "clock_regressed")
        if type_ == _DELTA_RAW:
            factor = self.factor
            raws = [tuple([int(raw * factor * 1000.0) for raw in axes]) for axes in raws]
        acc_ms2 = [tuple([mg * MOTION_PER["mg"] for mg in axes]) for axes in raws]
        return Decoded((), ticks, {"acc_ms2": acc_ms2}, error=error)

    @property
    def factor(self) -> float:
        """What a step of type 0x80 is worth, g; Polar's library takes 1 where none was told."""
        return self.params.number("factor") or 1.0

    def reset(self) -> None:
        """Forget the stamp of the frame before: the next one is the first."""
        self._last_ns = self._before_ns = None

    def encode(self, decoded: Decoded) -> list[bytes]:
        """A plain frame."""
        return [self._header(decoded, _PLAIN_MG) + b"".join(_ROW.pack(*mg) for mg in _mg(decoded))]

    def _header(self, decoded: Decoded, type_: int) -> bytes:
        if not decoded.ticks:
            raise ValueError("the last sample's stamp is needed")
        return _HEADER.pack(ACCELERATION, round(decoded.ticks[-1]) % 2**64, type_)

    def _stamps_ns(self, stamp_ns: int, count: int) -> Sequence[int] | None:
        """The stamps of a frame's samples; `None` where they do not rise."""
        if stamp_ns != self._last_ns:
            self._before_ns, self._last_ns = self._last_ns, stamp_ns
        before_ns = self._before_ns
        if before_ns is None:
            rate_hz = self.profile.rate_hz(self.params) or 1.0
            return [stamp_ns - round((count - 1 - i) * _NS / rate_hz) for i in range(count)]
        gap_ns = stamp_ns - before_ns
        # In whole numbers, because the stamps are beyond what a float holds.
        ticks = [
            before_ns + (2 * gap_ns * i + count - 1) // (2 * count) for i in range(1, count + 1)
        ]
        rise = gap_ns > 0 and all(a < b for a, b in pairwise(ticks))
        return ticks if rise else None


class PolarAccDelta(PolarAcc):
    """The same of a sensor that sends differences of raw values: what it sends is told apart."""

    samples_most = 33

    def encode(self, decoded: Decoded) -> list[bytes]:
        """A frame of differences: one block behind the first sample."""
        per_mg = 1.0 / (self.factor * 1000.0)
        rows = [[_raw(mg, per_mg) for mg in axes] for axes in _mg(decoded)]
        frame = self._header(decoded, _DELTA_RAW) + _ROW.pack(*rows[0])
        if len(rows) == 1:
            return [frame]
        deltas = [b - a for one, other in pairwise(rows) for a, b in zip(one, other, strict=True)]
        bits = 1 + max(delta.bit_length() for delta in deltas)
        packed = sum((delta % 2**bits) << i * bits for i, delta in enumerate(deltas))
        block = packed.to_bytes(ceil(len(deltas) * bits / 8), "little")
        return [frame + bytes([bits, len(rows) - 1]) + block]


def _plain(payload: bytes) -> tuple[Sequence[Axes], ErrorName | None]:
    cut = len(payload) % _ROW.size
    rows = [*_ROW.iter_unpack(payload[: len(payload) - cut])]
    return [(x, y, z) for x, y, z in rows], "truncated" if cut else None


def _summed(payload: bytes) -> tuple[Sequence[Axes], ErrorName | None]:
    """The first sample, then blocks of differences from sample to sample."""
    if len(payload) < _ROW.size:
        return [], "truncated"
    rows: list[Axes] = [_ROW.unpack_from(payload)]
    at = _ROW.size
    while at < len(payload):
        bits, count = payload[at], int.from_bytes(payload[at + 1 : at + 2])
        if bits > _WIDEST:
            return rows, "out_of_range"
        width = 3 * bits
        end = at + 2 + ceil(width * count / 8)
        block = payload[at + 2 : end]
        # A block of no bits is no sample to Polar's library either: it is padding.
        whole = min(count, 8 * len(block) // width) if width else 0
        deltas = int.from_bytes(block, "little")
        for i in range(whole):
            x, y, z = (
                base + _signed(deltas >> i * width + axis * bits, bits)
                for axis, base in enumerate(rows[-1])
            )
            if max(x, y, z, ~x, ~y, ~z) > _HIGHEST:
                return rows, "out_of_range"
            rows.append((x, y, z))
        if end > len(payload):
            return rows, "truncated"
        at = end
    return rows, None


def _signed(value: int, bits: int) -> int:
    """The lowest bits as a number that may be negative."""
    value &= 2**bits - 1
    return value - 2**bits if value >> bits - 1 else value


def _mg(decoded: Decoded) -> Sequence[Axes]:
    """Whole milli-g, cut at what the wire can hold."""
    rows: list[Axes] = []
    for vector in decoded.motion.get("acc_ms2", ()):
        x, y, z = (_clipped(round(value / MOTION_PER["mg"])) for value in vector)
        rows.append((x, y, z))
    return rows


def _raw(mg: int, per_mg: float) -> int:
    """The wire value nearest to 0 that reads as so many milli-g; the reader cuts off fractions."""
    raw = ceil(abs(mg) * per_mg)
    return _clipped(raw if mg >= 0 else -raw)


def _clipped(value: int) -> int:
    return min(max(value, ~_HIGHEST), _HIGHEST)

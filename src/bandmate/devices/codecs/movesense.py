"""Movesense's GATT SensorData Protocol: floats block by block, in one notification or in two."""

import math
import struct
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Final

from bandmate.devices.codec import Codec
from bandmate.devices.params import Parameters
from bandmate.devices.profile import Profile
from bandmate.devices.taxonomy import first_of
from bandmate.devices.wire import FIXED
from bandmate.domain.samples import Decoded, FactValue, Vector
from bandmate.errors import UsageError
from bandmate.units import MOTION_PER

_SENSORS: Final[Mapping[str, Sequence[str]]] = {
    "Acc": ("acc_ms2",),
    "Gyro": ("gyro_rads",),
    "IMU6": ("acc_ms2", "gyro_rads"),
    "IMU9": ("acc_ms2", "gyro_rads", "mag_ut"),
}
"""The blocks of a frame, in order, by the sensor that the path names."""

_PER: Final[Mapping[str, float]] = {"acc_ms2": 1.0, "gyro_rads": MOTION_PER["dps"], "mag_ut": 1.0}
_ANSWER, _DATA, _REST = 1, 2, 3
_REF: Final = 0x63
"""Marks what belongs to a command; the one that public clients use, and the profile writes."""
_HEADER = struct.Struct("<BBI")
_STATUS = struct.Struct("<BBH")
_TRIPLET: Final = 12
_FIRST_LEAST: Final = 150
"""A notification of fewer bytes is never the first of two."""
_FIRST_SIZE: Final = 152
"""The firmware cuts a frame here."""
_KNOWN: Final[Mapping[int, int]] = {52: 4, 104: 8}
"""Samples of a full frame by the rate in Hz; at other rates no source tells."""
_SAMPLES_MOST: Final = 42
"""So many of one sensor fill the largest notification, 512 bytes."""
_WRAPS_AT: Final = 2**32
_VERSION: Final = b"\x01"
_SERIAL_DIGITS: Final = 6


class Movesense(Codec):
    """Reads the stream of one path, such as `Meas/IMU9/104`.

    How many samples a full frame has goes by the rate (8 at 104 Hz), and by that it is known
    whether a second notification follows. What is cut is told as `truncated`: a first part too,
    once the next frame shows that its second part never came.
    """

    def __init__(self, profile: Profile, role: str, params: Parameters) -> None:
        super().__init__(profile, role, params)
        path = str(params.get("path"))
        sensor = path.rpartition("/")[0].rpartition("/")[2]
        rate_hz = params.rate_hz()
        if sensor not in _SENSORS or not rate_hz:
            raise UsageError(f"path {path!r} is no stream", hint="It is like Meas/IMU6/104.")
        self._blocks = _SENSORS[sensor]
        self._step_ms = 1000.0 / rate_hz
        self._known = _KNOWN.get(int(rate_hz), 0)
        self._full = self._known or min(max(4, int(rate_hz) // 13), _SAMPLES_MOST)
        self._waiting = b""
        self.samples_most = self._full
        self.samples_least = 1 if len(self._blocks) == 1 else self._full

    @property
    def pending(self) -> bool:
        """Whether a first part waits for the second."""
        return bool(self._waiting)

    def read(self, data: bytes) -> Decoded:
        """What one notification completes."""
        if len(data) < 2:
            return Decoded(error="short_header")
        kind, ref = data[0], data[1]
        serial = _serial(data[2:])
        if kind in {_ANSWER, _DATA} and serial:  # firmware answers a hello under either
            return Decoded(facts={"ref": ref, "device_id": serial})
        if kind == _ANSWER:
            return _answer(data)
        if kind == _DATA:
            return self._begin(data)
        return self._end(data) if kind == _REST else Decoded(error="unknown_type")

    def reset(self) -> None:
        """Forget a first part that waits."""
        self._waiting = b""

    def encode(self, decoded: Decoded) -> list[bytes]:
        """One frame, in as many notifications as the firmware sends; what is not given is 0."""
        if not decoded.ticks:
            raise ValueError("the first sample's stamp is needed")
        nothing = [(0.0, 0.0, 0.0)] * decoded.count
        numbers = [
            _float32(number / _PER[name])
            for name in self._blocks
            for vector in decoded.motion.get(name, nothing)
            for number in vector
        ]
        stamp = round(decoded.ticks[0]) % _WRAPS_AT
        frame = _HEADER.pack(_DATA, _REF, stamp) + struct.pack(f"<{len(numbers)}f", *numbers)
        if not self._is_first_part(frame[:_FIRST_SIZE]):
            return [frame]
        return [frame[:_FIRST_SIZE], bytes([_REST, _REF]) + frame[_FIRST_SIZE:]]

    def answer(self, command: str, facts: Mapping[str, FactValue]) -> list[bytes]:
        """A status; to a hello the serial number."""
        if command == "device_id":
            serial = str(facts.get("device_id", 0)).zfill(_SERIAL_DIGITS)
            return [bytes([_ANSWER, _REF]) + _VERSION + serial.encode() + b"\0"]
        status = facts.get("status", 200)
        return [_STATUS.pack(_ANSWER, _REF, status if isinstance(status, int) else 200)]

    def _begin(self, data: bytes) -> Decoded:
        lost = ["truncated"] if self._waiting else []
        self._waiting = b""
        if len(data) < _HEADER.size:
            return Decoded(error="short_header")
        if self._is_first_part(data):
            self._waiting = data
            return Decoded(error=first_of(lost))
        return self._frame(data, lost)

    def _end(self, data: bytes) -> Decoded:
        if not self._waiting or self._waiting[1] != data[1]:
            return Decoded(error="orphan_fragment")
        frame, self._waiting = self._waiting + data[2:], b""
        return self._frame(frame, [])

    def _is_first_part(self, data: bytes) -> bool:
        blocks, size = len(self._blocks), len(data) - _HEADER.size
        may_be_whole = blocks == 1 and size % _TRIPLET == 0
        is_short = size < self._full * blocks * _TRIPLET
        return len(data) >= _FIRST_LEAST and is_short and not may_be_whole

    def _frame(self, data: bytes, errors: list[str]) -> Decoded:
        stamp = _HEADER.unpack_from(data)[2]
        triplets, cut = divmod(len(data) - _HEADER.size, _TRIPLET)
        numbers = struct.unpack_from(f"<{3 * triplets}f", data, _HEADER.size)
        count, whole = self._counts(triplets)
        if cut or whole * len(self._blocks) < triplets:
            errors = [*errors, "truncated"]
        samples = [
            [numbers[3 * at : 3 * at + 3] for at in range(i, count * len(self._blocks), count)]
            for i in range(whole)
        ]
        finite = [i for i, s in enumerate(samples) if all(map(math.isfinite, chain(*s)))]
        if len(finite) < whole:
            errors = [*errors, "non_finite"]
        if not finite:
            return Decoded(error=first_of(errors))
        ticks = [(stamp + i * self._step_ms) % _WRAPS_AT for i in finite]
        motion: dict[str, list[Vector]] = {
            name: [tuple([x * _PER[name] for x in samples[i][block]]) for i in finite]
            for block, name in enumerate(self._blocks)
        }
        return Decoded((), ticks, motion, error=first_of(errors))

    def _counts(self, triplets: int) -> tuple[int, int]:
        """Samples a block, and how many of them all blocks hold, in a frame of so many triplets.

        A cut frame lacks the end of its last block. Where it is not known how many samples a block
        should have, the blocks of a cut frame cannot be told apart.
        """
        blocks = len(self._blocks)
        is_long = triplets >= _FIRST_LEAST // _TRIPLET
        if triplets % blocks == 0 and not (is_long and triplets < self._known * blocks):
            return triplets // blocks, triplets // blocks
        return self._known, min(max(triplets - (blocks - 1) * self._known, 0), self._known)


def _answer(data: bytes) -> Decoded:
    if len(data) < _STATUS.size:
        return Decoded(error="truncated")
    facts: dict[str, FactValue] = {"ref": data[1]}
    if len(data) == _STATUS.size:
        facts["status"] = _STATUS.unpack(data)[2]
    return Decoded(facts=facts)


def _serial(payload: bytes) -> str | None:
    """The serial number in the answer to a hello: the first text behind the protocol's version."""
    serial = payload[1:].partition(b"\0")[0]
    if payload[-1:] == b"\0" and len(serial) >= _SERIAL_DIGITS and serial.isdigit():
        return serial.decode()
    return None


def _float32(number: float) -> float:
    highest = FIXED["f32le"].highest
    return min(max(number, -highest), highest)

"""The control point of Polar's measurement data (PMD): what it can do, and answers to commands."""

import math
import struct
from collections.abc import Mapping
from typing import Final

from bandmate.devices.codec import Codec
from bandmate.devices.codecs.polar import ACCELERATION
from bandmate.domain.samples import Decoded, FactValue
from bandmate.errors import UsageError

_ANSWER, _FEATURES, _STOPPED = 0xF0, 0x0F, 0x01
_ANSWER_LEAST: Final = 4
_PARAMS_AT: Final = 5
_OPERATIONS: Final[Mapping[str, int]] = {"settings": 1, "start": 2, "stop": 3}
_START: Final = _OPERATIONS["start"]
_STATUS_NAMES: Final = (
    "SUCCESS",
    "INVALID OP CODE",
    "INVALID MEASUREMENT TYPE",
    "NOT SUPPORTED",
    "INVALID LENGTH",
    "INVALID PARAMETER",
    "ALREADY IN STATE",
    "INVALID RESOLUTION",
    "INVALID SAMPLE RATE",
    "INVALID RANGE",
    "INVALID MTU",
    "INVALID NUMBER OF CHANNELS",
    "INVALID STATE",
    "DEVICE IN CHARGER",
    "DISK FULL",
    "INVALID SOURCE MEASUREMENT TYPE",
    "INVALID SOURCE MEASUREMENT RATE",
    "INVALID DERIVED MEASUREMENT SETTINGS GROUP",
    "INVALID DERIVED MEASUREMENT METHOD",
)
_FEATURE_NAMES: Final = ("ECG", "PPG", "ACC", "PPI", "", "GYRO", "MAG")
"""By the bit of the features."""
_SETTING_SIZES: Final = (2, 2, 2, 4, 1, 4)
"""Bytes of a value of each setting: rate, resolution, range, range in thousandths, channels,
factor."""
_FACTOR: Final = 5
_F32 = struct.Struct("<f")


class PolarControl(Codec):
    """Reads answers, and learns from the answer to a start what a raw step is worth."""

    samples_most = 0
    samples_least = 0

    def read(self, data: bytes) -> Decoded:
        """What the sensor answers or tells."""
        kind = data[0] if data else None
        if len(data) < 2 or (kind == _ANSWER and len(data) < _ANSWER_LEAST):
            return Decoded(error="short_header")
        if kind == _ANSWER:
            return Decoded(facts=self._answer(data))
        if kind == _FEATURES:
            names = [name for bit, name in enumerate(_FEATURE_NAMES) if name and data[1] >> bit & 1]
            return Decoded(facts={"features": ",".join(names)})
        if kind == _STOPPED:
            return Decoded(facts={"stream_stopped": int(ACCELERATION in data[1:])})
        return Decoded(error="unknown_type")

    def encode(self, decoded: Decoded) -> list[bytes]:
        """Nothing: no samples come here."""
        del decoded
        raise UsageError("no samples come on a control point")

    def answer(self, command: str, facts: Mapping[str, FactValue]) -> list[bytes]:
        """What a sensor says that does as it is told, unless the facts say otherwise."""
        if command not in _OPERATIONS:
            return []
        params = bytes.fromhex(str(facts.get("params_hex", "")))
        if command == "start" and not params:
            params = bytes([_FACTOR, 1]) + _F32.pack(self.params.number("factor") or 1.0)
        usual = {"op": _OPERATIONS[command], "type": ACCELERATION, "status": 0, "more": 0}
        told: Mapping[str, FactValue] = {**usual, **facts}
        header = bytes([_ANSWER, *(_whole(told[name]) for name in usual)])
        return [header if told["status"] else header + params]

    def _answer(self, data: bytes) -> Mapping[str, FactValue]:
        op, measurement, status = data[1:_ANSWER_LEAST]
        known = status < len(_STATUS_NAMES)
        facts: dict[str, FactValue] = {
            "op": op,
            "type": measurement,
            "status": status,
            "status_name": _STATUS_NAMES[status] if known else "UNKNOWN",
        }
        if status:
            return facts
        params = data[_PARAMS_AT:]
        facts |= {"more": any(data[_ANSWER_LEAST:_PARAMS_AT]), "params_hex": params.hex()}
        factor = _factor(params) if (op, measurement) == (_START, ACCELERATION) else None
        if factor is not None:
            facts["factor"] = factor
            self.params.learn("factor", factor)
        return facts


def _whole(value: FactValue) -> int:
    return value if isinstance(value, int) else 0


def _factor(params: bytes) -> float | None:
    """The factor among the settings in the answer to a start; `None` where there is none."""
    at = 0
    while at + 2 <= len(params) and params[at] < len(_SETTING_SIZES):
        setting, count = params[at], params[at + 1]
        at += 2
        if setting == _FACTOR and count and at + _F32.size <= len(params):
            factor: float = _F32.unpack_from(params, at)[0]
            return factor if math.isfinite(factor) and factor > 0.0 else None
        at += _SETTING_SIZES[setting] * count
    return None

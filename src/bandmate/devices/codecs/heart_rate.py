"""Heart Rate Measurement (0x2A37) of the Bluetooth SIG: flags say what stands behind them."""

import struct
from typing import Final

from bandmate.devices.codec import Codec
from bandmate.domain.samples import Decoded, FactValue
from bandmate.errors import UsageError

_WIDE: Final = 0x01
"""The rate takes two bytes."""
_IN_CONTACT: Final = 0x02
_KNOWS_CONTACT: Final = 0x04
_ENERGY: Final = 0x08
_INTERVALS: Final = 0x10

_RR_PER_S: Final = 1024.0
"""Wire steps a second of the time from one beat to the next."""
_HIGHEST_NARROW: Final = 0xFF


class HeartRate(Codec):
    """Reads the heart rate, all of it facts; what the flags do not announce is passed over."""

    samples_most = 0
    samples_least = 0

    def read(self, data: bytes) -> Decoded:
        """The rate, and what is told beside it: contact, energy, the times between the beats."""
        flags = data[0] if data else 0
        at = 3 if flags & _WIDE else 2
        if len(data) < at:
            return Decoded(error="short_frame")
        facts: dict[str, FactValue] = {"heart_rate_bpm": int.from_bytes(data[1:at], "little")}
        if flags & _KNOWS_CONTACT:
            facts["contact"] = int(bool(flags & _IN_CONTACT))
        rest, error = data[at:], None
        if flags & _ENERGY:
            if len(rest) < 2:
                return Decoded(facts=facts | {"rr_s": ()}, error="truncated")
            facts["energy_kj"] = int.from_bytes(rest[:2], "little")
            rest = rest[2:]
        count = 0
        if flags & _INTERVALS:
            count = len(rest) // 2
            error = "truncated" if len(rest) % 2 or not count else None
        intervals = struct.unpack_from(f"<{count}H", rest)
        facts["rr_s"] = tuple(interval / _RR_PER_S for interval in intervals)
        return Decoded(facts=facts, error=error)

    def encode(self, decoded: Decoded) -> list[bytes]:
        """The notification that tells these facts.

        Raises:
            UsageError: The rate is not among them.
        """
        facts = decoded.facts
        rate = facts.get("heart_rate_bpm")
        if not isinstance(rate, float | int):
            raise UsageError("a heart rate sensor tells `heart_rate_bpm`, and more beside it only")
        flags, payload = (0, "B") if rate <= _HIGHEST_NARROW else (_WIDE, "H")
        values = [round(rate)]
        if "contact" in facts:
            flags |= _KNOWS_CONTACT | (_IN_CONTACT if facts["contact"] else 0)
        energy = facts.get("energy_kj")
        if isinstance(energy, float | int):
            flags, payload = flags | _ENERGY, payload + "H"
            values.append(round(energy))
        intervals = facts.get("rr_s")
        if isinstance(intervals, tuple) and intervals:
            flags, payload = flags | _INTERVALS, payload + "H" * len(intervals)
            values += [round(seconds * _RR_PER_S) for seconds in intervals]
        return [struct.pack("<B" + payload, flags, *values)]

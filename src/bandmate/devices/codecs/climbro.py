"""Climbro: bytes of kilograms or battery; a marker byte says which, until the next marker."""

from typing import Final

from bandmate.devices.codec import Codec
from bandmate.devices.params import Parameters
from bandmate.devices.profile import Profile
from bandmate.devices.taxonomy import ErrorName, first_of
from bandmate.domain.samples import Decoded, FactValue
from bandmate.units import NEWTON_PER

_BATTERY, _FORCE, _IS_36_KG = 0xF0, 0xF5, 0xF6
_MOST_KG: Final = 0xEF
_EMPTY, _FULL = 112, 230
"""Battery bytes of 0 % and 100 %."""
_SAMPLES_MOST: Final = 19
"""So many fill the smallest notification behind their marker."""


class Climbro(Codec):
    """Reads whole kilograms. The marker holds over notifications."""

    samples_most = _SAMPLES_MOST

    def __init__(self, profile: Profile, role: str, params: Parameters) -> None:
        super().__init__(profile, role, params)
        self._marker = 0
        self._is_pending = False

    @property
    def pending(self) -> bool:
        """Whether a marker came last, and what it announces is to come."""
        return self._is_pending

    def read(self, data: bytes) -> Decoded:
        """The readings, and the battery where it is told."""
        force_n: list[float] = []
        facts: dict[str, FactValue] = {}
        errors: list[ErrorName] = []
        for byte in data:
            self._is_pending = byte in {_BATTERY, _FORCE}
            if self._is_pending:
                self._marker = byte
                continue
            value = 36 if byte == _IS_36_KG else byte
            if self._marker == 0:
                errors.append("resync")
            elif self._marker == _FORCE and value <= _MOST_KG:
                force_n.append(value * NEWTON_PER["kg"])
            elif self._marker == _BATTERY and _EMPTY <= value <= _FULL:
                facts["battery_pct"] = 100.0 * (value - _EMPTY) / (_FULL - _EMPTY)
            else:
                errors.append("out_of_range")
        return Decoded(force_n, facts=facts, error=first_of(errors))

    def reset(self) -> None:
        """Forget the marker."""
        self._marker, self._is_pending = 0, False

    def encode(self, decoded: Decoded) -> list[bytes]:
        """One notification: the battery, where it is told, and the readings, no less than 0."""
        battery_pct = decoded.facts.get("battery_pct")
        told = b""
        if isinstance(battery_pct, float | int):
            share = min(max(battery_pct / 100.0, 0.0), 1.0)
            told = bytes([_BATTERY, round(_EMPTY + share * (_FULL - _EMPTY))])
        return [told + bytes([_FORCE, *map(_byte, decoded.force_n)])]


def _byte(force_n: float) -> int:
    kg = round(min(max(force_n / NEWTON_PER["kg"], 0.0), _MOST_KG))
    return _IS_36_KG if kg == 36 else kg  # the byte 36 would be a command to its radio

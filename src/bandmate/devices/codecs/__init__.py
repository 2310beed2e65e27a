"""Codecs: code for the few channels that no table can describe, one file a device."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bandmate.devices.codec import Codec
from bandmate.devices.codecs.climbro import Climbro
from bandmate.devices.codecs.heart_rate import HeartRate
from bandmate.devices.codecs.motherboard import Motherboard
from bandmate.devices.codecs.movesense import Movesense
from bandmate.devices.codecs.polar import PolarAcc, PolarAccDelta
from bandmate.devices.codecs.polar_control import PolarControl

CODECS: Final[Mapping[str, type[Codec]]] = MappingProxyType(
    {
        "climbro": Climbro,
        "heart_rate": HeartRate,
        "motherboard": Motherboard,
        "movesense": Movesense,
        "polar_acc": PolarAcc,
        "polar_acc_delta": PolarAccDelta,
        "polar_control": PolarControl,
    }
)
"""The codecs by the name that profiles write."""

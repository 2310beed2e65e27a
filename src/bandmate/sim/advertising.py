"""What a virtual sensor advertises: the signs of its profile's first rule."""

from collections.abc import Iterator
from typing import Final

from bumble.core import UUID, AdvertisingData, DataType
from bumble.data_types import (
    CompleteListOf16BitServiceUUIDs,
    CompleteListOf128BitServiceUUIDs,
    CompleteLocalName,
    Flags,
    ManufacturerSpecificData,
)

from bandmate.devices.profile import Profile

PACKET_MOST: Final = 31
"""Bytes of an advertisement, and again of the scan response that is asked for behind it."""

_NAME_MOST: Final = 29
"""Letters of a name that fills a packet."""
_SUFFIX: Final = "1234"
_SIG_BASE: Final = "-0000-1000-8000-00805f9b34fb"


def advertised_name(profile: Profile) -> str:
    """How it calls itself: as the rule says, of one that gives a beginning the rest is made up."""
    rule = profile.identify.any[0]
    if rule.name:
        return rule.name
    beginning = f"{rule.name_prefix or ''}{rule.name_contains or ''}"
    if not beginning:
        return ""
    between = "" if beginning[-1] in "-_ " else " "
    return f"{beginning}{between}{_SUFFIX}"[:_NAME_MOST]


def advertisement(*parts: DataType) -> tuple[bytes, bytes]:
    """An advertisement, and the scan response with what has no room in it.

    Args:
        parts: What there is to tell, most needed first.
    """
    # Without these flags BlueZ shows a device to nobody.
    flags = Flags(
        AdvertisingData.Flags.LE_GENERAL_DISCOVERABLE_MODE
        | AdvertisingData.Flags.BR_EDR_NOT_SUPPORTED
    )
    packets = [bytes(AdvertisingData([flags])), b""]
    for part in parts:
        written = bytes(AdvertisingData([part]))
        at = 0 if len(packets[0]) + len(written) <= PACKET_MOST else 1
        packets[at] += written
    return packets[0], packets[1]


def signs(profile: Profile) -> Iterator[DataType]:
    """The signs of the first rule: any one rule is enough to be found."""
    rule = profile.identify.any[0]
    if rule.company is not None:
        yield ManufacturerSpecificData(rule.company, bytes.fromhex(rule.mfr_prefix or ""))
    if name := advertised_name(profile):
        yield CompleteLocalName(name)
    if rule.service:
        yield _service(rule.service)


def _service(uuid: str) -> DataType:
    if uuid.startswith("0000") and uuid.endswith(_SIG_BASE):
        return CompleteListOf16BitServiceUUIDs([UUID(uuid[4:8])])
    return CompleteListOf128BitServiceUUIDs([UUID(uuid)])

"""What a failed Bluetooth call means, in words with what to do.

bleak lets errors of four families out: its own, the operating system's (no D-Bus socket), a lost
bus (`EOFError`) and time. They are translated here and nowhere else, so that the rest of bandmate
knows `LinkError` alone.
"""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Final

from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
)

from bandmate.errors import (
    DeviceNotFoundError,
    LinkError,
    LinkLostError,
    RadioDeniedError,
    RadioUnavailableError,
)

FAILURES: Final = (BleakError, OSError, EOFError, TimeoutError)
"""Everything a call to bleak may raise that is no bug of ours."""

Said = tuple[str, str]
"""What is wrong, and what to do."""

NO_ADAPTER: Final[Said] = (
    "this computer has no Bluetooth adapter",
    "Plug one in, or check that it is not disabled.",
)
SWITCHED_OFF: Final[Said] = (
    "Bluetooth is switched off",
    "Switch it on: bluetoothctl power on (if that is refused: rfkill unblock bluetooth).",
)
NO_SERVICE: Final[Said] = (
    "the Bluetooth service is not running",
    "Start it, for example with: systemctl start bluetooth",
)
NO_ANSWER: Final[Said] = (
    "the Bluetooth service does not answer",
    "If it stays so, restart it, for example with: systemctl restart bluetooth",
)
NO_BUS: Final[Said] = (
    "the system's message bus (D-Bus) cannot be reached",
    "Start it, or give the container its socket: /run/dbus/system_bus_socket",
)
_DENIED: Final[Said] = (
    "bandmate may not use Bluetooth",
    "Allow it in the system's settings; on Linux add the user to the group 'bluetooth'.",
)

_Reason = BleakBluetoothNotAvailableReason
_UNAVAILABLE: Final[Mapping[BleakBluetoothNotAvailableReason, Said]] = {
    _Reason.NO_BLUETOOTH: NO_ADAPTER,
    _Reason.NO_BLE_CENTRAL_ROLE: (
        "the Bluetooth adapter is too old for these sensors",
        "Use one with Bluetooth 4.0 (LE) or newer.",
    ),
    _Reason.POWERED_OFF: SWITCHED_OFF,
    _Reason.DENIED_BY_USER: _DENIED,
    _Reason.DENIED_BY_SYSTEM: _DENIED,
    _Reason.DENIED_BY_UNKNOWN: _DENIED,
    _Reason.UNKNOWN: ("Bluetooth cannot be used", "Look at: systemctl status bluetooth"),
}
_DBUS: Final[Mapping[str, Said]] = {
    "org.freedesktop.DBus.Error.ServiceUnknown": NO_SERVICE,
    "org.freedesktop.DBus.Error.NameHasNoOwner": NO_SERVICE,
    # It ended in the middle of the call.
    "org.freedesktop.DBus.Error.NoReply": NO_SERVICE,
    "org.freedesktop.DBus.Error.AccessDenied": _DENIED,
    "org.bluez.Error.NotReady": SWITCHED_OFF,
}
_NOT_STARTED: Final = "org.freedesktop.DBus.Error.Spawn."
"""What D-Bus answers when it tried to start the service, and that ended at once."""


@contextmanager
def translated(doing: str) -> Generator[None]:
    """Turn what bleak raises inside into a `LinkError`.

    Args:
        doing: What is being tried, to follow "while": `connecting to Progressor_7`.

    Raises:
        LinkError: The call failed.
    """
    try:
        yield
    except FAILURES as fault:
        raise link_error(fault, doing) from fault


def link_error(fault: BaseException, doing: str) -> LinkError:
    """The error that says what `fault` means for a person, while `doing` something."""
    if (unavailable := _why_unavailable(fault)) is not None:
        text, hint = unavailable
        kind = RadioDeniedError if unavailable is _DENIED else RadioUnavailableError
        return kind(text, hint=hint)
    match fault:
        case BleakDeviceNotFoundError():
            return DeviceNotFoundError(
                f"the sensor went out of reach while {doing}",
                hint="Bring it closer and switch it on.",
            )
        case TimeoutError():
            return LinkLostError(
                f"no answer while {doing}", hint="Bring the sensor closer; check its battery."
            )
        case EOFError():
            return LinkLostError(f"the Bluetooth service went away while {doing}")
        case _:
            return LinkLostError(f"Bluetooth failed while {doing}: {fault}")


def _why_unavailable(fault: BaseException) -> Said | None:
    """What is wrong with this computer's Bluetooth, and what to do; `None`: nothing is."""
    match fault:
        case BleakBluetoothNotAvailableError():
            return _UNAVAILABLE[fault.reason]
        case BleakDBusError():
            is_dead = fault.dbus_error.startswith(_NOT_STARTED)
            return NO_SERVICE if is_dead else _DBUS.get(fault.dbus_error)
        case PermissionError():
            return _DENIED
        case FileNotFoundError() | ConnectionError():
            return NO_BUS
        case _:
            return None

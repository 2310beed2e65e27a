"""Every way in which Bluetooth fails says what to do."""

import pytest
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
)

from bandmate.errors import (
    BandmateError,
    DeviceNotFoundError,
    LinkError,
    LinkLostError,
    RadioDeniedError,
    RadioUnavailableError,
)
from bandmate.link.faults import FAILURES, link_error, translated

Reason = BleakBluetoothNotAvailableReason


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_why_bluetooth_is_off_has_a_text_and_a_remedy(reason: Reason):
    error = link_error(BleakBluetoothNotAvailableError("as bleak says it", reason), "searching")
    assert isinstance(error, RadioUnavailableError)
    assert error.hint
    assert "bleak" not in str(error)


@pytest.mark.parametrize(
    ("fault", "kind", "said"),
    [
        (
            BleakBluetoothNotAvailableError("", Reason.POWERED_OFF),
            RadioUnavailableError,
            "switched off",
        ),
        (
            BleakBluetoothNotAvailableError("", Reason.NO_BLUETOOTH),
            RadioUnavailableError,
            "no Bluetooth adapter",
        ),
        (
            BleakBluetoothNotAvailableError("", Reason.DENIED_BY_SYSTEM),
            RadioDeniedError,
            "may not use Bluetooth",
        ),
        (FileNotFoundError(2, "No such file"), RadioUnavailableError, "D-Bus"),
        (ConnectionRefusedError(), RadioUnavailableError, "D-Bus"),
        (PermissionError(), RadioDeniedError, "may not use"),
        (
            BleakDBusError("org.freedesktop.DBus.Error.AccessDenied", []),
            RadioDeniedError,
            "may not use",
        ),
        (
            BleakDBusError("org.freedesktop.DBus.Error.Spawn.ChildExited", []),
            RadioUnavailableError,
            "not running",
        ),
        (
            BleakDBusError("org.freedesktop.DBus.Error.ServiceUnknown", []),
            RadioUnavailableError,
            "not running",
        ),
        (BleakDBusError("org.bluez.Error.NotReady", []), RadioUnavailableError, "switched off"),
        (BleakDBusError("org.bluez.Error.Failed", ["le-abort"]), LinkLostError, "le-abort"),
        (BleakDeviceNotFoundError("F0:01"), DeviceNotFoundError, "out of reach"),
        (BleakGATTProtocolError(0x03), LinkLostError, "Write Not Permitted"),
        (TimeoutError(), LinkLostError, "no answer while connecting"),
        (EOFError(), LinkLostError, "went away"),
        (BleakError("odd"), LinkLostError, "odd"),
    ],
)
def test_a_fault_is_told_as_what_it_means(fault: Exception, kind: type[BandmateError], said: str):
    error = link_error(fault, "connecting")
    assert type(error) is kind
    assert said in str(error)


@pytest.mark.parametrize("fault", [kind("x") for kind in FAILURES])
def test_whatever_bleak_lets_out_becomes_a_link_error_with_its_cause(fault: Exception):
    with pytest.raises(LinkError) as caught, translated("trying"):
        raise fault
    assert caught.value.__cause__ is fault


def test_a_bug_stays_a_bug():
    with pytest.raises(KeyError), translated("trying"):
        raise KeyError

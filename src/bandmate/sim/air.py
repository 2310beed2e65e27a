"""The air between virtual Bluetooth devices, which can be switched off.

Bumble's controllers speak real link layer packets over it. There is no supervision timeout here: a
blackout never ends a connection, which is just how a sensor looks that is connected but silent.
"""

import asyncio

from bumble import hci, ll
from bumble.controller import Controller
from bumble.core import PhysicalTransport
from bumble.device import Device, DeviceConfiguration
from bumble.link import LocalLink

ADVERTISING_INTERVAL_MS = 20.0
"""The shortest that Bluetooth allows for connectable devices: to be found at once."""


class Air(LocalLink):
    """What carries packets from one controller to the others.

    Attributes:
        blackout: While it is set no packet gets through, between any two.
        out_of_reach: Controllers that nobody hears and that hear nobody.
    """

    def __init__(self) -> None:
        super().__init__()
        self.blackout = False
        self.out_of_reach: set[Controller] = set()

    def send_acl_data(
        self,
        sender_controller: Controller,
        destination_address: hci.Address,
        transport: PhysicalTransport,
        data: bytes,
    ) -> None:
        """Carry a data packet, unless the way is blocked."""
        receiver = self.find_le_controller(destination_address)
        if receiver is not None and self._carries(sender_controller, receiver):
            super().send_acl_data(sender_controller, destination_address, transport, data)

    def send_advertising_pdu(
        self, sender_controller: Controller, packet: ll.AdvertisingPdu
    ) -> None:
        """Carry an advertisement to all who can hear it."""
        loop = asyncio.get_running_loop()
        for receiver in self.controllers:
            if receiver is not sender_controller and self._carries(sender_controller, receiver):
                loop.call_soon(receiver.on_ll_advertising_pdu, packet)

    def _carries(self, sender: Controller, receiver: Controller) -> bool:
        return not (self.blackout or {sender, receiver} & self.out_of_reach)


class CentralController(Controller):
    """A controller that gives a connection up when it is asked to; Bumble's own says so only."""

    def on_hci_le_create_connection_cancel_command(
        self, _command: object
    ) -> hci.HCI_StatusReturnParameters:
        """Bluetooth Core 5.4, volume 4, part E, 7.8.13."""
        pending, self.pending_le_connection = self.pending_le_connection, None
        if pending is not None:
            self.send_hci_packet(
                hci.HCI_LE_Connection_Complete_Event(
                    status=hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
                    connection_handle=0,
                    role=hci.Role.CENTRAL,
                    peer_address_type=pending.peer_address_type,
                    peer_address=pending.peer_address,
                    connection_interval=0,
                    peripheral_latency=0,
                    supervision_timeout=0,
                    central_clock_accuracy=0,
                )
            )
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)


def new_device(controller: Controller, name: str, address: str) -> Device:
    """A Bluetooth device on `controller`, not yet switched on.

    Args:
        controller: Its radio, on some air.
        name: What it calls itself.
        address: A random static address such as `F0:F1:F2:F3:F4:01`.
    """
    config = DeviceConfiguration(
        name=name,
        address=hci.Address(address),
        advertising_interval_min=ADVERTISING_INTERVAL_MS,
        advertising_interval_max=ADVERTISING_INTERVAL_MS,
    )
    return Device.from_config_with_hci(config, controller, controller)

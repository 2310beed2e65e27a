"""The air between virtual Bluetooth devices, which can be switched off.

Bumble's controllers speak real link layer packets over it. There is no supervision timeout here: a
blackout never ends a connection, which is just how a sensor looks that is connected but silent.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

from bumble import hci, ll
from bumble.controller import Controller
from bumble.core import PhysicalTransport
from bumble.device import Device, DeviceConfiguration
from bumble.link import LocalLink
from bumble.transport.common import TransportSink, TransportSource

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
        """Carry a data packet, unless the way is blocked.

        In the name by which its sender is connected: Bumble's own link knows senders by their
        random address alone, and an adapter may connect by its public one.
        """
        connection = sender_controller.le_connections.get(destination_address)
        receiver = self.find_le_controller(destination_address)
        if connection is None or receiver is None or not self._carries(sender_controller, receiver):
            return
        loop = asyncio.get_running_loop()
        loop.call_soon(receiver.on_link_acl_data, connection.self_address, transport, data)

    def send_advertising_pdu(
        self, sender_controller: Controller, packet: ll.AdvertisingPdu
    ) -> None:
        """Carry an advertisement, and the scan response behind it, to all who can hear it."""
        loop = asyncio.get_running_loop()
        packets = [packet, *_scan_responses(sender_controller, packet)]
        for receiver in self.controllers:
            if receiver is not sender_controller and self._carries(sender_controller, receiver):
                for carried in packets:
                    loop.call_soon(receiver.on_ll_advertising_pdu, carried)

    def _carries(self, sender: Controller, receiver: Controller) -> bool:
        return not (self.blackout or {sender, receiver} & self.out_of_reach)


def _scan_responses(sender: Controller, packet: ll.AdvertisingPdu) -> Iterator[ll.AdvertisingPdu]:
    """What else the sender tells who asks. Bumble's controllers keep it and never send it."""
    if isinstance(packet, ll.AdvExtInd):
        for known in sender.advertising_sets.values():
            if known.scan_response_data and known.address == packet.advertiser_address:
                yield replace(packet, data=bytes(known.scan_response_data))


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
    """A Bluetooth device on a virtual `controller`, not yet switched on; see `device_on`."""
    return device_on(controller, controller, name, address)


def device_on(source: TransportSource, sink: TransportSink, name: str, address: str) -> Device:
    """A Bluetooth device, not yet switched on.

    Args:
        source: What its controller says comes from here.
        sink: What its controller is told goes here.
        name: What it calls itself.
        address: A random static address such as `F0:F1:F2:F3:F4:01`.
    """
    config = DeviceConfiguration(
        name=name,
        address=hci.Address(address),
        advertising_interval_min=ADVERTISING_INTERVAL_MS,
        advertising_interval_max=ADVERTISING_INTERVAL_MS,
    )
    return Device.from_config_with_hci(config, source, sink)

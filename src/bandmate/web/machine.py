"""What this machine is called, and where it is."""

import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

import ifaddr

_ELSEWHERE: Final = ("192.0.2.1", 9)
"""An address of nobody (RFC 5737), to ask which way out this machine would take."""
_NAME: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")


@dataclass(frozen=True, slots=True)
class MachineNames:
    """What others may call this machine.

    Attributes:
        names: In the network's way of naming, such as `pi.local`.
        addresses: IPv4 and IPv6, as text.
    """

    names: frozenset[str]
    addresses: frozenset[str]


def names_of(host: str, hostname: str, addresses: Iterable[str]) -> MachineNames:
    """What this machine may be called in a certificate.

    Args:
        host: What its page listens on.
        hostname: How the machine calls itself; what no certificate can hold is left out.
        addresses: Those of its networks; one that holds on one link alone is left out.
    """
    own = hostname.lower().rstrip(".")
    names = {"localhost", own, own if own.endswith(".local") else f"{own.split('.')[0]}.local"}
    known = {"127.0.0.1", "::1"}
    for text in (*addresses, host):
        try:
            address = ip_address(text)
        except ValueError:
            names.add(text.lower())
            continue
        if not (address.is_link_local or address.is_unspecified):
            known.add(str(address))
    return MachineNames(frozenset(filter(_NAME.fullmatch, names)), frozenset(known))


def machine_names(host: str) -> MachineNames:
    """What this machine may be called now.

    Args:
        host: What its page listens on.
    """
    held = (ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips)
    addresses = (ip if isinstance(ip, str) else ip[0] for ip in held)
    return names_of(host, socket.gethostname(), addresses)


def address_in_the_network() -> str:
    """This machine's address as others in its network see it; empty where it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ELSEWHERE)  # nothing is sent
        except OSError:
            return ""
        address: str = probe.getsockname()[0]
        return address

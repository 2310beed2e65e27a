"""Where the coach page is, in addresses that can be opened."""

import socket
from urllib.parse import urlsplit

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - read, not listened on
_ELSEWHERE = ("192.0.2.1", 9)
"""An address of nobody (RFC 5737), to ask which way out this machine would take."""


def page_lines(url: str) -> list[str]:
    """Lines that tell a person where the page is.

    Args:
        url: Where it is served; empty where it is not. A server that listens on every address
            names none that a browser could open.
    """
    if not url:
        return ["Coach page   not served"]
    place = urlsplit(url)
    here = _EVERYWHERE.get(place.hostname or "")
    if here is None:
        return [f"Coach page   {url}"]
    lines = [f"Coach page   http://{here}:{place.port}/"]
    if there := _address_in_the_network():
        lines.append(f"             http://{there}:{place.port}/ from other devices")
    return lines


def _address_in_the_network() -> str:
    """This machine's address as others in its network see it; empty where it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ELSEWHERE)  # nothing is sent
        except OSError:
            return ""
        address: str = probe.getsockname()[0]
        return address

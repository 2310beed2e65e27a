"""Where the coach page is, in addresses that can be opened."""

from urllib.parse import urlsplit

from bandmate.web.machine import address_in_the_network

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - read, not listened on


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
    lines = [f"Coach page   {place.scheme}://{here}:{place.port}/"]
    if there := address_in_the_network():
        lines.append(f"             {place.scheme}://{there}:{place.port}/ from other devices")
    return lines


def code_lines(code: str) -> list[str]:
    """Lines that tell a person the code that lets a device in; none where none is needed."""
    return [f"Code         {code}, for one device within ten minutes"] if code else []

"""Who may talk to the page's server: not every web page that the same browser has open."""

from typing import Final
from urllib.parse import urlsplit

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def refusal(bound_to: str, host: str | None, origin: str | None) -> str | None:
    """Why a request is refused; `None` where it is welcome.

    A browser names the site that a WebSocket or a form comes from in `Origin`: another site's page
    may not use ours. It names in `Host` what was typed: on a loopback server any other name is one
    that somebody pointed at this machine (DNS rebinding).

    Args:
        bound_to: The address the server listens on; beyond loopback it speaks HTTPS alone.
        host: The request's `Host` header.
        origin: Its `Origin` header; programs other than browsers send none.
    """
    is_here = bound_to in LOOPBACK
    if is_here and _name(f"//{host}") not in LOOPBACK:
        return "this page is served to this machine only; open it as http://127.0.0.1"
    if origin is not None and origin != f"{'http' if is_here else 'https'}://{host}":
        return "another site's page may not use this one"
    return None


def _name(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:  # such as an unclosed bracket
        return None

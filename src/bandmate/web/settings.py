"""`[page]` of the configuration."""

from typing import Annotated

import msgspec

from bandmate.web.origin import LOOPBACK


class PageSettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[page]` of the configuration.

    Attributes:
        host: The address to listen on; `0.0.0.0` lets phones in the same network in, each by a
            code and over HTTPS.
        port: 0 takes any free one.
        certificate: The certificate to show there, a PEM file with its chain; empty for bandmate's
            own.
        key: The file of its key, PEM.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8777
    certificate: str = ""
    key: str = ""

    def __post_init__(self) -> None:
        if bool(self.certificate) != bool(self.key):
            raise ValueError("`certificate` and `key` belong together")
        if self.certificate and not self.is_beyond_here:
            raise ValueError(f"`certificate` is not for {self.host}, which needs no HTTPS")

    @property
    def is_beyond_here(self) -> bool:
        """Other machines may reach it, so that everybody needs to be let in, over HTTPS."""
        return self.host not in LOOPBACK

    def url(self, port: int) -> str:
        """Its address, at a port that may not be the configured one."""
        scheme = "https" if self.is_beyond_here else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{port}/"

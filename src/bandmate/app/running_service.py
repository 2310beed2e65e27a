"""The service that runs on this machine, asked over its page's address."""

from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from typing import Any, Final

import msgspec

from bandmate.errors import BandmateError, UsageError
from bandmate.web.server import PageSettings

_TIMEOUT_S: Final = 10.0
_HERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - read, not listened on


class NotReachedError(BandmateError):
    """No service answers."""


class RunningService:
    """The running service.

    Args:
        page: Where its page is, by its configuration.
    """

    def __init__(self, page: PageSettings) -> None:
        self._host, self._port = _HERE.get(page.host, page.host), page.port

    def lead(self, lead: Mapping[str, object]) -> dict[str, Any]:
        """Have the guided session do something; how it stands then.

        Raises:
            UsageError: It cannot be done now.
            NotReachedError: No service answers.
        """
        body = msgspec.json.encode({"do": "session", "lead": lead})
        answer = self._talk("POST", "/command", body)
        if not answer["ok"]:
            raise UsageError(answer["error"].split("\n")[0], hint=answer["hint"])
        return answer["guided"]

    def health(self) -> dict[str, Any]:
        """How it stands: `bands`, `sinks`, `guided` and more.

        Raises:
            NotReachedError: No service answers.
        """
        return self._talk("GET", "/health")

    def _talk(self, method: str, path: str, body: bytes | None = None) -> dict[str, Any]:
        connection = HTTPConnection(self._host, self._port, timeout=_TIMEOUT_S)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"})
            return msgspec.json.decode(connection.getresponse().read())
        except (OSError, HTTPException, msgspec.DecodeError) as error:
            raise NotReachedError(
                f"no service answers at {self._host} port {self._port}: {error}",
                hint="Is `bandmate run` up, with this configuration?",
            ) from error
        finally:
            connection.close()

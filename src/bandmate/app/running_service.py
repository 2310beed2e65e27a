"""The service that runs on this machine, asked over its page's address."""

from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final

import msgspec

from bandmate.app.config import Config
from bandmate.app.config_file import PAGE_FOLDER, store_folder
from bandmate.errors import BandmateError, UsageError
from bandmate.web.entrance import LOCAL_TOKEN_FILE
from bandmate.web.tls import client_context, expected_leaf

_TIMEOUT_S: Final = 10.0
_HERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - read, not listened on
_UNAUTHORIZED: Final = 401
_JSON: Final = {"Content-Type": "application/json"}


class NotReachedError(BandmateError):
    """No service answers."""


class NotLetInError(NotReachedError):
    """A service answers, but not to this user."""


class RunningService:
    """The running service.

    Args:
        config: Its configuration: where its page is, and where it keeps what it keeps.
    """

    def __init__(self, config: Config) -> None:
        self._page = config.page
        self._host, self._port = _HERE.get(self._page.host, self._page.host), self._page.port
        self._folder = store_folder(config) / PAGE_FOLDER

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

    def devices(self) -> dict[str, Any]:
        """Which `devices` its page lets in, and more.

        Raises:
            NotReachedError: No service answers.
        """
        return self._talk("GET", "/devices")

    def page_code(self) -> dict[str, Any]:
        """A `code` that lets one more device in, and how long it holds.

        Raises:
            UsageError: Its page is this machine's alone.
            NotReachedError: No service answers.
        """
        return self._change({"do": "code"})

    def forget(self, label: str) -> dict[str, Any]:
        """Have its page let a device (`all`: every one) in no longer; the `devices` left.

        Raises:
            UsageError: There is no such device.
            NotReachedError: No service answers.
        """
        return self._change({"do": "forget", "label": label})

    def _change(self, asked: Mapping[str, object]) -> dict[str, Any]:
        answer = self._talk("POST", "/devices", msgspec.json.encode(asked))
        if not answer["ok"]:
            raise UsageError(answer["error"], hint="`bandmate page devices` lists them.")
        return answer

    def _talk(self, method: str, path: str, body: bytes | None = None) -> dict[str, Any]:
        try:
            connection, headers = self._connected()
        except (OSError, HTTPException) as error:
            raise self._not_reached(str(error)) from error
        try:
            connection.request(method, path, body, _JSON | headers)
            answer = connection.getresponse()
            if answer.status == _UNAUTHORIZED:
                raise self._not_let_in("it does not know this user's token")
            return msgspec.json.decode(answer.read())
        except (OSError, HTTPException, msgspec.DecodeError) as error:
            raise self._not_reached(str(error)) from error
        finally:
            connection.close()

    def _connected(self) -> tuple[HTTPConnection, dict[str, str]]:
        """A way to it, and what is to be shown there."""
        if not self._page.is_beyond_here:
            connection = HTTPConnection(self._host, self._port, timeout=_TIMEOUT_S)
            connection.connect()
            return connection, {}
        try:
            context = client_context(self._page, self._folder)
            token = (self._folder / LOCAL_TOKEN_FILE).read_text().strip()
        except PermissionError as error:
            raise self._not_let_in(f"{error.filename} cannot be read") from error
        connection = HTTPSConnection(self._host, self._port, timeout=_TIMEOUT_S, context=context)
        connection.connect()
        expected = expected_leaf(self._page)
        if expected is not None and connection.sock.getpeercert(binary_form=True) != expected:
            connection.close()
            raise self._not_let_in("it shows another certificate than [page] certificate")
        return connection, {"Authorization": f"Bearer {token}"}

    def _not_reached(self, why: str) -> NotReachedError:
        return NotReachedError(
            f"no service answers at {self._host} port {self._port}: {why}",
            hint="Is `bandmate run` up, with this configuration?",
        )

    def _not_let_in(self, why: str) -> NotLetInError:
        return NotLetInError(
            f"the service at {self._host} port {self._port} does not let this user in: {why}",
            hint="Be the user that it runs as, with its configuration; restart it if that changed.",
        )

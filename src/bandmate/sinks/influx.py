"""The InfluxDB sink: version 1, 2 or 3, or whatever takes their writes (VictoriaMetrics).

The only module that knows influxdb-client. Its asynchronous client carries lines that are encoded
here; one batch is under way at a time, and what is not delivered stays in the outbox. Writing a
point twice changes nothing, so a batch may be repeated.
"""

import base64
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Annotated, Any, ClassVar, Literal

import aiohttp
import msgspec
from influxdb_client.client.influxdb_client_async import InfluxDBClientAsync
from influxdb_client.rest import ApiException

from bandmate.errors import SinkRejectedError, SinkUnavailableError
from bandmate.sinks.base import Feed, Report
from bandmate.sinks.influx_points import Memory, encode
from bandmate.sinks.secrets import SecretSettings, read_secret

_log = logging.getLogger(__name__)

_TAKE_MOST = 50
"""Records a batch: at 100 Hz some 5 000 lines."""

_ANSWER_MS = 10_000

_REASON_MOST = 300
"""Characters of a server's answer that are shown."""


class InfluxSettings(SecretSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The table `[influx]` of the configuration.

    Attributes:
        api: `v1` writes to `/write`, `v2` and `v3` to `/api/v2/write`.
        url: Where the server is, such as `http://localhost:8086`; no user or password in it.
        bucket: The bucket, or database of version 1, which is made where it does not exist.
        org: The organisation (version 2).
        token: From the environment only.
        token_file: A file that holds the token (versions 2 and 3).
        username: The user (version 1); empty for none.
        password: From the environment only.
        password_file: A file that holds the password (version 1).
    """

    secret: ClassVar[frozenset[str]] = frozenset({"token", "password"})

    api: Literal["v1", "v2", "v3"]
    url: Annotated[str, msgspec.Meta(pattern="^https?://[^@]+$")]
    bucket: Annotated[str, msgspec.Meta(pattern=r'^[^"\\\x00-\x1f]+$')] = "bandmate"
    org: str = ""
    token: str = ""
    token_file: str = ""
    username: str = ""
    password: str = ""
    password_file: str = ""

    def __post_init__(self) -> None:
        # Without it version 2 answers 400, as it does to a bad line: every line would be given up.
        if self.api == "v2" and not self.org:
            raise ValueError("`api` `v2` needs `org`")


class InfluxSink:
    """Writes samples and events as points.

    Args:
        settings: How to reach the database.
        site: The tag `site` of every point.
    """

    name = "influx"

    def __init__(self, settings: InfluxSettings, site: str) -> None:
        self._settings = settings
        self._site = site
        self._memory = Memory()
        self._has_told_refusal = False

    async def session(self, feed: Feed, report: Report) -> None:
        """One connected life (see `Sink`).

        Raises:
            SinkUnavailableError: The database cannot be reached, or does not let us write.
        """
        async with self._connected() as server:
            report.up(f"writing to {await self._probed(server)}")
            while True:
                records = await feed.take(_TAKE_MOST)
                lines, memory = encode(records, self._site, self._memory)
                report.refused += await self._write(server, lines)
                self._memory = memory
                feed.done(len(records))
                report.delivered += len(records)

    async def probe(self) -> str:
        """Write nothing; where that was.

        Raises:
            SinkUnavailableError: It does not work, and why.
        """
        async with self._connected() as server:
            return await self._probed(server)

    @asynccontextmanager
    async def _connected(self) -> AsyncGenerator["_Server"]:
        async with InfluxDBClientAsync(self._settings.url, token="", timeout=_ANSWER_MS) as client:
            yield _Server(client, self._settings)

    async def _probed(self, server: "_Server") -> str:
        await server.probe()
        return f"{self._settings.bucket} at {self._settings.url}"

    async def _write(self, server: "_Server", lines: Sequence[str]) -> int:
        """Write `lines`; the number of those that the database refused for good."""
        if not lines:
            return 0
        try:
            await server.write(lines)
        except SinkRejectedError as refused:
            if len(lines) > 1:
                # The good lines of a refused batch may or may not be stored: write them again,
                # in halves, until the bad ones stand alone.
                half = len(lines) // 2
                first = await self._write(server, lines[:half])
                return first + await self._write(server, lines[half:])
            self._tell_refusal(lines[0], refused)
            return 1
        return 0

    def _tell_refusal(self, line: str, refused: SinkRejectedError) -> None:
        if not self._has_told_refusal:
            self._has_told_refusal = True
            _log.warning(
                "InfluxDB refused a line for good, it stays in the local store only: %s\n%s\n"
                "further ones are counted in health",
                refused,
                line,
            )


class _Server:
    """One database, spoken to in lines."""

    def __init__(self, client: InfluxDBClientAsync, settings: InfluxSettings) -> None:
        self._client = client
        self._settings = settings
        self._headers = _headers(settings)

    async def probe(self) -> None:
        """Write nothing: it shows whether address, database and rights are good.

        Raises:
            SinkUnavailableError: They are not.
        """
        try:
            await self.write([])
        except SinkRejectedError:
            return  # some versions refuse an empty write, but only from who may write

    async def write(self, lines: Sequence[str]) -> None:
        """Write all of `lines`.

        Raises:
            SinkUnavailableError: Not now.
            SinkRejectedError: The database refused one or more of the lines.
        """
        body = "\n".join(lines).encode()
        try:
            await self._post_lines(body)
        except _HttpError as error:
            raise self._told(error) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise SinkUnavailableError(
                f"InfluxDB at {self._settings.url}: {str(error) or 'no answer'}; "
                "check that it runs, and [influx] url"
            ) from error

    async def _post_lines(self, body: bytes) -> None:
        try:
            await self._post(*self._write_target, body)
        except _HttpError as error:
            if self._settings.api != "v1" or error.status != HTTPStatus.NOT_FOUND:
                raise
            await self._post("/query", {"q": f'CREATE DATABASE "{self._settings.bucket}"'}, b"")
            await self._post(*self._write_target, body)

    @property
    def _write_target(self) -> tuple[str, Mapping[str, str]]:
        settings = self._settings
        if settings.api == "v1":
            # Version 1 takes `n`; it reads a precision it does not know as nanoseconds, silently.
            return "/write", {"db": settings.bucket, "precision": "n"}
        organisation = {"org": settings.org} if settings.org else {}
        return "/api/v2/write", {"bucket": settings.bucket, "precision": "ns", **organisation}

    async def _post(self, path: str, query: Mapping[str, str], body: bytes) -> None:
        api: Any = self._client.api_client  # the library leaves its types open
        try:
            await api.request(
                "POST",
                self._settings.url.rstrip("/") + path,
                query_params=list(query.items()),
                headers=dict(self._headers),
                body=body,
            )
        except ApiException as error:
            raise _http_error(error) from error

    def _told(self, error: "_HttpError") -> SinkRejectedError | SinkUnavailableError:
        where = f"InfluxDB at {self._settings.url}"
        match error.status:
            case 400 | 413 | 422:
                return SinkRejectedError(str(error))
            case 401 | 403:
                keys = "username and password_file" if self._settings.api == "v1" else "token_file"
                return SinkUnavailableError(
                    f"{where} does not let us write to {self._settings.bucket}; "
                    f"check [influx] {keys}"
                )
            case 404:
                return SinkUnavailableError(
                    f"{where} knows no such place: {error}; check [influx] api, bucket and org"
                )
            case _:
                return SinkUnavailableError(f"{where} cannot write now: {error}")


class _HttpError(Exception):
    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status} {text}")
        self.status = status


def _http_error(error: ApiException) -> _HttpError:
    answer: Any = error
    text = answer.body.decode(errors="replace").strip() if answer.body else str(answer.reason)
    return _HttpError(int(answer.status), text[:_REASON_MOST])


def _headers(settings: InfluxSettings) -> dict[str, str]:
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    token = read_secret(settings.token, settings.token_file, key="[influx] token_file")
    password = read_secret(settings.password, settings.password_file, key="[influx] password_file")
    if token:
        headers["Authorization"] = f"Token {token}"
    elif settings.username:
        pair = base64.b64encode(f"{settings.username}:{password}".encode()).decode()
        headers["Authorization"] = f"Basic {pair}"
    return headers

"""The way to one InfluxDB: version 1, 2 or 3, or whatever takes their writes (VictoriaMetrics).

The only module that knows influxdb-client. Its asynchronous client carries lines that are encoded
elsewhere; nothing is batched, kept or tried again here.
"""

import asyncio
import base64
import re
import ssl
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Annotated, Any, ClassVar, Final, Literal

import aiohttp
import msgspec
from influxdb_client.client.influxdb_client_async import InfluxDBClientAsync
from influxdb_client.rest import ApiException

from bandmate.errors import SinkRejectedError, SinkUnavailableError
from bandmate.sinks.secrets import SecretSettings, read_secret

_ANSWER_MS = 10_000

_REASON_MOST: Final = 300
"""Characters of a server's answer that are shown."""

_DROPPED: Final = re.compile(r"dropped=(\d+)")


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
        samples: Whether every reading is written; the summary of each second is in any case.
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
    samples: bool = True

    def __post_init__(self) -> None:
        # Without it version 2 answers 400, as it does to a bad line: every line would be given up.
        if self.api == "v2" and not self.org:
            raise ValueError("`api` `v2` needs `org`")


class LinesRefusedError(SinkRejectedError):
    """One or more of the lines will never be taken.

    Attributes:
        dropped: How many were not stored, where the server says so; else `None`: all good ones may
            or may not be stored.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        told = _DROPPED.search(message)
        self.dropped = int(told[1]) if told else None


class Server:
    """One database, spoken to in lines.

    Args:
        client: The library's, connected.
        settings: How it is reached.

    Raises:
        SinkUnavailableError: The token or the password cannot be read.
    """

    def __init__(self, client: InfluxDBClientAsync, settings: InfluxSettings) -> None:
        self._client = client
        self._settings = settings
        self._headers = headers(settings)

    @property
    def where(self) -> str:
        """What is written to."""
        return f"{self._settings.bucket} at {self._settings.url}"

    async def greet(self, line: str) -> None:
        """Write a line that is surely good: it shows whether address, place and rights are, too.

        Raises:
            SinkUnavailableError: They are not.
        """
        try:
            await self.write([line])
        except LinesRefusedError as refused:
            raise SinkUnavailableError(
                f"InfluxDB at {self._settings.url} refuses even a plain line: {refused}; "
                "check [influx] api, bucket and org"
            ) from refused

    async def write(self, lines: Sequence[str]) -> None:
        """Write all of `lines`.

        Raises:
            SinkUnavailableError: Not now.
            LinesRefusedError: The database refused one or more of the lines.
        """
        body = "\n".join(lines).encode()
        try:
            await self._post_lines(body)
        except _HttpError as error:
            raise self._told(error) from error

    async def query(self, influxql: str) -> Sequence[Mapping[str, Any]]:
        """The rows that an InfluxQL query finds, as Grafana asks it; `time` in nanoseconds.

        Raises:
            SinkUnavailableError: It is not answered, or not understood.
        """
        query = {"db": self._settings.bucket, "epoch": "ns", "q": influxql}
        try:
            answer = await self._ask("GET", "/query", query, b"")
        except _HttpError as error:
            raise SinkUnavailableError(
                f"InfluxDB at {self._settings.url} does not answer InfluxQL: {error}; check "
                "[influx] bucket, that it may be read, and for version 2 that it has a DBRP mapping"
            ) from error
        return rows(answer)

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
        await self._ask("POST", path, query, body)

    async def _ask(self, method: str, path: str, query: Mapping[str, str], body: bytes) -> bytes:
        api: Any = self._client.api_client  # the library leaves its types open
        try:
            answer = await api.request(
                method,
                self._settings.url.rstrip("/") + path,
                query_params=list(query.items()),
                headers=dict(self._headers),
                body=body,
            )
        except ApiException as error:
            raise _HttpError(error) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise SinkUnavailableError(
                f"InfluxDB at {self._settings.url}: {str(error) or 'no answer'}; "
                "check that it runs, and [influx] url"
            ) from error
        return answer.data

    def _told(self, error: "_HttpError") -> SinkRejectedError | SinkUnavailableError:
        where = f"InfluxDB at {self._settings.url}"
        match error.status:
            case 400 | 413 | 422:
                return LinesRefusedError(str(error))
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
                return SinkUnavailableError(
                    f"{where} cannot write now: {error}; it is tried again",
                    retry_after_s=error.retry_after_s,
                )


@asynccontextmanager
async def connected(settings: InfluxSettings) -> AsyncGenerator[Server]:
    """The database, while the block runs; nothing is asked of it yet.

    Raises:
        SinkUnavailableError: The token or the password cannot be read.
    """
    # Made here, or the library would read the system's certificates in the event loop.
    make = ssl.create_default_context if settings.url.startswith("https") else _no_certificates
    context = await asyncio.to_thread(make)
    async with InfluxDBClientAsync(
        settings.url, token="", timeout=_ANSWER_MS, ssl_context=context
    ) as client:
        yield Server(client, settings)


def rows(answer: bytes) -> Sequence[Mapping[str, Any]]:
    """The rows of an answer to one InfluxQL query, with the tags they are grouped by.

    Args:
        answer: JSON; see
            https://docs.influxdata.com/influxdb/v1/guides/query_data/

    Raises:
        SinkUnavailableError: It is none, or says what is wrong with the query.
    """
    try:
        told: Any = msgspec.json.decode(answer)
        (result,) = told["results"]
        if "error" in result:
            raise SinkUnavailableError(
                f"InfluxDB does not answer a query: {result['error']}; check [influx] bucket"
            )
        return [
            {**series.get("tags", {}), **dict(zip(series["columns"], row, strict=True))}
            for series in result.get("series", ())
            for row in series["values"]
        ]
    except (msgspec.DecodeError, KeyError, TypeError, ValueError) as error:
        start = answer[:_REASON_MOST].decode(errors="replace")
        raise SinkUnavailableError(
            f"what answers is no InfluxDB: {start}; check [influx] url"
        ) from error


def _no_certificates() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class _HttpError(Exception):
    def __init__(self, error: ApiException) -> None:
        answer: Any = error  # the library leaves its types open
        text = answer.body.decode(errors="replace").strip() if answer.body else str(answer.reason)
        super().__init__(f"{answer.status} {text[:_REASON_MOST]}")
        self.status = int(answer.status)
        headers: Any = answer.headers or {}
        seconds = str(headers.get("Retry-After", ""))
        self.retry_after_s = float(seconds) if seconds.isdecimal() else 0.0


def headers(settings: InfluxSettings) -> dict[str, str]:
    """What every request carries.

    Raises:
        SinkUnavailableError: The token or the password cannot be read.
    """
    shown = {"Content-Type": "text/plain; charset=utf-8"}
    token = read_secret(settings.token, settings.token_file, key="[influx] token_file")
    password = read_secret(settings.password, settings.password_file, key="[influx] password_file")
    if token:
        shown["Authorization"] = f"Token {token}"
    elif settings.username:
        pair = base64.b64encode(f"{settings.username}:{password}".encode()).decode()
        shown["Authorization"] = f"Basic {pair}"
    return shown

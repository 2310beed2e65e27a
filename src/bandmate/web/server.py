"""Serves the coach page: its files, its tones, its socket, and the service's health."""

import asyncio
import errno
import socket
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

from aiohttp import WSCloseCode, web
from aiohttp.typedefs import Handler

from bandmate import __version__
from bandmate.errors import BandmateError, ConfigError
from bandmate.sinks.json_commands import parse_command
from bandmate.sinks.service import Service, obey
from bandmate.web.answers import file_sender, is_json, json_answer, text_answer, with_headers
from bandmate.web.entrance import Entrance
from bandmate.web.entry_pages import OPEN, EntryPages, token_of, turned_away
from bandmate.web.limits import BODY_S, HANDSHAKE_S, IDLE_S, MOST_PAGES, Doorway
from bandmate.web.offer import Offer
from bandmate.web.origin import refusal
from bandmate.web.page_files import page_files
from bandmate.web.settings import PageSettings
from bandmate.web.stream import PageStream

__all__ = ["PageSettings", "serve_page"]

_ALIVE_S: Final = 10.0
"""A page that answers no ping for half of this is gone, such as a phone out of reach."""

_FAREWELL_S: Final = 1.0
"""The service ends this long after its pages were told, whether they heard it or not."""

_MOST_BYTES: Final = 1024
"""The longest thing a page may ask."""

_SEND_BUFFER_BYTES: Final = 16 * 1024
"""Little may wait in the system for a slow page: what waits there cannot be overtaken."""


@asynccontextmanager
async def serve_page(
    settings: PageSettings,
    service: Service,
    stream: PageStream,
    offer: Offer,
    *,
    entrance: Entrance | None = None,
    more: Iterable[web.RouteDef] = (),
) -> AsyncGenerator[str, None]:
    """Serve the page while the context is open; gives its address.

    Args:
        settings: Where.
        service: What is shown and asked.
        stream: What its socket is fed from.
        offer: What can be begun, and all words.
        entrance: Who is let in; beyond loopback there must be one.
        more: Further addresses.

    Raises:
        ConfigError: It cannot listen there.
    """
    if settings.is_beyond_here != (entrance is not None):
        raise ValueError("beyond loopback, and only there, an entrance is needed")
    server = _Server(settings, service, stream, offer, entrance)
    app = server.app()
    app.add_routes(more)
    runner = web.AppRunner(
        app, access_log=None, shutdown_timeout=_FAREWELL_S, keepalive_timeout=IDLE_S
    )
    await runner.setup()
    try:
        listening = await _listen(settings, server.doorway(runner), entrance)
        try:
            yield settings.url(listening.sockets[0].getsockname()[1])
        finally:
            listening.close()
    finally:
        await runner.cleanup()


class _Server:
    """The handlers of every address the server knows."""

    def __init__(
        self,
        settings: PageSettings,
        service: Service,
        stream: PageStream,
        offer: Offer,
        entrance: Entrance | None,
    ) -> None:
        self._settings = settings
        self._service = service
        self._stream = stream
        self._offer = offer
        self._entrance = entrance
        self._doorway: Doorway | None = None
        self._sockets: dict[web.WebSocketResponse, str] = {}
        self._closing = set[asyncio.Task[bool]]()

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._guard], client_max_size=_MOST_BYTES)
        app.on_shutdown.append(self._close_sockets)
        app.on_response_prepare.append(with_headers)
        app.router.add_get("/health", self._health)
        app.router.add_get("/stream", self._open_stream)
        app.router.add_post("/command", self._command)
        entry = EntryPages(self._settings, self._entrance, self._offer, self._cut_off)
        app.router.add_routes(entry.routes())
        for path, (content_type, body) in page_files(self._offer).items():
            app.router.add_get(path, file_sender(content_type, body))
        return app

    def doorway(self, runner: web.AppRunner) -> Doorway:
        """What makes the protocol of every connection."""
        if runner.server is None:
            raise ValueError("the runner was not set up")
        self._doorway = Doorway(runner.server, HANDSHAKE_S if self._entrance else 0.0)
        return self._doorway

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if self._doorway is not None:
            self._doorway.hear(request.protocol)
        headers = request.headers
        reason = refusal(self._settings.host, headers.get("Host"), headers.get("Origin"))
        if reason:
            return text_answer(reason, 403)
        if request.path not in OPEN and self._label_of(request) is None:
            return turned_away(request)
        if request.method not in {"GET", "HEAD"}:
            try:
                async with asyncio.timeout(BODY_S):
                    await request.read()  # which keeps it for the handler
            except TimeoutError:
                return text_answer("what was asked did not come to its end", 408)
        return await handler(request)

    def _label_of(self, request: web.Request) -> str | None:
        """Which device asks; `None`: one that was not let in."""
        return "" if self._entrance is None else self._entrance.label_of(token_of(request))

    async def _health(self, _: web.Request) -> web.Response:
        body = {
            "version": __version__,
            "session": self._service.session,
            "bands": self._service.states(),
            "sinks": self._service.sinks(),
            "guided": self._service.guided(),
        }
        return json_answer(body)

    async def _command(self, request: web.Request) -> web.Response:
        """Do what a program on this machine asks, as the page does on its socket."""
        if not is_json(request):
            return text_answer("send JSON", 415)
        try:
            await obey(self._service, parse_command(await request.read()))
        except BandmateError as refused:
            return json_answer({"ok": False, "error": str(refused), "hint": refused.hint}, 409)
        return json_answer({"ok": True, "guided": self._service.guided()})

    async def _open_stream(self, request: web.Request) -> web.WebSocketResponse:
        page = web.WebSocketResponse(
            timeout=_FAREWELL_S, heartbeat=_ALIVE_S, max_msg_size=_MOST_BYTES, compress=False
        )
        await page.prepare(request)
        transport = request.transport
        if transport is None:  # it left while the door was opened
            return page
        if len(self._sockets) >= MOST_PAGES:
            await page.close(code=WSCloseCode.TRY_AGAIN_LATER, message=b"too many pages are open")
            return page
        label = self._label_of(request)
        if label is None:  # it was forgotten while the door was opened
            await page.close(code=WSCloseCode.POLICY_VIOLATION)
            return page
        _keep_short(transport)
        self._sockets[page] = label
        try:
            await self._stream.attend(page, transport.abort)
        finally:
            del self._sockets[page]
        return page

    def _cut_off(self, labels: Iterable[str]) -> None:
        """Close the pages of devices that are let in no longer."""
        gone = set(labels)
        for page, label in self._sockets.items():
            if label in gone:
                close = page.close(code=WSCloseCode.POLICY_VIOLATION, drain=False)
                task = asyncio.create_task(close, name="page cut off")
                self._closing.add(task)
                task.add_done_callback(self._closing.discard)

    async def _close_sockets(self, _: web.Application) -> None:
        closing = [
            asyncio.create_task(page.close(code=WSCloseCode.GOING_AWAY, drain=False))
            for page in self._sockets
        ]
        if closing:  # one that does not answer delays no other
            await asyncio.wait(closing, timeout=_FAREWELL_S)


async def _listen(
    settings: PageSettings, doorway: Doorway, entrance: Entrance | None
) -> asyncio.Server:
    listen = partial(
        asyncio.get_running_loop().create_server, doorway, settings.host, settings.port
    )
    try:
        if entrance is None:
            return await listen()
        return await listen(ssl=entrance.tls, ssl_handshake_timeout=HANDSHAKE_S)
    except OSError as error:
        raise _cannot_listen(settings, error) from error


def _keep_short(transport: asyncio.Transport) -> None:
    transport.set_write_buffer_limits(high=_SEND_BUFFER_BYTES)
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)


def _cannot_listen(settings: PageSettings, error: OSError) -> ConfigError:
    where = f"[page] cannot listen on {settings.host} port {settings.port}"
    if error.errno == errno.EADDRINUSE:
        return ConfigError(
            f"{where}: another program uses that port",
            hint="Is bandmate running already? Else set [page] port to another one, or to 0.",
        )
    return ConfigError(
        f"{where}: {error.strerror or error}",
        hint="Set [page] host to an address of this machine, and port to one above 1023.",
    )

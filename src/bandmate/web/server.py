"""Serves the coach page: its files, its tones, its socket, and the service's health."""

import asyncio
import errno
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Annotated, Final

import msgspec
from aiohttp import WSCloseCode, web
from aiohttp.typedefs import Handler

from bandmate import __version__
from bandmate.errors import BandmateError, ConfigError
from bandmate.sinks.json_commands import parse_command
from bandmate.sinks.service import Service, obey
from bandmate.web.offer import Offer
from bandmate.web.origin import refusal
from bandmate.web.page_files import page_files
from bandmate.web.stream import PageStream

_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
_ALIVE_S: Final = 10.0
"""A page that answers no ping for half of this is gone, such as a phone out of reach."""

_FAREWELL_S: Final = 1.0
"""The service ends this long after its pages were told, whether they heard it or not."""

_MOST_BYTES: Final = 1024
"""The longest thing a page may ask."""

_SEND_BUFFER_BYTES: Final = 16 * 1024
"""Little may wait in the system for a slow page: what waits there cannot be overtaken."""


class PageSettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`[page]` of the configuration.

    Attributes:
        host: The address to listen on; `0.0.0.0` lets phones in the same network in.
        port: 0 takes any free one.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8777


@asynccontextmanager
async def serve_page(
    settings: PageSettings,
    service: Service,
    stream: PageStream,
    offer: Offer,
    more: Iterable[web.RouteDef] = (),
) -> AsyncGenerator[str, None]:
    """Serve the page while the context is open; gives its address.

    Args:
        settings: Where.
        service: What is shown, and asked.
        stream: Serves the open pages.
        offer: What the page offers.
        more: Further addresses.

    Raises:
        ConfigError: It cannot listen there.
    """
    app = _Server(settings, service, stream, offer).app()
    app.add_routes(more)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_FAREWELL_S)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, settings.host, settings.port).start()
        except OSError as error:
            raise _cannot_listen(settings, error) from error
        port = runner.addresses[0][1]
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        yield f"http://{host}:{port}/"
    finally:
        await runner.cleanup()


class _Server:
    """The handlers of every address the server knows."""

    def __init__(
        self, settings: PageSettings, service: Service, stream: PageStream, offer: Offer
    ) -> None:
        self._settings = settings
        self._service = service
        self._stream = stream
        self._offer = offer
        self._sockets: set[web.WebSocketResponse] = set()

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._guard], client_max_size=_MOST_BYTES)
        app.on_shutdown.append(self._close_sockets)
        app.on_response_prepare.append(_with_headers)
        app.router.add_get("/health", self._health)
        app.router.add_get("/stream", self._open_stream)
        app.router.add_post("/command", self._command)
        for path, (content_type, body) in page_files(self._offer).items():
            app.router.add_get(path, _sender(content_type, body))
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        headers = request.headers
        reason = refusal(self._settings.host, headers.get("Host"), headers.get("Origin"))
        if reason:
            return web.Response(status=403, text=reason, headers=_HEADERS)
        return await handler(request)

    async def _health(self, _: web.Request) -> web.Response:
        body = {
            "version": __version__,
            "session": self._service.session,
            "bands": self._service.states(),
            "sinks": self._service.sinks(),
            "guided": self._service.guided(),
        }
        return _json_response(body)

    async def _command(self, request: web.Request) -> web.Response:
        """Do what a program on this machine asks, as the page does on its socket."""
        if request.content_type != "application/json":  # a form of another site cannot send it
            return web.Response(status=415, text="send JSON", headers=_HEADERS)
        try:
            await obey(self._service, parse_command(await request.read()))
        except BandmateError as refused:
            return _json_response({"ok": False, "error": str(refused), "hint": refused.hint}, 409)
        return _json_response({"ok": True, "guided": self._service.guided()})

    async def _open_stream(self, request: web.Request) -> web.WebSocketResponse:
        page = web.WebSocketResponse(
            timeout=_FAREWELL_S, heartbeat=_ALIVE_S, max_msg_size=_MOST_BYTES, compress=False
        )
        await page.prepare(request)
        transport = request.transport
        if transport is None:  # it left while the door was opened
            return page
        _keep_short(transport)
        self._sockets.add(page)
        try:
            await self._stream.attend(page, transport.abort)
        finally:
            self._sockets.discard(page)
        return page

    async def _close_sockets(self, _: web.Application) -> None:
        for page in list(self._sockets):
            await page.close(code=WSCloseCode.GOING_AWAY, drain=False)


async def _with_headers(_: web.Request, response: web.StreamResponse) -> None:
    """Every answer has them; one that needs others has its own already."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)


def _json_response(body: object, status: int = 200) -> web.Response:
    json = msgspec.json.encode(body)
    return web.Response(status=status, body=json, content_type="application/json", headers=_HEADERS)


def _sender(content_type: str, body: bytes) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def send(_: web.Request) -> web.Response:
        charset = None if content_type == "audio/wav" else "utf-8"
        return web.Response(body=body, content_type=content_type, charset=charset, headers=_HEADERS)

    return send


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

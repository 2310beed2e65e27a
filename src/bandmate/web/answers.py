"""What every answer of the page's server carries, and the usual kinds of it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import msgspec
from aiohttp import web

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


async def with_headers(_: web.Request, answer: web.StreamResponse) -> None:
    """Give every answer what it lacks of the usual headers."""
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)


def json_answer(body: object, status: int = 200) -> web.Response:
    """An answer for a program."""
    json = msgspec.json.encode(body)
    return web.Response(status=status, body=json, content_type="application/json")


def text_answer(text: str, status: int) -> web.Response:
    """A sentence, where something is refused."""
    return web.Response(text=text, status=status)


def html_answer(
    html: str, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """A page; `headers` come in place of the usual ones."""
    return web.Response(text=html, content_type="text/html", status=status, headers=headers)


def file_sender(content_type: str, body: bytes) -> Callable[[web.Request], Awaitable[web.Response]]:
    """A handler that sends a file."""
    is_text = not content_type.startswith(("audio/", "image/png"))

    async def send(_: web.Request) -> web.Response:
        charset = "utf-8" if is_text else None
        return web.Response(body=body, content_type=content_type, charset=charset)

    return send


def is_json(request: web.Request) -> bool:
    """Whether a program sent it: a form of another site cannot send JSON."""
    return request.content_type == "application/json"

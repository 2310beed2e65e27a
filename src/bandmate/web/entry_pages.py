"""The way in to a page that other machines may reach: code, certificate, and who was let in."""

from collections.abc import Callable, Iterable
from typing import Any, Final, Literal
from urllib.parse import parse_qs

import msgspec
from aiohttp import web

from bandmate.errors import StoreError
from bandmate.web.answers import HEADERS, file_sender, html_answer, is_json, json_answer
from bandmate.web.devices import ALL, KEPT_DAYS, Device, kind_of
from bandmate.web.entrance import LOCAL, Entrance
from bandmate.web.machine import address_in_the_network
from bandmate.web.offer import Offer
from bandmate.web.page_files import templates
from bandmate.web.pairing_code import VALID_S, Verdict
from bandmate.web.settings import PageSettings

COOKIE: Final = "__Host-bandmate"
"""A browser sends it to this very host alone, and only over HTTPS."""
OPEN: Final = frozenset(
    {
        "/enter",
        "/enter.css",
        "/certificate",
        "/certificate.crt",
        "/style.css",
        "/icon.svg",
        "/icon-192.png",
        "/icon-512.png",
        "/manifest.webmanifest",
    }
)
"""What is answered to everybody."""

_FORM_HEADERS: Final = HEADERS | {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    # Without it the form would come from nowhere (`Origin: null`), and be refused.
    "Referrer-Policy": "same-origin",
}
_STATUS: Final = {Verdict.WRONG: 403, Verdict.OVER: 403, Verdict.TOO_MANY: 429}
_YEAR_S: Final = KEPT_DAYS * 24 * 60 * 60
_BEARER: Final = "Bearer "


class _Typed(msgspec.Struct, forbid_unknown_fields=True):
    """A code that a program sends."""

    code: str


class _Asked(msgspec.Struct, forbid_unknown_fields=True):
    """What is asked about devices.

    Attributes:
        do: `code`: make one for another device; `forget`: let a device in no longer.
        label: Which one, or `all`.
    """

    do: Literal["code", "forget"]
    label: str | None = None

    def __post_init__(self) -> None:
        if (self.do == "forget") != (self.label is not None):
            raise ValueError("`forget` needs `label`, and only `forget` takes it")


def token_of(request: web.Request) -> str:
    """What a request shows to be let in; empty for nothing."""
    told = request.headers.get("Authorization", "")
    return (
        told.removeprefix(_BEARER) if told.startswith(_BEARER) else request.cookies.get(COOKIE, "")
    )


class EntryPages:
    """The handlers of what is about coming in.

    Args:
        settings: Where the page is.
        entrance: Who is let in; `None`: the page is this machine's alone, and everybody here may.
        offer: In which words.
        gone: Told who is let in no longer.
    """

    def __init__(
        self,
        settings: PageSettings,
        entrance: Entrance | None,
        offer: Offer,
        gone: Callable[[Iterable[str]], None],
    ) -> None:
        self._settings = settings
        self._entrance = entrance
        self._offer = offer
        self._gone = gone

    def routes(self) -> list[web.RouteDef]:
        """Every address."""
        routes = [web.get("/devices", self._list), web.post("/devices", self._change)]
        if (entrance := self._entrance) is None:
            return routes
        routes += [web.get("/enter", self._ask), web.post("/enter", self._enter)]
        if (authority := entrance.authority_der()) is not None:
            page = self._render("certificate.html")
            routes += [
                web.get("/certificate.crt", file_sender("application/x-x509-ca-cert", authority)),
                web.get("/certificate", file_sender("text/html", page.encode())),
            ]
        return routes

    async def _ask(self, _: web.Request) -> web.Response:
        return self._form()

    async def _enter(self, request: web.Request) -> web.Response:
        """Let a device in by its code, from the form or from a program."""
        if self._entrance is None:
            raise web.HTTPNotFound
        as_json = is_json(request)
        body = await request.read()
        kind = kind_of(request.headers.get("User-Agent", ""))
        try:
            verdict, token = await self._entrance.enter(_typed(body, as_json=as_json), kind)
        except StoreError:
            error = self._offer.words["enter"]["failed"]
            return (
                json_answer({"ok": False, "error": error}, 500)
                if as_json
                else self._form(error, 500)
            )
        if verdict is not Verdict.RIGHT:
            error, status = self._offer.words["enter"][verdict], _STATUS[verdict]
            if as_json:
                return json_answer({"ok": False, "error": error}, status)
            return self._form(error, status)
        answer = json_answer({"ok": True}) if as_json else _to("/")
        answer.set_cookie(
            COOKIE, token, max_age=_YEAR_S, path="/", secure=True, httponly=True, samesite="Strict"
        )
        return answer

    async def _list(self, request: web.Request) -> web.Response:
        return json_answer(self._all(request))

    async def _change(self, request: web.Request) -> web.Response:
        """Make a code for another device, or forget one."""
        if not is_json(request):
            return json_answer({"ok": False, "error": "send JSON"}, 415)
        if (entrance := self._entrance) is None:
            return json_answer({"ok": False, "error": "the page is this machine's alone"}, 409)
        try:
            asked = msgspec.json.decode(await request.read(), type=_Asked)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            return json_answer({"ok": False, "error": f"not understood: {error}"}, 400)
        if asked.label is None:
            return json_answer({"ok": True, "code": entrance.new_code(), "valid_s": VALID_S})
        return await self._forget(entrance, asked.label, request)

    async def _forget(self, entrance: Entrance, label: str, request: web.Request) -> web.Response:
        try:
            gone = await entrance.forget(label)
        except StoreError as error:
            return json_answer({"ok": False, "error": str(error)}, 500)
        if not gone and label != ALL:
            return json_answer({"ok": False, "error": f"there is no device {label!r}"}, 404)
        self._gone(device.label for device in gone)
        return json_answer({"ok": True, **self._all(request)})

    def _all(self, request: web.Request) -> dict[str, Any]:
        """Who was let in, and where others would find the page."""
        entrance = self._entrance
        if entrance is None:
            return {"beyond": False, "address": "", "devices": (), "fingerprint": ""}
        here = entrance.label_of(token_of(request))
        devices = [_told(device, here) for device in entrance.devices]
        return {
            "beyond": True,
            "address": self._address(request),
            "devices": devices,
            "fingerprint": entrance.fingerprint(),
        }

    def _address(self, request: web.Request) -> str:
        """Where another device finds the page."""
        transport = request.transport
        port = self._settings.port if transport is None else transport.get_extra_info("sockname")[1]
        there = address_in_the_network()
        is_anywhere = self._settings.host in {"0.0.0.0", "::"} and there  # noqa: S104 - read
        return f"https://{there}:{port}/" if is_anywhere else self._settings.url(port)

    def _form(self, error: str = "", status: int = 200) -> web.Response:
        html = self._render("enter.html", error=error)
        return html_answer(html, status, _FORM_HEADERS)

    def _render(self, name: str, **more: object) -> str:
        is_own = self._entrance is not None and self._entrance.authority is not None
        texts = self._offer.texts
        return templates.get_template(name).render(
            words=self._offer.words, language=texts.language, is_own=is_own, **more
        )


def _to(path: str) -> web.Response:
    return web.Response(status=303, headers=HEADERS | {"Location": path})


def _typed(body: bytes, *, as_json: bool) -> str:
    """The code in it; what holds none holds a wrong one."""
    try:
        if as_json:
            return msgspec.json.decode(body, type=_Typed).code
        return parse_qs(body.decode()).get("code", [""])[0]
    except (msgspec.DecodeError, ValueError):
        return ""


def _told(device: Device, here: str | None) -> dict[str, object]:
    """A device as it is told: without what would be of use to a thief."""
    return {
        "label": device.label,
        "added": device.added,
        "seen": device.seen,
        "here": here not in {None, LOCAL} and device.label == here,
    }


def turned_away(request: web.Request) -> web.Response:
    """What is answered to a device that was not let in."""
    if request.method == "GET" and request.path == "/":
        return _to("/enter")
    return json_answer({"ok": False, "error": "this device was not let in: open /enter"}, 401)

"""What was done before, for the page: the list of sessions, trends, the report, tables.

The store is read in one thread of its own: however many ask, the loop goes on, and no more than one
core is busy with it.
"""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Protocol, TypeVar

from aiohttp import web

from bandmate.errors import StoreError, UsageError
from bandmate.web.answers import json_answer

_T = TypeVar("_T")
_ID: Final = re.compile(r"[a-z0-9_-]{1,128}")
_PARAMETERS: Final = frozenset({"person", "before"})


class History(Protocol):
    """What is kept of sessions; its calls take their time."""

    def listed(self, person: str, before: str) -> Mapping[str, object]:
        """Sessions, newest first: `sessions`, `more` (there are earlier ones) and `people`.

        Args:
            person: Whose; empty: everybody's.
            before: Those before this one; empty: the newest.

        Raises:
            UsageError: There is no such session.
            StoreError: The store cannot be read.
        """
        ...

    def trends(self, person: str) -> Mapping[str, object]:
        """How a person's sessions went, week by week.

        Raises:
            StoreError: What is kept cannot be read.
        """
        ...

    def report(self, session: str) -> tuple[str, str]:
        """A session's report, and the content security policy that shows it.

        Raises:
            UsageError: There is no such session.
            StoreError: The store cannot be read.
        """
        ...

    def tables(self, session: str) -> bytes:
        """A session's tables, a ZIP file.

        Raises:
            UsageError: There is no such session.
            StoreError: The store cannot be read.
        """
        ...


def history_routes(history: History) -> Sequence[web.RouteDef]:
    """The addresses under which the page asks for what was done before."""
    return _Routes(history).defined()


class _Routes:
    def __init__(self, history: History) -> None:
        self._history = history
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="history")

    def defined(self) -> Sequence[web.RouteDef]:
        return (
            web.get("/sessions", self._sessions),
            web.get("/trends", self._trends),
            web.get("/report/{session}", self._report),
            web.get("/export/{session}.zip", self._export),
        )

    async def _sessions(self, request: web.Request) -> web.Response:
        asked = _parameters(request)
        return json_answer(
            await self._read(lambda: self._history.listed(asked["person"], asked["before"]))
        )

    async def _trends(self, request: web.Request) -> web.Response:
        person = _parameters(request)["person"]
        if not person:
            raise web.HTTPBadRequest(text="person is missing")
        return json_answer(await self._read(lambda: self._history.trends(person)))

    async def _report(self, request: web.Request) -> web.Response:
        session = _id(request.match_info["session"], web.HTTPNotFound)
        page, policy = await self._read(lambda: self._history.report(session))
        return web.Response(
            text=page, content_type="text/html", headers={"Content-Security-Policy": policy}
        )

    async def _export(self, request: web.Request) -> web.Response:
        session = _id(request.match_info["session"], web.HTTPNotFound)
        body = await self._read(lambda: self._history.tables(session))
        name = f'attachment; filename="bandmate-{session}.zip"'
        return web.Response(
            body=body, content_type="application/zip", headers={"Content-Disposition": name}
        )

    async def _read(self, work: Callable[[], _T]) -> _T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except UsageError as error:
            raise web.HTTPNotFound(text=str(error)) from error
        except StoreError as error:
            raise web.HTTPServiceUnavailable(text=str(error)) from error


def _parameters(request: web.Request) -> Mapping[str, str]:
    """What was asked, all of it known and well formed."""
    if unknown := sorted(set(request.query) - _PARAMETERS):
        raise web.HTTPBadRequest(text=f"there is no parameter {unknown[0]!r}")
    return {
        name: _id(value, web.HTTPBadRequest) if (value := request.query.get(name, "")) else ""
        for name in _PARAMETERS
    }


def _id(text: str, otherwise: type[web.HTTPException]) -> str:
    if not _ID.fullmatch(text):
        raise otherwise(text=f"{text!r} is no id: small letters, digits, _ and - alone")
    return text
